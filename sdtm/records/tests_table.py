"""The table of tests of a findings domain: raw test names to test codes, and wide forms to long."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from derive.scope import Scope
from derive.values.column import Mask, Rows
from derive.values.keys import match_one, pairs, shared_codes
from derive.values.text import Text, concat
from sdtm.making import Making
from sdtm.records.beside.typed import typed_column
from sdtm.records.ledger import VALUE
from sdtm.records.left import NO_TEST, NO_VALUE, NOT_WANTED, UNMAPPED, Wide
from sdtm.records.stream import RAW_TEST, RESULT, StreamRecords
from sdtm.tabulation import Tabulation
from sdtm.witnessing import saw, saw_cells, saw_terms
from specs import SpecificationError, finding
from specs.reading.tables import Table
from specs.suggest import did_you_mean
from specs.text.regexes import Groups, PatternError, asked

PATTERN = "*PATTERN"
"""Which pattern of the table of tests gave a part of a cell."""
WHOLE = "(?s).+"
SKIP = "skip"
"""The column of tests that are not wanted."""
ROUTES = ("source", "panel", "raw", SKIP, "pattern")
"""Columns that say which raw item a row speaks of; every other one is a variable's value."""
_YES = ("Y", "YES", "1")
_NUMERIC = (
    ("factor", re.compile(r"-?[0-9]+(\.[0-9]+)?(/[1-9][0-9]*)?"), "a number or fraction"),
    ("decimals", re.compile(r"[0-9]|1[0-2]"), "a number from 0 to 12"),
)


def table_of_tests(making: Making, tabulation: Tabulation) -> Table:
    """The table that ``tests:`` names. Raises SpecificationError SPEC105, SPEC107, SPEC108."""
    name = tabulation.model.tests
    place = tabulation.loaded.place("tests")
    if name is None:
        message = f"{tabulation.name} unpivots or maps tests, so it needs `tests: FILE.csv`"
        raise SpecificationError(finding("SPEC105", message, dataset=tabulation.name, spec=place))
    table = making.study.table(name, place=place)
    table.column("raw")
    if "drop" in table.columns:
        message = f"{table.file}: tests that are not wanted are marked in a column `{SKIP}`"
        raise SpecificationError(finding("SPEC108", message, spec=table.place()))
    for column, pattern, what in _NUMERIC:
        for row, text in enumerate(table.column(column) if column in table.columns else []):
            if text and pattern.fullmatch(text) is None:
                message = f"{column} is {text!r}, {what} is needed"
                raise SpecificationError(finding("SPEC108", message, spec=table.place(row, column)))
    return table


def _rows_for(table: Table, stream: StreamRecords) -> list[int]:
    """The table's rows that speak of this stream's source."""
    name = stream.model.source or stream.model.table or ""
    return [i for i, row in enumerate(table.rows) if row.get("source", "") in ("", name)]


def unpivoted(making: Making, tabulation: Tabulation, stream: StreamRecords) -> None:
    """One record per row and test column that holds something."""
    source = stream.source
    assert source is not None  # noqa: S101 - unpivot is refused for other streams
    columns = _value_columns(making, tabulation, stream)
    pieces: list[Text] = []
    rows, which = [], []
    for number, name in enumerate(columns):
        column = source.column(name).take(stream.rows)
        filled = np.flatnonzero(column.present())
        pieces.append(column.take(filled))
        rows.append(filled)
        which.append(np.full(len(filled), number, np.int64))
    found = np.concatenate(rows) if rows else np.empty(0, np.int64)
    carried = len(stream)
    blank = carried * len(columns) - len(found)
    stream.wide = Wide(carried, len(columns), blank, len(found))
    place = tabulation.loaded.place(*stream.path, "unpivot")
    empty = np.ones(carried, bool)
    empty[found] = False
    stream.leave(NO_VALUE, place, np.flatnonzero(empty))
    stream.select(found)
    stream.value_columns = columns
    stream.value_of = np.concatenate(which) if which else np.empty(0, np.int64)
    stream.own[RESULT] = concat(pieces)
    stream.own[RAW_TEST] = Text(stream.value_of.astype(np.int32), columns)


