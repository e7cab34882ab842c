"""Value level, facts of data, and origins: on data sets written out here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from submission.defining.adam_origins import AdamSources
from submission.defining.facts import facts
from submission.defining.value_level import narrowed, results_present, selections

from adam.load import load_adam
from define.checks import run_checks
from define.model import Define
from define.writer import write_define
from specs import load_study
from specs.standards import load_ig
from submission.define_step import study_define
from tests.sdtm.small import files, write
from transport import Dataset, VariableMeta, write_xpt


def text_dataset(name: str, **columns: list[str]) -> Dataset:
    """A data set of texts; "" is blank."""
    frame = pd.DataFrame(
        {n: pd.Categorical([v or None for v in values]) for n, values in columns.items()}
    )
    return Dataset(name, frame, tuple(VariableMeta(n) for n in columns))


ROW = st.tuples(*(st.sampled_from(v) for v in (["A", "B"], ["X", "Y", ""], ["g", "%", ""])))


@given(rows=st.lists(ROW, min_size=1, max_size=12), name=st.sampled_from(["CPSBMRKS", "CPCAT"]))
def test_every_record_is_in_exactly_one_selection(
    rows: list[tuple[str, str, str]], name: str
) -> None:
    codes, qualifiers, units = (list(c) for c in zip(*rows, strict=True))
    columns = {"CPTESTCD": codes, name: qualifiers, "CPSTRESU": units}
    dataset = text_dataset("CP", **columns)
    found = selections(dataset, "CPTESTCD", {c: c for c in set(codes)})
    assert (sum(one.mask.astype(int) for one in found) == 1).all()
    for one in found:
        held = dataset.frame[one.mask]
        for condition in one.where:
            assert set(held[condition.variable].astype(str)) == set(condition.values)


def test_markers_always_split_and_units_split_by_what_tells_them_apart() -> None:
    dataset = text_dataset(
        "CP",
        CPTESTCD=["TLS", "TLS", "LYS", "LYS", "WBC"],
        CPSBMRKS=["CD7+", "CD3+", "", "", ""],
        CPSPEC=["BLOOD", "BLOOD", "BLOOD", "MARROW", "BLOOD"],
        CPSTRESU=["%", "%", "10^9/L", "%", "10^9/L"],
    )
    labels = {"TLS": "T Cells", "LYS": "Lymphocytes", "WBC": "Leukocytes"}
    found = selections(dataset, "CPTESTCD", labels)
    said = [[(c.variable, c.values) for c in one.where] for one in found]
    assert said == [
        [("CPTESTCD", ("LYS",)), ("CPSPEC", ("BLOOD",))],
        [("CPTESTCD", ("LYS",)), ("CPSPEC", ("MARROW",))],
        [("CPTESTCD", ("TLS",)), ("CPSBMRKS", ("CD3+",))],
        [("CPTESTCD", ("TLS",)), ("CPSBMRKS", ("CD7+",))],
        [("CPTESTCD", ("WBC",))],
    ]
    assert found[0].label == "Lymphocytes, BLOOD"
    assert results_present({"CP": dataset}) == {"CPTLS", "CPLYS", "CPWBC"}


@pytest.mark.parametrize(
    ("name", "values", "kind", "length", "digits"),
    [
        ("LBORRES", ["5", "12"], "integer", 2, None),
        ("LBORRES", ["5", "12.25"], "float", 5, 2),
        ("LBORRES", ["5", "<0.1"], "text", 4, None),
        ("LBORRES", ["007"], "text", 3, None),
        ("LBDTC", ["2024-01-02", "2024-02"], "partialDate", None, None),
        ("LBDTC", ["2024-01-02T10:00:00"], "datetime", None, None),
        ("LBDTC", ["2024-01-02T10:00", "2024-01-02"], "partialDatetime", None, None),
        ("LBDTC", ["2024-01-02T10:00", "2024-01"], "incompleteDatetime", None, None),
        ("LBDTC", ["2024-01-02/2024-01-03"], "incompleteDatetime", None, None),
        ("PCELTM", ["PT2H", "P1D"], "durationDatetime", None, None),
        ("LBTEST", ["Größe"], "text", 7, None),
    ],
)
def test_types_of_texts(
    name: str, values: list[str], kind: str, length: int | None, digits: int | None
) -> None:
    dataset = text_dataset("LB", **{name: values})
    found = narrowed(facts(dataset, dataset.variables[0]))
    assert (found.data_type, found.length, found.digits) == (kind, length, digits)
    assert found.complete


@pytest.mark.parametrize(
    ("values", "kind", "length", "digits", "complete"),
    [
        ([1.0, -20.0], "integer", 3, None, True),
        ([1.5, np.nan], "float", 3, 1, False),
        ([0.00005], "float", 7, 5, True),
        ([np.nan], "integer", 8, None, False),
    ],
)
def test_types_of_numbers(
    values: list[float], kind: str, length: int, digits: int | None, *, complete: bool
) -> None:
    frame = pd.DataFrame({"AVAL": np.array(values)})
    dataset = Dataset("ADLB", frame, (VariableMeta("AVAL", type="Num"),))
    found = facts(dataset, dataset.variables[0])
    assert (found.data_type, found.length, found.digits, found.complete) == (
        kind,
        length,
        digits,
        complete,
    )


ADSL = """\
dataset: ADSL
label: Subjects
class: subject-level
keys: [USUBJID]
sources: {DM: dm_extended}
from: DM
variables:
  SUBJID: DM.SUBJID
  first: {first: EX.EXSTDTC, as: date}
  TRTSDT: {from: first, origin: Derived, label: First Dose}
  STUDYFL: {constant: Y, label: In the Study}
