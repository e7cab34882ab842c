"""Every folder and file that a command writes goes through one place, and every command through
one guard."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.test_layers import BELOW, ROOT, modules

TEMPORARY = ("TemporaryDirectory", "mkdtemp", "mkstemp", "NamedTemporaryFile")
EXCHANGES = ("rmtree", "renameat2", "chmod")


def called(path: Path) -> set[str]:
    """The last name of everything that a module calls."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func
            found.add(name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", ""))
    return found


@pytest.mark.parametrize("package", BELOW)
def test_working_folders_are_made_in_one_place(package: str) -> None:
    wrong = {
        path.relative_to(ROOT).as_posix(): sorted(called(path) & {*TEMPORARY, *EXCHANGES})
        for path in modules(package)
        if "publish" not in path.parts and called(path) & {*TEMPORARY, *EXCHANGES}
    }
    assert wrong == {}


def test_every_console_script_runs_under_the_guard() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    tree = ast.parse((ROOT / "workbench" / "cli.py").read_text(encoding="utf-8"))
    functions = {node.name: ast.unparse(node) for node in tree.body if hasattr(node, "name")}
    for target in scripts.values():
        module, _, name = target.partition(":")
        if module == "workbench.cli":
            text = functions[name]
            assert any(word in text for word in ("guarded(", "_script(", "cli()")), name
    assert "guarded(" in functions["_script"]
    assert "guarded(" in functions["_Group"]
