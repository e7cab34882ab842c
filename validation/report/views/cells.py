"""Text for spreadsheet cells: data, never a formula, never an unreadable control character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any

from transport.sheet_text import opens_formula, text_cell

_LONGEST = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cell_text(text: str) -> str:
    """Text that a cell can hold; control characters are shown as ``\\x1f``, a cut is announced."""
    safe = _ILLEGAL.sub(lambda found: ascii(found[0])[1:-1], text)
    if len(safe) <= _LONGEST:
        return safe
    note = f" ... ({len(safe):,} characters)"
    return safe[: _LONGEST - len(note)] + note


def cell(sheet: Any, text: str) -> Any:
    """What to append for a text: itself, or a text cell where a program would see a formula."""
    safe = cell_text(text)
    return text_cell(sheet, safe) if opens_formula(safe) or safe[:1] == "#" else safe


@dataclass(frozen=True, slots=True)
class CellXml:
    """Text cells as worksheet XML; ``quoted`` is the style of texts that open a formula."""

    quoted: int

    def __call__(self, text: str, style: int = 0) -> str:
        """One cell, of a style of its own where the text opens no formula."""
        chosen = self.quoted if opens_formula(text) else style
        shade = f' s="{chosen}"' if chosen else ""
        if not text:
            return f"<c{shade}/>"
        safe = escape(cell_text(text), quote=False)
        return f'<c{shade} t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def number_xml(number: int) -> str:
    """A number cell as worksheet XML; 0 is an empty cell."""
    return f"<c><v>{number}</v></c>" if number else "<c/>"


def row_blocks(columns: Sequence[Iterable[str]], first_row: int) -> Iterator[str]:
    """Worksheet XML of rows from columns of cell XML, in blocks of a few thousand rows."""
    rows = enumerate(zip(*columns, strict=True), start=first_row)
    while block := list(islice(rows, 4096)):
        yield "".join(f'<row r="{number}">{"".join(cells)}</row>' for number, cells in block)
