"""Lineage: every value of every data set has a recipe or a stated origin, and explains itself."""
# ruff: noqa: E501, PLR0917 - tables of cases are read across

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.sdtm.small import _shown, csv, files, write
from tests.workbench.conftest import Run

LINES = """\
  CMDOSTXT: {from: A, case: upper, map: {ASPIRIN: [ASS]}, unmapped: keep}
  CMCAT: {choose: [{is: FIRST, when: CMSTDTC < "2020-04"}, {is: LATER, when: CMSTDTC is not missing}]}
  CMSCAT: {text: "{A}/{ROW}"}
  CMSTDTC: {date: D, format: DD-MON-YYYY, unknown: [UN]}
  CMDOSE: {number: N, unit: U, to: g}
  CMDOSTOT: {calculate: n * 2}
  CMINDC: {from: dm.SEX, on: SUBJID}
  CMENDTC: DM.RFSTDTC
  VISIT: {visit: V}
  n: {number: N}
standard: [CMSTDY, CMENDY]
supplemental:
  WHY: {label: Why, from: A}
"""
ROWS = [
    {"A": "ass", "D": "UN-MAR-2020", "N": "500", "U": "mg", "V": "d1"},
    {"SUBJID": "002", "A": "zinc", "D": "02-AUG-2020", "N": "", "U": "", "V": "d1"},
]
AUTOMATIC = {"STUDYID", "DOMAIN", "USUBJID", "CMSEQ", "DMSEQ"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from workbench.steps.sdtm import build_sdtm

    folder = write(
        tmp_path_factory.mktemp("explain"),
        files(LINES, ROWS, **{"sdtm/visits.csv": "raw,VISITNUM,VISIT,VISITDY\nd1,1,DAY 1,1\n"}),
    )
    result = build_sdtm(folder)
    assert result.published, result.findings
    return folder


def explained(run: Run, study: Path, *words: str) -> dict[str, Any]:
    result = run("explain", study, *words, "--format", "json")
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


@pytest.mark.parametrize(
    ("variable", "value", "column", "text", "line"),
    [
        ("CMDOSTXT", "ASPIRIN", "A", "ass", 7),
        ("CMSCAT", "ass/R01", "A", "ass", 9),
        ("CMSTDTC", "2020-03", "D", "UN-MAR-2020", 10),
        ("CMDOSE", "0.5", "N", "500", 11),
        ("CMDOSTOT", "1000", "N", "500", 12),
        ("VISIT", "DAY 1", "V", "d1", 15),
        ("VISITNUM", "1", "V", "d1", 15),
    ],
)
def test_values_from_raw_cells(
    run: Run, built: Path, variable: str, value: str, column: str, text: str, line: int
) -> None:
    found = explained(run, built, "CM", "S1-001", variable)
    assert (found["value"], found["spec"].split(":")[:2]) == (value, ["sdtm/cm.yaml", str(line)])
    cell = {"file": "cm.csv", "row": 2, "column": column, "text": text}
    assert cell in found["raw"]
    assert found["steps"]


def test_values_from_other_records(run: Run, built: Path) -> None:
    found = explained(run, built, "CM", "001", "CMENDTC")
    assert found["value"] == "2020-03-01T08:30"
    day = explained(run, built, "CM", "001", "CMENDY")
    assert day["value"] == "1"
    assert "DM.RFSTDTC" in day["steps"][0]
    assert {part["variable"] for part in day["from"]} >= {"CMENDTC"}


def test_automatic_values(run: Run, built: Path) -> None:
    assert (
        "in the order of the natural key: CMSPID"
        in explained(run, built, "CM", "001", "CMSEQ")["steps"][0]
    )
    assert "identifier" in explained(run, built, "CM", "001", "STUDYID")["steps"][0]


def test_as_text(run: Run, built: Path) -> None:
    result = run("explain", built, "CM", "001", "CMSEQ=1", "CMSTDTC")
    assert "CMSTDTC = 2020-03" in result.stdout
    assert "cm.csv row 2, D = 'UN-MAR-2020'" in result.stdout
    assert "sdtm/cm.yaml:10:12" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("CM", "001"), "name study, data set, subject and variable"),
        (("CM", "001", "CMSTDT"), "CM has no variable 'CMSTDT'"),
        (("ZZ", "001", "CMSTDTC"), "ZZ"),
        (("CM", "999", "CMSTDTC"), "999"),
        (("CM", "001", "CMSEQ", "CMSTDTC"), "'CMSEQ' is not VAR=VALUE"),
        (("CM", "001", "CMSEQ=7", "CMSTDTC"), "no record of CM has CMSEQ=7"),
    ],
)
def test_refused(run: Run, built: Path, words: tuple[str, ...], said: str) -> None:
    result = run("explain", built, *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_every_variable_has_a_recipe_or_a_stated_origin(built: Path) -> None:
    manifest = json.loads((built / "build/manifest.json").read_text())
    recipes = json.loads((built / "build/lineage/account.json").read_text())["data_sets"]
    for dataset in manifest["datasets"]:
        if dataset["name"] in recipes:
            known = set(recipes[dataset["name"]]["variables"]) | AUTOMATIC
            frame = set(dataset["variables"])
            expected_but_blank = {"CMDECOD", "CMCLAS", "CMCLASCD", "CMDOSU", "CMROUTE", "EPOCH"}
            missing = frame - known - expected_but_blank
            if dataset["name"] == "CM":
                assert missing == set()


def test_every_value_explains_itself(run: Run, built: Path) -> None:
    import pyreadstat

    for name in ("CM", "DM"):
        frame, _ = pyreadstat.read_xport(str(built / f"build/sdtm/{name.lower()}.xpt"))
        for record in range(len(frame)):
            subject = frame["USUBJID"].iloc[record]
            for variable in frame.columns:
                found = explained(run, built, name, subject, variable)
                raw = frame[variable].iloc[record]
                shown = _shown(raw)
                assert found["value"] == shown
                assert found["steps"] or found["raw"] or found["from"], (name, variable)


def test_lineage_is_small(tmp_path: Path) -> None:
    """At most 2 MB per million rows: here 200,000 rows in at most 0.4 MB."""
    from workbench.steps.sdtm import build_sdtm

    subjects = ("001", "002")
    rows = [{"SUBJID": subjects[i % 2], "ROW": f"{i:06d}", "A": "x"} for i in range(200_000)]
    study = write(tmp_path, files("  CMDOSTXT: A\n", rows))
    assert build_sdtm(study).published
    path = study / "build/lineage/cm.parquet"
    assert pq.read_metadata(path).num_rows == 200_000
    assert path.stat().st_size <= 400_000


def test_wide_forms_name_the_cell(run: Run, tmp_path: Path) -> None:
    contents = files() | {
        "raw/vs.csv": csv([{"HT": "170", "WT": "70"}]),
        "sdtm/vs_tests.csv": "raw,VSTESTCD,unit,VSSTRESU\nHT,HEIGHT,cm,cm\nWT,WEIGHT,kg,kg\n",
        "sdtm/vs.yaml": 'domain: VS\nkeys: [VSTESTCD]\ntests: vs_tests.csv\nrecords: {source: vs, unpivot: "*"}\nvariables:\n  VSORRES: {result: RESULT}\n',
    }
    contents["study.yaml"] += "  vs: {file: vs.csv, row-id: ROW}\n"
    study = write(tmp_path, contents)
    assert run("build", "sdtm", study).exit_code == 0
    found = explained(run, study, "VS", "001", "VSTESTCD=WEIGHT", "VSSTRESN")
    assert found["value"] == "70"
    assert {"file": "vs.csv", "row": 2, "column": "WT", "text": "70"} in found["raw"]


def test_a_folder_without_a_build_is_told(run: Run, built: Path, tmp_path: Path) -> None:
    for call in (("CM", "001", "CMSTDTC"), ("RELREC", "-", "RELID")):
        result = run("explain", built, *call, "--out", tmp_path / "nothing")
        assert result.exit_code == 2
        assert "PKG001 no build in nothing" in result.stderr
