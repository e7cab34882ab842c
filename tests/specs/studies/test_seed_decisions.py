"""Both settings of each decision of the seed study work."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sdtm.build import build_sdtm
from specs import load_study
from tests.specs.studies.answer_key import SEED, Check

OTHER = {
    "reference-start": "first-dose",
    "flow-cells": "CP",
    "astct-grade": "ctcae",
    "leukapheresis-epoch": "RUN-IN",
}


def decided(folder: Path, **choices: str) -> Check:
    """The study built with other choices."""
    shutil.copytree(SEED, folder, ignore=shutil.ignore_patterns("raw*", "generate", "truth"))
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    for name, choice in choices.items():
        text, found = re.subn(rf"({name}:\n    choice: )\S+", rf"\g<1>{choice}", text)
        assert found == 1, name
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    build = build_sdtm(load_study(folder), SEED / "raw")
    assert build.failed == {}
    return Check(build)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Every decision taken the other way."""
    return decided(tmp_path_factory.mktemp("other") / "study", **OTHER)


def test_reference_start_is_the_first_dose(other: Check, seed_check: Check) -> None:
    dm = other.frames["DM"].astype(object)

    assert dm["RFSTDTC"].equals(dm["RFXSTDTC"])
    assert dm["RFSTDTC"].notna().sum() == 47
    assert seed_check.frames["DM"]["RFSTDTC"].notna().sum() == 46


def test_planned_days_count_from_the_first_dose(other: Check) -> None:
    tv = other.frames["TV"]
    days = dict(zip(tv["VISIT"].astype(str), tv["VISITDY"], strict=True))

    assert days["LYMPHODEPLETION DAY -5"] == 1
    assert days["DAY 0 (INFUSION)"] == 6


def test_leukapheresis_is_in_the_run_in(other: Check, seed_check: Check) -> None:
    for check, expected in ((other, "RUN-IN"), (seed_check, "PRE-TREATMENT")):
        se = check.frames["SE"].astype(object)
        assert set(se.loc[se["ETCD"] == "APHER", "EPOCH"]) == {expected}


def test_flow_cells_move_to_cp(other: Check, seed_check: Check) -> None:
    moved = len(seed_check.frames["PC"]) - len(other.frames["PC"])

    assert moved > 0
    assert len(other.frames["CP"]) - len(seed_check.frames["CP"]) == moved


def test_the_astct_grade_stands_in_suppae(other: Check, seed_check: Check) -> None:
    names = set(other.frames["SUPPAE"]["QNAM"].astype(str))
    ae, before = (check.frames["AE"].astype(object) for check in (other, seed_check))

    assert "AEASTCTG" in names
    assert "AETOXSCL" not in names
    assert ae["AETOXGR"].notna().sum() < before["AETOXGR"].notna().sum()


def test_the_highest_daily_grade(tmp_path: Path, seed_check: Check) -> None:
    check = decided(tmp_path / "study", **{"astct-grade": "daily"})
    fa, ae = (check.frames[name].astype(object) for name in ("FA", "AE"))
    daily = fa[(fa["FATESTCD"] == "TOXGR") & (fa["FAOBJ"] == "CYTOKINE RELEASE SYNDROME")]
    highest = daily.groupby("USUBJID")["FASTRESC"].max().to_dict()
    crs = ae[(ae["AEDECOD"] == "Cytokine release syndrome") & ae["AEGRPID"].notna()]

    assert len(crs) > 30
    assert all(
        grade == highest[subject]
        for subject, grade in zip(crs["USUBJID"], crs["AETOXGR"], strict=True)
        if subject in highest
    )
