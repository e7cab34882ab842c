"""Coded values against made-up dictionaries: what is found of which value, once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sdtm.coded import coded_findings
from specs import Finding, SpecificationError, load_study
from tests.transport.dictionaries import made_up
from transport import Dataset, VariableMeta

STUDY = """\
study: S
dictionaries:
  - {name: MedDRA, version: "99.1", variables: [AEDECOD], files: dict/meddra}
  - {name: WHODrug, version: MADE UP 2099, variables: [CMDECOD], files: dict/who}
  - {name: CTCAE, version: "9.0", variables: [AETOXGR], files: dict/ctcae.csv}
  - {name: LOINC, version: "9.99", variables: [LBLOINC], files: dict/Loinc_9.99}
"""
GOOD = {
    "AEDECOD": "Purple nose",
    "AEPTCD": 101.0,
    "AELLT": "Nose gone purple",
    "AELLTCD": 2.0,
    "AEHLT": "Coloured noses",
    "AEHLTCD": 201.0,
    "AEHLGT": "Noses",
    "AESOC": "Face disorders",
    "AESOCCD": 901.0,
    "AEBODSYS": "Face disorders",
}


def dataset(name: str, **columns: object) -> Dataset:
    frame = pd.DataFrame({key: [value] for key, value in columns.items()})
    metas = tuple(
        VariableMeta(k, k, "Num" if isinstance(v, float) else "Char") for k, v in columns.items()
    )
    return Dataset(name, frame, metas)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made_up.meddra(tmp_path / "dict" / "meddra")
    made_up.whodrug_b3(tmp_path / "dict" / "who")
    made_up.ctcae(tmp_path / "dict" / "ctcae.csv")
    made_up.loinc(tmp_path / "dict" / "Loinc_9.99")
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path


def found(folder: Path, *data: Dataset) -> list[Finding]:
    return coded_findings(load_study(folder), {one.name: one for one in data})


def test_what_is_coded_well_has_no_findings(folder: Path) -> None:
    data = (
        dataset("AE", **GOOD, AETOXGR="2"),
        dataset("CM", CMDECOD="Lunaflow", CMCLASCD="Z01AA"),
        dataset("LB", LBLOINC="1-1"),
    )
    assert found(folder, *data) == []


@pytest.mark.parametrize(
    ("change", "code", "variable", "said"),
    [
        ({"AEDECOD": "Purple noze", "AEPTCD": float("nan")}, "MAP364", "AEDECOD", "no preferred"),
        ({"AEPTCD": 999.0}, "MAP364", "AEPTCD", "no code of a preferred term"),
        ({"AEPTCD": 102.0}, "MAP366", "AEPTCD", "is 'Green ear', not 'Purple nose'"),
        ({"AELLT": "Violet snout", "AELLTCD": 3.0}, "MAP365", "AELLT", "no longer current"),
        ({"AELLT": "Green ear", "AELLTCD": 4.0}, "MAP366", "AELLT", "belongs to the preferred"),
        ({"AELLT": "Violet snout"}, "MAP366", "AELLT", "code 2 is 'Nose gone purple'"),
        ({"AELLTCD": 99.0}, "MAP364", "AELLTCD", "no code of a lowest level term"),
        ({"AEHLT": "Coloured ears"}, "MAP366", "AEHLT", "the primary path has 'Coloured noses'"),
        ({"AEHLGT": "Knees"}, "MAP364", "AEHLGT", "no HLGT of the dictionary"),
        ({"AESOCCD": 902.0}, "MAP367", "AESOCCD", "the primary one is '901'"),
        ({"AEBODSYS": "Head disorders"}, "MAP367", "AEBODSYS", "'Face disorders'"),
        ({"AETOXGR": "4"}, "MAP368", "AETOXGR", "'Purple nose' has the grades 1, 2"),
    ],
)
def test_each_fault_of_an_event_is_one_finding(
    folder: Path, change: dict[str, object], code: str, variable: str, said: str
) -> None:
    (one,) = found(folder, dataset("AE", **{**GOOD, **change}))
    assert (one.rule, one.dataset, one.variable, one.record) == (code, "AE", variable, 1)
    assert said in one.message
    assert one.spec is not None
    assert one.spec.file == "study.yaml"


def test_levels_are_held_by_name_where_there_are_no_codes(folder: Path) -> None:
    names = {k: v for k, v in GOOD.items() if not k.endswith("CD")}
    assert found(folder, dataset("AE", **names)) == []
    (one,) = found(folder, dataset("AE", **{**names, "AELLT": "Blue snout"}))
    assert (one.rule, one.variable) == ("MAP364", "AELLT")


@pytest.mark.parametrize(
    ("data", "code", "variable"),
    [
        (dataset("CM", CMDECOD="SUNDUST"), "MAP364", "CMDECOD"),
        (dataset("CM", CMDECOD="MOONDUST", CMCLASCD="Z02BB"), "MAP366", "CMCLASCD"),
        (dataset("CM", CMDECOD="MOONDUST", CMCLASCD="Q"), "MAP364", "CMCLASCD"),
        (dataset("LB", LBLOINC="3-3"), "MAP364", "LBLOINC"),
        (dataset("LB", LBLOINC="2-9"), "MAP365", "LBLOINC"),
    ],
)
def test_drugs_and_laboratory_codes(folder: Path, data: Dataset, code: str, variable: str) -> None:
    (one,) = found(folder, data)
    assert (one.rule, one.variable) == (code, variable)


def test_a_value_is_told_once_with_its_records(folder: Path) -> None:
    frame = pd.DataFrame({"AEDECOD": ["Purple nose", "Blue", "Blue"]})
    data = Dataset("AE", frame, (VariableMeta("AEDECOD", "x"),))
    (one,) = found(folder, data)
    assert one.record == 2
    assert "(2 records)" in one.message


def test_versions_lacking_files_and_contradictions_are_told(folder: Path) -> None:
    made_up.meddra(folder / "dict" / "meddra", version="98.0")
    (folder / "dict" / "meddra" / "intl_ord.asc").write_text("1$902$\n")
    (folder / "dict" / "ctcae.csv").unlink()
    (folder / "dict" / "who" / "INA.txt").unlink()
    rules = sorted(f.rule for f in found(folder))
    assert rules == ["FILE090", "MAP361", "MAP362", "MAP363"]


def test_another_release_is_another_specification(folder: Path) -> None:
    study = load_study(folder)
    coded_findings(study, {})
    assert folder / "dict" / "meddra" / "llt.asc" in study.opened


def test_files_of_an_unknown_layout_are_refused(folder: Path) -> None:
    text = STUDY.replace("name: LOINC", "name: My own")
    (folder / "study.yaml").write_text(text)
    with pytest.raises(SpecificationError, match="unknown layout"):
        load_study(folder)
    (folder / "study.yaml").write_text(text.replace("My own,", "My own, kind: loinc,"))
    assert found(folder) == []
