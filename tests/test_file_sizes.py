"""Files stay under 400 lines, functions under 80, and modules are named after what they hold."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from specs.codes import PACKAGES

ROOT = Path(__file__).parents[1]
ROOM = 14
"""Most modules that one folder holds, ``__init__`` included: what a reader takes in at a glance."""
REGISTRIES = {
    "define/checks": "one module per family of checks of a define.xml",
    "sdtm/raw/formats": "one adapter per format of raw files, and what one adapter alone needs",
    "specs/studies/nct04938115/generate": "one module per domain of the fictional study",
    "submission/package_check": "one module per family of checks of a package",
    "workbench/steps": "one module per command",
}
"""Folders that are lists: their modules stand side by side, and more of them cost no reader
anything."""
CROWDED = {"workbench/diff": 18, "workbench/incremental": 16}
"""Folders over the limit that are no list: they must not grow."""
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


def crowd(folder: Path) -> int:
    return len(list(folder.glob("*.py")))


def test_folders_are_small() -> None:
    folders = {path.parent for path in files(*PACKAGES)}
    large = {
        name: count
        for folder in sorted(folders)
        if (name := folder.relative_to(ROOT).as_posix()) not in REGISTRIES
        and (count := crowd(folder)) > CROWDED.get(name, ROOM)
    }
    assert large == {}


@pytest.mark.parametrize("folder", [*REGISTRIES, *CROWDED])
def test_a_folder_that_may_be_large_is_large(folder: str) -> None:
    assert crowd(ROOT / folder) > ROOM


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
