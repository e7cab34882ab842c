"""Verbs within groups: sequence, mark, baseline, change, episode, window."""

from __future__ import annotations

import pytest

from derive.findings import LineFailed
from tests.derive.small import days, run, seconds, small, words

OWN = {
    "USUBJID": ["01", "01", "01", "02"],
    "PARAMCD": ["A", "A", "A", "A"],
    "ADT": days("2024-01-02", "2024-01-01", "2024-01-03", "2024-01-01"),
    "AVAL": [138.1, 138, 150, 7],
    "ABLFL": [None, "Y", None, None],
}


def test_records_are_numbered_in_the_order_that_is_said() -> None:
    assert run("{sequence: [ADT]}", OWN).numbers == [2, 1, 3, 1]
    assert run("{sequence: [-ADT]}", OWN).numbers == [2, 3, 1, 1]


def test_text_may_make_an_order_total() -> None:
    own = {"USUBJID": ["01", "01"], "PARAMCD": ["B", "A"]}

    assert run("{sequence: [PARAMCD]}", own).numbers == [2, 1]


def test_a_missing_key_sorts_last_whichever_way() -> None:
    own = {"USUBJID": ["01", "01", "01"], "D": days(None, "2024-01-01", "2024-01-02")}

    assert run("{sequence: [D]}", own).numbers == [3, 1, 2]
    assert run("{sequence: [-D]}", own).numbers == [3, 2, 1]


def test_records_in_one_place_stop_the_data_set() -> None:
    own = {"USUBJID": ["01", "01"], "D": days("2024-01-01", "2024-01-01")}

    with pytest.raises(LineFailed) as caught:
        run("{sequence: [D]}", own)

    assert [one.rule for one in caught.value.findings] == ["ADAM208"]
    assert run("{sequence: [D], ties: allow}", own).numbers == [1, 2]


def test_one_record_of_each_group_is_marked() -> None:
    line = "{mark: last, within: [USUBJID, PARAMCD], by: [ADT], where: AVAL < 150}"

    assert run(line, OWN).texts == ["Y", "", "", "Y"]


def test_a_tie_of_marked_records_is_no_guess() -> None:
    own = {"USUBJID": ["01", "01"], "D": days("2024-01-01", "2024-01-01")}

    with pytest.raises(LineFailed):
        run("{mark: first, within: USUBJID, by: D}", own)
    assert run("{mark: first, within: USUBJID, by: D, ties: allow}", own).texts == ["Y", ""]


def test_the_baseline_stands_in_every_record_of_its_group() -> None:
    out = run("{baseline: AVAL, within: [USUBJID, PARAMCD]}", OWN)

    assert out.texts == ["138", "138", "138", ""]
    assert out.links == {"XX": [1, 1, 1, -1]}


def test_two_baselines_are_an_error() -> None:
    own = {**OWN, "ABLFL": ["Y", "Y", None, None]}

    with pytest.raises(LineFailed) as caught:
        run("{baseline: AVAL, within: [USUBJID, PARAMCD]}", own)

    assert {one.rule for one in caught.value.findings} == {"ADAM212"}


def test_change_is_exact() -> None:
    own = {"AVAL": [138.1, 0.9, 5], "BASE": [138, 9, 0]}

    assert run("{change: AVAL}", own).texts == ["0.1", "-8.1", "5"]
    assert run("{percent-change: AVAL}", own).numbers[1:] == [-90, None]


def test_the_change_of_two_dates_is_a_duration() -> None:
    (one,) = small("{change: A, base: B}", {"A": days("2024-01-01"), "B": days(None)}).refused()

    assert "duration" in one.hint


def test_runs_of_records_that_overlap() -> None:
    own = {
        "USUBJID": ["01"] * 4,
        "S": days("2024-01-01", "2024-01-03", "2024-01-10", None),
        "E": days("2024-01-02", "2024-01-04", None, None),
    }

    assert run("{episode: S, end: E, within: USUBJID}", own).numbers == [1, 1, 2, None]
    assert run("{episode: S, end: E, within: USUBJID, gap: 6}", own).numbers == [1, 1, 1, None]


