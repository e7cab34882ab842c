"""One name space: data sets, tables of a file, CSV tables, data sets that are read."""

from __future__ import annotations

from adam.making import Making
from specs import Finding, finding


def two_things(making: Making) -> list[Finding]:
    """Tables whose name is that of something else (SPEC120)."""
    out = []
    for of in making.sets.values():
        model = of.model
        for section, tables in (("tables", model.tables), ("records", model.records)):
            for table in tables:
                what = _other(making, table)
                if section == "records" and table in model.tables:
                    what = "a working table and a record table"
                if what:
                    message = f"the name {table!r} is {what}"
                    place = of.loaded.place(section, table, key=True)
                    hint = "give the table a name of its own"
                    out.append(finding("SPEC120", message, dataset=of.name, spec=place, hint=hint))
    return out


def _other(making: Making, table: str) -> str:
    """What else a name is; "" where it is only a table."""
    if table in making.loaded:
        return "a table and an analysis data set"
    if table in making.folder.headers or table in making.folder.aliases:
        return "a table and a data set that is read"
    return "a table and a CSV table" if table in making.csv else ""
