"""Edits of a CSV text: one field changes, and every other byte stays."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from workbench.mapping.texts.csv_text import CsvText

CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('",\n'), max_size=8
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=6)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_it_reads_what_the_csv_module_writes_and_writes_it_back(
    rows: list[list[str]], end: str, quoting: int
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    text = CsvText(out.getvalue())
    assert text.written() == out.getvalue()
    assert [values for _, values in text.rows()] == rows_of(out.getvalue())[1:]


@given(TABLES, st.data())
def test_an_edited_field_is_read_back_and_the_others_stay(
    rows: list[list[str]], data: st.DataObject
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    text = CsvText(out.getvalue())
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, 2))
    value = data.draw(CELLS)
    text.set(row, column, value)
    rows[row][column] = value
    assert rows_of(text.written()) == rows


def test_rows_are_added_and_taken_out() -> None:
    text = CsvText("a,b\n1,2\n3,4")
    text.insert(2, ["5", "x,y"])
    text.delete(1)
    assert text.written() == 'a,b\n3,4\n5,"x,y"'
