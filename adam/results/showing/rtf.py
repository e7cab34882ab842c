"""A display as RTF: A4 landscape, monospaced, titles and heads on every page, page x of y.

Titles and column heads stand in the page's header and footnotes in its footer, so that every word
processor repeats them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adam.results.showing.layout import Table, Titled

_FONT = 16
"""In half points."""
_CHARACTER = 96
"""Twips that a character of 8 point Courier New takes."""
_WIDTH = 14570
"""Twips between the margins of 2 cm."""
_START = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fmodern\fcharset0 Courier New;}}"
    r"\paperw16838\paperh11906\margl1134\margr1134\margt1134\margb1134\headery567\footery567"
    r"\landscape\sectd\lndscpsxn\pgwsxn16838\pghsxn11906"
)
_PLAIN = rf"\pard\plain\f0\fs{_FONT} "


def rtf(table: Table, study: str) -> bytes:
    """The document. Lengths of columns come from the texts in them."""
    places = edges(table)
    out = opened(table, study, _head_rows(table, places))
    last = len(table.lines) - 1
    for i, line in enumerate(table.lines):
        if line.first and i:
            out.append(_row(["", *[""] * table.width], places))
        cells = line.cells or [""] * table.width
        border = r"\clbrdrb\brdrs\brdrw10" if i == last else ""
        keep = r"\keepn " if not line.cells else ""
        label = rf"\li{line.indent * 2 * _CHARACTER} {keep}{escaped(line.label)}"
        values = [rf"\qc {_hard(cell)}" for cell in cells]
        out.append(_row([label, *values], places, border))
    out.append("}")
    return "\n".join(out).encode("ascii")


def opened(display: Titled, study: str, heads: Iterable[str] = ()) -> list[str]:
    """The start of a document: titles and column heads in its header, footnotes, source and page
    number in its footer."""
    title = [study, display.number, display.title, display.population]
    out = [_START, r"{\header"]
    out += [rf"{_PLAIN}\qc {escaped(text)}\par" for text in title]
    out.append(rf"{_PLAIN}\par")
    out += heads
    out += [rf"{_PLAIN}\par", "}", r"{\footer"]
    out += [rf"{_PLAIN}{escaped(text)}\par" for text in (*display.footnotes, display.source)]
    number = r"Page {\field{\*\fldinst PAGE}} of {\field{\*\fldinst NUMPAGES}}"
    return [*out, rf"{_PLAIN}\qr {number}\par", "}"]


def edges(table: Table) -> list[int]:
    """The right edge of each column of the document in twips; lengths come from the texts."""
    values = [
        max((len(line.cells[i]) for line in table.lines if line.cells), default=0) + 3
        for i in range(table.width)
    ]
    heads = [len(text) for head in table.heads[-1] for text in head.lines]
    each = max(0, *values, min(max(heads), 30) + 2) * _CHARACTER
    labels = (max((len(x.label) + 2 * x.indent for x in table.lines), default=0) + 2) * _CHARACTER
    left = _WIDTH - each * table.width
    first = min(labels, max(left, _WIDTH // 3))
    rest = min(each, (_WIDTH - first) // table.width)
    return [first, *(first + rest * (i + 1) for i in range(table.width))]


def _head_rows(table: Table, edges: list[int]) -> Iterable[str]:
    for i, row in enumerate(table.heads):
        places, at = [edges[0]], 0
        for head in row:
            at += head.span
            places.append(edges[at])
        texts = ["", *(r"\qc " + r"\line ".join(map(escaped, head.lines)) for head in row)]
        top = r"\clbrdrt\brdrs\brdrw10" if i == 0 else ""
        bottom = r"\clbrdrb\brdrs\brdrw10" if i == len(table.heads) - 1 else ""
        yield _row(texts, places, f"{top}{bottom}")


def _row(texts: Sequence[str], edges: Sequence[int], border: str = "") -> str:
    cells = "".join(rf"{border}\clvertalb\cellx{edge}" for edge in edges)
    held = "".join(rf"\pard\plain\intbl\f0\fs{_FONT} {text}\cell" for text in texts)
    return rf"\trowd\trgaph40\trkeep{cells}{held}\row"


def escaped(text: str) -> str:
    """Text as RTF says it; what is not ASCII by its number (UTF-16, signed)."""
    out = []
    for letter in text:
        if letter in "\\{}":
            out.append("\\" + letter)
        elif letter.isascii():
            out.append(letter)
        else:
            pairs = letter.encode("utf-16-le")
            for i in range(0, len(pairs), 2):
                unit = int.from_bytes(pairs[i : i + 2], "little", signed=True)
                out.append(rf"\u{unit}?")
    return "".join(out)


def _hard(text: str) -> str:
    """Text whose spaces are kept: they are the alignment."""
    return escaped(text).replace(" ", r"\~")
