"""The define.xml of analysis data sets, on data sets written out here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from define.checks import run_checks
from define.document.writer import write_define
from define.model import Define
from define.study import AnalysesSpec, analysis_define
from specs import load_study
from specs.account import ALL, DataSetAccount, LineAccount, VariableAccount
from tests.sdtm.small import files, write
from transport import Dataset, VariableMeta

CATEGORY = LineAccount(
    "category", method='The category of AGE: "<65", ">=65", cut at 65 (from each cut on).',
    note="by protocol", possible=("<65", ">=65"),
)  # fmt: skip
FLAG = LineAccount("flag", method='"Y" where RFSTDTC is not missing.', possible=("Y", "N"))
SEX = LineAccount("from", origin="Predecessor", predecessor="DM.SEX")
OVERALL = "Days from TRTSDT to the first event, the first day counted. Events: DEATH (ADSL.DTHDT)."
TIME = VariableAccount(
    "number", {ALL: LineAccount("time-to-event", method="Time to event.")}, by_value={"OS": OVERALL}
)


def text(line: LineAccount) -> VariableAccount:
    return VariableAccount("text", {ALL: line})


def copied(*names: str) -> dict[str, VariableAccount]:
    """Variables that are copied from DM."""
    lines = {n: LineAccount("from", origin="Predecessor", predecessor=f"DM.{n}") for n in names}
    return {name: text(line) for name, line in lines.items()}


MADE = LineAccount("time-to-event", method="By the parameter.")
ACCOUNTS = {
    "ADSL": DataSetAccount(
        "ADSL",
        "SUBJECT LEVEL ANALYSIS DATASET",
        structure="One record per subject",
        keys=("STUDYID", "USUBJID"),
        variables={
            **copied("STUDYID", "USUBJID"),
            "SEX": text(SEX),
            "AGEGR1": text(CATEGORY),
            "SAFFL": text(FLAG),
        },
    ),
    "ADTTE": DataSetAccount(
        "ADTTE",
        "BASIC DATA STRUCTURE",
        "TIME-TO-EVENT",
        keys=("USUBJID", "PARAMCD"),
        variables={
            **copied("STUDYID", "USUBJID"),
            "AVAL": TIME,
            **{name: text(MADE) for name in ("PARAMCD", "PARAM", "CNSR")},
        },
    ),
}
ANALYSES = AnalysesSpec.model_validate(
    {
        "displays": {
            "Table 1": {
                "title": "Overall survival",
                "results": {
                    "Median": {
                        "description": "Median survival",
                        "reason": "SPECIFIED IN SAP",
                        "purpose": "PRIMARY OUTCOME MEASURE",
                        "inputs": [
                            {
                                "dataset": "ADTTE",
                                "variables": ["AVAL"],
                                "where": [
                                    {"variable": "PARAMCD", "comparator": "EQ", "values": ["OS"]},
                                    {"variable": "CNSR", "comparator": "IN", "values": ["0", "1"]},
                                ],
                            }
                        ],
                        "parameter": "ADTTE.PARAMCD",
                        "documentation": "Kaplan-Meier.",
                    }
                },
            }
        }
    }
)


def dataset(name: str, label: str, **columns: list[str] | list[float]) -> Dataset:
    """A data set of texts (as categories) and numbers."""
    metas, frame = [], {}
    for column, values in columns.items():
        text = isinstance(values[0], str)
        kind = "Char" if text else "Num"
        metas.append(VariableMeta(column, f"Label of {column}", kind))  # type: ignore[arg-type]
        frame[column] = pd.Categorical(values) if text else np.array(values, dtype=float)
    return Dataset(name, pd.DataFrame(frame), tuple(metas), label)


@pytest.fixture
def define(tmp_path: Path) -> Define:
    """The model; its file passes the schema."""
    study = load_study(write(tmp_path / "study", files()))
    subjects = ["S1-001", "S1-002"]
    data = {
        "ADTTE": dataset(
            "ADTTE", "Time to Event", STUDYID=["S1", "S1"], USUBJID=subjects,
            PARAMCD=["OS", "OS"], PARAM=["Overall Survival (Days)"] * 2, AVAL=[10.0, 20.0],
            CNSR=[0.0, 1.0],
        ),
        "ADSL": dataset(
            "ADSL", "Subjects", STUDYID=["S1", "S1"], USUBJID=subjects, SEX=["M", "F"],
            AGEGR1=["<65", ">=65"], SAFFL=["Y", "N"],
        ),
    }  # fmt: skip
    made = analysis_define(study, data, ACCOUNTS, created="2024-01-01T00:00:00", analyses=ANALYSES)
    write_define(made, tmp_path / "define.xml")
    found = run_checks(tmp_path / "define.xml").findings
    assert not [f for f in found if f.rule.startswith("DEF10")]
    return made


def test_subjects_come_first_with_class_and_keys(define: Define) -> None:
    first, second = define.metadata.datasets
    assert (first.name, first.class_name, first.structure) == (
        "ADSL",
        "SUBJECT LEVEL ANALYSIS DATASET",
        "One record per subject",
    )
    assert (second.class_name, second.sub_class_names) == (
        "BASIC DATA STRUCTURE",
        ["TIME-TO-EVENT"],
    )
    keys = {r.item_oid: r.key_sequence for r in first.items if r.key_sequence}
    assert keys == {"IT.ADSL.STUDYID": "1", "IT.ADSL.USUBJID": "2"}


def test_origins_methods_comments_and_codelists(define: Define) -> None:
    items = {i.oid: i for i in define.metadata.items}
    methods = {m.oid: m.description[0].text for m in define.metadata.methods}
    assert items["IT.ADSL.SEX"].origins[0].description[0].text == "DM.SEX"
    assert methods["MT.ADSL.AGEGR1"] == CATEGORY.method
    comments = {c.oid: c.description[0].text for c in define.metadata.comments}
    assert comments[items["IT.ADSL.AGEGR1"].comment_oid] == "by protocol"
    lists = {c.oid: [t.value for t in c.terms] for c in define.metadata.codelists}
    assert lists[items["IT.ADSL.AGEGR1"].codelist_oid] == ["<65", ">=65"]
    assert lists[items["IT.ADSL.SAFFL"].codelist_oid] == ["N", "Y"]
    assert lists[items["IT.ADTTE.PARAMCD"].codelist_oid] == ["OS"]


def test_each_parameter_has_value_level_and_its_own_method(define: Define) -> None:
    refs = [r for v in define.metadata.value_lists for r in v.items]
    assert [(r.item_oid, r.method_oid) for r in refs] == [
        ("IT.ADTTE.AVAL.PARAMCD.OS", "MT.ADTTE.AVAL.OS")
    ]
    methods = {m.oid: m.description[0].text for m in define.metadata.methods}
    assert methods["MT.ADTTE.AVAL.OS"] == f"Overall Survival (Days): {OVERALL}"


def test_analyses_become_results(define: Define) -> None:
    (display,) = define.metadata.displays
    (result,) = display.results
    assert display.description[0].text == "Overall survival"
    assert (result.reason, result.purpose) == ("SPECIFIED IN SAP", "PRIMARY OUTCOME MEASURE")
    assert result.parameter_oid == "IT.ADTTE.PARAMCD"
    assert result.inputs is not None
    assert result.inputs.datasets[0].variable_oids == ["IT.ADTTE.AVAL"]
