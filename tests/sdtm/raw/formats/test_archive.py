"""Zip archives: members by name or pattern, bounded, nothing outside, damage is told."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdtm.raw import ReadOptions, list_tables, read_source
from sdtm.raw.formats import archive
from specs.errors import RawDataError


def packed(*members: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, kind)
    return out.getvalue()


TWO = packed(("out/ae.csv", b"A,B\n1,2\n"), ("out/dm.csv", b"A\n1\n2\n"), ("doc.pdf", b"%PDF"))


def refused(folder: Path, content: bytes, pattern: str = "e.zip", **options: Any) -> str:
    (folder / "e.zip").write_bytes(content)
    with pytest.raises(RawDataError) as caught:
        read_source(folder, pattern, ReadOptions(**options))
    return caught.value.findings[0].rule


def test_members_are_named_after_the_archive(tmp_path: Path) -> None:
    (tmp_path / "e.zip").write_bytes(TWO)
    for pattern, member in (("e.zip!/out/ae.csv", None), ("*.zip", "out/ae.csv")):
        (table,) = read_source(tmp_path, pattern, ReadOptions(member=member))
        assert (table.file, table.name) == ("e.zip!/out/ae.csv", "ae")
    assert [len(t.frame) for t in read_source(tmp_path, "e.zip!/out/*.csv")] == [1, 2]


def test_the_only_member_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "e.zip").write_bytes(packed(("ae.csv", b"A\n1\n"), ("__MACOSX/._ae.csv", b"x")))
    assert len(read_source(tmp_path, "e.zip")) == 1


def test_a_look_into_an_archive_leaves_documents_out(tmp_path: Path) -> None:
    (tmp_path / "e.zip").write_bytes(TWO)
    assert [t.file for t in list_tables(tmp_path / "e.zip")] == [
        "e.zip!/out/ae.csv",
        "e.zip!/out/dm.csv",
    ]


def test_one_of_several_members_must_be_declared(tmp_path: Path) -> None:
    assert refused(tmp_path, TWO) == "RAW120"
    assert refused(tmp_path, TWO, "e.zip!/out/ea.csv") == "RAW120"


def test_a_file_that_is_no_archive_has_no_members(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"A\n1\n")
    with pytest.raises(RawDataError, match="RAW102"):
        read_source(tmp_path, "a.csv!/b.csv")


@pytest.mark.parametrize(
    "name", ["../ae.csv", "/etc/ae.csv", "C:\\ae.csv", "out\\..\\..\\ae.csv", "a/../../ae.csv"]
)
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, packed((name, b"A\n1\n"))) == "RAW140"


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    assert refused(tmp_path, packed(("ae.csv", b"\0" * (40 << 20)))) == "RAW140"


def test_more_members_than_reasonable_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    assert refused(tmp_path, TWO) == "RAW140"


def test_a_member_larger_than_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 7)
    assert refused(tmp_path, TWO) == "RAW140"


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed(("a.csv", b"A\n1\n"), ("a.csv", b"A\n2\n"))
    assert refused(tmp_path, content) == "RAW140"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, packed(("inner.zip", TWO))) == "RAW140"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed(("a.csv", b"A\n1\n")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(tmp_path, bytes(content)) == "RAW140"


def test_damaged_archives(tmp_path: Path) -> None:
    stored = packed(("ae.csv", b"A,B\n1,2\n"), kind=zipfile.ZIP_STORED)
    for content in (TWO[: len(TWO) // 2], TWO[:-5], b"PK\x03\x04"):
        assert refused(tmp_path, content, "e.zip!/out/ae.csv") == "RAW102"
    assert refused(tmp_path, stored.replace(b"1,2", b"1,3")) == "RAW102"
    assert refused(tmp_path, b"") == "RAW103"
    assert refused(tmp_path, packed()) == "RAW103"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, len(TWO) - 1), st.integers(0, 255)), max_size=4))
def test_mutated_archives_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(TWO)
    for place, byte in changes:
        content[place] = byte
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "e.zip").write_bytes(bytes(content))
        try:  # nothing but RawDataError may come out
            tables = read_source(Path(folder), "e.zip!/out/*.csv")
        except RawDataError:
            return
    assert all(len(t.frame) == len(t.rows) for t in tables)
