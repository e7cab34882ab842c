"""Where the names of a sheet's columns stand, where titles or units are beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from sdtm.raw import ReadOptions

_LOOKED_AT = 12
_MOST_LABELS = 2


class Head(NamedTuple):
    """The row of the names (1-based), and how many rows of units or labels follow it."""

    row: int = 1
    labels: int = 0

    @property
    def options(self) -> ReadOptions:
        """How a reader is told."""
        return ReadOptions(header_row=self.row, label_rows=self.labels)


TOP = Head()
"""Names in the first row."""


def heads_of(path: Path) -> dict[str, Head]:
    """The head of each sheet of a workbook; nothing for another file, or for one that cannot be
    read (which its reader tells)."""
    if path.suffix.lower() not in (".xlsx", ".xls", ".ods"):
        return {}
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        return {
            name: _head(book.get_sheet_by_name(name).to_python(nrows=_LOOKED_AT))
            for name in book.sheet_names
        }
    except (CalamineError, OSError, ValueError):
        return {}


def _head(cells: list[list[Any]]) -> Head:
    """The first row that is nearly as full as any and names each column once. A row behind it whose
    first cell is blank holds labels."""
    rows = [[str(cell).strip() for cell in row] for row in cells]
    filled = [sum(map(bool, row)) for row in rows]
    most = max(filled, default=0)
    for number, row in enumerate(rows):
        texts = [text for text in row if text]
        if most > 1 and filled[number] * 5 >= most * 4 and len(set(texts)) == len(texts):
            below = rows[number + 1 : number + 1 + _MOST_LABELS]
            labels = 0
            for one in below:
                if not any(one) or one[0] or not row[0]:
                    break
                labels += 1
            return Head(number + 1, labels)
    return TOP