def _value_columns(making: Making, tabulation: Tabulation, stream: StreamRecords) -> list[str]:
    source = stream.source
    assert source is not None  # noqa: S101 - as above
    table = table_of_tests(making, tabulation)
    scope = making.scope(tabulation, stream, "", (*stream.path, "unpivot"))
    if stream.model.unpivot == ["*"]:
        panels = set(_panel(scope, stream).values) if stream.model.panel else None
        named = [
            table.rows[i]["raw"]
            for i in _rows_for(table, stream)
            if panels is None or table.rows[i].get("panel", "") in panels
        ]
    else:
        named = list(stream.model.unpivot)
    named = list(dict.fromkeys(named))
    absent = [name for name in named if not source.has(name)]
    if absent:
        message = f"{source.name!r} has no column {absent[0]!r} to unpivot"
        raise scope.wrong("SPEC114", message, did_you_mean(absent[0], source.names))
    if not named:
        raise scope.wrong("SPEC114", f"no column of {source.name!r} is in {table.file}")
    return named


def _panel(scope: Scope, stream: StreamRecords) -> Text:
    """The panel of each record: a column's text, or the sheet it stands on."""
    source, name = stream.source, stream.model.panel
    assert source is not None and name is not None  # noqa: S101, PT018 - guarded by the callers
    if name == "sheet" and not source.has("sheet"):
        sheets = [file.rpartition("#")[2] for file in source.files]
        numbers = [str(i) for i in range(len(sheets))]
        return Text(source.file_of[stream.rows].astype(np.int32), numbers).map(sheets)
    return _text(scope, stream, name)


def _text(scope: Scope, stream: StreamRecords, name: str) -> Text:
    bare = name.removeprefix("raw.")
    if not stream.has(bare):
        message = f"{stream.shown!r} has no column {name!r}"
        raise scope.wrong("SPEC114", message, did_you_mean(name, stream.names()))
    return stream.text(bare)


def add_tests(making: Making, tabulation: Tabulation, stream: StreamRecords) -> None:
    """Put the row of the table of tests beside each record; leave out the tests to skip."""
    table = table_of_tests(making, tabulation)
    wanted = _rows_for(table, stream)
    key = "test" if stream.model.test else "unpivot"
    scope = making.scope(tabulation, stream, "", (*stream.path, key))
    if stream.model.test:
        stream.own[RAW_TEST] = _text(scope, stream, stream.model.test)
        saw(making.sources, stream, bare(stream.model.test), VALUE, str(scope.place()))
    if stream.model.panel:
        saw(making.sources, stream, bare(stream.model.panel), VALUE, str(scope.place()))
    if "pattern" in table.columns:
        before = len(stream)
        _split(stream, table, wanted)
        stream.split = len(stream) - before
    found = _found(scope, stream, table, wanted)
    _tell_unmapped(scope, stream, found, table)
    skipped = [table.rows[i].get(SKIP, "").upper() in _YES for i in wanted]
    gone = np.array([*skipped, True])[found]
    _leave_tests(scope, stream, found, gone)
    if stream.model.test:
        raw = stream.text(RAW_TEST)
        coded = (table.rows[i].get(f"{tabulation.prefix}TESTCD") or "kept" for i in wanted)
        codes = [NOT_WANTED if out else code for code, out in zip(coded, skipped, strict=True)]
        first = np.full(len(raw.values) + 1, -1, np.int64)
        first[raw.codes[::-1]] = found[::-1]  # the last assignment, the first record, stays
        became = [[*codes, "blank"][at] for at in first[:-1].tolist()]
        saw_terms(making.sources, stream, bare(stream.model.test), raw, became)
    saw_cells(making.sources, stream, str(scope.place()), gone & (found >= 0))
    if gone.any():
        keep = np.flatnonzero(~gone)
        found = found[keep]
        stream.select(keep)
    at = np.array([*wanted, -1], np.int64)[found]
    for name in table.columns:
        if name not in ROUTES:
            text = Text.of(row[name] for row in table.rows)
            kind = making.declared(tabulation.name, name)
            column = text if kind is None else typed_column(text, kind, table, name)
            stream.own[name] = column.take(at)


def _leave_tests(scope: Scope, stream: StreamRecords, found: Rows, gone: Mask) -> None:
    """Post the records whose test is blank, not in the table, or not wanted."""
    named, place = stream.text(RAW_TEST).present(), scope.place()
    stream.leave(NO_TEST, place, np.flatnonzero((found < 0) & ~named))
    stream.leave(UNMAPPED, place, np.flatnonzero((found < 0) & named))
    stream.leave(NOT_WANTED, place, np.flatnonzero((found >= 0) & gone))


def bare(name: str) -> str:
    """A name of a stream's own column without ``raw.``."""
    return name.removeprefix("raw.")


