"""The define.xml of tabulation data, of a small study that is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from define.checks import run_checks
from define.document.writer import write_define
from define.model import Define
from specs import load_study
from tests.sdtm.small import files, write
from tests.workbench.conftest import Run, run
from workbench.steps.define import study_define

__all__ = ["run"]

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
  LBORRES: {result: RES, unit: UNIT}
  LBDTC: {date: DAY, note: as drawn}
standard: [LBTEST, LBDY]
supplemental:
  LBNOTE: {label: Note, constant: N}
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
def define(tmp_path: Path, run: Run) -> Define:
    """The define.xml model of a small study with laboratory results; its file passes the schema."""
    more = {"raw/lab.csv": LAB_CSV, "sdtm/lb.yaml": LB, "study.yaml": STUDY}
    folder = write(tmp_path / "study", files() | more)
    result = run("build", "sdtm", folder)
    out = folder / "build" / "sdtm"
    assert out.is_dir(), result.output
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
