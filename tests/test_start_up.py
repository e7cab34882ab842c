"""What a look-up must not load, for it to answer in half a second: each command in a process."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTHING = ("pandas", "numpy", "pyarrow", "pydantic", "lxml", "yaml")
LOOK_UP = ("pandas", "pyarrow.compute", "pyarrow.dataset", "numpy.ma", "lxml", "scipy")
ANY_COMMAND = ("great_expectations", "openpyxl", "docx", "matplotlib")


def loaded(*words: str | Path) -> tuple[set[str], str]:
    """The modules that a command has loaded when it ends, and what it said."""
    run = "from workbench.cli import cli\ntry: cli()\nexcept SystemExit: pass\n"
    code = f"import sys\n{run}print(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return set(done.stderr.splitlines()), done.stdout


def commands() -> list[tuple[str, ...]]:
    from workbench.cli import cli

    found: list[tuple[str, ...]] = []
    for name, command in cli.commands.items():
        below = getattr(command, "commands", {})
        found += [(name, inner) for inner in below] or [(name,)]
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from bench.build_sdtm import make_study
    from workbench.steps.sdtm import build_sdtm

    folder = tmp_path_factory.mktemp("start-up")
    make_study(folder / "study", "lb", 500)
    build_sdtm(folder / "study", out=folder / "out")
    return folder


@pytest.mark.parametrize("variable", ["LBSTRESN", "LBDTC", "LBDY", "LBTESTCD", "USUBJID"])
def test_explain_loads_no_pandas(built: Path, variable: str) -> None:
    call = ("explain", built / "study", "LB", "000001", "LBSEQ=7", variable)
    modules, said = loaded(*call, "--out", built / "out")
    assert f"{variable} = " in said
    assert modules & {*LOOK_UP, *ANY_COMMAND} == set()


@pytest.mark.parametrize("code", ["SPEC104", "MAP210", "FILE011", "ADAM207", "PKG002", "VAL901"])
def test_explaining_a_code_loads_no_pandas(code: str) -> None:
    modules, said = loaded("explain", code)
    assert said.startswith(code)
    assert modules & {"pandas", "pyarrow", "pydantic", *ANY_COMMAND} == set()


@pytest.mark.parametrize("name", ["TL-S-DAY-ZERO", "tl-x-dth-ae", "CG0370", "TRC1734a"])
def test_explaining_a_rule_loads_no_engine(name: str) -> None:
    modules, said = loaded("explain", name)
    assert said.startswith("TL-")
    assert modules & {*NOTHING, *ANY_COMMAND, "validation.engine.run"} == {"yaml"}


@pytest.mark.parametrize("code", ["STD201", "RAW106", "RAW501", "DEF001", "DEF172", "VAL902"])
def test_a_code_is_explained_wherever_it_is_registered(code: str) -> None:
    assert loaded("explain", code)[1].startswith(f"{code}  ")


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
def test_help_loads_nothing(words: tuple[str, ...]) -> None:
    modules, said = loaded(*words, "--help")
    assert "Usage: " in said
    assert modules & {*NOTHING, *ANY_COMMAND} == set()


def test_doctor_loads_nothing() -> None:
    modules, said = loaded("doctor")
    assert said.startswith("Python ")
    assert modules & {*NOTHING, *ANY_COMMAND} == set()


def test_init_without_raw_files_loads_no_pandas(tmp_path: Path) -> None:
    modules, _ = loaded("init", tmp_path / "study")
    assert (tmp_path / "study" / "study.yaml").is_file()
    assert modules & {"pandas", "pyarrow", "pydantic", *ANY_COMMAND} == set()


LATE = (
    "specs",
    "transport",
    "adam",
    "define",
    "validation",
    "validation.contracts",
    "validation.engine",
    "validation.report",
    "workbench.drafts",
    "submission.package_check",
)


@pytest.mark.parametrize("package", LATE)
def test_late_names_are_those_that_type_checkers_see(package: str) -> None:
    module = import_module(package)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    shown = {
        (alias.name, str(node.module))
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert shown
    assert {name for name, _ in shown} <= set(module.__all__)
    below = {path.stem for path in Path(str(module.__file__)).parent.glob("*.py")}
    assert below & {name for name, _ in shown} == set()  # a module would hide the name
    for name, home in shown:
        assert getattr(module, name) is getattr(import_module(home), name)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        module.nonsense  # noqa: B018
