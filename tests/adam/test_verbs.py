"""One test or more per verb, on subjects small enough to work out by hand."""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.adam.small import ADSL, adsl_values, build, rules, subjects, values

EX = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1", "1", "1", "2"],
        "EXSEQ": [1.0, 2.0, 3.0, 1.0],
        "EXTRT": ["A", "A", "B", "A"],
        "EXDOSE": [10.0, 20.0, 0.0, 5.0],
        "EXSTDTC": ["2024-01-05", "2024-01-03", "2024-01-09", "2024-02"],
    }
)


def made(folder: Path, line: str, variable: str = "NEW", **columns: Any) -> list[Any]:
    """The variable for subjects 1, 2 and 3."""
    data = {"DM": subjects("1", "2", "3", **columns), "EX": EX}
    return adsl_values(folder, line, data, variable)


def test_from_copies_a_variable_of_the_record(tmp_path: Path) -> None:
    assert made(tmp_path, "NEW: AGE", AGE=[30.0, 40.0, 50.0]) == [30.0, 40.0, 50.0]


def test_from_takes_the_only_matching_record_of_another_data_set(tmp_path: Path) -> None:
    assert made(tmp_path, 'NEW: {from: EX.EXDOSE, where: EXTRT == "B"}') == [0.0, None, None]


def test_from_with_several_matches_says_which_counts(tmp_path: Path) -> None:
    assert made(tmp_path, "NEW: {from: EX.EXDOSE, several: first by EXSTDTC}") == [20.0, 5.0, None]


def test_from_with_a_map(tmp_path: Path) -> None:
    line = "NEW: {from: SEX, map: {F: 1, M: 2}, as: number}"
    assert made(tmp_path, line, SEX=["F", "M", ""]) == [1.0, 2.0, None]


@pytest.mark.parametrize(
    ("answer", "expected"), [("blank", ["x", None, None]), ("keep", ["x", "M", None])]
)
def test_an_unmapped_term_follows_the_stated_answer(
    tmp_path: Path, answer: str, expected: list[Any]
) -> None:
    line = f"NEW: {{from: SEX, map: {{F: x}}, unmapped: {answer}}}"
    assert made(tmp_path, line, SEX=["F", "M", ""]) == expected


def test_numbers_can_be_mapped(tmp_path: Path) -> None:
    assert (
        made(
            tmp_path,
            'NEW: {from: AGE, map: {"30": young}, unmapped: blank}',
            AGE=[30.0, 40.0, 50.0],
        )[0]
        == "young"
    )


def test_constant_under_a_condition(tmp_path: Path) -> None:
    line = "NEW: {constant: old, where: AGE >= 40, else: young}"
    assert made(tmp_path, line, AGE=[30.0, 40.0, float("nan")]) == ["young", "old", "young"]


def test_a_constant_number(tmp_path: Path) -> None:
    assert made(tmp_path, "NEW: {constant: 1.5, as: number}") == [1.5, 1.5, 1.5]


def test_choose_takes_the_first_that_holds(tmp_path: Path) -> None:
    line = (
        "NEW: {choose: [{is: low, where: AGE < 35}, {blank: true, where: AGE > 45}, {from: SEX}]}"
    )
    assert made(tmp_path, line, AGE=[30.0, 40.0, 50.0], SEX=["F", "M", "F"]) == ["low", "M", None]


def test_bins_are_closed_on_the_stated_side(tmp_path: Path) -> None:
    line = "NEW: {bins: AGE, cut: [18, 65], labels: [a, b, c], missing: none}"
    assert made(tmp_path, line, AGE=[18.0, 65.0, float("nan")]) == ["b", "c", "none"]


def test_bins_closed_on_the_right(tmp_path: Path) -> None:
    line = "NEW: {bins: AGE, cut: [30], closed: right, labels: [1, 2], as: number}"
    assert made(tmp_path, line, AGE=[30.0, 31.0, 29.0]) == [1.0, 2.0, 1.0]


def test_flag(tmp_path: Path) -> None:
    assert made(
        tmp_path, 'NEW: {flag: "Y", else: "N", where: AGE > 35}', AGE=[30.0, 40.0, 50.0]
    ) == ["N", "Y", "Y"]


def test_exists(tmp_path: Path) -> None:
    assert made(tmp_path, 'NEW: {exists: EX, where: EXDOSE > 5, else: "N"}') == ["Y", "N", "N"]


def test_first_and_last_by_the_value_itself(tmp_path: Path) -> None:
    assert made(tmp_path, "NEW: {first: EX.EXSTDTC, as: date}") == ["2024-01-03", None, None]


