"""Verbs and answers that tests of the usual cases do not reach."""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adam import BuildResult, build_adam, grouping
from specs.errors import SpecificationError
from tests.adam.small import ADSL, adsl_values, build, rules, subjects, values, write_study

EX = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1", "1", "2"],
        "EXDOSE": [10.0, 20.0, 5.0],
        "EXSTDTC": ["2024-01-05", "", "2024-02-01"],
    }
)


def test_a_record_without_its_order_is_never_the_last(tmp_path: Path) -> None:
    data = {"DM": subjects("1", "2"), "EX": EX}
    assert adsl_values(tmp_path, "NEW: {last: EX.EXDOSE, by: EXSTDTC}", data, "NEW") == [10.0, 5.0]


def tied(folder: Path, line: str) -> list[str]:
    same = EX.assign(EXSTDTC="2024-01-05")
    spec = f"{ADSL}variables:\n  NEWDT: {line}\n"
    return rules(build(folder, {"adsl": spec}, {"DM": subjects("1", "2"), "EX": same}))


def test_a_tie_between_different_values_is_refused(tmp_path: Path) -> None:
    assert "ADAM208" in tied(tmp_path, "{first: EX.EXDOSE, by: EXSTDTC, label: x}")


def test_a_tie_may_be_allowed_or_be_between_equal_values(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert tied(tmp_path / "a", "{first: EX.EXDOSE, by: EXSTDTC, allow-ties: true, label: x}") == []
    assert tied(tmp_path / "b", "{first: EX.EXSTDTC, by: EXSTDTC, label: x}") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [("{from: A, as: number}", [1.5, None]), ("{from: N, as: text}", ["7", "8.25"])],
)
def test_as_converts(tmp_path: Path, line: str, expected: list[object]) -> None:
    data = {"DM": subjects("1", "2", A=["1.5", ""], N=[7.0, 8.25])}
    assert adsl_values(tmp_path, f"NEW: {line}", data, "NEW") == expected


def test_as_refuses_what_is_no_number(tmp_path: Path) -> None:
    spec = f"{ADSL}variables:\n  NEW: {{from: A, as: number}}\n"
    assert "ADAM203" in rules(build(tmp_path, {"adsl": spec}, {"DM": subjects("1", A=["<5"])}))


def test_supplemental_qualifiers_are_joined_by_their_key(tmp_path: Path) -> None:
    adae = """
dataset: ADAE
label: Adverse Events
class: occurrence
keys: [USUBJID, AESEQ]
predecessors: [USUBJID, AESEQ]
tables:
  qualifiers: {from: SUPPAE, where: QNAM == "AESI", variables: {AESEQ: {from: IDVARVAL, as: number}}}
records:
  events: {from: AE, variables: {AESIFL: {from: qualifiers.QVAL, on: [USUBJID, AESEQ]}}}
"""
    ae = pd.DataFrame({"STUDYID": "S", "USUBJID": ["1", "1", "2"], "AESEQ": [1.0, 2.0, 1.0]})
    supp = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "2"],
            "IDVARVAL": ["2", "1"],
            "QNAM": ["AESI", "OTHER"],
            "QVAL": ["Y", "Y"],
        }
    )
    result = build(
        tmp_path, {"adsl": ADSL, "adae": adae}, {"DM": subjects("1", "2"), "AE": ae, "SUPPAE": supp}
    )
    assert values(result, "ADAE", "AESIFL") == [None, "Y", None]


