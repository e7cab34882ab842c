"""CSV tables of the specification, and the maps made of them."""
# ruff: noqa: PT017 - what is refused is looked at, what is not is fine

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs import SpecificationError, SpecPlace
from specs.language import TermMap
from specs.reading.tables import parse_table, read_table
from specs.text.maps import BLANK, QUERY, compile_map

HERE = SpecPlace("codelists.yaml", 2, 3)


def test_rows_lines_and_places() -> None:
    table = parse_table('raw,value\n a ,b\n\n"x, y",\n"two\nlines",z\n', "t.csv")
    assert table.columns == ("raw", "value")
    assert table.rows == (
        {"raw": "a", "value": "b"},
        {"raw": "x, y", "value": ""},
        {"raw": "two\nlines", "value": "z"},
    )
    assert table.lines == (2, 4, 5)
    assert table.column("value") == ["b", "", "z"]
    assert str(table.place(1, "value")) == "t.csv:4:2"
    assert str(table.place()) == "t.csv:1:1"


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("", 1, "t.csv is empty", ""),
        ("\n , \n", 1, "t.csv is empty", ""),
        ("a,a\n1,2\n", 1, "'a' is there twice", ""),
        ("a,\n1,2\n", 1, "a column has no name", ""),
        ("a,b\n1,2\n3\n", 3, "1 cells where the first line names 2", "quote a cell"),
        ("a,b\n1,2,3\n", 2, "3 cells where the first line names 2", "quote a cell"),
        ('a,b\n1,"2\n', 2, "not CSV", ""),
        ('a,b\n1,"2"x\n', 2, "not CSV", ""),
    ],
)
def test_refused(text: str, line: int, message: str, hint: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        parse_table(text, "t.csv")
    found = caught.value.findings[0]
    assert found.rule == "SPEC108"
    assert message in found.message
    assert found.hint.startswith(hint)
    assert found.spec is not None
    assert (found.spec.file, found.spec.line) == ("t.csv", line)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(SpecificationError, match="no column 'RAW'") as caught:
        parse_table("raw\nx\n", "t.csv").column("RAW")
    assert caught.value.findings[0].hint == "did you mean 'raw'?"


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with pytest.raises(SpecificationError, match="SPEC107"):
        read_table(path, "t.csv")
    path.write_bytes(b"\xef\xbb\xbfraw\nx\n")
    assert read_table(path, "t.csv").columns == ("raw",)
    path.write_bytes("raw\n不\n".encode("gb18030"))
    with pytest.raises(SpecificationError, match="not UTF-8") as caught:
        read_table(path, "t.csv")
    assert "CSV UTF-8" in caught.value.findings[0].hint


_cells = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=10
).map(str.strip)


@given(st.lists(st.tuples(_cells, _cells.filter(bool)), max_size=6))
def test_what_another_writer_wrote_is_read_back(rows: list[tuple[str, str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([("a", "b"), *rows])
    table = parse_table(buffer.getvalue(), "t.csv")
    assert [tuple(row.values()) for row in table.rows] == rows


@given(st.text(max_size=80))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    try:
        parse_table(text, "t.csv")
    except SpecificationError as error:
        assert error.findings[0].rule == "SPEC108"


# maps


def test_a_map_finds_spellings_queries_and_blanks() -> None:
    model = TermMap.model_validate(
        {"values": {"Y": ["是", "yes"], "N": "否"}, "query": "2-3", "blank": ["-"]}
    )
    table = compile_map("yn", model, HERE)
    found = [table.get(text) for text in ("是", " yes ", "Y", "否", "2-3", "-", "YES", "Ｙ")]
    assert found == ["Y", "Y", "Y", "N", QUERY, BLANK, None, "Y"]


def test_ignoring_case() -> None:
    table = compile_map("yn", TermMap(values={"Y": ["Yes"]}, ignore_case=True), HERE)
    assert [table.get(t) for t in ("YES", "y", "no")] == ["Y", "Y", None]


def test_a_spelling_of_two_values_is_refused() -> None:
    with pytest.raises(SpecificationError) as caught:
        compile_map("m", TermMap(values={"A": ["x"], "B": ["x"]}, query=["x"], blank=["x"]), HERE)
    messages = [f.message for f in caught.value.findings]
    assert messages == [
        "map 'm': 'x' stands for 'A' and for 'B'",
        "map 'm': 'x' stands for 'A' and for a query",
        "map 'm': 'x' stands for 'A' and for blank",
    ]
    assert caught.value.findings[0].hint == "first at codelists.yaml:2:3"


def test_a_map_from_a_table() -> None:
    table = parse_table("raw,value\na,A\nb,\n", "m.csv")
    found = compile_map("m", TermMap(), HERE, table)
    assert [found.get(t) for t in ("a", "A", "b", "c")] == ["A", "A", BLANK, None]


def test_a_map_table_needs_its_columns() -> None:
    with pytest.raises(SpecificationError, match=r"m\.csv has no column 'raw'"):
        compile_map("m", TermMap(), HERE, parse_table("from,value\na,A\n", "m.csv"))
