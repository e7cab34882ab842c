"""Small studies side by side, and a portfolio file that names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sdtm.small import files, write

ROWS = [{"A": "aspirin", "D": "2020-03-05"}, {"SUBJID": "002", "A": "zinc", "D": "2020-08-02"}]
LINES = "  CMDOSTXT: A\n  CMSTDTC: {date: D}\nstandard: [CMSTDY]\n"
Make = Callable[..., Path]


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    """A folder with the studies a, b and c."""
    for name in "abc":
        write(tmp_path / name, files(LINES, ROWS))
    return tmp_path


@pytest.fixture
def portfolio(studies: Path) -> Make:
    """Writes ``portfolio.yaml`` beside the studies: keys of the file, then the list of studies."""

    def make(listed: str, head: str = "run: [build-sdtm]\n") -> Path:
        path = studies / "portfolio.yaml"
        lines = "".join(f"  - {one.strip()}\n" for one in listed.split(";"))
        path.write_text(f"report: report\n{head}studies:\n{lines}", encoding="utf-8")
        return path

    return make
