"""min, max, sum, mean, median; count of records and of different values; exists."""

from __future__ import annotations

import pytest

from derive.values.column import Kind
from tests.derive.small import days, run, seconds, small, words

OWN = {"USUBJID": ["01", "02", "03"]}
VS = {
    "USUBJID": ["01", "01", "01", "02"],
    "VSSTRESN": [138.1, 9, 100, None],
    "VSSTRESC": ["138.1", "9", "100", None],
    "VSDT": days("2024-01-02", "2024-01-01", "2024-01-03", "2024-02-01"),
    "VISIT": ["A", "A", "B", "A"],
}


@pytest.mark.parametrize(
    ("how", "first"),
    [
        ("min", "9"),
        ("max", "138.1"),
        ("sum", "247.1"),
        ("median", "100"),
        ("mean", "82.3666666666667"),
    ],
)
def test_numbers_are_summed_up_by_subject(how: str, first: str) -> None:
    assert run(f"{{{how}: VS.VSSTRESN}}", OWN, {"VS": VS}).texts == [first, "", ""]


def test_the_largest_text_is_no_answer() -> None:
    (one,) = small("{max: VS.VSSTRESC}", OWN, {"VS": VS}).refused()

    assert (one.rule, one.message) == ("SPEC131", "text has no max")


def test_the_earliest_date_keeps_its_record() -> None:
    out = run("{min: VS.VSDT}", OWN, {"VS": VS})

    assert out.texts == ["2024-01-01", "2024-02-01", ""]
    assert out.links == {"VS": [1, 3, -1]}


def test_dates_have_no_sum() -> None:
    (one,) = small("{sum: VS.VSDT}", OWN, {"VS": VS}).refused()

    assert one.message == "a date has no sum"


def test_records_and_different_values_are_two_questions() -> None:
    assert run("{count: VS}", OWN, {"VS": VS}).numbers == [3, 1, 0]
    assert run("{count-distinct: VS.VISIT}", OWN, {"VS": VS}).numbers == [2, 1, 0]
    assert run("{count: VS, where: VSSTRESN > 10}", OWN, {"VS": VS}).numbers == [2, 0, 0]
    assert run("{count-distinct: VS.USUBJID, on: study}", OWN, {"VS": VS}).numbers == [2, 2, 2]


def test_a_running_sum_sees_the_records_own_date() -> None:
    own = {
        "USUBJID": ["01", "01", "01"],
        "EXDOSE": [10, 20, 40],
        "EXDT": days("2024-01-01", "2024-01-11", "2024-01-21"),
    }
    line = "{sum: XX.EXDOSE, where: EXDT <= own.EXDT}"

    assert run(line, own).numbers == [10, 30, 70]


def test_a_later_record_within_14_days() -> None:
    own = {
        "USUBJID": ["01", "01", "01"],
        "ADT": days("2024-01-01", "2024-01-10", "2024-03-01"),
        "UNTIL": days("2024-01-15", "2024-01-24", "2024-03-15"),
    }
    line = "{exists: XX, where: ADT > own.ADT and ADT <= own.UNTIL, no: N}"

    assert run(line, own).texts == ["Y", "N", "N"]


def test_within_counts_the_groups_own_records() -> None:
    own = {"USUBJID": ["01", "01", "02"], "PARAMCD": ["A", "A", "A"], "AVAL": [1, 2, 4]}

    assert run("{sum: AVAL, within: [USUBJID, PARAMCD]}", own).numbers == [3, 3, 4]


def test_exists_says_which_record_it_found() -> None:
    out = run('{exists: VS, where: VISIT == "B", no: N}', OWN, {"VS": VS})

    assert out.texts == ["Y", "N", "N"]
    assert out.links == {"VS": [2, -1, -1]}


def test_a_flag_that_is_a_number() -> None:
    line = "{exists: VS, is: 1, no: 0}"
    out = run(line, OWN, {"VS": VS}, declared=Kind.NUMBER)

    assert out.numbers == [1, 1, 0]


def test_keys_of_two_kinds_never_meet() -> None:
    own = {"USUBJID": ["01"], "N": [1]}
    (one,) = small("{count: T, on: {K: N}}", own, {"T": {"K": ["1"]}}).refused()

    assert one.message == "the key N is a number, T K a text"


def test_on_and_within_are_two_ways() -> None:
    with pytest.raises(ValueError, match="say one"):
        small("{sum: XX.A, on: K, within: K}", {"K": ["1"], "A": [1]})


def test_words() -> None:
    assert words('{max: VS.VSSTRESN, where: VISIT == "A"}') == (
        'The largest value of VS.VSSTRESN of the subject, where VISIT is "A".'
    )
    assert words("{count-distinct: DM.USUBJID, on: study}") == (
        "The number of different values of DM.USUBJID of all records."
    )
    assert words("{count: EX, where: EXDOSE is missing}") == (
        "The number of records of EX of the subject, where EXDOSE is missing."
    )
    assert words('{exists: PR, where: PRCAT == "X", no: N}') == (
        '"Y" if there is a record of PR of the subject, where PRCAT is "X", else "N".'
    )


@pytest.mark.parametrize(
    ("word", "other", "told"),
    [
        ("min", "2020-01", True),
        ("max", "2020-01", True),
        ("max", "2020-02", False),
        ("min", "2020-02", False),
    ],
)
def test_a_partial_date_that_may_be_the_extreme_one_is_told(
    word: str, other: str, told: bool
) -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds("2020-01-15", other)}
    out = run(f"{{{word}: T.D}}", {"USUBJID": ["01"]}, {"T": table})

    assert out.codes == (["MAP343"] if told else [])
