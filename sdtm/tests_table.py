"""The table of tests of a findings domain: raw test names to test codes, and wide forms to long."""

from __future__ import annotations

import re

import numpy as np

from sdtm.columns import TextColumn, concat, pairs
from sdtm.failure import fail_rows
from sdtm.matching import find_rows
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from sdtm.verbs.text import found_in
from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from specs.tables import Table

RESULT = "RESULT"
"""The column that an unpivoted form's cells come in."""
RAW_TEST = "RAWTEST"
"""The raw name of the test: the column's name, or the text of the test column."""
PATTERN = "*PATTERN"
"""Which pattern of the table of tests gave a part of a cell."""
WHOLE = "(?s).+"
_NUMERIC = (
    ("factor", re.compile(r"-?[0-9]+(\.[0-9]+)?(/[1-9][0-9]*)?"), "a number or fraction"),
    ("decimals", re.compile(r"[0-9]|1[0-2]"), "a number from 0 to 12"),
)


def table_of_tests(kitchen: Kitchen, state: DomainState) -> Table:
    """The table that ``tests:`` names. Raises SpecificationError SPEC107, SPEC108."""
    name = state.spec.model.tests
    place = state.spec.place("tests")
    if name is None:
        message = f"{state.name} unpivots or maps tests, so it needs `tests: FILE.csv`"
        raise SpecificationError(finding("SPEC105", message, dataset=state.name, spec=place))
    table = kitchen.study.table(name, place=place)
    table.column("raw")
    for name, pattern, what in _NUMERIC:
        for row, text in enumerate(table.column(name) if name in table.columns else []):
            if text and pattern.fullmatch(text) is None:
                message = f"{name} is {text!r}, {what} is needed"
                raise SpecificationError(
                    finding("SPEC108", message, dataset=state.name, spec=table.place(row, name))
                )
    return table


def _rows_for(table: Table, stream: Stream) -> list[int]:
    """The table's rows that speak of this stream's source."""
    name = stream.entry.source or stream.entry.table or ""
    return [i for i, row in enumerate(table.rows) if row.get("source", "") in ("", name)]


def unpivoted(kitchen: Kitchen, state: DomainState, stream: Stream) -> None:
    """One record per row and test column that holds something."""
    source = stream.source
    assert source is not None  # noqa: S101 - unpivot is refused for other streams
    columns = _value_columns(kitchen, state, stream)
    pieces: list[TextColumn] = []
    rows, which = [], []
    for number, name in enumerate(columns):
        column = source.column(name).take(stream.rows)
        filled = np.flatnonzero(column.codes >= 0)
        pieces.append(column.take(filled))
        rows.append(filled)
        which.append(np.full(len(filled), number, np.int64))
    at = np.concatenate(rows) if rows else np.empty(0, np.int64)
    stream.joins = {n: (s, r[at]) for n, (s, r) in stream.joins.items()}
    stream.rows = stream.rows[at]
    stream.value_columns = columns
    stream.value_of = np.concatenate(which) if which else np.empty(0, np.int64)
    stream.virtual[RESULT] = concat(pieces)
    stream.virtual[RAW_TEST] = TextColumn(stream.value_of.astype(np.int32), columns)


def _value_columns(kitchen: Kitchen, state: DomainState, stream: Stream) -> list[str]:
    source = stream.source
    assert source is not None  # noqa: S101 - as above
    table = table_of_tests(kitchen, state)
    place = state.spec.place(*stream.path, "unpivot")
    if stream.entry.unpivot == ["*"]:
        panels = set(_panel(state, stream).values) if stream.entry.panel else None
        named = [
            table.rows[i]["raw"]
            for i in _rows_for(table, stream)
            if panels is None or table.rows[i].get("panel", "") in panels
        ]
    else:
        named = list(stream.entry.unpivot)
    columns = [name for name in dict.fromkeys(named) if source.has(name)]
    absent = [name for name in dict.fromkeys(named) if not source.has(name)]
    if absent:
        message = f"{source.name!r} has no column {absent[0]!r} to unpivot"
        hint = did_you_mean(absent[0], source.names)
        raise SpecificationError(
            finding("SPEC114", message, dataset=state.name, spec=place, hint=hint)
        )
    if not columns:
        message = f"no column of {source.name!r} is in {table.file}"
        raise SpecificationError(finding("SPEC114", message, dataset=state.name, spec=place))
    return columns


def _panel(state: DomainState, stream: Stream) -> TextColumn:
    """The panel of each record: a column's text, or the sheet it stands on."""
    from sdtm.streams import own_column

    source, name = stream.source, stream.entry.panel
    assert source is not None and name is not None  # noqa: S101, PT018 - guarded by the callers
    if name == "sheet" and not source.has("sheet"):
        sheets = [file.rpartition("#")[2] for file in source.files]
        numbers = [str(i) for i in range(len(sheets))]
        return TextColumn(source.file_of[stream.rows].astype(np.int32), numbers).map(sheets)
    return own_column(state, stream, name, (*stream.path, "panel"))


