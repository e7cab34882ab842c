"""``function``: what no other verb can say, named, documented, and called on distinct values."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from tests.sdtm.small import build, files, problems, texts

pytestmark = pytest.mark.usefixtures("functions_allowed")

ROWS = [{"A": "a", "B": "1"}, {"A": "", "B": "2"}, {"A": "a", "B": "1"}]
GOOD = '''
calls = 0

def _hidden(a):
    """Not for use."""

def both(a, b):
    """The two texts with a stroke between."""
    return f"{a or '-'}/{b}"

def double(b):
    """Twice the number."""
    return 2 * int(b) if b else None

def silent(a):
    return a

def broken(a):
    """Fails."""
    raise KeyError(a)
'''


def study(line: str, functions: str = GOOD, variable: str = "CMDOSTXT") -> dict[str, str]:
    return files(f"  {variable}: {line}\n", ROWS) | {"functions.py": functions}


def test_texts(tmp_path: Path) -> None:
    built = build(tmp_path, study("{function: both, of: [A, B]}"))
    assert texts(built, "CM", "CMDOSTXT") == ["a/1", "-/2", "a/1"]


def test_numbers(tmp_path: Path) -> None:
    built = build(tmp_path, study("{function: double, of: [B]}", variable="CMDOSE"))
    assert texts(built, "CM", "CMDOSE") == ["2", "4", "2"]


@pytest.mark.parametrize(
    ("line", "functions", "message"),
    [
        ("{function: bth, of: [A]}", GOOD, "functions.py has no function 'bth'"),
        ("{function: _hidden, of: [A]}", GOOD, "no function '_hidden'"),
        ("{function: silent, of: [A]}", GOOD, "'silent' has no docstring"),
        ("{function: both, of: [A]}", "def both(:", "fails when it is loaded"),
        ("{function: both, of: [A]}", "raise RuntimeError('x')", "fails when it is loaded: x"),
    ],
)
def test_refused(tmp_path: Path, line: str, functions: str, message: str) -> None:
    found = problems(tmp_path, study(line, functions))[0]
    assert found.rule == "SPEC121"
    assert message in found.message


def test_no_functions_at_all(tmp_path: Path) -> None:
    found = problems(tmp_path, files("  CMDOSTXT: {function: f, of: [A]}\n", ROWS))[0]
    assert (found.rule, str(found.spec)) == ("SPEC121", "sdtm/cm.yaml:7:24")


def test_a_function_that_fails_stops_the_data_set(tmp_path: Path) -> None:
    built: SdtmBuild = build(tmp_path, study("{function: broken, of: [A]}"))
    assert sorted(built.failed) == ["CM"]
    (found,) = [f for f in built.findings if f.rule == "MAP320"]
    assert found.message == "broken('a') fails: 'a'"
    assert found.spec is not None
    assert found.spec.line == 7
