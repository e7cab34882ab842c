"""`explain STUDY raw SOURCE:ROW`: what became of a row and of each of its cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sdtm.small import CM, write
from tests.workbench.conftest import LINES, Run


def row(run: Run, study: Path, address: str) -> dict[str, Any]:
    result = run("explain", study, "raw", address, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def cells(found: dict[str, Any]) -> dict[str, list[str]]:
    return {cell["column"]: cell["became"] for cell in found["cells"]}


def test_a_row_that_became_a_record(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    found = row(run, study, "cm:2")
    assert found["fate"] == "became records"
    assert [(one["dataset"], one["record"]) for one in found["records"]] == [("CM", 1)]
    assert cells(found)["A"] == ["CM CMDOSTXT  sdtm/cm.yaml:7:13"]


def test_a_row_that_was_left_out(study: Path, run: Run) -> None:
    write(study, {"sdtm/cm.yaml": CM + LINES + "leave-out: CMDOSTXT == 'zinc'\n"})
    run("build", "sdtm", study)
    rows = [row(run, study, f"cm:{number}") for number in (2, 3)]
    left = next(one for one in rows if one["fate"] != "became records")
    assert (left["fate"], left["records"]) == ("left out: leave-out", [])
    assert left["spec"].startswith("sdtm/cm.yaml:")
    assert set(map(tuple, cells(left).values())) <= {("left out with its row",), ("blank",)}


def test_what_is_no_row(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    for address, said in (("cn:2", "unknown source"), ("cm:x", "is no row"), ("cm", "is no row")):
        result = run("explain", study, "raw", address)
        assert (result.exit_code, said in result.output) == (2, True), result.output
    assert run("explain", study, "raw", "cm:99").exit_code in (1, 2)