def _found(scope: Scope, stream: StreamRecords, table: Table, wanted: list[int]) -> Rows:
    """Per record its row among the wanted ones (-1: none)."""
    left = [stream.text(RAW_TEST)]
    right = [Text.of(table.rows[i]["raw"] for i in wanted)]
    if stream.model.panel:
        left.append(_panel(scope, stream))
        right.append(Text.of(table.rows[i].get("panel", "") for i in wanted))
    if PATTERN in stream.own:
        left.append(stream.text(PATTERN))
        right.append(Text.of(table.rows[i]["pattern"] or WHOLE for i in wanted))
    mine, theirs = shared_codes([left, right])
    match = match_one(mine, theirs, np.ones(len(wanted), np.bool_))
    if match.several.any():
        name = left[0].texts()[np.flatnonzero(match.several)[0]]
        message = f"{table.file} holds the raw test {name!r} twice for {stream.shown!r}"
        raise SpecificationError(
            finding("SPEC108", message, dataset=scope.view.name, spec=table.place())
        )
    return match.rows


def _split(stream: StreamRecords, table: Table, wanted: list[int]) -> None:
    """One record per part of a cell: each pattern of the raw test that the cell fits gives one,
    and its result is what the pattern's group holds. A cell that fits none stays as it is."""
    if RESULT not in stream.own:
        _refuse_patterns(stream, table, wanted)
        return
    cells, tests = stream.text(RESULT), stream.text(RAW_TEST)
    codes, left, right = pairs(cells, tests)
    rows: list[Rows] = []
    parts: list[Text] = []
    shown: list[Text] = []
    fitted = np.zeros(len(cells), np.bool_)
    for pattern, raws in _patterns(table, wanted).items():
        held = _held(pattern, cells.values, table)
        found = [
            held[a] if tests.values[b] in raws else None for a, b in zip(left, right, strict=True)
        ]
        texts = [(m[len(m) > 1] or "").strip() or None if m else None for m in found]
        column = Text(codes.astype(np.int32), [str(i) for i in range(len(texts))]).map(texts)
        at = np.flatnonzero(column.present())
        fitted[at] = True
        rows.append(at)
        parts.append(column.take(at))
        shown.append(Text.constant(pattern, len(at)))
    rest = np.flatnonzero(~fitted)
    stream.select(np.concatenate([*rows, rest]))
    stream.own[RESULT] = concat([*parts, cells.take(rest)])
    stream.own[PATTERN] = concat([*shown, Text.nothing(len(rest))])


def _refuse_patterns(stream: StreamRecords, table: Table, wanted: list[int]) -> None:
    """A pattern takes its part of an unpivoted cell; elsewhere it would do nothing, unsaid."""
    named = next((table.rows[i]["raw"] for i in wanted if table.rows[i]["pattern"]), None)
    if named is not None:
        message = f"{table.file} has a pattern for {named!r}, and {stream.shown!r} has no cell"
        hint = "a pattern splits the cells of `unpivot: [COLUMN]`; take the part with `from` else"
        raise SpecificationError(finding("SPEC108", message, spec=table.place(), hint=hint))


def _held(pattern: str, texts: Sequence[str], table: Table) -> list[Groups | None]:
    """What a pattern of the table finds in each text. Raises SpecificationError SPEC105."""
    try:
        return asked(pattern, texts, "search")
    except PatternError as error:
        raise SpecificationError(finding("SPEC105", str(error), spec=table.place())) from None


def _patterns(table: Table, wanted: list[int]) -> dict[str, set[str]]:
    """Per pattern the raw tests that have it; a raw test without one takes any cell."""
    out: dict[str, set[str]] = {}
    for i in wanted:
        out.setdefault(table.rows[i]["pattern"] or WHOLE, set()).add(table.rows[i]["raw"])
    return out


def _tell_unmapped(scope: Scope, stream: StreamRecords, found: Rows, table: Table) -> None:
    raw = stream.text(RAW_TEST)
    lost = np.flatnonzero((found < 0) & raw.present())
    name = stream.model.test or RAW_TEST
    codes, _ = np.unique(raw.codes[lost], return_index=True)  # without it numpy.ma is loaded
    for code in codes:
        message = f"the raw test {raw.values[code]!r} is not in {table.file}"
        rows = lost[raw.codes[lost] == code]
        hint = f"add a row for it to {table.file} ({SKIP}: Y when it is not wanted)"
        if stream.model.unmapped == "error":
            scope.fail("MAP313", message, rows, name=name, hint=hint)
        scope.tell("MAP313", message, rows, name=name, hint=hint, done="the result was left out")
