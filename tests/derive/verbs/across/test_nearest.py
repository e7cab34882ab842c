"""``nearest``: on the side that is said, to the precision both have."""

from __future__ import annotations

import pytest

from derive.findings import LineFailed
from tests.derive.small import days, run, seconds, small, words

DOSES = {
    "USUBJID": ["01", "01", "01"],
    "DOSE": [10, 20, 40],
    "DT": days("2024-01-01", "2024-01-11", "2024-01-21"),
}
OWN = {
    "USUBJID": ["01", "01", "01", "01", "02"],
    "ADT": days("2024-01-01", "2024-01-05", "2024-01-11", "2024-01-30", "2024-01-05"),
}


@pytest.mark.parametrize(
    ("side", "doses"),
    [
        ("before", ["", "10", "10", "40", ""]),
        ("on-or-before", ["10", "10", "20", "40", ""]),
        ("after", ["20", "20", "40", "", ""]),
        ("on-or-after", ["10", "20", "20", "", ""]),
    ],
)
def test_the_dose_on_each_side(side: str, doses: list[str]) -> None:
    assert run(f"{{nearest: EX.DOSE, at: DT, {side}: ADT}}", OWN, {"EX": DOSES}).texts == doses


def test_the_record_that_was_taken_is_kept() -> None:
    out = run("{nearest: EX.DOSE, at: DT, before: ADT}", OWN, {"EX": DOSES})

    assert out.links == {"EX": [-1, 0, 0, 2, -1]}


def test_the_range_in_force_on_the_day_of_the_sample() -> None:
    ranges = {
        "TEST": ["ALT", "ALT", "AST"],
        "RANGE": ["0-40", "0-60", "0-50"],
        "SINCE": seconds("2024-01-01", "2024-02-15", "2024-01-01"),
    }
    own = {"TEST": ["ALT", "ALT", "AST"], "DTC": seconds("2024-01-15T08:00", "2024-02-15", None)}
    line = "{nearest: lab_ranges.RANGE, on: TEST, at: SINCE, on-or-before: DTC}"

    assert run(line, own, {"lab_ranges": ranges}).texts == ["0-40", "0-60", ""]


def test_text_is_no_moment() -> None:
    table = {"USUBJID": ["01"], "SINCE": ["15-FEB-2024"], "V": ["x"]}
    line = "{nearest: T.V, at: SINCE, on-or-before: ADT}"
    (one,) = small(line, OWN, {"T": table}).refused()

    assert (one.rule, one.message) == ("SPEC131", "T.SINCE is a text, a date is needed")


def test_a_day_and_a_date_time_are_not_nearest() -> None:
    table = {"USUBJID": ["01"], "AT": seconds("2024-01-01T08:00"), "V": ["x"]}
    (one,) = small("{nearest: T.V, at: AT, before: ADT}", OWN, {"T": table}).refused()

    assert one.message == "T.AT is a date-time, ADT a date"


def test_two_records_at_one_moment_with_other_values_stop_the_data_set() -> None:
    table = {"USUBJID": ["01", "01"], "DT": days("2024-01-01", "2024-01-01"), "V": ["a", "b"]}
    line = "{nearest: T.V, at: DT, on-or-before: ADT}"

    with pytest.raises(LineFailed) as caught:
        run(line, OWN, {"T": table})
    allowed = run(line.replace("}", ", ties: allow}"), OWN, {"T": table})

    assert caught.value.findings[0].rule == "ADAM208"
    assert allowed.texts[0] == "a"


def test_nothing_on_that_side_is_answered_as_the_line_says() -> None:
    out = run("{nearest: EX.DOSE, at: DT, before: ADT, unmatched: query}", OWN, {"EX": DOSES})

    assert out.codes == ["MAP305", "MAP305"]


def test_one_side_is_needed() -> None:
    with pytest.raises(ValueError, match="one of before"):
        small("{nearest: EX.DOSE, at: DT}", OWN, {"EX": DOSES})
    with pytest.raises(ValueError, match="one of before"):
        small("{nearest: EX.DOSE, at: DT, before: ADT, after: ADT}", OWN, {"EX": DOSES})


def test_words() -> None:
    assert words("{nearest: EX.DOSE, at: DT, on-or-before: ADT, where: DOSE > 0}") == (
        "The value of EX.DOSE in the record whose DT is nearest on or before ADT of the subject, "
        "where DOSE is more than 0."
    )


def test_the_nearest_time_is_found_in_utc_and_times_without_an_offset_are_told() -> None:
    doses = {
        "USUBJID": ["01", "01", "02"],
        "DOSE": [10, 20, 40],
        "DTM": seconds("2024-01-01T10:00+02:00", "2024-01-01T09:00Z", "2024-01-01T07:00"),
    }
    own = {
        "USUBJID": ["01", "02"],
        "ADTM": seconds("2024-01-01T09:30Z", "2024-01-01T09:30Z"),
    }
    out = run("{nearest: EX.DOSE, at: DTM, before: ADTM}", own, {"EX": doses})

    assert out.texts == ["20", "40"]
    assert out.codes == ["MAP344"]


@pytest.mark.parametrize(
    ("side", "dates", "taken", "told"),
    [
        ("before", ["2020-03-10", "2020-03"], "a", True),  # the 12th would be nearer
        ("before", ["2020-03-10", "2020-02"], "a", False),
        ("before", ["2020-03-14", "2020-03"], "a", False),  # nothing is nearer than the day before
        ("on-or-before", ["2020-03-15", "2020-03"], "a", False),
        ("on-or-before", ["2020-02-10", "2020-02"], "a", True),
        ("after", ["2020-03-20", "2020-03"], "a", True),
        ("after", ["2020-03-16", "2020-03"], "a", False),
        ("on-or-after", ["2020-04-20", "2020-04"], "b", True),
        ("on-or-after", ["2020-04-20", "2020-05"], "a", False),
        ("before", ["2020-03", "2020-04-01"], "", True),  # none is certain
        ("after", ["2020-03-10T10:00", "2020-03-10"], "", False),
    ],
)
def test_a_partial_date_that_may_be_the_nearest_is_told(
    side: str, dates: list[str], taken: str, told: bool
) -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds(*dates), "V": ["a", "b"]}
    own = {"USUBJID": ["01"], "DTC": seconds("2020-03-15")}
    out = run(f"{{nearest: T.V, at: D, {side}: DTC}}", own, {"T": table})

    assert out.texts == [taken]
    assert out.codes == (["MAP343"] if told else [])


def test_a_partial_date_with_the_same_value_changes_nothing() -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds("2020-03-10", "2020-03"), "V": ["a", "a"]}
    own = {"USUBJID": ["01"], "DTC": seconds("2020-03-15")}

    assert run("{nearest: T.V, at: D, before: DTC}", own, {"T": table}).codes == []