def test_first_imputes_and_flags(tmp_path: Path) -> None:
    line = "NEW: {first: EX.EXSTDTC, as: date, impute: day last, flag: NEWF}"
    data = {"DM": subjects("1", "2", "3"), "EX": EX}
    result = build(tmp_path, {"adsl": f"{ADSL}variables: {{{line}}}"}, data)
    assert values(result, "ADSL", "NEW") == ["2024-01-03", "2024-02-29", None]
    assert values(result, "ADSL", "NEWF") == [None, "D", None]


def test_last_in_a_stated_order(tmp_path: Path) -> None:
    assert made(tmp_path, "NEW: {last: EX.EXDOSE, by: EXSEQ}") == [0.0, 5.0, None]


def test_last_of_several_sources(tmp_path: Path) -> None:
    line = "NEW: {last: [EX.EXSTDTC, BRTHDTC], as: date, impute: month first}"
    got = made(tmp_path, line, BRTHDTC=["2025-01-01", "1990", "1980-06-01"])
    assert got == ["2025-01-01", "2024-02-01", "1980-06-01"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("min", [0.0, 5.0, None]),
        ("max", [20.0, 5.0, None]),
        ("sum", [30.0, 5.0, None]),
        ("mean", [10.0, 5.0, None]),
        ("count", [3.0, 1.0, 0.0]),
    ],
)
def test_aggregates(tmp_path: Path, how: str, expected: list[Any]) -> None:
    assert made(tmp_path, f"NEW: {{{how}: EX.EXDOSE}}") == expected


def test_latest_before_and_earliest_after(tmp_path: Path) -> None:
    specs = {
        "adsl": ADSL,
        "adxx": """
dataset: ADXX
label: Samples
keys: [USUBJID, ADT]
tables:
  doses: {from: EX, variables: {ADT: {date: EXSTDTC}}}
records:
  samples:
    from: PC
    variables:
      ADT: {date: PCDTC}
      PREVIOUS: {latest: doses.EXDOSE, at: ADT, before: ADT}
      SAME: {latest: doses.EXDOSE, at: ADT, on-or-before: ADT}
      NEXT: {earliest: doses.EXDOSE, at: ADT, after: ADT}
predecessors: [USUBJID]
""",
    }
    pc = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "1", "1", "3"],
            "PCDTC": ["2024-01-02", "2024-01-05", "2024-01-10", "2024-01-05"],
        }
    )
    result = build(tmp_path, specs, {"DM": subjects("1", "2", "3"), "EX": EX, "PC": pc})
    assert values(result, "ADXX", "PREVIOUS") == [None, 20.0, 0.0, None]
    assert values(result, "ADXX", "SAME") == [None, 10.0, 0.0, None]
    assert values(result, "ADXX", "NEXT") == [20.0, 0.0, None, None]


def test_date_with_bounds_and_flag(tmp_path: Path) -> None:
    lines = "CONTACT: {date: SVDTC}\nNEW: {date: DTHDTC, impute: month, to: first, not-before: CONTACT, flag: NEWF}"
    got = made(
        tmp_path,
        lines,
        DTHDTC=["2024-05", "2024", ""],
        SVDTC=["2024-05-09", "2023-01-01", "2024-01-01"],
    )
    assert got == ["2024-05-09", "2024-01-01", None]


def test_datetime_and_its_parts(tmp_path: Path) -> None:
    lines = "NEWDTM: {datetime: X, time: last}\nNEWDT: {date-of: NEWDTM}\nNEWTM: {time-of: NEWDTM}"
    x = ["2024-05-01T06:30:00", "2024-05-02", ""]
    folder = tmp_path / "a"
    folder.mkdir()
    assert made(folder, lines, "NEWDTM", X=x) == [
        "2024-05-01T06:30:00",
        "2024-05-02T23:59:59",
        None,
    ]
    folder = tmp_path / "b"
    folder.mkdir()
    assert made(folder, lines, "NEWTM", X=x) == [23400.0, 86399.0, None]


def test_study_day_and_duration(tmp_path: Path) -> None:
    lines = "A: {date: X}\nB: {date: Y}\nDAY: {study-day: B, reference: A}\nNEW: {duration: [A, B], plus-one: true}"
    assert made(
        tmp_path, lines, X=["2024-01-01"] * 3, Y=["2024-01-01", "2024-01-31", "2023-12-31"]
    ) == [1.0, 31.0, -1.0]