"""
ADLB = """\
dataset: ADLB
label: Laboratory
class: basic-data-structure
keys: [USUBJID, PARAMCD]
tables:
  clean: {from: LB, where: LBSTAT is missing}
records:
  labs: {from: clean, variables: {PARAMCD: LBTESTCD, AVAL: LBSTRESN, DTYPE: {constant: ""}}}
  vitals: {from: VS, variables: {PARAMCD: VSTESTCD, AVAL: {compute: VSSTRESN * 2}}}
variables:
  TRTSDT: ADSL.TRTSDT
"""


@pytest.fixture
def sources(tmp_path: Path) -> AdamSources:
    """The analysis data sets above."""
    made = files() | {"adam/adsl.yaml": ADSL, "adam/adlb.yaml": ADLB}
    return AdamSources(load_adam(write(tmp_path, made), {}), load_ig("sdtmig", "3.4"))


@pytest.mark.parametrize(
    ("place", "origin", "text"),
    [
        ("ADSL.SUBJID", "Predecessor", "DM.SUBJID"),
        ("ADSL.STUDYFL", "Assigned", ""),
        ("ADSL.AGE", "Predecessor", "DM.AGE"),
        (
            "ADSL.TRTSDT",
            "Derived",
            "first. Here: first - the first value of EX.EXSTDTC of the subject.",
        ),
        ("ADLB.TRTSDT", "Predecessor", "ADSL.TRTSDT"),
        ("ADLB.USUBJID", "Predecessor", "LB.USUBJID"),
        (
            "ADLB.PARAMCD",
            "Derived",
            "Records of labs: LB.LBTESTCD. Records of vitals: VS.VSTESTCD.",
        ),
        (
            "ADLB.AVAL",
            "Derived",
            "Records of labs: LB.LBSTRESN. Records of vitals: Calculated as VSSTRESN * 2.",
        ),
        (
            "ADLB.NOWHERE",
            "Derived",
            "Records of the parameter, as the specification of the data set makes them.",
        ),
    ],
)
def test_origins_of_analysis_variables(
    sources: AdamSources, place: str, origin: str, text: str
) -> None:
    dataset, _, variable = place.partition(".")
    said = sources.provenance(sources.loaded[dataset], variable)
    assert said.origins[0].type == origin
    described = said.origins[0].description
    assert (described[0].text if described else said.method) == text


LAB_CSV = """\
SUBJID,CODE,RES,UNIT,DAY
001,WBC,4.5,10^9/L,2020-03-01
001,HGB,140,g/L,2020-03-01
002,WBC,5,10^9/L,2020-08-01
"""
LB = """\
domain: LB
keys: [LBTESTCD, LBDTC]
records: {source: lab}
note: Central laboratory.
variables:
  LBTESTCD: CODE
  LBORRES: {value: RES, unit: UNIT}
  LBDTC: {date: DAY, note: as drawn}
