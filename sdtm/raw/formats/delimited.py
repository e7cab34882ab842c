"""CSV, TSV and other delimited text, through Arrow's reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from sdtm.raw._columns import Header, choose_columns, header_names, without_nameless
from sdtm.raw._encoding import Text, load_text
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo, type_rows
from sdtm.raw._text import from_arrow
from sdtm.raw.codes import error, note
from sdtm.raw.formats._lines import Layout, count_lines, layout, physical_lines
from specs.errors import RawDataError
from specs.findings import Finding

_SHOWN = 20
_CANDIDATES = ",;\t|"
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class _Opened:
    """A text file with its header read; the data begin at ``start``, on ``line``."""

    text: Text
    header: Header
    delimiter: str
    start: int
    line: int
    findings: list[Finding]


def read(source: RawFile, options: ReadOptions) -> list[RawTable]:
    """The one table of a delimited text file. Raises RawDataError for anything out of shape."""
    opened = _open(source, options)
    findings = opened.findings
    wanted = choose_columns(source.file, opened.header, options.columns)
    if opened.start >= len(opened.text.data):
        arrow, rows = None, np.array([], np.int64)
    else:
        arrow, rows = _records(source, options, opened, wanted, findings)
    frame = _frame(source, opened, arrow, rows, wanted)
    if not len(frame):
        findings.append(note("RAW104", "a header and no records", source.file, options.header_row))
    return [
        RawTable(
            name=source.stem,
            file=source.file,
            frame=frame,
            rows=rows,
            encoding=opened.text.encoding,
            encoding_detected=opened.text.detected,
            sha256=source.sha256,
            findings=findings,
        )
    ]


def tables(source: RawFile, options: ReadOptions) -> list[TableInfo]:
    """Columns, encoding and delimiter from the head; the number of lines as estimate of rows."""
    opened = _open(source, options, propose=True)
    rows = count_lines(opened.text.data, opened.start)
    return [
        TableInfo(
            name=source.stem,
            file=source.file,
            format="csv",
            columns=tuple(name for name in opened.header.names if name),
            rows=rows,
            encoding=opened.text.encoding,
            delimiter=opened.delimiter,
            evidence=opened.text.evidence,
        )
    ]


def _open(source: RawFile, options: ReadOptions, *, propose: bool = False) -> _Opened:
    text = load_text(source, options.encoding, propose=propose)
    findings = list(text.findings)
    _check_options(source, options)
    start = _skip_lines(source, text, options.header_row - 1)
    delimiter = options.delimiter or _find_delimiter(source, text, start, options, findings)
    records = _head(source, text.data, start, delimiter, options)
    names, begin, lines = records
    header = header_names(source.file, names, options.header_row, findings)
    return _Opened(text, header, delimiter, begin, options.header_row + lines, findings)


def _check_options(source: RawFile, options: ReadOptions) -> None:
    for name, value in (("delimiter", options.delimiter), ("quote", options.quote)):
        if value and (len(value) != 1 or not value.isascii() or value in "\r\n\0"):
            message = f"{name} {value!r} is not one ASCII character"
            raise error("RAW109", message, source.file)
    if options.delimiter is not None and options.delimiter in ("", options.quote):
        raise error("RAW109", "delimiter and quote must differ and not be empty", source.file)


def _skip_lines(source: RawFile, text: Text, count: int) -> int:
    start = text.start
    for _ in range(count):
        line = next(physical_lines(text.data, start), None)
        if line is None:
            break
        start = line[1]
    if start >= len(text.data):
        message = f"the file ends before the header row {count + 1}"
        raise error("RAW103", message, source.file, hint="check header-row, or export again")
    return start


def _find_delimiter(
    source: RawFile, text: Text, start: int, options: ReadOptions, findings: list[Finding]
) -> str:
    expected = "\t" if source.file.lower().endswith((".tsv", ".tab", ".xls")) else ","
    line = next(physical_lines(text.data, start))[0].decode(errors="replace")
    bare = "".join(line.split(options.quote)[::2]) if options.quote else line
    if expected in bare:
        return expected
    found = max(_CANDIDATES, key=lambda c: (bare.count(c), -_CANDIDATES.index(c)))
    if not bare.count(found):
        return expected
    shown = "tab" if found == "\t" else found
    message = f"the header is separated by {shown!r}"
    findings.append(note("RAW117", message, source.file, options.header_row))
    return found


def _head(
    source: RawFile, data: Any, start: int, delimiter: str, options: ReadOptions
) -> tuple[list[str], int, int]:
    """Names of the header, offset of the first data record, and lines used by the head."""
    end = start

    def decoded() -> Any:
        nonlocal end
        for line, stop in physical_lines(data, start):
            end = stop
            yield line.decode()

    reader = _csv_reader(decoded(), delimiter, options.quote)
    try:
        names = next(reader)
        for _ in range(options.label_rows):
            next(reader, None)
    except csv.Error as problem:
        message = f"the header cannot be read: {problem}"
        raise error("RAW111", message, source.file, options.header_row) from None
    return names, end, reader.line_num


def _csv_reader(lines: Any, delimiter: str, quote: str) -> Any:
    if not quote:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)


def _records(
    source: RawFile,
    options: ReadOptions,
    opened: _Opened,
    wanted: list[str],
    findings: list[Finding],
) -> tuple[Any, type_rows]:
    data = opened.text.data
    quoted = bool(options.quote) and data.find(options.quote.encode(), opened.start) >= 0
    known: Layout | None = None
    if quoted:
        known = layout(data, opened.start, opened.line, opened.delimiter, options.quote)
        _refuse_quotes(source, known)
    quote = options.quote if quoted else ""
    whole = pa.py_buffer(data).slice(opened.start)
    arrow = _arrow(source, opened, wanted, quote, whole)
    if arrow is None:
        trimmed = pa.py_buffer(_trimmed(source, opened, quote))
        arrow = _arrow(source, opened, wanted, quote, trimmed)
    lines = count_lines(data, opened.start) if known is None else None
    if known is None and arrow.num_rows != lines:
        known = layout(data, opened.start, opened.line, opened.delimiter, "")
    if known is None:
        return arrow, np.arange(opened.line, opened.line + arrow.num_rows, dtype=np.int64)
    if len(known.rows) != arrow.num_rows:
        message = f"{len(known.rows)} records by their lines, {arrow.num_rows} by the reader"
        raise error("RAW102", message, source.file)
    _tell_blank(source, known, findings)
    return arrow, known.rows


def _tell_blank(source: RawFile, known: Layout, findings: list[Finding]) -> None:
    last = known.rows[-1] if len(known.rows) else 0
    inner = known.blank[known.blank < last]
    if len(inner):
        shown = ", ".join(map(str, inner[:_SHOWN]))
        findings.append(
            note("RAW116", f"{len(inner)} blank lines: {shown}", source.file, int(inner[0]))
        )


def _refuse_quotes(source: RawFile, known: Layout) -> None:
    hint = "double the quotes inside quoted text, or declare quote: none"
    if known.stray is not None:
        message = "a quote stands inside an unquoted field, or text follows a closing quote"
        raise error("RAW111", message, source.file, known.stray, hint=hint)
    if known.open_at is not None:
        message = "a quote opens in this record and is never closed"
        raise error("RAW111", message, source.file, known.open_at, hint=hint)


def _arrow(source: RawFile, opened: _Opened, wanted: list[str], quote: str, buffer: Any) -> Any:
    """The records as Arrow strings; None when one has not as many fields as the header."""
    header = opened.header
    keys = header.key_of()
    keep = [keys[name] for name in wanted] + header.nameless
    ragged: list[int] = []

    def on_ragged(row: Any) -> str:
        ragged.append(row.actual_columns)
        return "skip" if len(ragged) < 2 else "error"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(buffer),
            read_options=arrow_csv.ReadOptions(
                column_names=header.keys,
                block_size=_BLOCK,
                # One block needs no threads; a process that ends while Arrow's threads of a small
                # file are still starting is aborted, whatever its exit code was to be.
                use_threads=len(buffer) > _BLOCK,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=opened.delimiter,
                quote_char=quote or False,
                newlines_in_values=bool(quote),
                invalid_row_handler=on_ragged,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header.keys, pa.string()),
                include_columns=keep,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # the encoding was checked, byte by byte, when it was loaded
            ),
        )
    except pa.ArrowInvalid as problem:
        if not ragged:
            if "Empty CSV" in str(problem):
                return pa.table({key: pa.array([], pa.string()) for key in keep})
            reason = str(problem).split("\n", 1)[0][:200]
            raise error("RAW102", f"not readable as CSV: {reason}", source.file) from None
    return None if ragged else table


def _each_record(opened: _Opened, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Line and fields of each record, one at a time; only where a file is out of shape."""
    stream = io.TextIOWrapper(
        io.BytesIO(memoryview(opened.text.data)[opened.start :]), encoding="utf-8", newline=""
    )
    reader = _csv_reader(stream, opened.delimiter, quote)
    begin = 0
    for record in reader:
        if record:
            yield opened.line + begin, record
        begin = reader.line_num