def test_episodes_merge_what_overlaps_or_follows_at_once(tmp_path: Path) -> None:
    adae = """
dataset: ADAE
label: Adverse Events
class: occurrence
keys: [USUBJID, AESEQ]
predecessors: [USUBJID, AESEQ, AETOXGR]
records:
  events:
    from: AE
    variables:
      ASTDT: {date: AESTDTC}
      AENDT: {date: AEENDTC}
      EPISODE: {episode: ASTDT, end: AENDT, gap: 1, within: [USUBJID, AEDECOD], label: Episode}
      EPISTDT: {min: ASTDT, within: [USUBJID, AEDECOD, EPISODE], label: Start of Episode}
      EPIMAX: {max: AETOXGR, within: [USUBJID, AEDECOD, EPISODE], label: Worst Grade of Episode}
"""
    rows = [
        ("1", 1.0, "CRS", "2024-01-02", "2024-01-04", "1"),
        ("1", 2.0, "CRS", "2024-01-05", "2024-01-06", "3"),  # the day after: the same episode
        ("1", 3.0, "CRS", "2024-01-08", "2024-01-09", "1"),  # a day between: a new one
        ("1", 4.0, "ICANS", "2024-01-03", "", "2"),
        ("1", 5.0, "ICANS", "2024-03-01", "2024-03-02", "1"),  # the first has not ended
        ("2", 1.0, "CRS", "2024-01-02", "2024-01-20", "1"),
        ("2", 2.0, "CRS", "2024-01-03", "2024-01-04", "2"),
        ("2", 3.0, "CRS", "2024-01-20", "2024-01-22", "1"),
    ]
    ae = pd.DataFrame(
        rows, columns=["USUBJID", "AESEQ", "AEDECOD", "AESTDTC", "AEENDTC", "AETOXGR"]
    ).assign(STUDYID="S")
    result = build(tmp_path, {"adsl": ADSL, "adae": adae}, {"DM": subjects("1", "2"), "AE": ae})
    assert values(result, "ADAE", "EPISODE") == [1, 1, 2, 1, 1, 1, 1, 1]
    assert values(result, "ADAE", "EPIMAX") == ["3", "3", "1", "2", "2", "2", "2", "2"]
    assert values(result, "ADAE", "EPISTDT")[1] == "2024-01-02"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(0, 5)), min_size=1, max_size=12
    )
)
def test_episodes_agree_with_a_walk_over_the_days(events: list[tuple[int, int, int]]) -> None:
    codes = np.array([e[0] for e in events])
    starts = np.array([float(e[1]) for e in events])
    ends = starts + np.array([float(e[2]) for e in events])
    got = grouping.episodes(codes, starts, ends, gap=1)
    for group in set(codes.tolist()):
        mine = np.flatnonzero(codes == group)
        days = {d for i in mine for d in range(int(starts[i]), int(ends[i]) + 1)}
        run = {d: sum(e not in days for e in range(min(days), d)) for d in days}
        for i in mine:
            for j in mine:
                assert (got[i] == got[j]) == (run[starts[i]] == run[starts[j]])


def test_tables_in_csv_files(tmp_path: Path) -> None:
    adlb = """
dataset: ADLB
label: Laboratory
class: basic-data-structure
keys: [USUBJID, PARAMCD, ADY]
predecessors: [USUBJID]
records:
  lab:
    from: LB
    variables: {PARAMCD: {from: LBTESTCD, map: codes.csv}, ADY: LBDY, AVISIT: {window: ADY, windows: visits.csv}}
parameters: parameters.csv
"""
    lb = pd.DataFrame(
        {"STUDYID": "S", "USUBJID": "1", "LBTESTCD": ["HGB", "PLAT"], "LBDY": [7.0, 14.0]}
    )
    study, sdtm = write_study(
        tmp_path, {"adsl": ADSL, "adlb": adlb}, {"DM": subjects("1"), "LB": lb}
    )
    (study / "adam" / "codes.csv").write_text("from,to\nHGB,HB\nPLAT,PLT\n")
    (study / "adam" / "visits.csv").write_text(
        "name,number,target,low,high\nWeek 1,1,7,2,10\nWeek 2,,14,11,20\n"
    )
    (study / "adam" / "parameters.csv").write_text(
        "PARAMCD,PARAM,PARAMN,PARCAT1\nHB,Haemoglobin,1,HAEMATOLOGY\nPLT,Platelets,2,\n"
    )
    result = build_adam(study, sdtm=sdtm, out=tmp_path / "out")
    assert values(result, "ADLB", "PARAM") == ["Haemoglobin", "Platelets"]
    assert values(result, "ADLB", "AVISIT") == ["Week 1", "Week 2"]
    assert values(result, "ADLB", "PARCAT1") == ["HAEMATOLOGY", None]


def test_a_csv_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"none.csv is not in the study folder"):
        build(tmp_path, {"adsl": ADSL + "parameters: none.csv\n"}, {"DM": subjects("1")})


