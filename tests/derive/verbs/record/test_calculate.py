from __future__ import annotations

import pytest
from pydantic import ValidationError

from derive.values.column import Kind
from tests.derive.small import days, run, seconds, small, words


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1.005, 2, "1.01"), (2.675, 2, "2.68"), (0.125, 2, "0.13"), (2.5, 0, "3"), (-2.5, 0, "-3")],
)
def test_half_is_rounded_away_from_zero(value: float, decimals: int, shown: str) -> None:
    assert run(f"{{calculate: A, decimals: {decimals}}}", {"A": [value]}).texts == [shown]
    assert run(f"{{calculate: 'round(A, {decimals})'}}", {"A": [value]}).texts == [shown]


def test_decimals_are_exact() -> None:
    found = run("calculate: A - B", {"A": [138.1, 1.5], "B": [138, 1.2]})
    assert found.numbers == [0.1, 0.3]


def test_a_percentage_has_no_binary_noise() -> None:
    assert run("calculate: 100 * (A - B) / B", {"A": [0.9], "B": [9]}).numbers == [-90]


def test_a_difference_of_date_times_keeps_the_time() -> None:
    own = {"A": seconds("2024-01-01T14:30"), "B": seconds("2024-01-01T00:00")}
    assert run("calculate: (A - B) * 24", own).numbers == [14.5]


def test_hours_are_added_to_a_date_time() -> None:
    found = run("calculate: A + 12 hours", {"A": seconds("2024-01-01T14:30")})
    assert found.texts == ["2024-01-02T02:30:00"]


def test_a_date_plus_days_is_a_date() -> None:
    found = small("calculate: A - 1", {"A": days("2024-03-01")})
    assert (found.kind(), found.run().texts) == (Kind.DAY, ["2024-02-29"])


@pytest.mark.parametrize(
    ("line", "own", "at"),
    [
        ("calculate: A * 2", {"A": days("2024-01-01")}, 14),
        ("calculate: 1 + A", {"A": ["1"]}, 16),
        ("calculate: A + 0.5", {"A": seconds("2024-01-01T10:00")}, 14),
        ("calculate: A - B", {"A": seconds("2024-01-01T10:00"), "B": days("2024-01-01")}, 14),
        ("calculate: NOBODY", {"A": [1]}, 12),
    ],
)
def test_a_mix_of_kinds_is_refused_at_its_place(line: str, own: dict[str, object], at: int) -> None:
    (refused,) = small(line, own).refused()  # type: ignore[arg-type]
    assert refused.rule == ("SPEC114" if "NOBODY" in line else "SPEC131")
    assert refused.spec is not None
    assert (refused.spec.line, refused.spec.column) == (1, at)


def test_a_date_is_not_rounded() -> None:
    assert small("{calculate: A, decimals: 1}", {"A": days("2024-01-01")}).refused()


def test_division_by_zero_is_missing_and_told_once_per_record() -> None:
    found = run("calculate: A / B", {"A": [1, 1, None], "B": [0, 2, 0]})
    assert (found.numbers, found.codes) == ([None, 0.5, None], ["MAP321"])
    assert "division by zero" in found.findings[0].message


def test_only_active_records_are_told() -> None:
    found = run("{calculate: A / B, when: B > 0}", {"A": [1, 1], "B": [0, 2]})
    assert (found.numbers, found.codes) == ([None, 0.5], [])


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValidationError):
        small("calculate: A +", {"A": [1]})


def test_words() -> None:
    line = "{calculate: AVAL / BASE, decimals: 2, when: BASE > 0}"
    assert words(line) == (
        "Where BASE is more than 0: calculated as AVAL / BASE, rounded half away from zero to 2 "
        "decimals."
    )
