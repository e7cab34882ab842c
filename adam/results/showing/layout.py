"""From rows of results to a table: heads with N, lines of labels and aligned texts, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from adam.results.cells import Group
from adam.results.run import N, ResultRow, Results
from adam.results.showing.lines import Block, Line, lines_of

ColumnKey = tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A column head over ``span`` columns: its lines of text."""

    lines: tuple[str, ...]
    span: int = 1


class Titled(Protocol):
    """What a table and a figure have around them."""

    @property
    def number(self) -> str:
        """``Table 14.1.1``."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def population(self) -> str:
        """Whom it is about."""

    @property
    def footnotes(self) -> Sequence[str]:
        """Notes below it."""

    @property
    def source(self) -> str:
        """The last line."""


@dataclass(slots=True)
class Table:
    """A display as plain data. Cells of a line are as many as the columns."""

    number: str
    title: str
    population: str
    heads: list[list[Head]]
    lines: list[Line] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    source: str = ""

    @property
    def width(self) -> int:
        """The number of value columns."""
        return sum(head.span for head in self.heads[-1])


def tables(results: Results, source: str) -> Iterator[Table]:
    """Every display, in order. ``source`` ends the source line (data cut, build)."""
    for name in results.declared.displays:
        rows = [row for row in results.rows if row.display == name]
        yield _table(results, name, rows, source)


def _table(results: Results, name: str, rows: list[ResultRow], source: str) -> Table:
    display = results.declared.displays[name]
    sizes = {row.groups: row.stat.text for row in rows if row.analysis == N}
    columns = list(sizes)
    crossed = _crossed(rows)
    out = Table(
        number=f"Table {name.removeprefix('T')}",
        title=display.title,
        population=results.declared.populations[display.population].label,
        heads=_heads(sizes, crossed),
        footnotes=list(display.footnotes),
    )
    for one in results.declared.of(name):
        of_it = [row for row in rows if row.analysis == one.id]
        shares = one.spec.percent_of != "population" or one.population != display.population
        block = Block(one.label, one.method, columns, crossed, shares=shares)
        out.lines += lines_of(block, of_it, one.id)
    align(out.lines, out.width)
    first = results.declared.of(name)[0]
    data = sorted({"ADSL", *(one.spec.data for one in results.declared.of(name))})
    out.source = f"Source: {', '.join(data)}; {first.place().file}:{first.place().line}; {source}"
    return out


def _crossed(rows: Sequence[ResultRow]) -> list[str]:
    """Levels that stand as columns below each column: the grades of an incidence."""
    levels = {row.made.order: row.made.level for row in rows if row.method == "incidence"}
    return [levels[order] for order in sorted(levels)]


def _heads(sizes: dict[ColumnKey, str], crossed: list[str]) -> list[list[Head]]:
    top = [
        Head(
            (", ".join(group.label for group in key) or "All Subjects", f"(N={n})"),
            max(len(crossed), 1),
        )
        for key, n in sizes.items()
    ]
    if not crossed:
        return [top]
    return [top, [Head((level, "n (%)")) for _ in sizes for level in crossed]]


_FIRST = re.compile(r"[A-Z]+|[^0-9A-Z]*[0-9]+")
"""A word such as NR, or the first number up to its decimal point."""


def align(lines: list[Line], width: int) -> None:
    """Pad the texts of each column so that the decimal points of the first numbers stand in one
    line, and all are of one length."""
    for column in range(width):
        texts = [line.cells[column] for line in lines if line.cells]
        left = max((_anchor(text) for text in texts if text), default=0)
        moved = [" " * (left - _anchor(text)) + text for text in texts]
        longest = max(map(len, moved), default=0)
        padded = iter([text.ljust(longest) for text in moved])
        for line in lines:
            if line.cells:
                line.cells[column] = next(padded)


def _anchor(text: str) -> int:
    """The characters before the decimal point of the first number."""
    found = _FIRST.match(text)
    return found.end() if found else len(text)