def test_persistence_until_two_samples_below_the_limit(tmp_path: Path) -> None:
    """The first of two samples below the limit in a row, or the last sample when it is below."""
    adpc = """
dataset: ADPC
label: Samples
class: nca
keys: [USUBJID, ADT]
predecessors: [USUBJID]
records:
  samples:
    from: PC
    variables:
      ADT: {date: PCDTC}
      below: {flag: "Y", else: "N", where: PCSTRESC == "<50"}
      next_below: {earliest: below, at: ADT, after: ADT, within: USUBJID}
      LOSTFL: {flag: "Y", where: below == "Y" and (next_below == "Y" or next_below is missing), label: Loss}
variables:
  PERSDT: {first: ADT, where: LOSTFL == "Y", within: USUBJID, label: End of Persistence}
"""
    rows = [
        ("1", "2024-01-01", "900"),
        ("1", "2024-02-01", "<50"),
        ("1", "2024-03-01", "70"),
        ("1", "2024-04-01", "<50"),
        ("1", "2024-05-01", "<50"),
        ("2", "2024-01-01", "500"),
        ("2", "2024-02-01", "<50"),
        ("3", "2024-01-01", "500"),
    ]
    pc = pd.DataFrame(rows, columns=["USUBJID", "PCDTC", "PCSTRESC"]).assign(STUDYID="S")
    result = build(
        tmp_path, {"adsl": ADSL, "adpc": adpc}, {"DM": subjects("1", "2", "3"), "PC": pc}
    )
    assert values(result, "ADPC", "PERSDT") == ["2024-04-01"] * 5 + ["2024-02-01"] * 2 + [None]


def test_treatment_emergence_of_partial_dates_is_decided_by_the_latest_possible_day(
    tmp_path: Path,
) -> None:
    adae = """
dataset: ADAE
label: Adverse Events
class: occurrence
keys: [USUBJID, AESEQ]
predecessors: [USUBJID, AESEQ, ADSL.TRTSDT]
records:
  events:
    from: AE
    variables:
      ASTDT: {date: AESTDTC, impute: month, to: first, not-before: ADSL.TRTSDT, flag: ASTDTF}
      latest_start: {date: AESTDTC, impute: month, to: last}
      since: {duration: [ADSL.TRTSDT, latest_start]}
      TRTEMFL: {flag: "Y", where: since >= 0}
"""
    ae = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": "1",
            "AESEQ": [1.0, 2.0, 3.0, 4.0],
            "AESTDTC": ["2024-05-09", "2024-05", "2024-04", "2024-05-10"],
        }
    )
    data = {"DM": subjects("1", RFX=["2024-05-10"]), "AE": ae}
    adsl = ADSL + "variables:\n  TRTSDT: {date: RFX}\n"
    result = build(tmp_path, {"adsl": adsl, "adae": adae}, data)
    assert values(result, "ADAE", "TRTEMFL") == [None, "Y", None, "Y"]
    assert values(result, "ADAE", "ASTDT") == [
        "2024-05-09",
        "2024-05-10",
        "2024-04-01",
        "2024-05-10",
    ]
    assert values(result, "ADAE", "ASTDTF") == [None, "D", "D", None]


def test_two_baselines_of_one_parameter(tmp_path: Path) -> None:
    adlb = """
dataset: ADLB
label: Cytokines
class: basic-data-structure
keys: [USUBJID, PARAMCD, BASETYPE, ADT]
predecessors: [USUBJID]
tables:
  lab:
    from: LB
    variables: {PARAMCD: LBTESTCD, ADT: {date: LBDTC}, AVAL: LBSTRESN}
records:
  infusion: {from: lab, variables: {BASETYPE: {constant: LAST PRE-INFUSION}, before: {flag: "Y", where: ADT <= ADSL.TRTSDT}}}
  depletion: {from: lab, variables: {BASETYPE: {constant: LAST PRE-LYMPHODEPLETION}, before: {flag: "Y", where: ADT <= ADSL.LDSTDT}}}
variables:
  ABLFL: {mark: last, within: [USUBJID, PARAMCD, BASETYPE], by: ADT, where: before == "Y"}
  BASE: {baseline: AVAL, within: [USUBJID, PARAMCD, BASETYPE]}
  FOLD: {compute: AVAL / BASE, label: Fold Change from Baseline}
"""
    lb = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": "1",
            "LBTESTCD": "IL6",
            "LBDTC": ["2024-01-01", "2024-01-06", "2024-01-15"],
            "LBSTRESN": [2.0, 4.0, 40.0],
        }
    )
    adsl = ADSL + "variables:\n  TRTSDT: {date: TRT}\n  LDSTDT: {date: LD}\n"
    data = {"DM": subjects("1", TRT=["2024-01-08"], LD=["2024-01-03"]), "LB": lb}
    result = build(tmp_path, {"adsl": adsl, "adlb": adlb}, data)
    assert values(result, "ADLB", "BASE") == [4.0, 4.0, 4.0, 2.0, 2.0, 2.0]
    assert values(result, "ADLB", "FOLD") == [0.5, 1.0, 10.0, 1.0, 2.0, 20.0]