def _trimmed(source: RawFile, opened: _Opened, quote: str) -> bytes:
    """The records again, without the blank field that a delimiter at the end of a line makes.

    Some exports end lines so. Raises RawDataError RAW110 when any other record is out of shape.
    """
    width = len(opened.header.keys)
    out = io.StringIO(newline="")
    style = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}
    writer = csv.writer(out, delimiter=opened.delimiter, lineterminator="\n", **style)
    lines = []
    for row, record in _each_record(opened, quote):
        if len(record) == width + 1 and not record[-1]:
            lines.append(row)
            del record[-1]
        elif len(record) != width:
            raise _ragged(source, opened, quote)
        writer.writerow(record)
    message = f"{len(lines)} records end with a delimiter too many"
    opened.findings.append(note("RAW119", message, source.file, lines[0]))
    return out.getvalue().encode()


def _ragged(source: RawFile, opened: _Opened, quote: str) -> RawDataError:
    """Name the records of the wrong width."""
    width = len(opened.header.keys)
    found: list[Finding] = []
    count = 0
    for row, record in _each_record(opened, quote):
        if len(record) != width:
            count += 1
            if count <= _SHOWN:
                found.append(_wrong_width(source, row, record, width))
    if count > _SHOWN:
        message = f"{count} records have the wrong number of fields; the first {_SHOWN} are listed"
        found.append(note("RAW110", message, source.file))
    return RawDataError(found or [note("RAW110", "records of unequal width", source.file)])


def _wrong_width(source: RawFile, row: int, record: Sequence[str], width: int) -> Finding:
    message = f"{len(record)} fields where the header has {width}"
    hint = "a delimiter or line break inside a text must be quoted"
    text = " | ".join(record)[:80]
    return note("RAW110", message, source.file, row, text=text, hint=hint)


def _frame(
    source: RawFile, opened: _Opened, arrow: Any, rows: type_rows, wanted: list[str]
) -> pd.DataFrame:
    header = opened.header
    empty = pa.chunked_array([pa.array([], pa.string())])
    by_key = {
        key: from_arrow(empty if arrow is None else arrow[key]) for key in _keys(header, arrow)
    }
    nameless = {key: by_key[key] for key in header.nameless}
    without_nameless(source.file, nameless, header, rows, opened.findings)
    keys = header.key_of()
    columns = {name: by_key[keys[name]] for name in wanted}
    return pd.DataFrame(columns, copy=False)


def _keys(header: Header, arrow: Any) -> Sequence[str]:
    return header.keys if arrow is None else list(arrow.column_names)
