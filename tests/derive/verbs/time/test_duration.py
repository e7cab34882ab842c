from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.derive.small import Values, days, run, seconds, small, words

TIMES = {"A": seconds("2024-01-01T08:00", None), "B": seconds("2024-01-02T14:30", "2024-01-01")}
DAYS = {"A": days("2024-01-01"), "B": days("2024-01-15")}


@pytest.mark.parametrize(
    ("unit", "number"),
    [("seconds", 109800), ("minutes", 1830), ("hours", 30.5), ("days", 1.27083333333333)],
)
def test_of_date_times_with_a_fraction(unit: str, number: float) -> None:
    found = run(f"{{duration: [A, B], unit: {unit}}}", TIMES).numbers
    assert found[0] == pytest.approx(number, abs=1e-13)
    assert found[1] is None


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("", 14),
        (", plus-one: true", 15),
        (", unit: weeks", 2),
        (", unit: months", 14 / 30.4375),
        (", unit: years, plus-one: true", 15 / 365.25),
    ],
)
def test_of_dates(keys: str, number: float) -> None:
    assert run(f"{{duration: [A, B]{keys}}}", DAYS).numbers == [pytest.approx(number)]


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("duration: [A, B]", {"A": days("2024-01-01"), "B": seconds("2024-01-01")}),
        ("duration: [A, B]", {"A": days("2024-01-01"), "B": ["2024-01-01"]}),
        ("{duration: [A, B], unit: hours}", DAYS),
        ("{duration: [A, B], unit: hours, plus-one: true}", TIMES),
        ("iso-duration: [A, B]", {"A": days("2024-01-01"), "B": seconds("2024-01-01")}),
        ("{iso-duration: A, unit: days}", DAYS),
        ("{age: A, at: B}", {"A": days("2024-01-01"), "B": ["2024-01-01"]}),
    ],
)
def test_kinds_that_do_not_go_together(line: str, own: dict[str, Values]) -> None:
    assert [f.rule for f in small(line, own).refused()] == ["SPEC131"]


def test_age_is_completed_years() -> None:
    own = {
        "A": days("2000-02-29", "2000-02-29", "2000-01-01", "2000", "2000"),
        "B": days("2021-02-28", "2021-03-01", "1999-12-31", "2020-12-31", "2020-06-01"),
    }
    assert run("{age: A, at: B}", own).numbers == [20, 21, None, 20, None]


def test_age_in_months() -> None:
    own = {"A": days("2020-01-31", "2020-01-31"), "B": days("2020-02-29", "2020-03-31")}
    assert run("{age: A, at: B, unit: months}", own).numbers == [0, 2]


def test_iso_durations() -> None:
    found = run("iso-duration: [A, B]", TIMES)
    assert found.texts == ["P1DT6H30M", ""]
    assert run("iso-duration: [A, B]", DAYS).texts == ["P14D"]
    assert run("iso-duration: [B, A]", DAYS).texts == [""]


def test_iso_durations_of_a_number() -> None:
    own = {"N": [1.5, 2, -1, None]}
    assert run("{iso-duration: N, unit: hours}", own).texts == ["PT1.5H", "PT2H", "", ""]


@pytest.mark.parametrize("line", ["iso-duration: N", "{iso-duration: [A, B], unit: days}"])
def test_two_moments_or_a_number_with_its_unit(line: str) -> None:
    with pytest.raises(ValidationError):
        small(line, DAYS)


def test_words() -> None:
    line = "{duration: [A, B], unit: weeks, plus-one: true}"
    assert words(line) == "Time from A to B in weeks, the first day counted."
    assert words("{age: A, at: B}") == "Completed years from A to B."
    assert words("iso-duration: [A, B]") == "The ISO 8601 duration from A to B."
    assert words("{iso-duration: N, unit: days}") == "The ISO 8601 duration of N in days."


@pytest.mark.parametrize(
    ("line", "own", "texts", "codes"),
    [
        (
            "[A, B]",
            {"A": seconds("2024-01-02T10:00", "2024-01-02"), "B": seconds("2024-01-02T09:00", "")},
            ["", ""],
            ["MAP346"],
        ),
        ("[A, B]", {"A": days("2024-01-02"), "B": days("2024-01-02")}, ["P0D"], []),
        ("[A, B]", {"A": days("2024-01-03"), "B": days("2024-01-02")}, [""], ["MAP346"]),
        ("N, unit: days", {"N": [-1, 2]}, ["", "P2D"], ["MAP346"]),
    ],
)
def test_a_duration_that_would_be_negative_is_told(
    line: str, own: dict[str, Values], texts: list[str], codes: list[str]
) -> None:
    out = run(f"{{iso-duration: {line}}}", own)

    assert out.texts == texts
    assert out.codes == codes
