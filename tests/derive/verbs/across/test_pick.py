"""``first`` and ``last``: the order that is said decides, what could overturn it is told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from derive.findings import LineFailed
from derive.values.column import Kind
from tests.derive.small import days, run, seconds, small, words

OWN = {"USUBJID": ["01", "02", "03"]}
LB = {
    "USUBJID": ["01", "01", "01", "02"],
    "LBSTRESC": ["9", "10", "<5", "7"],
    "LBSTRESN": [9, 10, None, 7],
    "LBDTC": seconds("2024-03-01", "2024-01-01", "2024-02-01", "2024-01-01"),
    "LBSEQ": [1, 2, 3, 1],
}


def test_the_last_result_is_that_of_the_last_date() -> None:
    out = run("{last: LB.LBSTRESC, by: LBDTC}", OWN, {"LB": LB})

    assert out.texts == ["9", "7", ""]
    assert out.links == {"LB": [0, 3, -1]}


def test_text_and_numbers_are_no_order_of_records() -> None:
    for name in ("LBSTRESC", "LBSTRESN"):
        (one,) = small(f"{{last: LB.{name}}}", OWN, {"LB": LB}).refused()
        assert (one.rule, str(one.spec)) == ("SPEC131", "xx.yaml:1:1")
        assert "order of records" in one.message


def test_text_orders_only_as_what_it_is_said_to_be() -> None:
    reports = {"USUBJID": ["01", "01"], "VERSION": ["9", "10"], "R": ["old", "new"]}

    (one,) = small("{last: RP.R, by: VERSION}", OWN, {"RP": reports}).refused()
    out = run("{last: RP.R, by: {number: VERSION}}", OWN, {"RP": reports})

    assert "VERSION is text, which has no order" in one.message
    assert out.texts == ["new", "", ""]


def test_without_by_a_date_is_its_own_order() -> None:
    out = run("{first: LB.LBDTC}", OWN, {"LB": LB})

    assert out.texts == ["2024-01-01", "2024-01-01", ""]


def test_a_record_without_the_sort_key_is_never_taken_beside_one_with_it() -> None:
    table = {"USUBJID": ["01", "01"], "D": days(None, "2024-01-01"), "V": ["without", "with"]}

    assert run("{first: T.V, by: D}", OWN, {"T": table}).texts[0] == "with"
    assert run("{last: T.V, by: D}", OWN, {"T": table}).texts[0] == "with"


def test_a_missing_key_matches_nothing() -> None:
    own = {"USUBJID": ["01", None]}
    table = {"USUBJID": ["01", None], "D": days("2024-01-01", "2024-01-02")}

    assert run("{first: T.D}", own, {"T": table}).texts == ["2024-01-01", ""]


def test_records_that_tie_with_another_value_stop_the_data_set() -> None:
    table = {"USUBJID": ["01", "01"], "D": days("2024-01-01", "2024-01-01"), "V": ["a", "b"]}

    with pytest.raises(LineFailed) as caught:
        run("{last: T.V, by: D}", OWN, {"T": table})

    (one,) = caught.value.findings
    assert one.rule == "ADAM208"
    assert dict(one.key) == {"USUBJID": "01"}


def test_ties_that_are_allowed_take_the_first_record() -> None:
    table = {"USUBJID": ["01", "01"], "D": days("2024-01-01", "2024-01-01"), "V": ["a", "b"]}

    assert run("{last: T.V, by: D, ties: allow}", OWN, {"T": table}).texts[0] == "a"


def test_records_that_tie_with_the_same_value_are_no_guess() -> None:
    table = {"USUBJID": ["01", "01"], "D": days("2024-01-01", "2024-01-01"), "V": ["a", "a"]}

    assert run("{last: T.V, by: D}", OWN, {"T": table}).texts[0] == "a"


@pytest.mark.parametrize(
    ("word", "dates", "taken", "told"),
    [
        ("first", ["2020-01", "2020-01-15"], "2020-01-15", True),
        ("first", ["2020-02", "2020-01-15"], "2020-01-15", False),
        ("last", ["2020-01-20", "2020-01"], "2020-01-20", True),
        ("last", ["2020-01-20", "2020-02"], "2020-02", False),
        ("last", ["2020-01-20T10:00", "2020-01-20"], "2020-01-20T10:00", False),
    ],
)
def test_a_partial_date_that_could_overturn_the_pick_is_told(
    word: str, dates: list[str], taken: str, told: bool
) -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds(*dates)}
    out = run(f"{{{word}: EX.D}}", {"USUBJID": ["01"]}, {"EX": table})

    assert out.texts == [taken]
    assert out.codes == (["MAP343"] if told else [])


def test_a_certainly_later_date_that_is_not_complete_is_told_where_dates_are_made() -> None:
    table = {"USUBJID": ["01", "01"], "EXENDTC": seconds("2020-01-20", "2020-02")}
    out = run("{last: {date: EX.EXENDTC}}", {"USUBJID": ["01"]}, {"EX": table})

    assert out.texts == ["2020-01-20"]
    assert out.codes == ["MAP343"]


@pytest.mark.parametrize(
    ("dates", "taken", "told"),
    [
        (["2020-01-20", "2020-01"], "a", True),
        (["2020-01", "2020-01-20"], "b", True),
        (["2020-01-20", "2020-02"], "b", False),
        (["2020-01-20", "2020-01-21"], "b", False),
    ],
)
def test_a_partial_date_among_dates_that_are_made_to_order_by_is_told(
    dates: list[str], taken: str, told: bool
) -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds(*dates), "V": ["a", "b"]}
    out = run("{last: T.V, by: {date: D}}", {"USUBJID": ["01"]}, {"T": table})

    assert out.texts == [taken]
    assert out.codes == (["MAP343"] if told else [])


@pytest.mark.parametrize(
    ("line", "dates", "values", "taken", "told"),
    [
        ("last: T.V, by: D", ["2020-01-20T10:00", "2020-01-20"], ["a", "b"], "a", True),
        ("first: T.V, by: D", ["2020-01-20T10:00", "2020-01-20"], ["a", "b"], "b", True),
        ("last: T.V, by: D", ["2020-01-20T10:00", "2020-01-20"], ["a", "a"], "a", False),
        ("last: T.V, by: D", ["2020-01-20T10:00", "2020-01-19"], ["a", "b"], "a", False),
        ("last: T.V, by: D", ["2020-01-20T10:00", "2020-01-20T11"], ["a", "b"], "b", False),
        ("last: T.V, by: D", ["2020-01-20T10:00", "2020-01-20T10"], ["a", "b"], "b", True),
        ("from: T.V, take: last, by: D", ["2020-01-20T10:00", "2020-01-20"], ["a", "b"], "a", True),
        (
            "from: T.V, take: last, by: D",
            ["2020-01-20T10:00", "2020-01-20"],
            ["a", "a"],
            "a",
            False,
        ),
        ("max: T.D", ["2020-01-20T10:00", "2020-01-20"], ["a", "b"], "2020-01-20T10:00", False),
    ],
)
def test_a_date_without_a_time_beside_a_time_of_its_day_is_told_where_values_differ(
    line: str, dates: list[str], values: list[str], taken: str, told: bool
) -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds(*dates), "V": values}
    out = run(f"{{{line}}}", {"USUBJID": ["01"]}, {"T": table})

    assert out.texts == [taken]
    assert out.codes == (["MAP343"] if told else [])


@pytest.mark.parametrize(
    ("word", "one", "other", "taken", "told"),
    [
        ("first", "2020-01-15", "2020-01", "2020-01-15", True),
        ("last", "2020-01", "2020-01-15", "2020-01-15", True),
        ("last", "2020-01-15", "2020-02", "2020-02", False),
        ("first", "2020-01-15", None, "2020-01-15", False),
    ],
)
def test_a_partial_date_of_another_source_of_a_list_is_told(
    word: str, one: str, other: str | None, taken: str, told: bool
) -> None:
    tables = {
        "AE": {"USUBJID": ["01"], "D": seconds(one)},
        "DS": {"USUBJID": ["01"], "D": seconds(other)},
    }
    out = run(f"{{{word}: [AE.D, DS.D]}}", {"USUBJID": ["01"]}, tables)

    assert out.texts == [taken]
    assert out.codes == (["MAP343"] if told else [])


@pytest.mark.parametrize(
    ("numbers", "taken", "told"), [([1, 1], "a", True), ([1, 2], "b", False), ([2, 1], "a", False)]
)
def test_a_partial_date_that_is_the_second_thing_ordered_by_is_told(
    numbers: list[float], taken: str, told: bool
) -> None:
    dates = seconds("2020-01-20", "2020-01")
    table = {"USUBJID": ["01", "01"], "N": numbers, "D": dates, "V": ["a", "b"]}
    out = run("{last: T.V, by: [N, D]}", {"USUBJID": ["01"]}, {"T": table})

    assert out.texts == [taken]
    assert out.codes == (["MAP343"] if told else [])


def test_the_partial_date_of_the_two_is_named() -> None:
    table = {"USUBJID": ["01", "01"], "D": seconds("2020-01", "2020-01-15"), "V": ["a", "b"]}
    out = run("{first: T.V, by: D}", {"USUBJID": ["01"]}, {"T": table})

    assert [one.rule for one in out.findings] == ["MAP343"]
    assert "2020-01 is not fully known" in out.findings[0].message


@pytest.mark.parametrize("word", ["last: T.D", "last: T.D, by: D"])
def test_times_with_an_offset_are_in_order_whatever_other_subjects_have(word: str) -> None:
    table = {
        "USUBJID": ["01", "01", "02", "02"],
        "D": seconds(
            "2024-01-01T10:00+02:00", "2024-01-01T09:00Z", "2024-01-01T10:00Z", "2024-01-01T11:00"
        ),
    }
    out = run(f"{{{word}}}", {"USUBJID": ["01", "02"]}, {"T": table})

    assert out.texts[0] == "2024-01-01T09:00Z"
    assert out.codes == ["MAP344"]


def test_a_date_is_imputed_on_the_way_and_flagged() -> None:
    table = {"USUBJID": ["01"], "EXSTDTC": seconds("2024-01-05")}
    line = "{first: {datetime: EX.EXSTDTC}, impute: {time: first}, time-flag: TRTSTMF}"
    out = run(line, {"USUBJID": ["01"]}, {"EX": table})

    assert out.texts == ["2024-01-05T00:00:00"]
    assert out.of("TRTSTMF") == ["H"]


def test_of_a_list_the_latest_of_all_counts_and_each_source_keeps_its_link() -> None:
    ae = {"USUBJID": ["01", "02"], "AESTDTC": seconds("2024-01-03", "2024-01-03")}
    vs = {
        "USUBJID": ["01", "02", "02"],
        "VSDTC": seconds("2024-01-05", "2024-01-01", "2024-02-01"),
        "VSSTAT": [None, None, "NOT DONE"],
    }
    line = "{last: [{date: AE.AESTDTC}, {date: VS.VSDTC, where: VSSTAT is missing}]}"
    out = run(line, {"USUBJID": ["01", "02"]}, {"AE": ae, "VS": vs})

    assert out.texts == ["2024-01-05", "2024-01-03"]
    assert out.links == {"AE": [-1, 1], "VS": [0, -1]}


def test_own_variables_stand_in_a_list_too() -> None:
    own = {"USUBJID": ["01", "02"], "DTHDT": days("2024-06-01", None)}
    ae = {"USUBJID": ["01", "02"], "ASTDT": days("2024-01-03", "2024-01-04")}

    assert run("{last: [AE.ASTDT, DTHDT]}", own, {"AE": ae}).texts == ["2024-06-01", "2024-01-04"]


def test_what_lies_outside_the_bounds_does_not_count() -> None:
    own = {"USUBJID": ["01", "02"], "CUT": days("2024-01-31", "2024-12-31")}
    table = {
        "USUBJID": ["01", "01", "02"],
        "D": days("2024-01-15", "2024-02-15", "2024-02-15"),
    }
    out = run("{last: T.D, not-after: CUT}", own, {"T": table})

    assert out.texts == ["2024-01-15", "2024-02-15"]


def test_bounds_compare_to_the_precision_that_both_have() -> None:
    own = {"USUBJID": ["01"], "B": seconds("2024-01-01T08:00")}
    table = {"USUBJID": ["01", "01"], "D": seconds("2024-01-01T10:00", "2024-01-01T07:00")}

    assert run("{last: T.D, not-after: B}", own, {"T": table}).texts == ["2024-01-01T07:00"]


def test_a_condition_sees_the_records_own_variables() -> None:
    own = {
        "USUBJID": ["01", "01"],
        "ASTDT": days("2024-01-10", "2024-03-10"),
        "AENDT": days("2024-01-20", "2024-03-20"),
    }
    cm = {
        "USUBJID": ["01", "01"],
        "CMDECOD": ["A", "B"],
        "CMSTDT": days("2024-01-01", "2024-03-15"),
        "CMENDT": days("2024-01-12", "2024-04-01"),
    }
    line = "{first: CM.CMDECOD, by: CMSTDT, where: CMSTDT <= own.AENDT and CMENDT >= own.ASTDT}"
    out = run(line, own, {"CM": cm})

    assert out.texts == ["A", "B"]
    assert out.links == {"CM": [0, 1]}


def test_within_looks_at_the_data_sets_own_records() -> None:
    own = {
        "USUBJID": ["01", "01", "01", None, None],
        "PARAMCD": ["A", "A", "B", "A", "A"],
        "ADT": days("2024-01-02", "2024-01-01", "2024-01-03", "2024-05-02", "2024-05-01"),
    }
    out = run("{first: ADT, within: [USUBJID, PARAMCD]}", own)

    assert out.texts == ["2024-01-01", "2024-01-01", "2024-01-03", "2024-05-01", "2024-05-01"]


def test_keys_and_the_whole_study() -> None:
    own = {"USUBJID": ["01"], "GRP": ["X"]}
    table = {"USUBJID": ["02", "02"], "G": ["X", "Y"], "D": days("2024-01-02", "2024-01-01")}

    assert run("{first: T.D, on: {G: GRP}}", own, {"T": table}).texts == ["2024-01-02"]
    assert run("{first: T.D, on: study}", own, {"T": table}).texts == ["2024-01-01"]


def test_sources_are_of_one_kind() -> None:
    tables = {
        "A": {"USUBJID": ["01"], "D": days("2024-01-01")},
        "B": {"USUBJID": ["01"], "D": seconds("2024-01-01T10:00")},
    }
    (one,) = small("{last: [A.D, B.D]}", OWN, tables).refused()

    assert one.message == "one source is a date, another one a date-time"
    assert small("{last: [A.D, {date: B.D}]}", OWN, tables).kind() is Kind.DAY


def test_words_say_all_of_it() -> None:
    line = (
        "{last: {date: EX.EXENDTC, impute: {day: first}}, where: EXDOSE > 0, not-after: CUT, "
        "date-flag: TRTEDTF}"
    )
    assert words(line) == (
        "The last value of EX.EXENDTC (an unknown day is taken as the first) of the subject, "
        "where EXDOSE is more than 0, not after CUT, as a date (flagged in TRTEDTF)."
    )
    assert words("{first: X.ADT, within: [USUBJID, PARAMCD]}") == (
        "The first value of X.ADT of the records with the same USUBJID and PARAMCD."
    )


BAGS = {"USUBJID": ["01", "02"], "BAG": ["A", "B"], "ATDOSE": days("2024-01-01", None)}
ASKED = {"USUBJID": ["01", "01", "02", "01"], "NAMED": ["A", "B", "B", None]}


@pytest.mark.parametrize("verb", ["first", "last"])
def test_a_look_up_that_finds_nothing_is_asked_about(verb: str) -> None:
    line = f"{{{verb}: EX.ATDOSE, on: {{USUBJID: USUBJID, BAG: NAMED}}}}"
    out = run(line, ASKED, {"EX": BAGS})

    assert out.texts == ["2024-01-01", "", "", ""]
    assert out.codes == ["MAP305"]  # 01 with B; of 02 the bag is there, without a date
    assert out.findings[0].message == "nothing that counts has this USUBJID, NAMED"


def test_a_look_up_may_find_nothing_where_it_says_so() -> None:
    line = "{first: EX.ATDOSE, on: {USUBJID: USUBJID, BAG: NAMED}, unmatched: blank}"
    assert run(line, ASKED, {"EX": BAGS}).codes == []

    with pytest.raises(LineFailed, match="MAP305"):
        run(line.replace("blank", "error"), ASKED, {"EX": BAGS})


def test_what_does_not_count_is_not_found() -> None:
    line = '{first: EX.ATDOSE, on: {BAG: NAMED}, where: BAG != "A"}'
    out = run(line, {"NAMED": ["A"]}, {"EX": BAGS})

    assert out.codes == ["MAP305"]


@pytest.mark.parametrize("on", ["", ", on: USUBJID", ", on: study"])
def test_a_subject_may_have_no_record(on: str) -> None:
    line = f"{{first: EX.ATDOSE, where: BAG == 'Z'{on}}}"
    assert run(line, ASKED, {"EX": BAGS}).codes == []

    with pytest.raises(ValidationError, match="says nothing without keys"):
        small(f"{{first: EX.ATDOSE, unmatched: blank{on}}}", ASKED, {"EX": BAGS})
