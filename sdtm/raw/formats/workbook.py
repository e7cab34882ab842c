"""XLSX (and XLS, ODS) workbooks, through calamine: every cell as the text of its raw value."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdtm.raw._choose import choose
from sdtm.raw._columns import Header, choose_columns, header_names, without_nameless
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo, type_rows
from sdtm.raw._text import from_texts, number_text
from sdtm.raw.codes import error, note
from sdtm.raw.formats._displayed_cells import show_cells
from sdtm.raw.formats._sheet_size import refuse_far_cells
from sdtm.raw.formats._special_cells import special_cells
from sdtm.raw.formats.archive import member_names
from specs.findings import Finding
from transport.machine import pass_on

_FIFTEEN, _NONE = 1e15, 1e21
_DATES = (dt.date, dt.time, dt.timedelta)


def read(source: RawFile, options: ReadOptions) -> list[RawTable]:
    """One table per sheet that ``options.sheet`` names."""
    book = _open(source)
    names = choose(source.file, "sheet", options.sheet, _visible(book), also=book.sheet_names)
    errors = special_cells(source, names)
    return [_read_sheet(source, book, name, options, errors.get(name, [])) for name in names]


def tables(source: RawFile, options: ReadOptions) -> list[TableInfo]:
    """Every visible sheet that has a header where ``options`` say."""
    book = _open(source)
    found = []
    for name in _visible(book):
        cells = _cells(source, book, name)
        if len(cells) < options.header_row:
            continue
        header = [_cell_text(value).strip() for value in cells[options.header_row - 1]]
        found.append(
            TableInfo(
                name=name,
                file=source.file,
                format="xlsx",
                columns=tuple(filter(None, header)),
                rows=max(len(cells) - options.header_row - options.label_rows, 0),
                sheet=name,
            )
        )
    return found


def sizes(source: RawFile, options: ReadOptions) -> dict[str, int]:
    """Of each sheet, hidden or not, how many rows hold anything."""
    del options
    book = _open(source)
    return {
        name: sum(any(value != "" for value in row) for row in _cells(source, book, name))
        for name in _worksheets(book)
    }


def _open(source: RawFile) -> Any:
    import python_calamine as calamine

    if source.path.stat().st_size == 0:
        raise error("RAW103", "the file is empty", source.file)
    if zipfile.is_zipfile(source.path):
        member_names(source.path, source.file)  # refuses what would unpack without bound
        refuse_far_cells(source)
    try:
        return calamine.CalamineWorkbook.from_path(str(source.path))
    except Exception as problem:  # calamine raises its own, OSError, and Rust panics
        pass_on(problem)
        message = f"not readable as a workbook: {str(problem)[:200]}"
        raise error("RAW102", message, source.file) from None


def _visible(book: Any) -> list[str]:
    import python_calamine as calamine

    shown = calamine.SheetVisibleEnum.Visible
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible == shown]


def _worksheets(book: Any) -> list[str]:
    """The sheets that can have cells: a chart has none."""
    import python_calamine as calamine

    cells = calamine.SheetTypeEnum.WorkSheet
    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == cells]


def _cells(source: RawFile, book: Any, name: str) -> list[list[Any]]:
    try:
        cells: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except Exception as problem:  # as in _open
        message = f"sheet {name!r} is not readable: {str(problem)[:200]}"
        raise error("RAW102", message, source.file) from None
    return cells


def _read_sheet(
    source: RawFile, book: Any, name: str, options: ReadOptions, errors: list[tuple[int, int, str]]
) -> RawTable:
    place = f"{source.file}[{name}]"
    cells = _cells(source, book, name)
    if len(cells) < options.header_row:
        message = f"the sheet ends before the header row {options.header_row}"
        raise error("RAW103", message, place, hint="check header-row, or export again")
    for row, column, text in errors:
        cells[row - 1][column - 1] = text
    findings: list[Finding] = []
    head = [_cell_text(value) for value in cells[options.header_row - 1]]
    header = header_names(place, head, options.header_row, findings)
    show_cells(source, name, header, options, cells)
    wanted = choose_columns(place, header, options.columns)
    first = options.header_row + options.label_rows
    body, rows = _body(place, cells, first, findings)
    _tell_errors(place, header, errors, first, findings)
    frame = _frame(place, header, body, rows, wanted=wanted, findings=findings)
    if not len(rows):
        findings.append(note("RAW104", "a header and no records", place, options.header_row))
    return RawTable(
        name=name,
        file=source.file,
        frame=frame,
        rows=rows,
        sheet=name,
        sha256=source.sha256,
        findings=findings,
        beside=tuple(_worksheets(book)),
    )


def _body(
    place: str, cells: list[list[Any]], first: int, findings: list[Finding]
) -> tuple[list[list[Any]], type_rows]:
    """Records with any content, and their sheet rows."""
    body = cells[first:]
    filled = np.array([any(value != "" for value in row) for row in body], bool)
    kept = np.flatnonzero(filled)
    inner = np.flatnonzero(~filled[: kept[-1] + 1]) if len(kept) else kept
    if len(inner):
        shown = ", ".join(str(first + 1 + i) for i in inner[:20])
        message = f"{len(inner)} blank rows: {shown}"
        findings.append(note("RAW116", message, place, int(first + 1 + inner[0])))
    return [body[i] for i in kept], (kept + first + 1).astype(np.int64)


def _frame(
    place: str,
    header: Header,
    body: list[list[Any]],
    rows: type_rows,
    *,
    wanted: Sequence[str],
    findings: list[Finding],
) -> pd.DataFrame:
    by_place = list(zip(*body, strict=True)) if body else [()] * len(header.names)
    filled = {
        key: from_texts([_cell_text(value) for value in values])
        for key, name, values in zip(header.keys, header.names, by_place, strict=True)
        if not name and any(value != "" for value in values)
    }
    without_nameless(place, filled, header, rows, findings)
    columns = {}
    at = {name: number for number, name in enumerate(header.names) if name}
    for name in wanted:
        values = by_place[at[name]]
        columns[name] = from_texts([_cell_text(value) for value in values])
        _tell_dates(place, name, values, rows, findings)
        _tell_long(place, name, values, rows, findings)
    return pd.DataFrame(columns, copy=False)


def _tell_dates(
    place: str, name: str, values: Sequence[Any], rows: type_rows, findings: list[Finding]
) -> None:
    dates = [i for i, value in enumerate(values) if isinstance(value, _DATES)]
    if dates:
        other = sum(value != "" for value in values) - len(dates)
        mixed = f", {other} other cells as they are" if other else ""
        message = f"{len(dates)} date or time cells read as ISO 8601{mixed}"
        findings.append(note("RAW121", message, place, int(rows[dates[0]]), column=name))


def _tell_long(
    place: str, name: str, values: Sequence[Any], rows: type_rows, findings: list[Finding]
) -> None:
    long = [i for i, v in enumerate(values) if isinstance(v, float) and _FIFTEEN <= abs(v) < _NONE]
    if long:
        shown = number_text(values[long[0]])
        message = f"{len(long)} whole numbers of more than 15 digits, such as {shown}"
        row = int(rows[long[0]])
        findings.append(note("RAW126", message, place, row, column=name, text=shown))


def _tell_errors(
    place: str,
    header: Header,
    errors: list[tuple[int, int, str]],
    first: int,
    findings: list[Finding],
) -> None:
    for row, column, text in errors:
        if row > first and text.startswith("#"):
            name = header.names[column - 1]
            message = f"the cell shows {text}"
            findings.append(note("RAW122", message, place, row, column=name, text=text))


def _cell_text(value: Any) -> str:
    """A cell as text: numbers shortest and exact, dates as ISO 8601, logicals as TRUE and FALSE."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, dt.timedelta):
        return _duration_text(value)
    return str(value.isoformat()) if value is not None else ""


def _duration_text(value: dt.timedelta) -> str:
    """Elapsed time as the cell shows it: [h]:mm:ss."""
    seconds = value.days * 86400 + value.seconds
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
