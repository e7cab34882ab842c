"""Two small studies, built, and a study that pools them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from specs import load_study
from specs.foreign.grants import Grants, granted
from tests.adam.small import dataset
from tests.sdtm.small import files, write
from transport import write_xpt
from workbench.pool.build import PoolResult, build_pool
from workbench.steps.adam import build_analysis
from workbench.steps.sdtm import build_sdtm

ADSL = """\
dataset: ADSL
label: Subject-Level Analysis Dataset
class: subject-level
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID, SUBJID, SITEID, SEX]
variables:
  TRTSDT: {date: RFSTDTC, label: Date of First Exposure to Treatment}
  TRT01P: {constant: DRUG, label: Planned Treatment for Period 01}
"""
ADCM = """\
dataset: ADCM
label: Concomitant Medications
class: occurrence
keys: [STUDYID, USUBJID, CMSEQ]
records: {from: CM}
predecessors: [STUDYID, USUBJID, CMSEQ, CMTRT, CMDOSTXT, CMSTDTC]
variables:
  ASTDT: {date: CMSTDTC, label: Analysis Start Date}
"""
LINES = "  CMDOSTXT: A\n  CMSTDTC: {date: D}\nstandard: [CMSTDY]\n"
ROWS = {
    "S1": [{"A": "aspirin", "D": "2020-03-05"}, {"SUBJID": "002", "A": "zinc", "D": "2020-08-02"}],
    "S2": [{"SUBJID": "002", "A": "iron", "D": "2020-09-01"}, {"A": "ginger", "D": "2020-03-07"}],
}
PLAIN = """\
study: ISS
pool:
  studies:
    S1: {study: ../s1}
    S2: {study: ../s2}
  data-sets:
    PADSL: {from: ADSL}
    PADCM: {from: ADCM}
"""
INTEGRATED = """\
dataset: ADSL
label: Integrated Subject-Level Analysis
class: subject-level
keys: [STUDYID, USUBJID]
records: {from: PADSL}
predecessors: [STUDYID, USUBJID, SEX, TRTSDT]
variables:
  POOLFL: {constant: "Y", label: Pooled Population Flag}
"""
INTEGRATED_CM = """\
dataset: ADCM
label: Integrated Concomitant Medications
class: occurrence
keys: [STUDYID, USUBJID, CMSEQ]
records: {from: PADCM}
predecessors: [STUDYID, USUBJID, CMSEQ, CMTRT, CMDOSTXT, ASTDT, ADSL.SEX]
"""


def small(folder: Path, name: str) -> Path:
    """One of the studies, built: DM and CM, ADSL and ADCM."""
    told = files(LINES, ROWS[name], **{"adam/adsl.yaml": ADSL, "adam/adcm.yaml": ADCM})
    told = {file: text.replace("study: S1", f"study: {name}") for file, text in told.items()}
    study = write(folder / name.lower(), told)
    assert build_sdtm(study).published
    assert build_analysis(study, sdtm=study / "build/sdtm", out=study / "build/adam").published
    return study


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both studies; nothing is to be changed in it."""
    folder = tmp_path_factory.mktemp("pool")
    for name in ROWS:
        small(folder, name)
    return folder


@pytest.fixture
def studies(built: Path, tmp_path: Path) -> Path:
    """A copy of both studies, as they were built."""
    return Path(shutil.copytree(built, tmp_path / "studies"))


def pooled(folder: Path, text: str = PLAIN, **more: str) -> Path:
    """The pooled study beside the studies of a folder."""
    told = {"study.yaml": text, "adam/adsl.yaml": INTEGRATED, "adam/adcm.yaml": INTEGRATED_CM}
    return write(folder / "iss", {**told, **more})


def told(folder: Path, text: str = PLAIN) -> PoolResult:
    """The pool of a study with this study.yaml, written and built."""
    study = pooled(folder, text)
    with granted(Grants(outside=True)):
        return build_pool(load_study(study), study / "build")


def codes(result: PoolResult) -> dict[str, list[str]]:
    """The messages of what was found, by code; what is said of the studies' builds left out."""
    out: dict[str, list[str]] = {}
    for one in result.findings:
        if not one.rule.startswith("POOL24"):
            out.setdefault(one.rule, []).append(one.message)
    return out


def folder_of(folder: Path, **frames: pd.DataFrame) -> Path:
    """A folder of transport files of data that nobody here built."""
    folder.mkdir(parents=True)
    for name, frame in frames.items():
        write_xpt(dataset(name.upper(), frame), folder / f"{name}.xpt")
    return folder