def add_tests(kitchen: Kitchen, state: DomainState, stream: Stream) -> None:
    """Put the row of the table of tests beside each record; drop the tests it says to drop."""
    from sdtm.streams import own_column

    table = table_of_tests(kitchen, state)
    wanted = _rows_for(table, stream)
    if stream.entry.test:
        path = (*stream.path, "test")
        stream.virtual[RAW_TEST] = own_column(state, stream, stream.entry.test, path)
    if "pattern" in table.columns:
        _split(stream, table, wanted)
    left = [stream.virtual[RAW_TEST]]
    right = [TextColumn.of(table.rows[i]["raw"] for i in wanted)]
    if stream.entry.panel:
        left.append(_panel(state, stream))
        right.append(TextColumn.of(table.rows[i].get("panel", "") for i in wanted))
    if PATTERN in stream.virtual:
        left.append(stream.virtual[PATTERN])
        right.append(TextColumn.of(table.rows[i]["pattern"] or WHOLE for i in wanted))
    found, many = find_rows(left, right, None, last=False)
    scene = Scene(
        kitchen, state, stream, "", (*stream.path, "test" if stream.entry.test else "unpivot")
    )
    if many.any():
        name = left[0].values[left[0].codes[np.flatnonzero(many)[0]]]
        message = f"{table.file} holds the raw test {name!r} twice for {stream.entry.source!r}"
        raise SpecificationError(
            finding("SPEC108", message, dataset=state.name, spec=table.place())
        )
    _unmapped(scene, left[0], found, table)
    dropped = np.array(
        [table.rows[i].get("drop", "").upper() in ("Y", "YES", "1") for i in wanted] + [True]
    )
    keep = np.flatnonzero(~dropped[found])
    at = np.array([*wanted, -1], np.int64)[found[keep]]
    _narrow(stream, keep)
    for name in table.columns:
        if name not in ("source", "panel", "raw", "drop", "pattern"):
            texts = TextColumn.of(row[name] for row in table.rows)
            stream.virtual[name] = texts.take(at)


def _split(stream: Stream, table: Table, wanted: list[int]) -> None:
    """One record per part of a cell: each pattern of the raw test that the cell fits gives one,
    and its result is what the pattern's group holds. A cell that fits none stays as it is."""
    if RESULT not in stream.virtual:
        return
    cells, tests = stream.virtual[RESULT], stream.virtual[RAW_TEST]
    codes, left, right = pairs(cells, tests)
    rows: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    parts: list[TextColumn] = []
    shown: list[TextColumn] = []
    fitted = np.zeros(len(cells), np.bool_)
    for pattern, raws in _patterns(table, wanted).items():
        held = found_in(pattern, cells.values, "search", table.place())
        found = [
            held[a] if tests.values[b] in raws else None for a, b in zip(left, right, strict=True)
        ]
        texts = [(m[len(m) > 1] or "").strip() or None if m else None for m in found]
        column = TextColumn(codes.astype(np.int32), [str(i) for i in range(len(texts))]).map(texts)
        at = np.flatnonzero(column.codes >= 0)
        fitted[at] = True
        rows.append(at)
        parts.append(column.take(at))
        shown.append(TextColumn.constant(pattern, len(at)))
    rest = np.flatnonzero(~fitted)
    rows.append(rest)
    parts.append(cells.take(rest))
    shown.append(TextColumn.missing_everywhere(len(rest)))
    at = np.concatenate(rows)
    _narrow(stream, at)
    stream.virtual[RESULT], stream.virtual[PATTERN] = concat(parts), concat(shown)


def _patterns(table: Table, wanted: list[int]) -> dict[str, set[str]]:
    """Per pattern the raw tests that have it; a raw test without one takes any cell."""
    out: dict[str, set[str]] = {}
    for i in wanted:
        out.setdefault(table.rows[i]["pattern"] or WHOLE, set()).add(table.rows[i]["raw"])
    return out


def _unmapped(
    scene: Scene, raw: TextColumn, found: np.ndarray[tuple[int], np.dtype[np.int64]], table: Table
) -> None:
    lost = np.flatnonzero((found < 0) & (raw.codes >= 0))
    if not len(lost):
        return
    name = scene.stream.entry.test or RAW_TEST
    for code in np.unique(raw.codes[lost]):
        text = raw.values[code]
        message = f"the raw test {text!r} is not in {table.file}"
        rows = lost[raw.codes[lost] == code]
        hint = f"add a row for it to {table.file} (drop: Y when it is not wanted)"
        if scene.stream.entry.unmapped == "error":
            fail_rows(scene, "MAP313", message, rows, name=name, hint=hint)
        scene.rows("MAP313", message, rows, name=name, hint=hint, done="the result was left out")


def _narrow(stream: Stream, keep: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    stream.rows = stream.rows[keep]
    stream.joins = {n: (s, r[keep]) for n, (s, r) in stream.joins.items()}
    stream.virtual = {n: c.take(keep) for n, c in stream.virtual.items()}
    if stream.value_of is not None:
        stream.value_of = stream.value_of[keep]
