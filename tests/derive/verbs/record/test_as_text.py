from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.derive.small import days, run, seconds, small, words


@pytest.mark.parametrize(
    ("options", "value", "shown"),
    [
        ("", 2.5, "2.5"),
        ("", 5.0, "5"),
        ("", -0.0, "0"),
        ("", 1e-7, "0.0000001"),
        ("", 1e21, "1000000000000000000000"),
        (", decimals: 0", 2.5, "3"),
        (", decimals: 0", -2.5, "-3"),
        (", decimals: 2", 1.005, "1.01"),
        (", decimals: 2", 5, "5.00"),
        (", decimals: 1", -0.04, "0.0"),
        (", significant: 3", 1234.5, "1230"),
        (", significant: 3", 0.00012345, "0.000123"),
        (", significant: 3", 2.5, "2.5"),
    ],
)
def test_a_number_as_text(options: str, value: float, shown: str) -> None:
    assert run(f"{{as-text: A{options}}}", {"A": [value]}).texts == [shown]


def test_a_date_is_shown_in_iso_8601() -> None:
    assert run("as-text: A", {"A": days("2020-01-05", "2020-01", None)}).texts == [
        "2020-01-05",
        "2020-01",
        "",
    ]


def test_a_date_time_at_midnight_keeps_its_time() -> None:
    assert run("as-text: A", {"A": seconds("2020-01-05T00:00:00")}).texts == ["2020-01-05T00:00:00"]


def test_text_and_decimals_of_a_date_are_refused() -> None:
    assert small("as-text: A", {"A": ["x"]}).refused()
    assert small("{as-text: A, decimals: 1}", {"A": days("2020-01-05")}).refused()


def test_decimals_and_digits_together_are_refused() -> None:
    with pytest.raises(ValidationError):
        small("{as-text: A, decimals: 1, significant: 2}", {"A": [1]})


def test_words() -> None:
    assert words("{as-text: A, decimals: 1}") == (
        "A as text, rounded half away from zero to 1 decimals."
    )
