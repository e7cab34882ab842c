"""One row found again by its line is the row that the reader of whole tables gives."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdtm.raw import ReadOptions, one_row, read_source

CELL = st.text(st.sampled_from('ab1 ,";\t\n中é'), max_size=5)


def whole(folder: Path, name: str, options: ReadOptions) -> dict[int, dict[str, str]]:
    """Every row of a file as the table reader gives it."""
    table = read_source(folder, name, options)[0]
    texts = {
        c: table.frame[c].astype(object).where(table.frame[c].notna(), "") for c in table.frame
    }
    return {
        int(row): {str(name): str(column.iloc[at]) for name, column in texts.items()}
        for at, row in enumerate(table.rows)
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    records=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]),
)
def test_each_row_is_the_one_of_the_table(
    tmp_path: Path, records: list[list[str]], end: str, encoding: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["A", "B 1", "C"], *records])
    text = out.getvalue().replace("é", "e") if encoding == "gb18030" else out.getvalue()
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    options = ReadOptions(encoding=encoding)
    for row, cells in whole(tmp_path, "a.csv", options).items():
        assert one_row(tmp_path, "a.csv", row, options) == cells


@pytest.mark.parametrize(
    ("name", "data", "options", "expected"),
    [
        ("a.tsv", b"A\tB\n1\t2\n", ReadOptions(), {"A": "1", "B": "2"}),
        ("a.csv", b"A;B\n1;2\n", ReadOptions(delimiter=";"), {"A": "1", "B": "2"}),
        ("a.csv", b"x\ny,z\nA,B\nla,lb\n1,2\n", ReadOptions(header_row=3), {"A": "1", "B": "2"}),
        ("a.csv", b"A,B\n1,2,\n", ReadOptions(), {"A": "1", "B": "2"}),
        ("a.csv", b"\xef\xbb\xbfA, B \n001,2", ReadOptions(), {"A": "001", "B": "2"}),
        ("a.csv", b'A,B\n"1,2\n', ReadOptions(quote=""), {"A": '"1', "B": "2"}),
    ],
)
def test_as_declared(
    tmp_path: Path, name: str, data: bytes, options: ReadOptions, expected: dict[str, str]
) -> None:
    (tmp_path / name).write_bytes(data)
    last = len(data.splitlines())
    assert one_row(tmp_path, name, last, options) == expected


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("a.csv", b"A;B\n1;2\n", ReadOptions()),
        ("a.csv", "A,B\n1,é\n".encode("cp1252"), ReadOptions()),
        ("a.csv", "A,B\n1,2\n".encode("utf-16"), ReadOptions(encoding="utf-16")),
        ("a.csv", b"A,B\n1,x\ry\n1,2\n", ReadOptions()),
        ("a.csv", b"A,B\r1,2\r3,4\r", ReadOptions()),
        ("a.csv", b"A,B\n1,2,3\n", ReadOptions()),
        ("a.csv", b"A,B\n1,2\n", ReadOptions(encoding="no-such")),
        ("a.parquet", b"PAR1", ReadOptions()),
        ("there.csv", b"A,B\n", ReadOptions()),
    ],
)
def test_left_to_the_reader_of_tables(
    tmp_path: Path, name: str, data: bytes, options: ReadOptions
) -> None:
    (tmp_path / name).write_bytes(data)
    assert one_row(tmp_path, name, 3 if data.count(b"\n") > 2 else 2, options) is None
    assert one_row(tmp_path, "not-there.csv", 2, options) is None


def test_a_row_beyond_the_first_blocks(tmp_path: Path) -> None:
    lines = [f"{number},{'x' * 90}\r\n" for number in range(2, 20_000)]
    (tmp_path / "a.csv").write_text("A,B\r\n" + "".join(lines), newline="")
    for row in (2, 5_000, 19_999):
        found = one_row(tmp_path, "a.csv", row, ReadOptions())
        assert found is not None
        assert found["A"] == str(row)
    assert one_row(tmp_path, "a.csv", 30_000, ReadOptions()) is None


def test_a_return_and_its_line_feed_in_two_blocks(tmp_path: Path) -> None:
    first = b"A,B\r\n1," + b"x" * ((1 << 18) - 8) + b"\r"
    assert len(first) == 1 << 18
    (tmp_path / "a.csv").write_bytes(first + b"\n3,4\r\n")
    assert one_row(tmp_path, "a.csv", 3, ReadOptions()) == {"A": "3", "B": "4"}
    (tmp_path / "a.csv").write_bytes(first + b"5,6\n3,4\r\n")
    assert one_row(tmp_path, "a.csv", 3, ReadOptions()) is None
