"""A study to build from the command line, and the command line itself."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.sdtm.small import files, write
from workbench.cli import cli

ROWS = [{"A": "aspirin", "D": "2020-03-05"}, {"SUBJID": "002", "A": "zinc", "D": "2020-08-02"}]
LINES = "  CMDOSTXT: A\n  CMSTDTC: {date: D}\nstandard: [CMSTDY]\n"
Run = Callable[..., Result]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study folder with DM and CM, and raw data that build without a finding that blocks."""
    return write(tmp_path / "study", files(LINES, ROWS))


@pytest.fixture
def run() -> Run:
    """Calls ``tracelock`` with these words."""
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


def hashes(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder, by relative path; what commands say of the lock, and what
    they keep for the next one, is not part of a build."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "lock.json" and ".tracelock-cache" not in p.parts
    }


def zipped(**members: str) -> bytes:
    """A zip archive of these texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return buffer.getvalue()
