"""A diff as a workbook: roots, records, cells, endpoints, layout, what is unexplained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from transport.atomic import whole_file
from workbench.diff.model import Diff
from workbench.diff.showing.words import effect_words, effects, group_title, no_effect

Cell = str | int | None
_MOST = 1_048_000
"""Rows that a sheet can hold, with room for the header."""


def write_workbook(diff: Diff, path: Path) -> None:
    """Write the workbook."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])  # a new workbook has one
    for title, header, rows in _sheets(diff):
        sheet = book.create_sheet(title)
        sheet.append(header)
        for number, row in enumerate(rows):
            if number == _MOST:
                sheet.append([f"more than {_MOST:,} rows: see the JSON"])
                break
            sheet.append([_safe(value) for value in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        for letter, width in zip("ABCDEFGHIJ", _widths(header), strict=False):
            sheet.column_dimensions[letter].width = width
    with whole_file(path) as file:
        book.save(file)


def _widths(header: Sequence[str]) -> list[int]:
    wide = {"what changed": 70, "what came of it": 70, "key": 30, "subject": 24, "causes": 40}
    return [wide.get(name, 16) for name in header]


def _safe(value: Cell) -> Cell:
    """No text is taken for a formula, and no control character stops the writer."""
    if not isinstance(value, str):
        return value
    plain = "".join(c if c.isprintable() else " " for c in value)
    return f"'{plain}" if plain[:1] in ("=", "+", "-", "@") else plain


def _sheets(diff: Diff) -> Iterable[tuple[str, list[str], Iterable[Sequence[Cell]]]]:
    group_of = {root: number + 1 for number, group in enumerate(diff.groups) for root in group}
    known = effects(diff)

    def groups_of(roots: tuple[int, ...]) -> str:
        return ", ".join(str(group_of[root]) for root in roots)

    yield (
        "Causes", ["number", "what changed", "what came of it"],
        (
            (n + 1, group_title(diff, g), "; ".join(effect_words(*known.get(n, ([], [])))) or
             no_effect(diff, g))
            for n, g in enumerate(diff.groups)
        ),
    )  # fmt: skip
    yield (
        "Records", ["data set", "subject", "key", "old", "new", "causes", "how sure"],
        ((r.dataset, r.subject, r.key, *r.records, groups_of(r.roots), r.cause)
         for r in diff.records),
    )  # fmt: skip
    yield (
        "Cells",
        ["data set", "variable", "subject", "key", "old", "new", "causes", "how sure"],
        ((c.dataset, c.variable, c.subject, c.key, *c.values, groups_of(c.roots), c.cause)
         for c in diff.cells),
    )  # fmt: skip
    yield (
        "Endpoints",
        ["data set", "parameter", "moved", "new", "gone", "to event", "to censored", "which"],
        ((e.dataset, e.parameter, e.moved, e.added, e.gone, e.to_event, e.to_censored,
          "; ".join(e.shown)) for e in diff.endpoints),
    )  # fmt: skip
    yield (
        "Populations", ["flag", "entered", "left"],
        ((p.flag, ", ".join(p.entered), ", ".join(p.left)) for p in diff.populations),
    )  # fmt: skip
    yield "Layout", ["source", "what", "old", "new"], _layout(diff)
    yield (
        "Unexplained", ["code", "data set", "variable", "what"],
        ((f.rule, f.dataset, f.variable, f.message) for f in diff.findings),
    )  # fmt: skip


def _layout(diff: Diff) -> Iterable[Sequence[Cell]]:
    layout = diff.layout
    for source, old, new in layout.renamed:
        yield source, "column renamed", old, new
    for source, name in layout.added:
        yield source, "new column", "", name
    for source, name in layout.gone:
        yield source, "column gone", name, ""
    for source, old, new in layout.files:
        yield source, "file or sheet", old, new
    for source in layout.order:
        yield source, "columns in another order", "", ""
    for source, count in layout.rows_moved.items():
        yield source, "rows at another place", "", count
    for source in layout.numbered_anew:
        yield source, "rows numbered anew", "", ""
