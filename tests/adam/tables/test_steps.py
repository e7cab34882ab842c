"""The steps of a record table, on a few laboratory records; expected values by hand."""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from adam import BuildResult
from specs.errors import SpecificationError
from tests.adam.small import ADSL, build, rules, subjects, values

LB = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1", "1", "1", "1", "2", "2"],
        "LBSEQ": [1.0, 2.0, 3.0, 4.0, 1.0, 2.0],
        "LBTESTCD": "HGB",
        "LBSTRESN": [10.0, 8.0, 12.0, 4.0, 0.0, 7.0],
        "LBDTC": [
            "2024-01-01",
            "2024-01-03",
            "2024-01-10",
            "2024-01-20",
            "2024-01-01",
            "2024-01-10",
        ],
        "VISITNUM": [0.0, 1.0, 2.0, 4.0, 0.0, 2.0],
    }
)
ADLB = """
dataset: ADLB
label: Laboratory
class: basic-data-structure
keys: [USUBJID, PARAMCD, ADT, AVISITN]
predecessors: [STUDYID, USUBJID]
tables:
  lab: {from: LB, variables: {PARAMCD: LBTESTCD, AVAL: LBSTRESN, ADT: {date: LBDTC}, AVISITN: VISITNUM, AVISIT: {text: "V{VISITNUM}"}}}
records:
"""


def made(folder: Path, records: str, more: str = "") -> BuildResult:
    specs = {"adsl": ADSL, "adlb": f"{ADLB}{records}\n{more}"}
    return build(folder, specs, {"DM": subjects("1", "2"), "LB": LB})


def of(result: BuildResult, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(values(result, "ADLB", name) for name in names), strict=True))


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
def test_one_derived_record_per_group(tmp_path: Path, how: str, expected: list[float]) -> None:
    text = f"  r: {{from: lab, summary: {{within: [STUDYID, USUBJID, PARAMCD], how: {how}, by: ADT, keep: PARAMCD}}}}"
    spec = (ADLB + text).replace(", ADT, AVISITN]", "]")
    result = build(tmp_path, {"adsl": ADSL, "adlb": spec}, {"DM": subjects("1", "2"), "LB": LB})
    assert of(result, "AVAL", "DTYPE") == [(value, how.upper()) for value in expected]


def test_a_maximum_is_its_record_and_an_average_is_of_none(tmp_path: Path) -> None:
    both = "  top: {from: lab, summary: {within: [USUBJID, PARAMCD], how: maximum, by: ADT}}\n  mean: {from: lab, summary: {within: [STUDYID, USUBJID, PARAMCD], how: average}}"
    result = made(tmp_path, both)
    dates = {(s, d): t for s, d, t in of(result, "USUBJID", "DTYPE", "ADT")}
    assert dates == {
        ("1", "MAXIMUM"): "2024-01-10",
        ("2", "MAXIMUM"): "2024-01-10",
        ("1", "AVERAGE"): None,
        ("2", "AVERAGE"): None,
    }
    lineage = pq.read_table(result.out / "lineage" / "adlb.parquet").to_pydict()
    assert (
        dict(zip(values(result, "ADLB", "DTYPE"), lineage["from:LB"], strict=True))["AVERAGE"] == 0
    )


def test_a_group_without_a_value_is_told(tmp_path: Path) -> None:
    spec = (
        ADLB
        + "  r: {from: lab, where: LBSEQ > 1, summary: {within: [USUBJID, PARAMCD], how: maximum, by: ADT}}"
    )
    data = {
        "DM": subjects("1", "2"),
        "LB": LB.assign(LBSTRESN=[1.0, 2.0, 3.0, 4.0, 5.0, float("nan")]),
    }
    result = build(tmp_path, {"adsl": ADSL, "adlb": spec}, data)
    (told,) = [f for f in result.findings if f.rule == "ADAM218"]
    assert ("USUBJID", "2") in told.key


def test_what_is_kept_must_be_shared_by_the_group(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        "  r: {from: lab, summary: {within: [STUDYID, USUBJID, PARAMCD], how: average, keep: [ADT, AVISITN]}}",
    )
    assert "MAP304" in rules(result)
    assert not result.published


def test_one_record_per_group(tmp_path: Path) -> None:
    result = made(tmp_path, "  nadir: {from: lab, one-per: USUBJID, take: first, by: AVAL}")
    assert of(result, "USUBJID", "AVAL") == [("1", 4.0), ("2", 0.0)]
    (tmp_path / "b").mkdir()
    result = made(
        tmp_path / "b",
        "  top: {from: lab, one-per: USUBJID, take: last, by: [PARAMCD2, AVAL]}".replace(
            "PARAMCD2, ", ""
        ),
    )
    assert of(result, "USUBJID", "AVAL") == [("1", 12.0), ("2", 7.0)]


