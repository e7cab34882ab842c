"""A diff in words: what a root is, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from workbench.diff.model import CellChange, Diff, RecordChange
from workbench.diff.why.roots import Root

_MOST_CELLS = 3
_MOST_VALUES = 4
_LONG = 40


def effects(diff: Diff) -> Mapping[int, tuple[list[CellChange], list[RecordChange]]]:
    """By group number: the cells and records that stand under it (by their first root)."""
    group_of = {root: number for number, group in enumerate(diff.groups) for root in group}
    out: dict[int, tuple[list[CellChange], list[RecordChange]]] = {}
    for cell in diff.cells:
        if cell.roots:
            out.setdefault(group_of[cell.roots[0]], ([], []))[0].append(cell)
    for record in diff.records:
        if record.roots:
            out.setdefault(group_of[record.roots[0]], ([], []))[1].append(record)
    return out


def group_title(diff: Diff, group: Sequence[int]) -> str:
    """What a group of roots is, on one line."""
    roots = [diff.roots[number] for number in group]
    first = roots[0]
    if len(roots) > 1 and first.kind != "cell":
        rows = ", ".join(dict.fromkeys(r.row_id or _row(r) for r in roots[:_MOST_CELLS]))
        more = ", ..." if len(roots) > _MOST_CELLS else ""
        said = f"{first.source} {len(roots)} rows {first.kind} ({rows}{more})"
        moves = {(c.old, c.new) for r in roots for c in r.cells} if first.kind == "moved" else ()
        return f"{said} from {first.cells[0].old} to {first.subject}" if len(moves) == 1 else said
    if len(roots) > 1:
        places = ", ".join(f"{r.source} {_row(r)}" for r in roots)
        return f"{places} ({first.subject}) {_cells(first)}"
    return root_title(first)


def root_title(root: Root) -> str:
    """What one root is: ``ae 171 -> 170 (AE-0169, 01-021) GRADE 2 -> 3``."""
    if root.edit >= 0:
        return _edit_title(root)
    old, _, new = root.title.partition(" -> ")
    if root.kind == "subject":
        many = f"in {root.tables} tables ({root.count:,} cells)"
        return f"subject {old} is called {new} {many}"
    if root.kind == "column":
        return f"column {old} of {root.source} is called {new}"
    if root.kind == "rewritten":
        many = f"in {root.count:,} of {root.tables:,} rows"
        return f"column {root.title} of {root.source} was written anew {many}: {_cells(root)}"
    if root.kind == "line":
        place = root.spec[1] or root.spec[0]
        was, now = (one or "(no line)" for one in _where_they_differ(*root.lines))
        return f"{place} {root.title}: {was} -> {now}"
    return f"other text in {root.title}" if root.kind == "files" else root.title


def _edit_title(root: Root) -> str:
    who = ", ".join(word for word in (root.row_id, root.subject) if word)
    said = f" ({who})" if who else ""
    if root.kind in ("new", "gone"):
        return f"{root.source} row {_row(root)} {root.kind}{said}"
    if root.kind == "moved":
        before = next((c.old for c in root.cells if c.new == root.subject), "")
        return f"{root.source} {_row(root)}{said} belonged to {before}"
    return f"{root.source} {_row(root)}{said} {_cells(root)}"


def _row(root: Root) -> str:
    rows = [str(row) for row in root.rows if row is not None]
    return " -> ".join(dict.fromkeys(rows))


def _cells(root: Root) -> str:
    shown = [f"{c.column} {_value(c.old)} -> {_value(c.new)}" for c in root.cells[:_MOST_CELLS]]
    more = f", {len(root.cells) - _MOST_CELLS} more" if len(root.cells) > _MOST_CELLS else ""
    return ", ".join(shown) + more


def _value(text: str) -> str:
    return _cut(text) or "''"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONG else f"{flat[: _LONG - 3]}..."


def _where_they_differ(old: str, new: str) -> tuple[str, str]:
    """Two texts, cut to what people read: of texts that begin alike, the part that does not."""
    one, two = (" ".join(text.split()) for text in (old, new))
    pairs = zip(one, two, strict=False)
    same = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
    if same <= _LONG // 2 or max(len(one), len(two)) <= _LONG:
        return _cut(one), _cut(two)
    start = max(one.rfind(mark, 0, same) for mark in " {[(,") + 1
    return _cut(f"... {one[start:]}"), _cut(f"... {two[start:]}")


def effect_words(cells: Sequence[CellChange], records: Sequence[RecordChange]) -> list[str]:
    """What a root did, by data set: ``AE 5 cells``, ``SUPPAE -3``, ``DM.RFPENDTC a -> b``."""
    out: list[str] = []
    names = dict.fromkeys([*(r.dataset for r in records), *(c.dataset for c in cells)])
    for name in names:
        gone = sum(1 for r in records if r.dataset == name and r.records[1] is None)
        came = sum(1 for r in records if r.dataset == name and r.records[0] is None)
        said = [f"{name} {sign}{n}" for sign, n in (("-", gone), ("+", came)) if n]
        mine = [c for c in cells if c.dataset == name]
        values = Counter((c.variable, c.values) for c in mine)
        if mine and len(values) <= 1:
            (((variable, (old, new)), count),) = values.items()
            times = f" ({count} records)" if count > 1 else ""
            said.append(f"{name}.{variable} {_value(old)} -> {_value(new)}{times}")
        elif mine:
            variables = list(dict.fromkeys(c.variable for c in mine))
            listed = ", ".join(variables[:_MOST_VALUES])
            more = ", ..." if len(variables) > _MOST_VALUES else ""
            said.append(f"{name} {len(mine)} cells ({listed}{more})")
        out += said
    return out


def no_effect(diff: Diff, group: Sequence[int]) -> str:
    """What is said of a root under which no change stands."""
    kind = diff.roots[group[0]].kind
    if diff.raw_only:
        return "what it changes is not known: the new export was not built"
    if kind == "subject":
        return "the key of its records in every data set; no value changed"
    if kind == "column":
        return "no value changed"
    also = [c for c in diff.changes if set(c.roots) & set(group)]
    if also:
        return f"{len(also)} changes that stand under another line"
    return "no record changed"
