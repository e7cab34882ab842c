"""`tracelock dictionaries` from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.sdtm.coded.test_coded import STUDY
from tests.transport.dictionaries import made_up
from tests.workbench.conftest import Run


def study_with(folder: Path, text: str = STUDY) -> Path:
    made_up.meddra(folder / "dict" / "meddra")
    made_up.whodrug_b3(folder / "dict" / "who")
    made_up.ctcae(folder / "dict" / "ctcae.csv")
    made_up.loinc(folder / "dict" / "Loinc_9.99")
    (folder / "study.yaml").write_text(text)
    return folder


def test_dictionaries_are_checked_without_a_build(tmp_path: Path, run: Run) -> None:
    study = study_with(tmp_path)
    good = run("dictionaries", "check", study)
    assert good.exit_code == 0, good.output
    assert "MedDRA 99.1: read" in good.output
    (study / "dict" / "meddra" / "pt.asc").unlink()
    bad = run("dictionaries", "check", study)
    assert bad.exit_code == 1
    assert "FILE090" in bad.output


def test_a_study_without_dictionaries_ends_with_2(tmp_path: Path, run: Run) -> None:
    (tmp_path / "study.yaml").write_text("study: S\n")
    assert run("dictionaries", "check", tmp_path).exit_code == 2
    assert run("dictionaries", "smq", tmp_path).exit_code == 2


def test_members_of_queries_are_a_table(tmp_path: Path, run: Run) -> None:
    study = study_with(tmp_path)
    out = tmp_path / "smq.csv"
    done = run("dictionaries", "smq", study, "Odd ears (SMQ)", "--out", out)
    assert done.exit_code == 0, done.output
    lines = out.read_text("utf-8").splitlines()
    assert lines[0].startswith("NAME,SMQ_CODE,SCOPE")
    assert lines[1] == "Odd ears (SMQ),502,BROAD,A,0,PT,102,Green ear,102,Green ear"
    assert len(lines) == 3
    unknown = run("dictionaries", "smq", study, "Odd eras (SMQ)")
    assert unknown.exit_code == 2
    assert "Odd ears (SMQ)" in unknown.output
