"""Builds from Python: the same as from the command line, as DataFrames with their labels."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import tracelock
from tests.sdtm.small import files, write
from tests.workbench.conftest import LINES, ROWS, Run, hashes, run

__all__ = ["run"]
ADSL = """\
dataset: ADSL
label: Subject-Level Analysis Dataset
class: subject-level
keys: [USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID, SEX]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write(tmp_path / "study", files(LINES, ROWS))


def test_a_build_is_that_of_the_command(study: Path, run: Run, tmp_path: Path) -> None:
    built = tracelock.build_sdtm(study, out=tmp_path / "python")
    assert run("build", "sdtm", study, "--out", tmp_path / "command").exit_code == 0
    assert hashes(tmp_path / "python") == hashes(tmp_path / "command")
    assert (built.published, built.exit_code, built.study) == (True, 0, "S1")
    assert built.folder == tmp_path / "python"


def test_data_sets_are_frames_with_labels(study: Path) -> None:
    cm = tracelock.build_sdtm(str(study)).datasets["CM"]
    expected, meta = pyreadstat.read_xport(study / "build" / "sdtm" / "cm.xpt")
    assert isinstance(cm, pd.DataFrame)
    assert cm.attrs["label"] == meta.file_label == "Concomitant/Prior Medications"
    assert cm.attrs["labels"] == meta.column_names_to_labels
    assert cm["CMDOSTXT"].tolist() == expected["CMDOSTXT"].tolist() == ["aspirin", "zinc"]
    assert cm["CMSEQ"].tolist() == expected["CMSEQ"].tolist()


def test_a_study_that_was_read_can_be_built(study: Path) -> None:
    read = tracelock.read_study(study)
    assert read.id == "S1"
    assert set(tracelock.build_sdtm(read).datasets) == {"CM", "DM"}


def test_a_build_of_some_shows_what_else_is_there(study: Path) -> None:
    tracelock.build_sdtm(study)
    assert list(tracelock.build_sdtm(study, only=["DM"]).datasets) == ["DM", "CM"]


def test_a_data_set_that_is_not_there_is_named(study: Path) -> None:
    with pytest.raises(KeyError, match="no data set 'AE'; there are: "):
        tracelock.build_sdtm(study).datasets["AE"]


def test_a_build_that_failed_has_no_data_sets(study: Path) -> None:
    tracelock.build_sdtm(study)
    (study / "raw" / "cm.csv").unlink()
    failed = tracelock.build_sdtm(study)
    assert (failed.published, failed.exit_code, len(failed.datasets)) == (False, 1, 0)
    assert failed.failed
    assert [f.rule for f in failed.findings if f.severity is tracelock.Severity.BLOCKS]
    with pytest.raises(KeyError, match="there are: none"):
        failed.datasets["DM"]


def test_a_wrong_specification_is_one_error_with_its_findings(study: Path) -> None:
    with (study / "sdtm" / "cm.yaml").open("a") as file:
        file.write("nonsense: 1\n")
    with pytest.raises(tracelock.TracelockError) as caught:
        tracelock.build_sdtm(study)
    assert caught.value.findings
    with pytest.raises(tracelock.SpecificationError):
        tracelock.read_study(study.parent)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_adam_follows_the_build_of_the_sdtm(study: Path, tmp_path: Path, elsewhere: bool) -> None:
    write(study, {"adam/adsl.yaml": ADSL})
    out = tmp_path / "other" / "build" if elsewhere else None
    sdtm = tracelock.build_sdtm(study, out=out)
    adam = tracelock.build_adam(study, sdtm=sdtm if elsewhere else None)
    assert adam.folder == sdtm.folder
    assert adam.datasets["ADSL"]["SEX"].tolist() == ["M", "F"]
    assert adam.datasets["ADSL"].attrs["labels"]["SEX"] == "Sex"
    assert (study / "build").exists() is not elsewhere


def test_a_value_is_explained(study: Path) -> None:
    built = tracelock.build_sdtm(study)
    found = tracelock.explain(study, "cm", "002", "cmdostxt", out=built, CMSEQ=1)
    assert found.value == "zinc"
    assert [(cell.file, cell.row, cell.column) for cell in found.cells] == [("cm.csv", 3, "A")]
    assert "cm.csv row 3, A = 'zinc'" in str(found)


def test_data_sets_are_validated_as_they_are(study: Path) -> None:
    built = tracelock.build_sdtm(study)
    here = tracelock.validate(built.datasets)
    there = tracelock.validate(built.folder / "sdtm")
    assert here.rules_run == there.rules_run > 100
    wanted = ["rule", "dataset", "record", "variable"]
    ours, theirs = (r.frame()[wanted].sort_values(wanted) for r in (here, there))
    assert ours.to_numpy().tolist() == theirs.to_numpy().tolist()
