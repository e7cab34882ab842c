"""CSV and TSV: what Python's csv module and a text editor say is what is read."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdtm.raw import RawTable, ReadOptions, list_tables, read_source
from sdtm.raw.formats import _lines as lines_module
from specs.errors import RawDataError


def read(folder: Path, data: bytes, name: str = "ae.csv", **options: object) -> RawTable:
    (folder / name).write_bytes(data)
    (table,) = read_source(folder, name, ReadOptions(**options))  # type: ignore[arg-type]
    return table


def refused(folder: Path, data: bytes, name: str = "ae.csv", **options: object) -> list[str]:
    with pytest.raises(RawDataError) as caught:
        read(folder, data, name, **options)
    return [f"{f.rule}:{f.raw.row if f.raw else None}" for f in caught.value.findings]


def cells(table: RawTable) -> list[list[str]]:
    return table.frame.astype(object).where(table.frame.notna(), "").to_numpy().tolist()


def rules(table: RawTable) -> list[str]:
    return [f.rule for f in table.findings]


def test_every_value_is_text_as_written(tmp_path: Path) -> None:
    table = read(tmp_path, b"ID,AGE,NOTE\n001,05,NA\n1,1e3, x \n,null,\n")
    assert cells(table) == [["001", "05", "NA"], ["1", "1e3", " x "], ["", "null", ""]]
    assert all(str(dtype) == "category" for dtype in table.frame.dtypes)
    assert table.frame["ID"].cat.codes.tolist()[2] == -1
    assert table.rows.tolist() == [2, 3, 4]
    assert table.rows.dtype == np.int64


def test_rows_count_line_breaks_inside_quotes_and_blank_lines(tmp_path: Path) -> None:
    data = b'A,B\r\n1,"two\r\nlines"\r\n\r\n2,"a ""q"", b"\r\n"",x\r\n\r\n'
    table = read(tmp_path, data)
    assert cells(table) == [["1", "two\r\nlines"], ["2", 'a "q", b'], ["", "x"]]
    assert table.rows.tolist() == [2, 5, 6]
    assert [f.message for f in table.findings if f.rule == "RAW116"] == ["1 blank lines: 4"]


def test_rows_with_a_header_over_two_lines_and_labels(tmp_path: Path) -> None:
    data = b'Export of 2024\nA,"B"\n"Label\nof A",Label of B\n1,2\n'
    table = read(tmp_path, data, header_row=2, label_rows=1)
    assert cells(table) == [["1", "2"]]
    assert table.rows.tolist() == [5]


def test_old_line_ends(tmp_path: Path) -> None:
    table = read(tmp_path, b"A,B\r1,2\r\r3,4")
    assert cells(table) == [["1", "2"], ["3", "4"]]
    assert table.rows.tolist() == [2, 4]


def test_blocks_of_the_line_scan_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'A,B\r\n1,"two\r\nlines"\r\n\r\n2,"a ""q"", b"\r\n"",x\r\n'
    for size in range(1, 12):
        monkeypatch.setattr(lines_module, "_CHUNK", size)
        assert read(tmp_path, data).rows.tolist() == [2, 5, 6]


def test_white_space_and_invisible_characters_stay_in_values(tmp_path: Path) -> None:
    table = read(tmp_path, "A\n\u00a0x\u200b\n".encode())
    assert cells(table) == [["\u00a0x\u200b"]]


def test_column_names_are_tidied_and_that_is_told(tmp_path: Path) -> None:
    table = read(tmp_path, "\ufeff SUBJID\u00a0,B\u200b\n1,2\n".encode())
    assert list(table.frame.columns) == ["SUBJID", "B"]
    assert rules(table).count("RAW115") == 2


def test_only_the_wanted_columns_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, b"A,B,C\n1,2,3\n", columns=("C", "A"))
    assert cells(table) == [["1", "3"]]


def test_a_renamed_column_is_missing_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "ae.csv").write_bytes(b"SUBJ_ID,B\n1,2\n")
    with pytest.raises(RawDataError, match="RAW114") as caught:
        read_source(tmp_path, "ae.csv", ReadOptions(columns=("SUBJID",)))
    assert caught.value.findings[0].hint == "did you mean 'SUBJ_ID'?"


@pytest.mark.parametrize(
    ("name", "data", "delimiter"),
    [
        ("a.csv", b"A;B\n1,5;2\n", ";"),
        ("a.tsv", b"A\tB\n1,5\t2\n", "\t"),
        ("a.txt", b"A|B\n1,5|2\n", "|"),
        ("a.xls", b'"A"\t"B"\n"1,5"\t"2"\n', "\t"),
        ("a.csv", b'"A,x";B\n1,5;2\n', ";"),
    ],
)
def test_the_delimiter_is_found_in_the_header(
    tmp_path: Path, name: str, data: bytes, delimiter: str
) -> None:
    table = read(tmp_path, data, name)
    assert cells(table) == [["1,5", "2"]]
    assert list_tables(tmp_path / name)[0].delimiter == delimiter


def test_a_file_that_does_not_quote(tmp_path: Path) -> None:
    table = read(tmp_path, b'A,B\n5" pin,"x\n', quote="")
    assert cells(table) == [['5" pin', '"x']]


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("A,名\n1,恶心呕吐\n", "utf-8", "utf-8"),
        ("A,名\n1,恶心呕吐\n", "utf-8-sig", "utf-8"),
        ("A,B\n1,plain\n", "ascii", "utf-8"),
    ],
)
def test_without_a_declaration_utf8_is_read_and_told(
    tmp_path: Path, text: str, encoding: str, shown: str
) -> None:
    table = read(tmp_path, text.encode(encoding))
    expected = list(csv.reader(io.StringIO(text)))
    assert [list(table.frame.columns), *cells(table)] == expected
    assert (table.encoding, table.encoding_detected) == (shown, True)
    assert rules(table) == ["RAW105"]


@pytest.mark.parametrize(
    ("text", "encoding", "evidence"),
    [
        ("A,名\n1,恶心呕吐\n", "gb18030", "5 of 5 characters are everyday Chinese"),
        ("A,B\n1,Müller café\n", "cp1252", "2 of 2 characters are letters and signs"),
        ("A,B\n1,élève\n", "cp1252", "2 of 2"),
        ("A,B\n1,37.5 °C ± 2 µg\n", "cp1252", "3 of 3"),
    ],
)
def test_another_encoding_is_proposed_with_reasons_and_read_only_when_declared(
    tmp_path: Path, text: str, encoding: str, evidence: str
) -> None:
    with pytest.raises(RawDataError) as caught:
        read(tmp_path, text.encode(encoding))
    (found,) = caught.value.findings
    assert found.rule == "RAW107"
    assert f"{encoding} fits: {evidence}" in found.message
    (path,) = tmp_path.iterdir()
    (table,) = list_tables(path)
    assert table.encoding == encoding
    assert table.evidence.startswith(evidence)
    expected = list(csv.reader(io.StringIO(text)))[1:]
    assert cells(read(tmp_path, text.encode(encoding), encoding=encoding)) == expected


@pytest.mark.parametrize("declared", [None, "gb18030", "cp1252"])
@pytest.mark.parametrize(
    "data",
    [
        "A,名\n1,恶心呕吐\n".encode()[:-2] + b"\n2,x\n",
        "A,名\n1,恶心\n".encode() + "2,café\n".encode("latin-1"),
        "A,B\n1,élève à la crème\n".encode() + b"2,\xff\n",
    ],
)
def test_damaged_utf8_is_damaged_utf8(tmp_path: Path, data: bytes, declared: str | None) -> None:
    with pytest.raises(RawDataError) as caught:
        read(tmp_path, data, encoding=declared)
    (found,) = caught.value.findings
    assert found.rule == "RAW106"
    assert found.raw is not None
    assert found.raw.row


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16", "utf-8-sig"])
def test_a_declared_encoding_is_used_and_not_told(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "A,名\n1,恶心\n".encode(encoding), encoding=encoding)
    assert cells(table) == [["1", "恶心"]]
    assert rules(table) == []
    assert not table.encoding_detected


def test_encodings_are_checked_across_blocks(tmp_path: Path) -> None:
    body = "x恶" * 1_200_000 + "\n"
    table = read(tmp_path, ("A\n" + body).encode())
    assert cells(table) == [[body.strip()]]
    table = read(tmp_path, ("A\n" + body).encode("gb18030"), encoding="gb18030")
    assert cells(table) == [[body.strip()]]


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (b"", {}, ["RAW103:None"]),
        (b"\n", {}, ["RAW103:1"]),
        (b"A,B\n", {"header_row": 3}, ["RAW103:None"]),
        (b"A,B\n1,2,3\n4,5\n6\n", {}, ["RAW110:2", "RAW110:4"]),
        (b"A,B\n1,2\n1,2,\n3\n", {}, ["RAW110:3", "RAW110:4"]),
        (b'A,B\n1,"2\n3,4\n', {}, ["RAW111:2"]),
        (b'A,B\n1,2\n"x"y,4\n', {}, ["RAW111:3"]),
        (b'A,B\n1,2\nx "y",4\n', {}, ["RAW111:3"]),
        (b'"A,B\n1,2\n', {}, ["RAW111:1"]),
        (b"A,B,A\n1,2,3\n", {}, ["RAW112:1"]),
        (b"A,,C\n1,,3\n1,x,3\n", {}, ["RAW113:3"]),
        (b"A,B\n1,\x00\n", {}, ["RAW108:2"]),
        ("A,B\n1,2\n".encode("utf-16"), {}, ["RAW108:1"]),
        (b"\xef\xbb\xbfA,B\n1,\xe6\x81\xb6\n1,\xb6\xf1\xd0\xc4\n", {}, ["RAW106:3"]),
        (b"A,B\n1,\xb6\xf1\n", {"encoding": "utf-8"}, ["RAW106:2"]),
        ("A,B\n1,恶心呕吐\n".encode(), {"encoding": "gb18030"}, ["RAW106:None"]),
        ("A,B\n1,恶心呕吐\n".encode(), {"encoding": "cp1252"}, ["RAW106:None"]),
        ("A,B\n1,café\n".encode(), {"encoding": "cp1252"}, ["RAW106:None"]),
        ("A,B\n1,µg\n".encode(), {"encoding": "latin-1"}, ["RAW106:None"]),
        ("A,B\n1,über\n1,né".encode() + b"e\n1,\xe9\n", {"encoding": "cp1252"}, ["RAW106:4"]),
        (b"A,B\n1,caf\xc3\xa9\n1,\xe9\n", {"encoding": "cp1252"}, ["RAW106:3"]),
        (b"A,B\n1,caf\xc3\xa9\n1,\xe9\n", {"encoding": "latin-1"}, ["RAW106:3"]),
        (b"A,B\n1,\xe6\x81\xb6\n1,\xe9\n", {"encoding": "cp1252"}, ["RAW106:3"]),
        (b"A,B\n1,\x81\n", {"encoding": "cp1252"}, ["RAW106:2"]),
        ("\ufeffA,B\n".encode(), {"encoding": "gb18030"}, ["RAW106:1"]),
        (b"A,B\n1,\x81\x20\xff\n", {}, ["RAW107:2"]),
        (b"A,B\n", {"encoding": "klingon"}, ["RAW109:None"]),
        (b"A,B\n", {"encoding": "base64"}, ["RAW109:None"]),
        (b"A,B\n", {"delimiter": ",,"}, ["RAW109:None"]),
        (b"A,B\n", {"delimiter": '"'}, ["RAW109:None"]),
        (b"A,B\n", {"format": "sav"}, ["RAW109:None"]),
    ],
)
def test_bad_input_is_refused_with_its_row(
    tmp_path: Path, data: bytes, options: dict[str, object], expected: list[str]
) -> None:
    found = refused(tmp_path, data, **options)
    assert found[: len(expected)] == expected


def test_a_wrong_byte_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"A,B\n1,x\xb6\xf1\n")
    with pytest.raises(RawDataError, match=r"byte 0xB6 \(byte 4 of the line\)"):
        read_source(tmp_path, "a.csv", ReadOptions(encoding="utf-8"))


def test_many_ragged_records_are_capped_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"A,B\n" + b"1\n" * 50)
    with pytest.raises(RawDataError) as caught:
        read_source(tmp_path, "a.csv")
    assert len(caught.value.findings) == 21
    assert caught.value.findings[-1].message.startswith("50 records")


def test_a_header_without_records_is_told(tmp_path: Path) -> None:
    for data in (b"A,B\n", b"A,B", b"A,B\n\n\n"):
        table = read(tmp_path, data)
        assert table.frame.shape == (0, 2)
        assert "RAW104" in rules(table)


def test_delimiters_at_line_ends_make_no_column(tmp_path: Path) -> None:
    table = read(tmp_path, b"A,B,\n1,2,\n")
    assert list(table.frame.columns) == ["A", "B"]
    assert "RAW118" in rules(table)
    table = read(tmp_path, b'A,B\n1,"2"\n\n3,"4\n4",\n5,6\n')
    assert cells(table) == [["1", "2"], ["3", "4\n4"], ["5", "6"]]
    assert table.rows.tolist() == [2, 4, 6]
    assert [f.raw.row for f in table.findings if f.rule == "RAW119" and f.raw] == [4]


def test_a_single_column(tmp_path: Path) -> None:
    table = read(tmp_path, b'A\n1\n\n""\n2\n')
    assert cells(table) == [["1"], [""], ["2"]]
    assert table.rows.tolist() == [2, 4, 5]


def test_record_numbers_and_repeated_numbers(tmp_path: Path) -> None:
    body = "".join(f"{i},{i % 7}\n" for i in range(1, 200))
    table = read(tmp_path, b"A,B\n" + body.encode())
    assert cells(table) == [[str(i), str(i % 7)] for i in range(1, 200)]
    assert table.frame["A"].cat.categories.is_unique


def test_a_look_is_cheap_and_right(tmp_path: Path) -> None:
    (tmp_path / "lab.csv").write_bytes("A,名\n1,恶\n2,心\n".encode("gb18030"))
    (info,) = list_tables(tmp_path / "lab.csv")
    assert (info.columns, info.rows, info.exact, info.encoding) == (
        ("A", "名"),
        2,
        False,
        "gb18030",
    )


_TEXT = st.text(st.sampled_from("ab01 ,;\"'\t恶é\n\r"), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(_TEXT, min_size=n, max_size=n), max_size=8)
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_python_writes_is_read_back(records: list[list[str]], end: str) -> None:
    width = len(records[0]) if records else 2
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow([f"C{i}" for i in range(width)])
    starts = []
    for record in records:
        text = out.getvalue()
        starts.append(1 + len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1)
        writer.writerow(record)
    with tempfile.TemporaryDirectory() as folder:
        table = read(Path(folder), out.getvalue().encode(), encoding="utf-8", delimiter=",")
    assert cells(table) == records
    assert table.rows.tolist() == starts


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.sampled_from('a1,"\n\r\t;恶 \u00a0'), max_size=40).map(str.encode) | st.binary())
def test_any_bytes_are_read_as_python_reads_them_or_refused(body: bytes) -> None:
    data = b"A,B\n" + body
    with tempfile.TemporaryDirectory() as folder:
        try:  # nothing but RawDataError may come out
            table = read(Path(folder), data, delimiter=",")
        except RawDataError:
            return
    text = data.decode("utf-8-sig" if table.encoding == "utf-8" else table.encoding)
    expected = [r for r in csv.reader(io.StringIO(text, newline="")) if r][1:]
    assert cells(table) == [r[:2] for r in expected]


def test_more_columns_than_any_table_has_are_refused(tmp_path: Path) -> None:
    names = ",".join(f"C{i}" for i in range(200_000))
    assert refused(tmp_path, f"{names}\n{names}\n".encode()) == ["RAW141:1"]


def test_katakana_of_half_width_in_shift_jis_are_no_utf8(tmp_path: Path) -> None:
    table = read(tmp_path, "A,B\n1,ﾃｩ\n".encode("shift_jis"), encoding="shift_jis")
    assert table.frame["B"].tolist() == ["ﾃｩ"]
