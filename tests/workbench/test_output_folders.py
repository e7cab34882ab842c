"""Each command leaves alone what is not its own, and is named what is in its way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workbench.conftest import Run, hashes

ADSL = """
dataset: ADSL
label: Subject-Level Analysis Dataset
class: subject-level
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID]
"""
COMMANDS = ("build sdtm", "build adam", "validate", "package build")


@pytest.fixture
def built(study: Path, run: Run) -> Path:
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    assert run("build", "sdtm", study).exit_code == 0
    return study


def words(command: str, study: Path, out: Path) -> list[object]:
    data = study / "build" if command == "validate" else study
    return [*command.split(), data, "--out", out]


def output(command: str, out: Path) -> Path:
    return out / "adam" if command == "build adam" else out


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("manifest", ["{}", '{"name": "an app"}', ""])
def test_a_manifest_of_others_is_no_licence(
    built: Path, tmp_path: Path, run: Run, command: str, manifest: str
) -> None:
    folder = output(command, tmp_path / "w")
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest)
    (folder / "thesis.docx").write_text("years of work")
    before = hashes(tmp_path)
    result = run(*words(command, built, tmp_path / "w"))
    assert result.exit_code == 2, result.output
    assert "MAP328" in result.stderr
    assert "thesis.docx" in result.stderr
    assert hashes(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS[:3])
def test_a_file_between_ours_stops_the_next_build(
    built: Path, tmp_path: Path, run: Run, command: str
) -> None:
    call = words(command, built, tmp_path / "out")
    assert run(*call).exit_code in (0, 1)
    (output(command, tmp_path / "out") / "notes.txt").write_text("mine")
    before = hashes(tmp_path)
    result = run(*call)
    assert result.exit_code == 2
    assert "MAP328" in result.stderr
    assert "notes.txt" in result.stderr
    assert hashes(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS[:3])
def test_a_link_stays_a_link(built: Path, tmp_path: Path, run: Run, command: str) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for _ in range(2):
        assert run(*words(command, built, tmp_path / "link")).exit_code in (0, 1)
    assert (tmp_path / "link").is_symlink()
    assert (output(command, tmp_path / "real") / "manifest.json").is_file()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_to_nowhere_is_refused(built: Path, tmp_path: Path, run: Run, command: str) -> None:
    link = output(command, tmp_path / "out")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "nowhere")
    result = run(*words(command, built, tmp_path / "out"))
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert link.is_symlink()


def test_notes_in_the_folder_of_a_failed_build_stop_it_and_stay(built: Path, run: Run) -> None:
    raw = (built / "raw" / "cm.csv").read_bytes()
    (built / "raw" / "cm.csv").write_bytes(b"")
    assert run("build", "sdtm", built).exit_code == 1
    notes = built / "build-failed" / "notes.txt"
    notes.write_text("mine")
    for content in (b"", raw):
        (built / "raw" / "cm.csv").write_bytes(content)
        result = run("build", "sdtm", built)
        assert result.exit_code == 2
        assert "notes.txt" in result.stderr
        assert notes.read_text() == "mine"
    notes.unlink()
    assert run("build", "sdtm", built).exit_code == 0
    assert not notes.parent.exists()


def test_what_is_read_is_no_output(built: Path, run: Run) -> None:
    assert run("build", "adam", built).exit_code == 0
    before = hashes(built)
    result = run("validate", built / "build" / "adam", "--out", built / "build" / "adam")
    assert result.exit_code == 2
    assert hashes(built) == before


def test_define_beside_the_data_does_not_stop_the_next_build(built: Path, run: Run) -> None:
    assert run("define", "build", built).exit_code == 0
    assert (built / "build" / "sdtm" / "define.xml").is_file()
    assert run("define", "html", built / "build" / "sdtm").exit_code == 0
    result = run("build", "sdtm", built)
    assert result.exit_code == 0, result.output
    assert not (built / "build" / "sdtm" / "define.xml").exists()


def test_a_selective_build_lists_what_it_takes_over(built: Path, run: Run) -> None:
    assert run("build", "sdtm", built, "--dataset-json").exit_code == 0
    before = hashes(built / "build")
    assert run("build", "sdtm", built, "-s", "CM").exit_code == 0
    after = hashes(built / "build")
    assert before.keys() == after.keys()
    assert after["dataset-json/dm.json"] == before["dataset-json/dm.json"]
    assert run("build", "sdtm", built).exit_code == 0