def test_two_records_in_one_place_are_an_error_unless_that_is_allowed(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        "  r: {from: lab, one-per: USUBJID, by: LBSEQ2, variables: {LBSEQ2: {constant: 1, as: number}}}".replace(
            "LBSEQ2", "place"
        ),
    )
    assert "ADAM208" in rules(result)
    (tmp_path / "b").mkdir()
    result = made(
        tmp_path / "b",
        "  r: {from: lab, one-per: USUBJID, by: place, ties: allow, variables: {place: {constant: 1, as: number}}}",
    )
    assert of(result, "AVAL") == [(10.0,), (0.0,)]


def test_where_looks_at_the_source_and_having_at_what_was_made(tmp_path: Path) -> None:
    text = "  r: {from: lab, where: LBSEQ > 1, variables: {AVAL: {calculate: AVAL * 2}}, having: AVAL > 10}"
    assert of(made(tmp_path, text), "AVAL") == [(16.0,), (24.0,), (14.0,)]


def test_a_line_reads_under_its_own_name_what_the_record_carried_in(tmp_path: Path) -> None:
    text = (
        "  r: {from: lab, variables: {double: {calculate: AVAL * 2}, AVAL: {calculate: AVAL + 1}}}"
    )
    more = "variables:\n  BOTH: {calculate: double - AVAL, label: x}\n"
    assert of(made(tmp_path, text, more), "AVAL", "BOTH")[:2] == [(11.0, 11.0), (9.0, 9.0)]


def test_visits_are_filled_with_the_last_value_before_them(tmp_path: Path) -> None:
    text = '  r: {from: lab, locf: {within: [USUBJID, PARAMCD], visits: {"1": W1, "2": W2, "3": W3, "4": W4}}}'
    assert of(made(tmp_path, text), "USUBJID", "AVISIT", "AVAL", "DTYPE") == [
        ("1", "W3", 12.0, "LOCF"), ("2", "W1", 0.0, "LOCF"), ("2", "W3", 7.0, "LOCF"), ("2", "W4", 7.0, "LOCF"),
    ]  # fmt: skip


def test_two_values_at_one_visit_need_an_order(tmp_path: Path) -> None:
    locf = 'locf: {within: [USUBJID, PARAMCD], visits: {"3": W3}%s}'
    lines = "variables: {AVISITN: {constant: 1, as: number}}"
    result = made(tmp_path, f"  r: {{from: lab, {lines}, {locf % ''}}}")
    assert "ADAM208" in rules(result)
    (tmp_path / "b").mkdir()
    result = made(tmp_path / "b", f"  r: {{from: lab, {lines}, {locf % ', by: ADT'}}}")
    assert of(result, "USUBJID", "AVAL") == [("1", 4.0), ("2", 7.0)]


def test_the_deciding_record_brings_its_values(tmp_path: Path) -> None:
    text = """
  low:
    from: ADSL
    events:
      - {from: lab, where: AVAL < 5, by: [ADT, LBSEQ], set: {AVALC: {constant: "Y"}}}
      - {set: {AVALC: {constant: "N"}}}
    variables: {PARAMCD: {constant: LOW}}
"""
    specs = {"adsl": ADSL, "adlb": ADLB + text + "variables: {AVALC: AVALC}\n"}
    result = build(tmp_path, specs, {"DM": subjects("1", "2", "3"), "LB": LB})
    assert of(result, "USUBJID", "AVALC", "AVAL", "ADT") == [
        ("1", "Y", 4.0, "2024-01-20"), ("2", "Y", 0.0, "2024-01-01"), ("3", "N", None, None),
    ]  # fmt: skip
    lineage = pq.read_table(result.out / "lineage" / "adlb.parquet").to_pydict()
    assert lineage["from:LB"] == [4, 5, 0]


def test_a_variable_of_two_kinds_is_refused(tmp_path: Path) -> None:
    text = "  a: {from: lab}\n  b: {from: lab, variables: {AVISIT: {calculate: AVISITN + 1}}}"
    with pytest.raises(SpecificationError) as caught:
        made(tmp_path, text)
    assert {one.rule for one in caught.value.findings} == {"SPEC131"}


def test_records_that_are_left_out_are_told_and_read_by_nobody(tmp_path: Path) -> None:
    adsl = ADSL + 'leave-out: USUBJID == "2"\n'
    adxx = "dataset: ADXX\nlabel: X\nkeys: [USUBJID]\nrecords: {from: ADSL}\npredecessors: [STUDYID, USUBJID]\n"
    result = build(tmp_path, {"adsl": adsl, "adxx": adxx}, {"DM": subjects("1", "2")})
    assert (values(result, "ADSL", "USUBJID"), values(result, "ADXX", "USUBJID")) == (["1"], ["1"])
    assert [f.rule for f in result.findings if f.dataset == "ADSL"] == ["MAP327"]


