"""Tables of the specification: CSV files that people edit in Excel, checked by file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace
from specs.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV table: its columns, and its rows as mappings of text (blank cells are '')."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]

    def place(self, row: int | None = None, column: str = "") -> SpecPlace:
        """The place of a row (0-based), with its column's position among the columns."""
        if row is None:
            return SpecPlace(self.file, 1, 1, ",".join(self.columns))
        at = self.columns.index(column) + 1 if column in self.columns else 1
        return SpecPlace(self.file, self.lines[row], at, ",".join(self.rows[row].values()))

    def column(self, name: str) -> list[str]:
        """One column's texts. Raises SpecificationError when there is none."""
        if name not in self.columns:
            message = f"{self.file} has no column {name!r}"
            raise SpecificationError(
                finding(
                    "SPEC108", message, spec=self.place(), hint=did_you_mean(name, self.columns)
                )
            )
        return [row[name] for row in self.rows]


PROTOCOL_DAY, VISIT_DAY = "protocol_day", "VISITDY"


def with_visit_days(table: Table, day_one: int) -> Table:
    """A table of visits with VISITDY worked out from ``protocol_day``, if it has that alone.

    ``day_one`` is the protocol day that is study day 1; the day before it is day -1 (SDTMIG 3.4
    section 4.4.4). Raises SpecificationError SPEC108 for a protocol day that is no whole number.
    """
    if PROTOCOL_DAY not in table.columns or VISIT_DAY in table.columns:
        return table
    rows = tuple(
        {**row, VISIT_DAY: _visit_day(table, number, row[PROTOCOL_DAY], day_one)}
        for number, row in enumerate(table.rows)
    )
    return Table(table.file, (*table.columns, VISIT_DAY), rows, table.lines)


def _visit_day(table: Table, number: int, text: str, day_one: int) -> str:
    if not text:
        return ""
    try:
        day = int(text) - day_one
    except ValueError:
        message = f"the protocol day {text!r} is no whole number"
        place = table.place(number, PROTOCOL_DAY)
        raise SpecificationError(finding("SPEC108", message, spec=place)) from None
    return str(day + 1 if day >= 0 else day)


def read_table(path: Path, shown_as: str) -> Table:
    """Read a CSV table (UTF-8, with or without BOM). Raises SpecificationError SPEC107, SPEC108."""
    if not path.is_file():
        raise SpecificationError(
            finding("SPEC107", f"{shown_as} is not in the study folder", spec=SpecPlace(shown_as))
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{shown_as} is not UTF-8"
        hint = "save it from Excel as 'CSV UTF-8'"
        raise SpecificationError(
            finding("SPEC108", message, spec=SpecPlace(shown_as), hint=hint)
        ) from error
    return parse_table(text, shown_as)


def parse_table(text: str, file: str) -> Table:
    """Parse CSV text; see :func:`read_table`."""
    records = list(_records(text, file))
    if not records:
        raise SpecificationError(finding("SPEC108", f"{file} is empty", spec=SpecPlace(file, 1, 1)))
    _, header = records[0]
    columns = tuple(name.strip() for name in header)
    for name in columns:
        if not name or columns.count(name) > 1:
            what = f"the column {name!r} is there twice" if name else "a column has no name"
            raise SpecificationError(
                finding("SPEC108", what, spec=SpecPlace(file, 1, 1, ",".join(header)))
            )
    rows, lines = [], []
    for line, cells in records[1:]:
        if len(cells) != len(columns):
            message = f"{len(cells)} cells where the first line names {len(columns)}"
            hint = "quote a cell that holds a comma"
            place = SpecPlace(file, line, 1, ",".join(cells))
            raise SpecificationError(finding("SPEC108", message, spec=place, hint=hint))
        rows.append({name: cell.strip() for name, cell in zip(columns, cells, strict=True)})
        lines.append(line)
    return Table(file, columns, tuple(rows), tuple(lines))


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place = SpecPlace(file, line, 1)
            raise SpecificationError(finding("SPEC108", f"not CSV: {error}", spec=place)) from error
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1
