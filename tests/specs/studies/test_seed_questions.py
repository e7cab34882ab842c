"""The questions of the seed study over its two exports: what stays, what the data close."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.specs.studies.answer_key import SEED
from workbench.steps.sdtm import build_sdtm

LINES = (
    ("{file: edc/DV.csv, encoding: utf-8-sig", "{file: edc/DV.csv, encoding: gb18030"),
    ("sheet: 凝血,", "sheet: 凝血功能,"),
    ("latest: 2024-01-15", "latest: 2024-01-31"),
)
"""What the second export needs of the specification, beside a column that was renamed."""


def questions(out: Path) -> dict[str, dict[str, Any]]:
    read = json.loads((out / "queries" / "queries.json").read_text(encoding="utf-8"))
    return {one["id"]: one for one in read["queries"]}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The questions after the first export, and after the second."""
    folder = tmp_path_factory.mktemp("questions")
    study, out = folder / "study", folder / "out"
    names = shutil.ignore_patterns("raw", "raw-cut2", "build*", ".tracelock-cache")
    shutil.copytree(SEED, study, ignore=names)
    main = study / "study.yaml"
    text = main.read_text(encoding="utf-8")
    for name in ("lab_blood", "lab_serum", "lab_plasma", "lab_ranges", "lab_central", "qpcr"):
        text = text.replace(f", contract: {name}", "")
    text = text.replace(", contract: flow", "")
    main.write_text(text, encoding="utf-8")
    assert build_sdtm(study, raw=SEED / "raw", out=out).published
    before = questions(out)
    for old, new in LINES:
        assert old in text
        text = text.replace(old, new)
    main.write_text(text, encoding="utf-8")
    path = study / "sdtm" / "cm.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("PREFNAME", "PREF_NAME"), "utf-8")
    assert build_sdtm(study, raw=SEED / "raw-cut2", out=out).published
    return before, questions(out)


def test_every_question_of_the_first_export_is_known_in_the_second(
    exports: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = exports
    assert set(before) <= set(after)
    moved = {i: (q["form"], q["item"], q["record"]) for i, q in before.items() if q.get("item")}
    now = {i: (after[i]["form"], after[i]["item"], after[i]["record"]) for i in moved}
    assert now == moved


def test_the_renumbered_subject_keeps_its_question(
    exports: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = exports
    (asked,) = [i for i, q in before.items() if q.get("value") == "Nausae"]
    assert before[asked]["subject"].endswith("01-052")
    assert (after[asked]["subject"][-6:], after[asked]["state"]) == ("01-062", "open")


def test_what_the_answer_key_corrects_is_closed_by_the_data_and_nothing_else(
    exports: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = exports
    closed = {after[i]["record"]: after[i]["why"] for i in before if after[i]["state"] == "closed"}
    assert closed == {
        "AE-0148": "data: PT (blank) -> Platelet count decreased",
        "BOD-0020": "data: WEIGHT 6.9 -> 68.7",
        "BOD-0027": "data: WEIGHT 7.8 -> 78.2",
        "DM-0005": "data: what it was held against changed",  # the day of death is supplied
    }
    assert {after[i]["state"] for i in before} == {"open", "closed"}
