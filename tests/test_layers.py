"""Imports go down only: specs <- transport <- derive <- sdtm, adam; define and validation see
specs and transport alone; submission reads builds as files; the workbench sees them all; tracelock
is the public face; heavy packages load late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specs.codes import PACKAGES

ROOT = Path(__file__).parents[1]
BELOW: dict[str, set[str]] = {
    "specs": set(),
    "transport": {"specs"},
    "derive": {"specs", "transport"},
    "sdtm": {"specs", "transport", "derive"},
    "adam": {"specs", "transport", "derive"},
    "define": {"specs", "transport"},
    "validation": {"specs", "transport"},
    "submission": {"specs", "transport", "define", "validation"},
    "workbench": {*PACKAGES} - {"workbench", "tracelock"},
    "tracelock": {*PACKAGES} - {"tracelock"},
}
LATE = ("great_expectations", "openpyxl", "docx", "rich", "pypdf")


def modules(package: str) -> Iterator[Path]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if "studies" not in path.relative_to(ROOT / package).parts:
            yield path


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


@pytest.mark.parametrize("package", BELOW)
def test_imports_go_down_only(package: str) -> None:
    allowed = BELOW[package] | {package}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(package)
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] in BELOW and name.split(".")[0] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("package", BELOW)
def test_private_modules_stay_private(package: str) -> None:
    """``a.b._c`` is imported from within ``a.b`` only."""
    wrong = []
    for path in modules(package):
        inside = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            parts = name.split(".")
            private = next(
                (
                    i
                    for i, part in enumerate(parts)
                    if part.startswith("_") and part != "__future__"
                ),
                None,
            )
            if (
                private
                and parts[0] in BELOW
                and not f"{inside}.".startswith(".".join(parts[:private]) + ".")
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("package", BELOW)
def test_heavy_packages_are_imported_inside_functions(package: str) -> None:
    wrong = []
    for path in modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            for line, name in (
                imported(node) if isinstance(node, ast.Import | ast.ImportFrom) else []
            ):
                if name.split(".")[0] in LATE:
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, workbench.cli; print(*sorted(m for m in sys.modules if '.' not in m))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(result.stdout.split())
    heavy = {"pandas", "numpy", "pyarrow", "pydantic", "lxml", "pyreadstat", "yaml", *LATE}
    assert loaded & heavy == set()


def test_columns_see_nothing_but_specs_and_load_no_pandas() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted((ROOT / "derive" / "values").rglob("*.py"))
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] in BELOW
        and name.split(".")[0] != "specs"
        and not name.startswith("derive.values")
    ]
    assert wrong == []
    names = [
        ".".join(p.relative_to(ROOT).with_suffix("").parts)
        for p in modules("derive/values")
        if p.stem != "__init__"
    ]
    code = f"import sys, {', '.join(names)}; print('pandas' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.strip() == "False"