def test_runs_by_time_of_day() -> None:
    own = {
        "USUBJID": ["01", "01"],
        "S": seconds("2024-01-01T00:00:00", "2024-01-01T12:00:00"),
        "E": seconds("2024-01-01T01:00:00", "2024-01-01T13:00:00"),
    }

    assert run("{episode: S, end: E, within: USUBJID, gap: 0.25}", own).numbers == [1, 2]


WINDOWS = (
    "[{name: DAY 1, number: 1, target: 1, low: -3, high: 1}, "
    "{name: WEEK 1, number: 7, target: 8, low: 2, high: 14}]"
)


def test_there_is_no_day_0_between_a_day_and_its_target() -> None:
    out = run(f"{{window: ADY, windows: {WINDOWS}}}", {"ADY": [-1, 1, 9, 20]})

    assert out.texts == ["DAY 1", "DAY 1", "WEEK 1", ""]
    assert list(out.of("AWTDIFF")) == ["1", "0", "1", ""]
    assert out.of("AVISITN") == ["1", "1", "7", ""]


def test_elapsed_days_count_from_0() -> None:
    windows = "[{name: DAY 0, target: 0, low: -2, high: 2}]"

    with pytest.raises(ValueError, match="no study day 0"):
        small(f"{{window: D, windows: {windows}}}", {"D": [1]})
    out = run(f"{{window: D, windows: {windows}, days: elapsed}}", {"D": [-1, 1]})
    assert out.of("AWTDIFF") == ["1", "1"]


def test_words() -> None:
    assert words("{sequence: [PARAMN, -ADT]}") == (
        "1, 2, 3 ... within each USUBJID in the order of PARAMN, then ADT downwards."
    )
    assert words("{mark: last, within: [USUBJID], by: ADT, where: AVAL is not missing}") == (
        '"Y" in the last record where AVAL is not missing within each USUBJID, in the order of ADT.'
    )
    assert words("{baseline: AVAL, within: [USUBJID, PARAMCD]}") == (
        'The value of AVAL in the record where ABLFL is "Y", within each USUBJID and PARAMCD.'
    )
    assert words("{percent-change: AVAL}") == "100 * (AVAL - BASE) / BASE; missing where BASE is 0."


def test_a_partial_date_that_could_be_the_one_to_mark_is_told() -> None:
    own = {
        "USUBJID": ["01", "01", "02", "02"],
        "D": seconds("2020-01-20", "2020-01", "2020-01-20", "2020-02"),
    }
    out = run("{mark: last, within: USUBJID, by: D}", own)

    assert out.texts == ["Y", "", "", "Y"]
    assert out.codes == ["MAP343"]
    assert run("{mark: last, within: USUBJID, by: -D}", own).codes == ["MAP343"]


A, B = "{name: A, target: 10, low: 1, high: 16}", "{name: B, target: 20, low: 14, high: 30}"


@pytest.mark.parametrize("windows", [f"[{A}, {B}]", f"[{B}, {A}]"])
def test_a_day_as_near_to_two_targets_is_no_matter_of_the_order_of_windows(windows: str) -> None:
    assert run(f"{{window: D, windows: {windows}}}", {"D": [14, 16]}).texts == ["A", "B"]
    with pytest.raises(LineFailed) as caught:
        run(f"{{window: D, windows: {windows}}}", {"D": [14, 15, 16]})
    assert [one.rule for one in caught.value.findings] == ["ADAM208"]


def test_a_tie_of_two_windows_may_be_allowed() -> None:
    assert run(f"{{window: D, windows: [{A}, {B}], ties: allow}}", {"D": [15]}).texts == ["A"]


def test_there_is_no_day_0_among_windows_of_study_days() -> None:
    windows = "windows: [{name: BASELINE, target: 1, low: -3, high: 3}]"

    with pytest.raises(LineFailed) as caught:
        run(f"{{window: D, {windows}}}", {"D": [-1, 0, 1]})
    assert [one.rule for one in caught.value.findings] == ["ADAM228"]
    assert run(f"{{window: D, {windows}}}", {"D": [-1, None, 1]}).texts == [
        "BASELINE",
        "",
        "BASELINE",
    ]
    assert run(f"{{window: D, {windows}, days: elapsed}}", {"D": [0]}).texts == ["BASELINE"]