LAST_CONTACT = """
NEWDT:
  last:
    - AE.AESTDTC
    - {from: SS.SSDTC, where: SSSTRESC == "ALIVE"}
  as: date
  impute: day first
  not-after: CUTDT
  label: Last Known Alive
CUTDT: {constant: "2024-06-30", as: date, label: Cut}
"""


def test_each_source_has_its_own_condition_and_all_share_the_bound(tmp_path: Path) -> None:
    ae = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "1", "2"],
            "AESTDTC": ["2024-03-01", "2024-07-02", "2024-05"],
        }
    )
    ss = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "1", "2", "3"],
            "SSDTC": ["2024-04-01", "2024-05-01", "2024-04-01", "2024-08-01"],
            "SSSTRESC": ["ALIVE", "UNKNOWN", "ALIVE", "ALIVE"],
        }
    )
    data = {"DM": subjects("1", "2", "3"), "AE": ae, "SS": ss}
    result = build(
        tmp_path,
        {
            "adsl": f"{ADSL}variables:\n"
            + "".join(f"  {x}\n" for x in LAST_CONTACT.strip().splitlines())
        },
        data,
    )
    assert values(result, "ADSL", "NEWDT") == ["2024-04-01", "2024-05-01", None]
    lineage = pq.read_table(result.out / "lineage" / "adsl.parquet").to_pydict()
    assert lineage["value:NEWDT:SS"] == [1, 0, 0]
    assert lineage["value:NEWDT:AE"] == [0, 3, 0]


def test_a_lower_bound_leaves_out_what_came_before(tmp_path: Path) -> None:
    data = {"DM": subjects("1", "2", RFX=["2024-01-06", "2024-01-01"]), "EX": EX}
    lines = "STARTDT: {date: RFX}\nNEWDT: {first: EX.EXSTDTC, as: date, not-before: STARTDT}"
    assert adsl_values(tmp_path, lines, data, "NEWDT") == [None, "2024-02-01"]


FUNCTIONS = """
CALLS = []


def risk(age, sex, day):
    \"\"\"High from 60 on.\"\"\"
    CALLS.append((age, sex, day))
    if sex == "X":
        raise ValueError("no such sex")
    return None if age is None else ("HIGH" if age >= 60 else "LOW") + sex + (day or "")


def twice(age):
    \"\"\"Two times.\"\"\"
    return None if age is None else 2 * age


def mixed(age):
    \"\"\"Texts and numbers.\"\"\"
    return "a" if age == 61 else 1


def bare(age):
    return age
"""


def function_study(folder: Path, line: str, sex: str = "F") -> BuildResult:
    spec = f"{ADSL}variables:\n  BRTHDT: {{date: BRTHDTC}}\n  NEW: {line}\n"
    dm = subjects(
        "1",
        "2",
        "3",
        AGE=[61.0, 30.0, float("nan")],
        SEX=["F", "M", sex],
        BRTHDTC=["1960-01-01", "", ""],
    )
    study, sdtm = write_study(folder, {"adsl": spec}, {"DM": dm})
    (study / "functions.py").write_text(FUNCTIONS)
    return build_adam(study, sdtm=sdtm, out=folder / "out")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "{function: risk, of: [AGE, SEX, BRTHDT], label: Risk}",
            ["HIGHF1960-01-01", "LOWM", None],
        ),
        ("{function: twice, of: AGE, label: Twice}", [122.0, 60.0, None]),
    ],
)
def test_a_function_of_the_study(tmp_path: Path, line: str, expected: list[object]) -> None:
    assert values(function_study(tmp_path, line), "ADSL", "NEW") == expected


def test_a_function_that_fails_stops_its_data_set(tmp_path: Path) -> None:
    result = function_study(tmp_path, "{function: risk, of: [AGE, SEX, BRTHDT], label: x}", sex="X")
    assert "ADAM105" in rules(result)
    assert "no such sex" in result.findings[0].message
    assert result.datasets == {}


def test_a_function_that_mixes_kinds_is_refused(tmp_path: Path) -> None:
    assert "ADAM203" in rules(function_study(tmp_path, "{function: mixed, of: AGE, label: x}"))


@pytest.mark.parametrize(
    ("name", "message"), [("none", "has no function"), ("bare", "has no docstring")]
)
def test_an_unknown_or_undocumented_function_is_refused(
    tmp_path: Path, name: str, message: str
) -> None:
    with pytest.raises(SpecificationError, match=message):
        function_study(tmp_path, f"{{function: {name}, of: AGE}}")
