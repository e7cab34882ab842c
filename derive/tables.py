"""CSV tables of the specification as records that any verb can read, by the stem of their file."""

from __future__ import annotations

import numpy as np

from derive.records import Records
from derive.values.column import Column, Kind
from derive.values.number import of_text
from derive.values.text import Text
from specs.reading.tables import Table


def column_kind(cells: list[str]) -> Kind:
    """NUMBER where every filled cell is a number in its shortest form, else TEXT.

    ``01`` and ``1.50`` are codes and stay text. The table is part of the specification, so this is
    known before a row of data is read.
    """
    filled = [cell for cell in cells if cell]
    return Kind.NUMBER if filled and all(map(_plain, filled)) else Kind.TEXT


def _plain(cell: str) -> bool:
    digits = cell.removeprefix("-")
    whole, dot, part = digits.partition(".")
    if not whole.isascii() or not whole.isdigit() or (len(whole) > 1 and whole[0] == "0"):
        return False
    return not dot or (part.isascii() and part.isdigit() and part[-1] != "0")


def table_kinds(table: Table) -> dict[str, Kind]:
    """The kind of each column."""
    return {name: column_kind(table.column(name)) for name in table.columns}


def table_records(name: str, table: Table) -> Records:
    """A table as records; its rows come from themselves."""
    out = Records(name, len(table.rows))
    for column, kind in table_kinds(table).items():
        out.columns[column] = _column(table.column(column), kind)
    out.origin[name] = np.arange(out.size, dtype=np.int64)
    return out


def _column(cells: list[str], kind: Kind) -> Column:
    text = Text.of(cells)
    return text if kind is Kind.TEXT else of_text(text)[0]
