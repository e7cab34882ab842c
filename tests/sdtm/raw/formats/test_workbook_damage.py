"""XLSX with changed bytes in any of its parts: read, or refused with a finding."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from sdtm.raw import ReadOptions, read_source
from specs import RawDataError


def _parts() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["A", "B"])
    page.append(["001", 4.5])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = _parts()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PARTS)), st.integers(0, 3000), st.binary(max_size=4))
def test_damage_in_any_part_is_read_or_refused(name: str, at: int, junk: bytes) -> None:
    place = at % len(PARTS[name])
    content = PARTS[name][:place] + junk + PARTS[name][place + max(len(junk), 1) :]
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(Path(folder) / "lab.xlsx", "w") as archive:
            for part, old in PARTS.items():
                archive.writestr(zipfile.ZipInfo(part), content if part == name else old)
        try:
            (table,) = read_source(Path(folder), "lab.xlsx", ReadOptions())
        except RawDataError as error:
            for one in error.findings:
                assert one.rule.startswith("RAW")
                assert one.raw
        else:
            assert all(str(column).strip() for column in table.frame.columns)