standard: [LBTEST, LBDY]
supplemental:
  LBFAST: {label: Fasting, constant: N}
"""
STUDY = """\
study: S1
title: A study
subject: {from: SUBJID}
dictionaries:
  - {name: CTCAE, version: "5.0", variables: [LBHGB]}
  - {name: MedDRA, version: "27.0", variables: [AEDECOD]}
sources:
  dm: {file: dm.csv}
  cm: {file: cm.csv, row-id: ROW}
  lab: {file: lab.csv, collected-by: Vendor}
"""


@pytest.fixture
def define(tmp_path: Path) -> Define:
    """The define.xml model of a small study with laboratory results; its file passes the schema."""
    from sdtm.build import build_sdtm

    more = {"raw/lab.csv": LAB_CSV, "sdtm/lb.yaml": LB, "study.yaml": STUDY}
    folder = write(tmp_path / "study", files() | more)
    build = build_sdtm(load_study(folder), None)
    assert not build.failed, build.findings
    out = tmp_path / "sdtm"
    out.mkdir()
    for name, dataset in build.datasets.items():
        write_xpt(dataset, out / f"{name.lower()}.xpt")
    made = study_define(load_study(folder), out, "sdtmig")
    write_define(made, out / "define.xml")
    found = [f for f in run_checks(out / "define.xml").findings if f.rule.startswith("DEF10")]
    assert not found
    return made


def test_results_have_value_level_for_results_and_units(define: Define) -> None:
    items = {i.oid: i for i in define.metadata.items}
    assert items["IT.LB.LBORRES.LBTESTCD.WBC"].data_type == "float"
    assert items["IT.LB.LBORRES.LBTESTCD.HGB"].data_type == "integer"
    assert items["IT.LB.LBORRESU.LBTESTCD.HGB"].data_type == "text"
    assert {oid for oid in items if oid.startswith("IT.LB.LBSTRESU.")} == {
        "IT.LB.LBSTRESU.LBTESTCD.HGB",
        "IT.LB.LBSTRESU.LBTESTCD.WBC",
    }


def test_origins_comments_and_dictionaries(define: Define) -> None:
    items = {i.oid: i for i in define.metadata.items}
    assert (items["IT.LB.LBDTC"].origins[0].type, items["IT.LB.LBDTC"].origins[0].source) == (
        "Collected",
        "Vendor",
    )
    comments = {c.oid: c.description[0].text for c in define.metadata.comments}
    assert comments[items["IT.LB.LBDTC"].comment_oid] == "as drawn"
    assert items["IT.LB.LBORRES.LBTESTCD.HGB"].codelist_oid == "CL.CTCAE"
    external = [c.external.dictionary for c in define.metadata.codelists if c.external]
    assert external == ["CTCAE", "ISO 3166"]


def test_codelists_hold_what_is_possible_and_relations_have_theirs(define: Define) -> None:
    lists = {c.oid: c for c in define.metadata.codelists}
    items = {i.oid: i for i in define.metadata.items}
    codes = lists[items["IT.LB.LBTESTCD"].codelist_oid]
    assert [(t.value, t.aliases[0].name) for t in codes.decoded] == [
        ("HGB", "C64848"),
        ("WBC", "C51948"),
    ]
    assert [t.value for t in lists[items["IT.SUPPLB.RDOMAIN"].codelist_oid].terms] == ["LB"]


def test_standards_name_the_terminologies(define: Define) -> None:
    found = {(s.name, s.publishing_set) for s in define.metadata.standards}
    assert found == {("SDTMIG", ""), ("CDISC/NCI", "SDTM"), ("CDISC/NCI", "DEFINE-XML")}