def test_compute_rounds_half_away_from_zero(tmp_path: Path) -> None:
    assert made(tmp_path, "NEW: {compute: AGE / 4, decimals: 1}", AGE=[0.6, 1.0, 3.0]) == [
        0.2,
        0.3,
        0.8,
    ]


def test_text_is_missing_when_a_part_is(tmp_path: Path) -> None:
    assert made(
        tmp_path, 'NEW: {text: "Day {AGE} of {SEX}"}', AGE=[1.0, 2.5, 3.0], SEX=["F", "M", ""]
    ) == [
        "Day 1 of F",
        "Day 2.5 of M",
        None,
    ]


@pytest.mark.parametrize(
    ("option", "expected"),
    [("significant: 3", ["0.102", "24.9", "1230"]), ("decimals: 1", ["0.1", "24.9", "1234.6"])],
)
def test_numbers_shown_as_text(tmp_path: Path, option: str, expected: list[str]) -> None:
    assert (
        made(tmp_path, f"NEW: {{shown: AGE, {option}}}", AGE=[0.10156, 24.942, 1234.56]) == expected
    )


BDS = """
dataset: ADLB
label: Laboratory
class: basic-data-structure
keys: [USUBJID, PARAMCD, ADT, AVISIT, DTYPE]
predecessors: [STUDYID, USUBJID]
records:
  lab:
    from: LB
    variables:
      PARAMCD: LBTESTCD
      ADT: {date: LBDTC}
      AVAL: LBSTRESN
      ADY: LBDY
      AVISIT: LBVIS
      DTYPE: {choose: [{blank: true}]}
"""
LB = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1"] * 4 + ["2"] * 2,
        "LBTESTCD": ["HGB"] * 6,
        "LBDTC": [
            "2024-01-01",
            "2024-01-02",
            "2024-01-10",
            "2024-01-20",
            "2024-01-01",
            "2024-01-09",
        ],
        "LBSTRESN": [10.0, 8.0, 12.0, 4.0, 0.0, 7.0],
        "LBDY": [-2.0, -1.0, 8.0, 18.0, -2.0, 7.0],
        "LBVIS": "",
    }
)


def bds(folder: Path, lines: str, variable: str, records: str = "") -> list[Any]:
    indented = "".join(f"  {line}\n" for line in lines.strip().splitlines())
    text = BDS + records + (f"variables:\n{indented}" if indented else "")
    result = build(folder, {"adsl": ADSL, "adlb": text}, {"DM": subjects("1", "2"), "LB": LB})
    assert not result.failed, result.findings
    return values(result, "ADLB", variable)


BASELINE = """
ABLFL: {mark: last, within: [USUBJID, PARAMCD], by: ADT, where: ADY < 0 and AVAL is not missing}
BASE: {baseline: AVAL, within: [USUBJID, PARAMCD]}
"""


def test_mark_flags_one_record_per_group(tmp_path: Path) -> None:
    assert bds(tmp_path, BASELINE, "ABLFL") == [None, "Y", None, None, "Y", None]


def test_baseline_and_change(tmp_path: Path) -> None:
    lines = (
        BASELINE
        + "CHG: {change: AVAL, where: ADY > 0}\nPCHG: {percent-change: AVAL, where: ADY > 0}"
    )
    assert bds(tmp_path, lines, "CHG") == [None, None, 4.0, -4.0, None, 7.0]


def test_per_cent_change_from_zero_is_missing(tmp_path: Path) -> None:
    lines = BASELINE + "PCHG: {percent-change: AVAL, where: ADY > 0}"
    assert bds(tmp_path, lines, "PCHG") == [None, None, 50.0, -50.0, None, None]


def test_sequence_follows_its_order(tmp_path: Path) -> None:
    assert bds(tmp_path, "ASEQ: {sequence: USUBJID, by: ADT desc}", "ASEQ") == [
        4.0,
        3.0,
        2.0,
        1.0,
        2.0,
        1.0,
    ]


WINDOWS = """
AVISIT:
  window: ADY
  windows:
    - {name: Baseline, number: 0, target: -1, low: -99, high: -1}
    - {name: Week 1, target: 7, low: 1, high: 10}
    - {name: Week 2, target: 14, low: 11, high: 17}
"""


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("AVISIT", ["Baseline", "Baseline", "Week 1", None, "Baseline", "Week 1"]),
        ("AVISITN", [0.0, 0.0, 2.0, None, 0.0, 2.0]),
        ("AWTDIFF", [1.0, 0.0, 1.0, None, 1.0, 0.0]),
        ("AWTARGET", [-1.0, -1.0, 7.0, None, -1.0, 7.0]),
        ("AWLO", [-99.0, -99.0, 1.0, None, -99.0, 1.0]),
        ("AWHI", [-1.0, -1.0, 10.0, None, -1.0, 10.0]),
    ],
)
def test_windows_give_visit_target_and_bounds(
    tmp_path: Path, variable: str, expected: list[Any]
) -> None:
    assert bds(tmp_path, WINDOWS, variable) == expected


