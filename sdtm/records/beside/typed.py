"""Columns of the specification's own tables, of the kind that their variable has."""

from __future__ import annotations

from derive.values.column import Column, Kind
from derive.values.moment import of_text as moments
from derive.values.number import of_text as numbers
from derive.values.text import Text
from specs import SpecificationError, finding
from specs.reading.tables import Table


def typed_column(text: Text, kind: Kind, table: Table, name: str) -> Column:
    """The cells of a table's column as numbers or moments where its variable is such.

    Raises SpecificationError SPEC108 for a cell that is no such value.
    """
    if kind is Kind.TEXT:
        return text
    column: Column
    column, bad = numbers(text) if kind is Kind.NUMBER else moments(text, kind)
    if bad:
        value = text.values[bad[0]]
        row = table.column(name).index(value)
        message = f"{name} is {value!r}, a {kind.value} is needed"
        raise SpecificationError(finding("SPEC108", message, spec=table.place(row, name)))
    return column
