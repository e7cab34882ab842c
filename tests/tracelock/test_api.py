"""The public face: what it names, that it is typed and documented, and light until it is used."""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tracelock
from tests.workbench.conftest import hashes

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
STAYS = {
    "Build",
    "BuildError",
    "Explanation",
    "Finding",
    "RawDataError",
    "Severity",
    "SpecificationError",
    "Study",
    "TracelockError",
    "ValidationResult",
    "__version__",
    "build_adam",
    "build_sdtm",
    "explain",
    "read_study",
    "read_xpt",
    "validate",
    "write_xpt",
}


def test_what_is_public_is_what_was_agreed() -> None:
    """A name that goes breaks people's programs; one that comes has to be kept."""
    assert set(tracelock.__all__) == STAYS
    assert list(tracelock.__all__) == sorted(tracelock.__all__)


@pytest.mark.parametrize("name", sorted(STAYS))
def test_every_name_is_there_and_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(tracelock, name))


@pytest.mark.parametrize("name", ["build_adam", "build_sdtm", "explain", "read_xpt", "write_xpt"])
def test_every_parameter_has_a_type_and_its_words(name: str) -> None:
    function = getattr(tracelock, name)
    text = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty
        assert re.search(rf"\b{parameter.name}\b", text)
    assert "Raises:" in text


def test_what_type_checkers_see_is_what_is_there() -> None:
    tree = ast.parse(Path(str(tracelock.__file__)).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    shown = {
        alias.name: str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for name, home in shown.items():
        __import__(home)
        assert getattr(tracelock, name) is getattr(sys.modules[home], name)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'build_all'"):
        tracelock.build_all  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("package", ["tracelock", "specs", "transport", "submission", "validation"])
def test_it_is_marked_as_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, tracelock; print(*sorted(m for m in sys.modules if '.' not in m))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert {"pandas", "numpy", "pyarrow", "pydantic", "lxml"} & set(result.stdout.split()) == set()


@pytest.mark.parametrize("words", [["--version"], ["-h"], ["doctor", "-h"]])
def test_it_is_the_command(words: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tracelock", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert result.stdout.startswith(("python -m tracelock, version ", "Usage: python -m tracelock"))


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    monkeypatch.chdir(tmp_path)
    study = ROOT / "specs" / "studies" / "nct04938115"
    before = set(hashes(study))
    result = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
    )
    assert result.attempted > 10
    assert result.failed == 0
    assert set(hashes(study)) == before
