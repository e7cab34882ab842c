"""Readers in a process of their own: what they refuse, a limit on time, and a death."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from sdtm.raw import _apart, read_source
from sdtm.raw._apart import limit_memory
from specs.errors import RawDataError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    page = openpyxl.Workbook()
    page.worksheets[0].append(["A"])
    page.worksheets[0].append(["001"])
    page.save(tmp_path / "lab.xlsx")
    return tmp_path


def values(folder: Path) -> list[str]:
    (table,) = read_source(folder, "lab.xlsx")
    return [str(text) for text in table.frame["A"]]


def test_a_reader_that_takes_too_long_is_ended_and_the_next_file_is_read(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as limits:
        limits.setattr(_apart, "SECONDS", 0.0)
        limits.setattr(_apart, "SECONDS_PER_MB", 0.0)
        _apart._READER.close()
        with pytest.raises(RawDataError, match="RAW102 reading takes more than 0 seconds"):
            values(book)
    assert values(book) == ["001"]


def test_a_reader_that_dies_is_told_and_the_next_file_is_read(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(_apart, "_SERVE", "import os; os.abort()")
        _apart._READER.close()
        with pytest.raises(RawDataError, match="RAW102 the reader gave up"):
            values(book)
    assert values(book) == ["001"]


def test_memory_is_limited_where_the_system_can() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    if not Path("/proc/self/statm").exists():
        pytest.skip("the size of a process is not known here")
    try:
        limit_memory(64 << 20)
        with pytest.raises(MemoryError):
            bytearray(1 << 30)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
