"""A guide as content: numbered sections of paragraphs, lists, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from submission.guides.figure import Flow


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head. ``widths`` are relative, ``numbers`` the columns set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    numbers: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A flow chart with a caption."""

    flow: Flow
    caption: str


Block = Paragraph | Bullets | Table | Figure


@dataclass(slots=True)
class Section:
    """A section: its number (``2.3``; letters for appendices), title, blocks and subsections."""

    number: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The name that links lead to."""
        return "s" + self.number.lower().replace(".", "-").replace(" ", "-")

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}" if self.number else self.title

    def say(self, text: str) -> None:
        """Add a paragraph, unless there is nothing to say."""
        if text.strip():
            self.blocks.append(Paragraph(text.strip()))

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float] = (),
        numbers: Sequence[int] = (),
        caption: str = "",
    ) -> None:
        """Add a table, unless it has no rows."""
        if rows:
            body = tuple(tuple(str(cell) for cell in row) for row in rows)
            self.blocks.append(Table(tuple(head), body, tuple(widths), frozenset(numbers), caption))

    def section(self, title: str) -> Section:
        """Add a subsection."""
        made = Section(f"{self.number}.{len(self.sections) + 1}", title)
        self.sections.append(made)
        return made

    def walk(self, level: int = 1) -> Iterator[tuple[int, Section]]:
        """This section and those below it, with their level."""
        yield level, self
        for section in self.sections:
            yield from section.walk(level + 1)


@dataclass(slots=True)
class Guide:
    """A reviewer's guide."""

    name: str
    title: str
    study: str
    facts: tuple[tuple[str, str], ...]
    notice: str = ""
    """What stands above everything else: that it is a dry run."""
    sections: list[Section] = field(default_factory=list)

    def section(self, title: str, number: str = "") -> Section:
        """Add a chapter."""
        made = Section(number or str(len(self.sections) + 1), title)
        self.sections.append(made)
        return made

    def walk(self) -> Iterator[tuple[int, Section]]:
        """Every section in order, with its level."""
        for section in self.sections:
            yield from section.walk()

    def text(self) -> str:
        """All words of the guide, for searching."""
        out = [self.title]
        for _, section in self.walk():
            out.append(section.title)
            for block in section.blocks:
                match block:
                    case Paragraph(text):
                        out.append(text)
                    case Bullets(items):
                        out += items
                    case Table():
                        out += [*block.head, *(c for row in block.rows for c in row)]
                    case Figure():
                        out.append(block.caption)
        return "\n".join(out)
