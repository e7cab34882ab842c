"""Raw tables that are kept are the tables that reading gives, and are used for nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdtm.raw import KeptTables, RawTable, ReadOptions, read_source
from specs import RawDataError

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=12)


def write(path: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([("A", "B", "C"), *rows])


def assert_same(found: list[RawTable], expected: list[RawTable]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
        for name in other.frame:
            assert one.frame[name].cat.codes.dtype == other.frame[name].cat.codes.dtype
            assert list(one.frame[name].cat.categories) == list(other.frame[name].cat.categories)
        assert one.rows.tolist() == other.rows.tolist()
        assert one.findings == other.findings
        assert [f.details for f in one.findings] == [f.details for f in other.findings]
        for name in ("name", "file", "encoding", "encoding_detected", "sheet", "sha256"):
            assert getattr(one, name) == getattr(other, name)
        assert (one.technical, one.null_reasons) == (other.technical, other.null_reasons)


def kept_once(raw: Path, pattern: str, options: ReadOptions, folder: Path) -> KeptTables:
    """What a build that has read a source leaves."""
    tables = KeptTables([], "1")
    read_source(raw, pattern, options, tables)
    tables.keep(folder)
    return KeptTables([folder], "1")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_a_kept_table_is_the_one_that_was_read(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    raw = tmp_path_factory.mktemp("raw")
    write(raw / "a.csv", rows)
    options = ReadOptions(encoding="utf-8")
    try:
        expected = read_source(raw, "a.csv", options)
    except RawDataError:
        return
    again = kept_once(raw, "a.csv", options, raw / "kept")
    assert_same(read_source(raw, "a.csv", options, again), expected)
    assert again.as_before == (1, 1)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "parquet", "xpt"])
def test_tables_of_other_formats(kind: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"ID": ["1", "2", ""], "NAME": ["Müller", "x", None], "N": [1.5, 2, 3]})
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "xpt":
        import pyreadstat

        pyreadstat.write_xport(frame.fillna(""), path, table_name="A")
    else:
        engine = {"xlsx": "openpyxl", "ods": "odf"}[kind]
        pytest.importorskip(engine)
        frame.to_excel(path, index=False, engine=engine)
    expected = read_source(tmp_path, path.name)
    again = kept_once(tmp_path, path.name, ReadOptions(), tmp_path / "kept")
    assert_same(read_source(tmp_path, path.name, None, again), expected)
    assert again.as_before == (1, 1)


_LARGE = 2_000_000
"""Bytes; a larger file says nothing that a smaller one of its kind does not."""


def test_real_exports(shared: Path, tmp_path: Path) -> None:
    raw = shared / "raw-samples"
    seen = 0
    for path in sorted(raw.rglob("*")):
        name = path.relative_to(raw).as_posix()
        if path.suffix.lower() not in (".xml", ".csv", ".xlsx", ".sas7bdat"):
            continue
        if path.stat().st_size > _LARGE:
            continue
        options = ReadOptions(item_group="*" if path.suffix == ".xml" else None)
        try:
            expected = read_source(raw, name, options)
        except RawDataError:
            continue
        again = kept_once(raw, name, options, tmp_path / f"{seen}")
        assert_same(read_source(raw, name, options, again), expected)
        seen += 1
    assert seen


@pytest.mark.parametrize("change", ["bytes", "options", "name", "program", "entry"])
def test_nothing_else_is_taken_for_it(change: str, tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [("1", "2", "3"), ("4", "5", "6")])
    kept_once(tmp_path, "*.csv", ReadOptions(), tmp_path / "kept")
    options = ReadOptions()
    if change == "bytes":
        write(tmp_path / "a.csv", [("1", "2", "3"), ("4", "5", "7")])
    elif change == "options":
        options = ReadOptions(label_rows=1)
    elif change == "name":
        (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    elif change == "entry":
        (path,) = (tmp_path / "kept").iterdir()
        path.write_bytes(path.read_bytes()[:-20])
    tables = KeptTables([tmp_path / "kept"], "2" if change == "program" else "1")
    found = read_source(tmp_path, "*.csv", options, tables)
    assert tables.as_before == (0, 1)
    assert_same(found, read_source(tmp_path, "*.csv", options))


def test_a_file_that_is_refused_is_refused_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("A,A\n1,2\n")
    for _ in range(2):
        tables = KeptTables([tmp_path / "kept"], "1")
        with pytest.raises(RawDataError):
            read_source(tmp_path, "a.csv", None, tables)
        tables.keep(tmp_path / "kept")


def test_only_what_was_read_stays(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [("1", "2", "3")])
    kept_once(tmp_path, "a.csv", ReadOptions(), tmp_path / "one")
    write(tmp_path / "a.csv", [("1", "2", "4")])
    tables = KeptTables([tmp_path / "one"], "1")
    read_source(tmp_path, "a.csv", None, tables)
    tables.keep(tmp_path / "two")
    assert len(list((tmp_path / "two").iterdir())) == 1
    tables.keep(tmp_path / "all", others=True)
    assert len(list((tmp_path / "all").iterdir())) == 2