def derived(folder: Path, how: str) -> list[Any]:
    records = f"""
  derived:
    from: lab
    summary: {{within: [STUDYID, USUBJID, PARAMCD], how: {how}, by: ADT}}
"""
    return bds(folder, "", "AVAL", records)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("average", [8.5, 3.5]),
        ("sum", [34.0, 7.0]),
        ("median", [9.0, 3.5]),
        ("maximum", [12.0, 7.0]),
        ("minimum", [4.0, 0.0]),
    ],
)
def test_derived_records_per_group(tmp_path: Path, how: str, expected: list[float]) -> None:
    got = sorted(v for v in derived(tmp_path, how))
    assert got == sorted([*LB["LBSTRESN"], *expected])


def test_the_record_of_a_maximum_keeps_its_date(tmp_path: Path) -> None:
    records = """
  peak:
    from: lab
    summary: {within: [USUBJID, PARAMCD], how: maximum, by: ADT}
    variables: {PARAMCD: LBTESTCD}
"""
    got = bds(tmp_path, "", "ADT", records)
    assert got.count("2024-01-10") == 2


def test_last_observation_is_carried_to_missing_visits(tmp_path: Path) -> None:
    records = """
  planned:
    from: lab
    where: LBDY > 0
    variables: {AVISITN: {bins: LBDY, cut: [10], labels: [1, 2], as: number}, AVISIT: {constant:
    seen}}
  carried:
    from: planned
    locf: {within: [USUBJID, PARAMCD], visit: AVISITN, visits: {"1": Week 1, "2": Week 2, "3":
    Week 3}}
"""
    visits = bds(tmp_path, "", "AVISIT", records)
    assert sorted(v for v in visits if v and v != "seen") == ["Week 2", "Week 3", "Week 3"]


def test_one_dose_per_day_of_an_interval(tmp_path: Path) -> None:
    text = """
dataset: ADEX
label: Doses
keys: [USUBJID, ADTM]
predecessors: [USUBJID, EXDOSE]
records:
  doses:
    from: EX
    variables: {ADTM: {datetime: EXSTDTC, time: first}, end: {datetime: EXENDTC, time: first},
    NFRLT: {constant: 0, as: number}}
    expand: {start: ADTM, end: end, every: EXDOSFRQ, nominal: NFRLT, unit: hours}
"""
    ex = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "2", "2"],
            "EXDOSE": [1.0, 2.0, 3.0],
            "EXDOSFRQ": ["QD", "BID", "ONCE"],
            "EXSTDTC": ["2024-01-01", "2024-01-01", "2024-01-05"],
            "EXENDTC": ["2024-01-03", "2024-01-02", "2024-01-09"],
        }
    )
    result = build(tmp_path, {"adsl": ADSL, "adex": text}, {"DM": subjects("1", "2"), "EX": ex})
    assert values(result, "ADEX", "ADTM")[3:] == [
        "2024-01-01T00:00:00",
        "2024-01-01T12:00:00",
        "2024-01-02T00:00:00",
        "2024-01-05T00:00:00",
    ]
    assert values(result, "ADEX", "NFRLT") == [0.0, 24.0, 48.0, 0.0, 12.0, 24.0, 0.0]
    assert rules(result) == ["ADAM213"] * 0 or set(rules(result)) == {"ADAM213"}


def test_one_record_per_key(tmp_path: Path) -> None:
    records = """
  nadir:
    from: lab
    where: LBDY > 0
    one-per: [USUBJID]
    keep: last
    by: [AVAL desc]
    variables: {PARAMCD: {constant: NADIR}}
"""
    got = bds(tmp_path, "", "PARAMCD", records)
    assert got.count("NADIR") == 2


def test_parameters_are_data(tmp_path: Path) -> None:
    text = BDS + "parameters:\n  HGB: {PARAM: Haemoglobin (g/L), PARAMN: 7}\n"
    result = build(tmp_path, {"adsl": ADSL, "adlb": text}, {"DM": subjects("1", "2"), "LB": LB})
    assert set(values(result, "ADLB", "PARAM")) == {"Haemoglobin (g/L)"}
    assert set(values(result, "ADLB", "PARAMN")) == {7.0}
