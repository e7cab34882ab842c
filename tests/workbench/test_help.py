"""``-h`` and ``--version``, whatever the command is called by."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.test_start_up import commands
from tests.workbench.conftest import Run
from workbench.commands import LAZY

ROOT = Path(__file__).parents[2]
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]


def called(script: str, *words: str) -> str:
    module, _, attribute = SCRIPTS[script].partition(":")
    code = f"import sys; sys.argv[0] = {script!r}; from {module} import {attribute} as f; f()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
def test_short_help_is_help(run: Run, words: tuple[str, ...]) -> None:
    short, long = run(*words, "-h"), run(*words, "--help")
    assert short.exit_code == 0
    assert short.stdout == long.stdout
    assert "-h, --help" in short.stdout


BELOW = {f"{one[2]}:{one[3]}" for one in LAZY if not one[2].startswith("workbench.")}


@pytest.mark.parametrize("place", sorted(BELOW))
def test_a_command_below_the_workbench_knows_short_help_by_itself(place: str) -> None:
    """Click keeps the help option of a command's first call, which may be another one's."""
    module, _, attribute = place.partition(":")
    code = f"from {module} import {attribute} as command; command(['-h'])"
    call = [sys.executable, "-c", code]
    assert subprocess.run(call, capture_output=True, cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_short_help_of_commands_of_their_own(script: str) -> None:
    assert called(script, "-h") == called(script, "--help")


@pytest.mark.parametrize("script", sorted(set(SCRIPTS) - {"validate-study"}))
def test_version(script: str) -> None:
    assert called(script, "--version").startswith(f"{script}, version ")


def test_version_of_the_standard_is_not_that_of_the_product() -> None:
    """``validate-study --version`` has always been the version of the standard."""
    assert "--version TEXT" in called("validate-study", "-h")