def test_edit_checks_ask_and_change_nothing(tmp_path: Path) -> None:
    more = "checks:\n  - {says: The value is low, where: AVAL < 5}\n"
    result = made(tmp_path, "  r: {from: lab}", more)
    asked = [f for f in result.findings if f.rule == "MAP340"]
    assert [f.message for f in asked] == ["The value is low", "The value is low"]
    assert result.records["ADLB"] == 6


def test_standard_derivations_by_name(tmp_path: Path) -> None:
    adsl = ADSL + "variables:\n  TRTSDT: {date: RFX}\n"
    spec = ADLB + "  r: {from: lab}\nstandard: [ADY, CHG]\nvariables:\n  BASE: {constant: 1}\n"
    data = {"DM": subjects("1", "2", RFX="2024-01-03"), "LB": LB}
    result = build(tmp_path, {"adsl": adsl, "adlb": spec}, data)
    assert of(result, "ADY", "CHG")[:3] == [(-2.0, 9.0), (1.0, 7.0), (8.0, 11.0)]


def test_a_partial_date_that_could_be_the_one_record_is_told(tmp_path: Path) -> None:
    spec = (
        "dataset: ADEX\nlabel: Exposure\nclass: occurrence\nkeys: [USUBJID]\n"
        "predecessors: [STUDYID, USUBJID, EXDOSE]\n"
        "records: {from: EX, one-per: USUBJID, take: last, by: EXSTDTC}\n"
    )
    doses = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "1", "2", "2"],
            "EXDOSE": [1.0, 2.0, 3.0, 4.0],
            "EXSTDTC": ["2020-01-20", "2020-01", "2020-01-20", "2020-02"],
        }
    )
    result = build(tmp_path, {"adsl": ADSL, "adex": spec}, {"DM": subjects("1", "2"), "EX": doses})
    assert values(result, "ADEX", "EXDOSE") == [1.0, 4.0]
    assert rules(result).count("MAP343") == 1


@pytest.mark.parametrize(
    ("dates", "decides", "told"),
    [
        (["2020-01-20", "2020-01"], 2.0, 1),
        (["2020-01-20", "2020-02"], 1.0, 0),
        (["2020-03", "2020-02-01"], 2.0, 0),
    ],
)
def test_a_partial_date_that_could_be_the_deciding_record_is_told(
    tmp_path: Path, dates: list[str], decides: float, told: int
) -> None:
    spec = (
        "dataset: ADXX\nlabel: X\nkeys: [USUBJID]\npredecessors: [STUDYID, USUBJID, EXDOSE]\n"
        "records: {from: ADSL, events: [{from: EX, take: first, by: EXSTDTC}]}\n"
    )
    doses = pd.DataFrame({"STUDYID": "S", "USUBJID": "1", "EXDOSE": [1.0, 2.0], "EXSTDTC": dates})
    result = build(tmp_path, {"adsl": ADSL, "adxx": spec}, {"DM": subjects("1"), "EX": doses})
    assert values(result, "ADXX", "EXDOSE") == [decides]
    assert rules(result).count("MAP343") == told


@pytest.mark.parametrize(
    "step",
    [
        "{from: lab, having: AVAL > 1000}",
        "{from: ADSL, where: USUBJID == 'none', events: [{from: lab, by: [ADT, LBSEQ]}]}",
        "{from: ADSL, events: [{from: high, by: [ADT, LBSEQ], set: {AVALC: {constant: Y}}}]}",
        (
            "{from: ADSL, events: [{from: high, by: [ADT, LBSEQ], set: {AVALC: {constant: Y}}}, "
            "{set: {AVALC: {constant: N}}}]}"
        ),
        "{from: high, summary: {within: [STUDYID, USUBJID], of: AVAL, how: average, keep: [ADT]}}",
        "{from: high, summary: {within: [USUBJID], of: AVAL, how: maximum}}",
        "{from: high, locf: {within: [USUBJID], visits: {'1': W1}}}",
        "{from: high, one-per: USUBJID, take: first, by: ADT, ties: allow}",
        "{from: high, expand: {start: ADT, end: ADT, every: 1}}",
    ],
)
def test_a_table_without_records_keeps_its_variables(tmp_path: Path, step: str) -> None:
    spec = ADLB.replace(
        "records:", f"  high: {{from: lab, where: AVAL > 1000}}\n  none: {step}\nrecords:"
    )
    spec += (
        "  r:\n    from: ADSL\n    variables:\n      PARAMCD: {constant: X}\n      AVISITN: {constant: 1, as: number}\n"
        "      ADT: {first: none.ADT}\n      AVAL: {sum: none.AVAL}\n"
    )
    result = build(tmp_path, {"adsl": ADSL, "adlb": spec}, {"DM": subjects("1", "2"), "LB": LB})
    assert not result.failed, result.findings
    assert of(result, "USUBJID", "ADT", "AVAL") == [("1", None, None), ("2", None, None)]
