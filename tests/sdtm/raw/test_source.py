"""Finding files: patterns below the raw folder, and what to say when there is none."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import sdtm.raw
from sdtm.raw import ReadOptions, list_tables, read_source
from specs.codes import all_codes
from specs.errors import RawDataError


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for name in ("lab/b_hospital.csv", "lab/a_hospital.csv", "edc/AE.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"A,B\n1,2\n")
    (tmp_path / "lab" / ".hidden.csv").write_bytes(b"")
    return tmp_path


def test_several_files_of_one_layout_come_in_the_order_of_their_paths(raw: Path) -> None:
    tables = read_source(raw, "lab/*_hospital.csv")
    assert [t.file for t in tables] == ["lab/a_hospital.csv", "lab/b_hospital.csv"]
    assert read_source(raw, "**/*.csv")[0].file == "edc/AE.csv"


def test_the_hash_is_that_of_the_bytes(raw: Path) -> None:
    (table,) = read_source(raw, "edc/AE.csv")
    assert table.sha256 == hashlib.sha256(b"A,B\n1,2\n").hexdigest()


def test_a_missing_file_is_told_with_close_matches(raw: Path) -> None:
    with pytest.raises(RawDataError, match="RAW101") as caught:
        read_source(raw, "edc/AEE.csv")
    assert caught.value.findings[0].hint == "did you mean 'edc/AE.csv'?"
    with pytest.raises(RawDataError) as caught:
        read_source(raw, "zzz.parquet")
    assert "edc/AE.csv" in caught.value.findings[0].hint


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RawDataError) as caught:
        read_source(tmp_path / "no", "a.csv")
    assert caught.value.findings[0].hint.startswith("the raw folder does not exist")


@pytest.mark.parametrize("pattern", ["../x.csv", "/etc/passwd", "", "a/../../b.csv"])
def test_a_pattern_stays_inside_the_raw_folder(raw: Path, pattern: str) -> None:
    with pytest.raises(RawDataError, match="RAW101"):
        read_source(raw, pattern)


def test_the_format_is_told_by_content_before_the_name(raw: Path) -> None:
    (raw / "x.xlsx").write_bytes(b"<?xml version='1.0'?><ODM/>")
    assert list_tables(raw / "x.xlsx") == []
    (raw / "x.dat").write_bytes(b"A,B\n1,2\n")
    (table,) = read_source(raw, "x.dat")
    assert len(table.frame) == 1
    (raw / "text.xlsx").write_bytes(b"A,B\n1,2\n")
    with pytest.raises(RawDataError, match="RAW102"):
        read_source(raw, "text.xlsx")
    (table,) = read_source(raw, "text.xlsx", ReadOptions(format="CSV"))
    assert len(table.frame) == 1


def test_an_empty_file_has_no_tables(raw: Path) -> None:
    (raw / "e.csv").write_bytes(b"")
    assert list_tables(raw / "e.csv") == []


def test_the_public_names() -> None:
    assert sdtm.raw.__all__ == [
        "KeptTables",
        "RawTable",
        "ReadOptions",
        "TableInfo",
        "list_tables",
        "member_sizes",
        "one_row",
        "read_source",
        "table_sizes",
    ]
    assert all(hasattr(sdtm.raw, name) for name in sdtm.raw.__all__)


def test_every_code_that_is_raised_is_registered() -> None:
    folder = Path(sdtm.raw.__file__).parent
    known = all_codes()
    for path in folder.glob("*.py"):
        for word in path.read_text("utf-8").split('"'):
            if word.startswith("RAW1") and len(word) == 6:
                assert word in known, f"{path.name}: {word}"
