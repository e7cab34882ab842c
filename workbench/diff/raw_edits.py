"""What was edited in the raw data: cells of paired rows, rows that came and went, the layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from derive.values.column import Rows
from derive.values.text import Text
from workbench.diff.raw_rows import RawMatch, RowPairs
from workbench.diff.uniting import united

_WHOLESALE, _FEW_ROWS, _SHOWN = 0.5, 100, 3
"""A column that changed in above this share of its rows, and in so many, was written anew."""


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell that holds something else; ``column`` as the new file calls it."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row that was corrected, moved to another subject, came or went. Rows are 0-based in the
    kept table (-1: none); ``subject`` is who it belongs to now (of a row that is gone: belonged),
    ``before`` who it belonged to where that is another one."""

    source: str
    kind: str
    rows: tuple[int, int]
    row_id: str
    subject: str
    cells: tuple[CellEdit, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A column of which most rows hold something else: one thing, and no edit of each row. ``at``
    are the positions among the pairs of rows that differ, ``cells`` the first of what they hold."""

    source: str
    column: str
    pairs: RowPairs
    at: Rows
    cells: tuple[CellEdit, ...]


@dataclass(slots=True)
class Layout:
    """What changed in how the export is built, and in no value."""

    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    """(source, old column, new column)"""
    added: list[tuple[str, str]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """Sources whose columns stand in another order."""
    rows_moved: dict[str, int] = field(default_factory=dict)
    """Rows of a source that stand at another place of their file."""
    files: list[tuple[str, str, str]] = field(default_factory=list)
    """(source, old file or sheet, new one)"""
    numbered_anew: list[str] = field(default_factory=list)
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()


@dataclass(slots=True)
class RawEdits:
    """All edits of an export; ``renamed_cells`` counts cells of subjects that are called otherwise,
    by old subject."""

    match: RawMatch
    rows: list[RowEdit]
    layout: Layout
    renamed_cells: dict[str, int]
    renamed_tables: dict[str, int]
    rewritten: dict[tuple[str, str], Rewritten] = field(default_factory=dict)
    """By source and column, as the new file calls it."""


def raw_edits(match: RawMatch) -> RawEdits:
    """The edits between two matched exports."""
    rows: list[RowEdit] = []
    cells: dict[str, int] = {}
    tables: dict[str, int] = {}
    layout = Layout(only_old=match.only_old, only_new=match.only_new)
    rewritten: dict[tuple[str, str], Rewritten] = {}
    for source, pairs in match.tables.items():
        rows += _edited(source, pairs, match.subjects, rewritten)
        rows += _rows_of(source, pairs)
        _count_renamed(pairs, match.subjects, cells, tables)
        _tell_layout(source, pairs, layout)
    return RawEdits(match, rows, layout, cells, tables, rewritten)


def _edited(
    source: str,
    pairs: RowPairs,
    subjects: Mapping[str, str],
    rewritten: dict[tuple[str, str], Rewritten],
) -> Iterator[RowEdit]:
    found: dict[int, list[CellEdit]] = {}
    old, new = pairs.old_table, pairs.new_table
    skip = {old.row_id} if pairs.how != "ids" else set()
    for name, there in pairs.columns.items():
        if name in skip:
            continue
        column = old.columns[name]
        called = subjects if name == old.subject else {}
        if called:
            column = column.map([called.get(value, value) for value in column.values])
        one, two = united(column, new.columns[there])
        left, right = one.codes[pairs.old], two.codes[pairs.new]
        differ = np.flatnonzero(left != right)
        if len(differ) > max(_FEW_ROWS, _WHOLESALE * len(left)) and name != old.subject:
            shown = dict.fromkeys(
                CellEdit(there, _text(one, left[at]), _text(two, right[at]))
                for at in differ[:_FEW_ROWS].tolist()
            )
            first = tuple(shown)[:_SHOWN]
            rewritten[source, there] = Rewritten(source, there, pairs, differ, first)
            continue
        for at in differ.tolist():
            edit = CellEdit(there, _text(one, left[at]), _text(two, right[at]))
            found.setdefault(at, []).append(edit)
    for at, cells in sorted(found.items()):
        here, there_row = int(pairs.old[at]), int(pairs.new[at])
        subject = _subject(pairs, there_row, new=True)
        before = next((c.old for c in cells if c.column == new.subject), "")
        kind = "moved" if before else "cell"
        yield RowEdit(
            source, kind, (here, there_row), _row_id(pairs, there_row, new=True), subject,
            tuple(cells), before,
        )  # fmt: skip


def _text(column: Text, code: int) -> str:
    return "" if code < 0 else column.values[int(code)]


def _rows_of(source: str, pairs: RowPairs) -> Iterator[RowEdit]:
    for row in pairs.gone.tolist():
        who = _subject(pairs, row, new=False)
        yield RowEdit(source, "gone", (row, -1), _row_id(pairs, row, new=False), who)
    for row in pairs.added.tolist():
        who = _subject(pairs, row, new=True)
        yield RowEdit(source, "new", (-1, row), _row_id(pairs, row, new=True), who)


def _subject(pairs: RowPairs, row: int, *, new: bool) -> str:
    table = pairs.new_table if new else pairs.old_table
    return table.cell(row, table.subject) if table.subject else ""


def _row_id(pairs: RowPairs, row: int, *, new: bool) -> str:
    table = pairs.new_table if new else pairs.old_table
    return table.cell(row, table.row_id) if table.row_id else ""


def _count_renamed(
    pairs: RowPairs, subjects: Mapping[str, str], cells: dict[str, int], tables: dict[str, int]
) -> None:
    table = pairs.old_table
    if table.subject is None:
        return
    column = table.columns[table.subject]
    for value, count in zip(column.values, column.counts().tolist(), strict=True):
        if value in subjects and count:
            cells[value] = cells.get(value, 0) + count
            tables[value] = tables.get(value, 0) + 1


def _tell_layout(source: str, pairs: RowPairs, layout: Layout) -> None:
    old, new = pairs.old_table, pairs.new_table
    layout.renamed += [(source, a, b) for a, b in pairs.columns.items() if a != b]
    layout.gone += [(source, name) for name in old.columns if name not in pairs.columns]
    there = {*pairs.columns.values()}
    layout.added += [(source, name) for name in new.columns if name not in there]
    # in the order of the old file: those that were found by what they hold come last in the pairs
    order = [list(new.columns).index(pairs.columns[a]) for a in old.columns if a in pairs.columns]
    if order != sorted(order):
        layout.order.append(source)
    if pairs.numbered_anew:
        layout.numbered_anew.append(source)
    if old.files != new.files:
        layout.files.append((source, ", ".join(old.files), ", ".join(new.files)))
    moved = int((old.row_of[pairs.old] != new.row_of[pairs.new]).sum())
    if moved:
        layout.rows_moved[source] = moved
