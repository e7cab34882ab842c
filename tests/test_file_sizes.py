"""Files stay under 400 lines, functions under 80, and modules are named after what they hold."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from specs.codes import PACKAGES

ROOT = Path(__file__).parents[1]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff", "base_utils"}


def files(*folders: str) -> list[Path]:
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_files_are_short(package: str) -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files(package)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_short(package: str) -> None:
    long = {}
    for path in files(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > 80:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = size
    assert long == {}


def test_modules_say_what_they_hold() -> None:
    found = files(*PACKAGES, "tests", "bench")
    vague = [str(p.relative_to(ROOT)) for p in found if VAGUE & {p.stem.strip("_"), p.parent.name}]
    assert vague == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in files(package)
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
