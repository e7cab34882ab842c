"""The table of visits: raw spellings, VISITNUM, VISIT, VISITDY."""

from __future__ import annotations

from derive.values.text import is_number
from specs import SpecificationError, finding
from specs.reading.tables import Table


def check_visits(table: Table) -> None:
    """Raises SpecificationError SPEC108 for a table of visits without its columns, or with a
    number that is none."""
    table.column("VISIT")
    for name in ("VISITNUM", "VISITDY"):
        cells = table.column(name) if name == "VISITNUM" or name in table.columns else []
        for row, text in enumerate(cells):
            if text and not is_number(text):
                message = f"{name} is {text!r}, a number is needed"
                raise SpecificationError(finding("SPEC108", message, spec=table.place(row, name)))


def spellings(table: Table) -> dict[str, int]:
    """The row of each raw spelling. Raises SpecificationError SPEC123 for one in two rows."""
    out: dict[str, int] = {}
    for row, cell in enumerate(table.column("raw")):
        for name in filter(None, (part.strip() for part in cell.split("|"))):
            if out.setdefault(name, row) != row:
                message = f"the raw visit {name!r} stands in two rows"
                hint = f"first on line {table.lines[out[name]]}"
                raise SpecificationError(
                    finding("SPEC123", message, spec=table.place(row, "raw"), hint=hint)
                )
    return out
