"""A document becomes a study and a document again: nothing that the models know is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adam.load import load_data_sets
from define import read_define
from define.model import Define, GlobalVariables, MetaDataVersion, Study
from define.workbook import read_workbook
from sdtm.load import load_domains
from specs import load_study
from specs.reading.yaml_source import read_yaml
from workbench.drafts import export_workbook, import_document, imported_define
from workbench.drafts.importing import UNPLACED, yaml_text
from workbench.drafts.skeleton import Placed, dump, load

DOCUMENTS = [
    "define-examples/adam20_cdisc.xml",
    "define-examples/adam21_arm_cdisc_2110.xml",
    "define-examples/adam21_arm_pilot.xml",
    "define-examples/sdtm20_cdisc.xml",
    "define-examples/sdtm21_cdisc_2110.xml",
    "define-examples/sdtm21_msg2_typo.xml",
    "spec-workbooks/CDISCPILOT01-ADaM-2026-02-23.xlsx",
    "spec-workbooks/CDISCPILOT01-SDTM-2026-02-23.xlsx",
]
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t :#'\"-"))


def read(path: Path) -> Define:
    """The model of a define.xml or a workbook."""
    return (read_workbook(path) if path.suffix == ".xlsx" else read_define(path)).define


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_published_document_comes_back_whole(shared: Path, tmp_path: Path, name: str) -> None:
    import_document(shared / name, tmp_path / "study")
    assert imported_define(tmp_path / "study") == read(shared / name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_imported_study_is_a_specification(shared: Path, tmp_path: Path, name: str) -> None:
    import_document(shared / name, tmp_path / "study")
    study = load_study(tmp_path / "study")
    names = {d.name for d in read(shared / name).metadata.datasets}
    has_analysis = (tmp_path / "study" / "adam").is_dir()
    analysis = load_data_sets(study) if has_analysis else {}
    assert {*load_domains(study), *analysis} == {n for n in names if n[:4] not in ("SUPP", "RELR")}


@pytest.mark.parametrize("name", DOCUMENTS[6:])
def test_a_workbook_comes_back_as_a_workbook(shared: Path, tmp_path: Path, name: str) -> None:
    import_document(shared / name, tmp_path / "study")
    export_workbook(tmp_path / "study", tmp_path / "again.xlsx")
    assert read(tmp_path / "again.xlsx") == read(shared / name)


def test_what_is_not_said_in_the_specification_is_listed_with_its_line(
    shared: Path, tmp_path: Path
) -> None:
    made = import_document(shared / DOCUMENTS[4], tmp_path / "study")
    lengths = next(f for f in made.findings if "ItemDef length" in f.message)
    text = (shared / DOCUMENTS[4]).read_text(encoding="utf-8")
    number = int(lengths.message.split(": ")[1].split(" ")[0])
    assert number == text.count('Length="')
    assert lengths.spec is not None
    assert "<ItemDef" in text.splitlines()[lengths.spec.line - 1]


def test_what_a_workbook_says_beyond_is_listed_with_its_cell(shared: Path, tmp_path: Path) -> None:
    made = import_document(shared / DOCUMENTS[7], tmp_path / "study")
    assert any(
        f.message.startswith("Variables!E2: ItemDef data type: 313 kept") for f in made.findings
    )


@given(names=st.tuples(TEXTS, TEXTS, TEXTS))
def test_any_text_survives_the_side_file(
    tmp_path_factory: pytest.TempPathFactory, names: tuple[str, str, str]
) -> None:
    held = GlobalVariables(study_name=names[0], study_description=names[1], protocol_name=names[2])
    define = Define(study=Study(oid="S", names=held, metadata=MetaDataVersion(oid="M")))
    path = tmp_path_factory.mktemp("yaml") / "unplaced.yaml"
    path.write_text(yaml_text(dump(define, Placed())), encoding="utf-8", newline="\n")
    assert load(Define, read_yaml(path, UNPLACED).data, str) == define
