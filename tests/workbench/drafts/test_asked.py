"""What a document does not say is asked for; SEND is refused; versions are not guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from define import Define
from define.workbook import write_workbook
from specs import load_study
from specs.errors import SpecificationError
from tests.define import sample
from tests.workbench.conftest import Run
from workbench.drafts import import_document, imported_define
from workbench.drafts.asked import Given, given


def written(define: Define, folder: Path) -> Path:
    return sample.write_study(folder, define)


def study_yaml(folder: Path) -> Any:
    return yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))


def test_no_agency_is_written_that_nobody_named(tmp_path: Path) -> None:
    made = import_document(written(sample.sdtm_define(), tmp_path / "d"), tmp_path / "s")
    assert "agency" not in study_yaml(tmp_path / "s")
    assert any(f.rule == "DEF064" and "names no agency" in f.message for f in made.findings)


def test_the_agency_of_the_call_is_written(tmp_path: Path) -> None:
    document = written(sample.sdtm_define(), tmp_path / "d")
    made = import_document(document, tmp_path / "s", None, Given(agency="nmpa"))
    assert study_yaml(tmp_path / "s")["agency"] == "nmpa"
    assert not any("agency" in f.message for f in made.findings)


@pytest.mark.parametrize("name", ["SENDIG", "SENDIG-DART", "SEND-IG"])
@pytest.mark.parametrize("workbook", [True, False])
def test_nonclinical_data_are_refused_by_name(tmp_path: Path, name: str, workbook: bool) -> None:
    define = sample.sdtm_define()
    define.metadata.standards[0].name = name
    document = written(define, tmp_path / "d")
    if workbook:
        document = write_workbook(define, tmp_path / "d.xlsx").path
    with pytest.raises(SpecificationError, match=f"DEF065 .* follows {name}"):
        import_document(document, tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_versions_are_those_of_the_document(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.standards[0].version = "3.3"
    define.metadata.standards[1].version = "2020-12-18"
    made = import_document(written(define, tmp_path / "d"), tmp_path / "s")
    standards = study_yaml(tmp_path / "s")["standards"]
    assert (standards["sdtmig"], standards["sdtm-ct"]) == ("3.3", "2020-12-18")
    said = [f.message for f in made.findings if f.rule == "DEF064"]
    assert any("SDTMIG 3.3 is not held" in m for m in said)
    assert any("sdtmct-2020-12-18 is not held" in m for m in said)


def test_a_version_of_the_call_takes_the_place_and_is_exported(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.standards[0].version = "3.3"
    document = written(define, tmp_path / "d")
    import_document(document, tmp_path / "s", None, given(None, ("sdtmig=3.4",)))
    assert load_study(tmp_path / "s").spec.standards.sdtmig == "3.4"
    assert imported_define(tmp_path / "s").metadata.standards[0].version == "3.3"


def test_two_versions_of_a_guide_are_told(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    again = type(define.metadata.standards[0])(
        oid="STD.2", name="SDTMIG", type="IG", version="3.2", status="Final"
    )
    define.metadata.standards.append(again)
    made = import_document(written(define, tmp_path / "d"), tmp_path / "s")
    assert any("follows sdtmig 3.4 and 3.2; 3.4 is taken" in f.message for f in made.findings)


@pytest.mark.parametrize("words", [("sdtm=3.4",), ("sdtmig",), ("sdtmig=",)])
def test_a_setting_that_is_none_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(SpecificationError, match="DEF064"):
        given(None, words)


def test_analysis_data_are_no_raw_sources(tmp_path: Path) -> None:
    import_document(written(sample.adam_define(), tmp_path / "d"), tmp_path / "s")
    assert "sources" not in study_yaml(tmp_path / "s")
    assert study_yaml(tmp_path / "s")["standards"]["adamig"] == "1.3"


def test_a_chinese_document_names_its_language(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    for dataset in define.metadata.datasets:
        dataset.description[0].language = "zh-CN"
    import_document(written(define, tmp_path / "d"), tmp_path / "s")
    assert study_yaml(tmp_path / "s")["language"] == "zh"


def test_export_takes_analysis_data_without_adsl(tmp_path: Path, study: Path, run: Run) -> None:
    (tmp_path / "data").mkdir()
    for name in ("adae.xpt", "dm.xpt"):
        (tmp_path / "data" / name).touch()
    (study / "adam").mkdir()
    (study / "adam" / "adae.yaml").write_text("dataset: ADAE\n", encoding="utf-8")
    result = run("export", study, tmp_path / "x.xlsx", "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert "DEF066 data holds 1 analysis data sets and 1 others" in result.output
