"""The roots of changes: raw edits, lines of the specification, versions; each has a number."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.values.column import Rows
from specs.account import LineAccount
from workbench.diff.raw_edits import CellEdit, RawEdits
from workbench.diff.records import RecordMatch
from workbench.diff.side import Side


@dataclass(frozen=True, slots=True)
class Root:
    """One cause. ``kind``: subject, column, rewritten (a column, in ``count`` of ``tables`` rows),
    layout, cell, new, gone, moved, line, files, standard, product. ``rows`` are rows of the raw
    files (old, new), as a person sees them; None: none."""

    kind: str
    title: str
    source: str = ""
    files: tuple[str, str] = ("", "")
    rows: tuple[int | None, int | None] = (None, None)
    row_id: str = ""
    subject: str = ""
    cells: tuple[CellEdit, ...] = ()
    spec: tuple[str, str] = ("", "")
    lines: tuple[str, str] = ("", "")
    edit: int = -1
    count: int = 0
    tables: int = 0


@dataclass
class Roots:
    """The roots so far, in the order of their finding."""

    edits: RawEdits
    found: list[Root] = field(default_factory=list)
    _by_edit: dict[int, int] = field(default_factory=dict)
    _by_column: dict[tuple[str, str], int] = field(default_factory=dict)
    _by_line: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    _parents: dict[tuple[bool, str], Rows | None] = field(default_factory=dict)

    def edit(self, number: int) -> int:
        """The root that is the edit of a raw row."""
        if number not in self._by_edit:
            self._by_edit[number] = self.add(self._of_edit(number))
        return self._by_edit[number]

    def rewritten(self, source: str, column: str) -> int:
        """The root that is a raw column written anew."""
        key = (source, column)
        if key not in self._by_column:
            one = self.edits.rewritten[key]
            files = (", ".join(one.pairs.old_table.files), ", ".join(one.pairs.new_table.files))
            root = Root(
                "rewritten", column, source, files, cells=one.cells, count=len(one.at),
                tables=len(one.pairs.new),
            )  # fmt: skip
            self._by_column[key] = self.add(root)
        return self._by_column[key]

    def add(self, root: Root) -> int:
        """A root, and its number."""
        self.found.append(root)
        return len(self.found) - 1

    def _of_edit(self, number: int) -> Root:
        edit = self.edits.rows[number]
        pairs = self.edits.match.tables[edit.source]
        places: list[tuple[str, int | None]] = [
            table.place(row) if row >= 0 else ("", None)
            for table, row in zip((pairs.old_table, pairs.new_table), edit.rows, strict=True)
        ]
        return Root(
            edit.kind,
            "",
            edit.source,
            (places[0][0], places[1][0]),
            (places[0][1], places[1][1]),
            edit.row_id,
            edit.subject,
            edit.cells,
            edit=number,
        )

    def line(
        self, data_set: str, variable: str, was: LineAccount | None, line: LineAccount | None
    ) -> int:
        """The root that is a line of the specification which says something else now."""
        old, new = (
            ("", "") if one is None else (one.spec, one.text or one.method) for one in (was, line)
        )
        key = (old[1], new[1], new[0] or old[0], data_set if not new[1] else "")
        if key not in self._by_line:
            title = f"{data_set}.{variable}"
            root = Root("line", title, spec=(old[0], new[0]), lines=(old[1], new[1]))
            self._by_line[key] = self.add(root)
        return self._by_line[key]

    def parents(self, match: RecordMatch, side: Side, data_set: str) -> Rows | None:
        """The parent records of SUPP-- and RELREC."""
        key = (side is match.new, data_set)
        if key not in self._parents:
            self._parents[key] = match.parent(side, data_set)
        return self._parents[key]


def _said(line: LineAccount | None) -> tuple[str, str]:
    """Where a line stands, and what it says."""
    return ("", "") if line is None else (line.spec, line.text or line.method)
