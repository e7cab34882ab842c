"""`tracelock account`: what it shows, which exit code it ends with, and what vouches for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.sdtm.small import CM, DM_CSV, write
from tests.workbench.conftest import LINES, Run


def test_an_account_that_closes(study: Path, run: Run) -> None:
    built = run("build", "sdtm", study)
    last = built.output.strip().splitlines()[-2]  # above the verdict
    assert last == "4 rows: 4 became records. Closes."
    shown = run("account", study)
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert lines[0] == "cm  cm.csv  2 rows: 2 became records"
    assert lines[1] == "  CM  2 records of 2 rows  sdtm/cm.yaml:3:10"
    assert lines[-1] == last


def test_one_source_with_its_columns_and_the_lines_that_read_them(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    lines = run("account", study, "cm").output.splitlines()
    at = lines.index("  A  value 2")
    assert lines[at + 1] == "    sdtm/cm.yaml:7:13"
    assert not any(line.startswith("dm") for line in lines)
    assert run("account", study, "cn").exit_code == 2


def test_something_open_ends_with_1(study: Path, run: Run) -> None:
    raw = DM_CSV.replace("FIRST\n", "FIRST,MEMO\n").replace("08:30\n", "08:30,m\n")
    write(study, {"raw/dm.csv": raw.replace("08-01\n", "08-01,\n")})
    built = run("build", "sdtm", study)
    assert built.exit_code == 1
    assert "4 rows: 4 became records. Closes, 1 open.\n" in built.output
    shown = run("account", study)
    assert shown.exit_code == 1
    first = shown.output.splitlines()[0]
    assert first == "study.yaml:4:3 MAP352 no line reads dm.MEMO (1 values)"


def test_nothing_built_ends_with_2(study: Path, run: Run) -> None:
    result = run("account", study)
    assert result.exit_code == 2
    assert "no account of raw data" in result.output


def test_a_build_of_some_data_sets_ends_with_1(study: Path, run: Run) -> None:
    assert run("build", "sdtm", study, "-s", "CM").exit_code == 0
    shown = run("account", study)
    assert shown.exit_code == 1
    assert "Of some data sets alone, so nothing is judged." in shown.output


def test_an_account_that_somebody_changed_is_refused(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    path = study / "build" / "raw_account.json"
    path.write_text(path.read_text("utf-8").replace('"read": 2', '"read": 3'), encoding="utf-8")
    result = run("account", study)
    assert result.exit_code == 2
    assert "is not the file that the build wrote" in result.output


def test_the_file_and_json(study: Path, run: Run) -> None:
    built = json.loads(run("build", "sdtm", study, "--format", "json").output)
    assert built["account"]["says"] == "4 rows: 4 became records. Closes."
    first = built["account"]["table"][0]
    assert (first["source"], first["of"], first["number"]) == ("cm", "rows", 2)
    file = json.loads((study / "build" / "raw_account.json").read_text("utf-8"))
    assert (file["schema"], file["closed"]) == ("tracelock-raw-account/1", True)
    assert json.loads(run("account", study, "--format", "json").output) == file
    manifest = json.loads((study / "build" / "manifest.json").read_text("utf-8"))
    assert "raw_account.json" in manifest["outputs"]


def test_the_sheet_of_the_queries(study: Path, run: Run) -> None:
    lines = LINES + "leave-out: CMDOSTXT == 'zinc'\n"
    write(study, {"sdtm/cm.yaml": CM + lines})
    run("build", "sdtm", study)
    sheet = load_workbook(study / "build" / "queries.xlsx")["Account"]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows[0] == ("Source", "Of", "What", "Number", "Became", "Why", "Specification")
    found = [row for row in rows if row[4] == "left out: leave-out"]
    assert [row[:4] for row in found] == [("cm", "rows", "cm.csv", 1)]


def test_the_account_is_no_data_set_to_validate(study: Path, run: Run, tmp_path: Path) -> None:
    run("build", "sdtm", study)
    result = run("validate", study / "build", "--out", tmp_path / "report")
    assert result.exit_code in (0, 1), result.output
    assert "raw_account" not in result.output


@pytest.mark.parametrize("changed", ["raw/cm.csv", "sdtm/cm.yaml", "build/sdtm/cm.xpt"])
def test_readers_of_a_stale_build_say_so(study: Path, run: Run, changed: str) -> None:
    assert run("build", "sdtm", study).exit_code == 0
    path = study / changed
    path.write_bytes(path.read_bytes().replace(b"aspirin", b"aspirix") + b" " * 80)
    told = run("account", study)
    assert told.exit_code == 1
    assert told.stderr.startswith("Stale: ")
    assert changed.removeprefix("build/").removeprefix("raw/") in told.stderr
    if not changed.startswith("raw/"):
        words = ("explain", study, "CM", "001", "CMSEQ=1", "CMTRT")
        assert run(*words).stderr.startswith("Stale: ")
    edited = run("compare", study / "build", study / "build")
    assert edited.stderr.startswith("Stale: ") == changed.startswith("build/")
