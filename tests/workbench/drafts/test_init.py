"""What `tracelock init` proposes of exports that it has never seen, and that it builds."""

from __future__ import annotations

from pathlib import Path

import pyreadstat
import pytest

from bench.init import SHIPPED, Score, score
from specs.foreign.grants import Grants, granted
from specs.reading.yaml_source import read_yaml
from workbench.drafts.init import init_study
from workbench.steps.sdtm import build_sdtm

RAW = {
    "demographics.csv": "Subject,Gender,DOB,Country\n001,男,1980-02-03,USA\n"
    "002,Female,1981-01-01,USA\n",
    "ae.csv": "Subject,AETERM,AESTDAT,AESER,Grade\n001,Headache,2024-01-05,是,2\n"
    "002,Rash,05JAN2024,maybe,1\n",
    "vitals.csv": "Subject,Visit,Visit Date,SYSBP,Weight,Mood\n001,WEEK 1,2024-01-05,120,80,good\n",
    "labs.csv": "Subject,Collection Date,Test Name,Result,Units\n"
    "001,2024-01-05,Hemoglobin,14,g/dL\n"
    "001,2024-01-05,Zzz,1,g/L\n",
    "cm.csv": f"Subject,CMTRT,Comment\n001,{'x' * 220},a\n",
}


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    raw = tmp_path / "s1" / "raw"
    raw.mkdir(parents=True)
    for name, text in RAW.items():
        (raw / name).write_text(text, encoding="utf-8")
    init_study(tmp_path / "s1", raw)
    return tmp_path / "s1"


def lines(folder: Path, domain: str) -> dict[str, str]:
    """The proposed lines as they are written, comments and all."""
    text = (folder / "sdtm" / f"{domain}.yaml").read_text(encoding="utf-8")
    found = (line.strip().partition(": ") for line in text.splitlines())
    return {key: value for key, _, value in found}


def test_a_column_that_is_called_like_a_variable_is_sure(proposed: Path) -> None:
    ae = lines(proposed, "ae")
    assert ae["AETERM"] == "AETERM"
    assert ae["AETOXGR"] == "Grade  # ? by its name alone"
    assert lines(proposed, "dm")["SEX"].endswith("# ? by its name alone")


def test_answers_in_another_language_become_a_map_and_the_rest_is_asked(proposed: Path) -> None:
    maps = read_yaml(proposed / "codelists.yaml").data["maps"]
    assert maps["sex_of_demographics"] == {"values": {"F": ["Female"], "M": ["男"]}}
    assert maps["aeser_of_ae"] == {"values": {"Y": ["是"]}, "query": ["maybe"]}


def test_tests_of_wide_and_long_forms_come_from_the_terminology(proposed: Path) -> None:
    wide = (proposed / "sdtm" / "vs_tests.csv").read_text(encoding="utf-8")
    assert wide == "source,raw,VSTESTCD\nvitals,SYSBP,SYSBP\nvitals,Weight,WEIGHT\n"
    long = (proposed / "sdtm" / "lb_tests.csv").read_text(encoding="utf-8")
    assert long == "source,raw,LBTESTCD\nlabs,Hemoglobin,HGB\n"


def test_the_first_build_runs_and_asks(proposed: Path) -> None:
    result = build_sdtm(proposed)
    assert result.failed == {}
    assert result.exit_code == 1
    asked = {found.message.partition(" ")[0] for found in result.findings}
    assert {"'maybe'"} <= asked
    frame, _ = pyreadstat.read_xport(str(proposed / "build" / "sdtm" / "vs.xpt"))
    assert sorted(frame["VSTESTCD"]) == ["SYSBP", "WEIGHT"]


def test_names_that_stand_below_a_title_are_found(tmp_path: Path) -> None:
    from openpyxl import Workbook

    raw = tmp_path / "raw"
    raw.mkdir()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Results of the laboratory"],
        ["exported on 2024-02-01"],
        ["受试者编号", "采样日期", "白细胞", "备注"],
        [None, None, "10^9/L", None],
        ["001", "2024-01-05", 5.1, "x"],
        ["002", "2024-01-06", 6.2, "y"],
    ):
        sheet.append(row)
    sheet.title = "生化"
    book.save(raw / "lab.xlsx")
    init_study(tmp_path / "s1", raw)
    source = read_yaml(tmp_path / "s1" / "study.yaml").data["sources"]["lab_生化"]
    assert (source["header-row"], source["label-rows"]) == ("3", "1")


def holds(found: Score) -> None:
    assert len(found.right) * 100 >= 60 * len(found.collected), len(found.right)
    assert [pair for pair, doubt in found.wrong.items() if not doubt] == []


def test_the_seed_study_proposed_anew() -> None:
    holds(score(*SHIPPED[0]))


def test_the_pilot_study_proposed_anew(shared: Path) -> None:
    assert shared.is_dir()
    holds(score(*SHIPPED[1]))


def test_a_real_redcap_export_builds_at_once(shared: Path, tmp_path: Path) -> None:
    with granted(Grants(outside=True)):
        init_study(tmp_path / "s1", shared / "raw-samples" / "redcap")
        assert build_sdtm(tmp_path / "s1").failed == {}
