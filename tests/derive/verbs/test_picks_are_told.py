"""Who takes a record of a group by an order takes it where partial dates are told (MAP343)."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]
ELSEWHERE = {
    "derive/verbs/picking.py": "the one place",
    "derive/verbs/across/pick.py": "its own key for partial dates, told there",
    "derive/verbs/across/exists.py": "any record will do",
    "derive/verbs/group/baseline.py": "the only record of its group",
    "adam/tables/summary.py": "what all records of a group share",
    "sdtm/records/streams.py": "exact copies",
    "sdtm/standard/epochs.py": "which element is the last one",
    "sdtm/standard/baseline.py": "told there",
}


def picking(path: Path) -> bool:
    names = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return "extreme_rows" in names


def test_no_other_module_picks_records() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("derive", "sdtm", "adam")
        for path in (ROOT / package).rglob("*.py")
        if "values" not in path.relative_to(ROOT).parts and picking(path)
    }
    assert found == set(ELSEWHERE)
