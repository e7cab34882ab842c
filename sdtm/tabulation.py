"""A tabulation data set while it is built: its records, the streams that they come from, its
supplemental qualifiers, and its final order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from derive.data_set import Loaded
from derive.line import SUBJECT, Line
from derive.records import Link, Part, Records
from derive.values.column import Column, Kind, Mask, Rows, nothing, part, stack
from derive.values.moment import Moment, of_text
from derive.values.text import Text
from sdtm.model import Domain
from sdtm.records.stream import StreamRecords
from specs import RawCell, SpecificationError, SpecPlace, finding
from specs.reading.yaml_source import NodePath
from specs.standards import is_associated, prefix_of

PERSON, RELATED = "APID", "RSUBJID"
"""Who an associated person is, and the subject that the person is related to."""
AUTOMATIC = ("STUDYID", "DOMAIN", SUBJECT)
"""Variables that every data set of subjects has, whatever a raw file calls so."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A line of a variable on one stream, and where it stands."""

    line: Line
    stream: int
    path: NodePath


@dataclass(slots=True)
class Checked:
    """What an edit check did: the kept records that it could judge, and those it asked about."""

    looked_at: int = 0
    asked: int = 0


@dataclass(slots=True)
class Tabulation:
    """One data set in the making. ``made`` are the variables that lines make, ``made_on`` those of
    each stream; ``order`` are the kept records in their final order; ``recipes`` says which lines
    made a variable (``+QNAM``)."""

    loaded: Loaded[Domain]
    records: Records
    streams: list[StreamRecords] = field(default_factory=list)
    supplemental: dict[str, Text] = field(default_factory=dict)
    continued: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Per qualifier that holds the rest of a long text: whose, and which piece it is."""
    made: set[str] = field(default_factory=set)
    made_on: dict[int, set[str]] = field(default_factory=dict)
    copied: dict[int, set[str]] = field(default_factory=dict)
    """Per stream the variables that are a column of the same name, unchanged."""
    order: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    recipes: dict[str, list[Recipe]] = field(default_factory=dict)
    views: dict[int, StreamView] = field(default_factory=dict)
    left: list[tuple[str, SpecPlace, Rows]] = field(default_factory=list)
    """Records that were left out once they were there: reason, place, which."""
    checked: dict[int, Checked] = field(default_factory=dict)
    """Per edit check, by its number."""

    @property
    def name(self) -> str:
        """The data set's name, such as AE, or QSAD of the split domain QS."""
        return self.loaded.name

    @property
    def domain(self) -> str:
        """The domain, such as AE, or APMH of associated persons."""
        return self.loaded.model.domain

    @property
    def prefix(self) -> str:
        """What ``--`` stands for in the names of its variables."""
        return prefix_of(self.domain)

    @property
    def seq(self) -> str:
        """The variable that numbers its records."""
        return f"{self.prefix}SEQ"

    @property
    def person(self) -> str:
        """Whom its records are about: USUBJID, or APID of associated persons."""
        return PERSON if is_associated(self.domain) else SUBJECT

    @property
    def model(self) -> Domain:
        """What the study says of it."""
        return self.loaded.model

    @property
    def columns(self) -> dict[str, Column]:
        """Its variables."""
        return self.records.columns

    @property
    def size(self) -> int:
        """Number of records, those that are left out among them."""
        return self.records.size

    @property
    def kept(self) -> Mask:
        """Which records are in this cut."""
        return self.records.in_cut()

    def set_streams(self, streams: list[StreamRecords]) -> None:
        """Lay the streams one below the other."""
        start, parts = 0, []
        for stream in streams:
            stream.start = start
            start += len(stream)
            parts.append(Part(stream.model.shown, stream.start, stream.stop))
        self.streams = streams
        self.records.size, self.records.parts = start, tuple(parts)
        self.records.kept = np.ones(start, np.bool_)
        for stream in streams:
            self._set_origin(stream)

    def _set_origin(self, stream: StreamRecords) -> None:
        source = stream.source.name if stream.source is not None else stream.of
        if not source:
            return
        rows = self.records.origin.setdefault(source, np.full(self.size, -1, np.int64))
        rows[stream.start : stream.stop] = stream.rows

    def leave_out(self, holds: Mask, reason: str, place: SpecPlace) -> None:
        """Leave out the kept records that a mask holds for, and post them."""
        kept = self.kept
        rows = np.flatnonzero(holds & kept)
        if len(rows):
            self.left.append((reason, place, rows))
        self.records.kept = kept & ~holds

    def put(self, name: str, pieces: list[Column | None]) -> None:
        """Set a variable from one piece per stream (None: missing in that stream).

        Raises KindError where the streams give values of several kinds.
        """
        kind = next((piece.kind for piece in pieces if piece is not None), Kind.TEXT)
        lengths = [len(stream) for stream in self.streams]
        columns = [
            nothing(kind, n) if p is None else p for p, n in zip(pieces, lengths, strict=True)
        ]
        self.columns[name] = stack(columns) if columns else nothing(kind, 0)

    def slice(self, name: str, stream: StreamRecords) -> Column:
        """A variable's values for one stream's records."""
        column = self.columns[name]
        return column if len(self.streams) == 1 else part(column, stream.start, stream.stop)

    def link(self, name: str, stream: StreamRecords, found: list[Link]) -> None:
        """Keep where a variable's values on a stream were taken from."""
        known = {link.data_set: link.rows for link in self.records.links.get(name, ())}
        for one in found:
            rows = known.setdefault(one.data_set, np.full(self.size, -1, np.int64))
            mine = rows[stream.start : stream.stop]
            rows[stream.start : stream.stop] = np.where(one.rows >= 0, one.rows, mine)
        if known:
            self.records.links[name] = tuple(Link(n, rows) for n, rows in known.items())

    def text(self, name: str) -> Text:
        """A variable as text."""
        from derive.scope import as_text

        return as_text(self.columns[name])

    def moment(self, name: str) -> Moment:
        """A variable that is a date or date-time by the standard."""
        column = self.columns[name]
        assert isinstance(column, Moment)  # noqa: S101 - made so when it was set
        return column

    def record_ids(self) -> Text:
        """The record id of each record's raw row (missing where its source has none). It settles
        the order of records that share their key, so that the order of rows in a file does not
        matter."""
        pieces = []
        for stream in self.streams:
            source = stream.source
            if source is None or source.row_id is None:
                pieces.append(Text.nothing(len(stream)))
            else:
                pieces.append(source.column(source.row_id).take(stream.rows))
        return pieces[0].below(pieces[1:])

    def located(self, record: int) -> tuple[StreamRecords, int]:
        """The stream and the position in it of a record (0-based, before sorting)."""
        for stream in self.streams:
            if record < stream.stop:
                return stream, record - stream.start
        raise IndexError(record)


def widened(column: Column, kind: Kind | None) -> Column:
    """A date as a date-time that is known to the day, where the standard has date-times."""
    if kind is Kind.SECOND and column.kind is Kind.DAY:
        assert isinstance(column, Moment)  # noqa: S101 - its kind says so
        return of_text(column.iso(), Kind.SECOND)[0]
    return column


class _ColumnsOf(dict[str, Column]):
    """The columns of a stream's view, made when they are asked for."""

    def __init__(self, view: StreamView) -> None:
        super().__init__()
        self._view = view

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or self._view.find(str(name), str(name)) is not None

    def __missing__(self, name: str) -> Column:
        found = self._view.find(name, name)
        if found is None:
            raise KeyError(name)
        self[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._view.names())


@dataclass(slots=True)
class StreamView:
    """What a line stands on: the records of one stream, raw columns and variables alike."""

    tabulation: Tabulation
    stream: StreamRecords
    unscheduled: Callable[[], dict[str, dict[str, float]]] | None = None
    """By subject and day the numbers of unscheduled visits, where the study has a form of them."""

    @property
    def name(self) -> str:
        """The data set."""
        return self.tabulation.name

    @property
    def size(self) -> int:
        """Number of records of the stream."""
        return len(self.stream)

    def find(self, name: str, making: str) -> Column | None:
        """A column or variable by its bare name. Raises SpecificationError SPEC120."""
        head, dot, tail = name.partition(".")
        if dot and head == "raw":
            return self.stream.column(tail) if self.stream.has(tail) else None
        if dot and head == self.name and not self.stream.has(name):
            return self._variable(tail)
        if not self.stream.has(name) or name in AUTOMATIC:
            return self._variable(name)
        if name != making and self._is_variable(name):
            raise self._two_things(name)
        return self.stream.column(name)

    def _is_variable(self, name: str) -> bool:
        """Whether a column's name is that of a variable too; a column of ours (of a table, of
        another data set) that no line of the stream makes is the variable itself."""
        index, made = self.stream.index, self.tabulation.made
        if name in self.tabulation.copied.get(index, ()):
            return False
        return name in (self.tabulation.made_on.get(index, ()) if name in self.stream.own else made)

    def _variable(self, name: str) -> Column | None:
        known = name in self.tabulation.columns
        return self.tabulation.slice(name, self.stream) if known else None

    def _two_things(self, name: str) -> SpecificationError:
        message = f"{name!r} is a column of {self.stream.shown!r} and a variable of {self.name}"
        hint = f"write raw.{name} or {self.name}.{name}"
        return SpecificationError(finding("SPEC120", message, dataset=self.name, hint=hint))

    def raw(self, name: str) -> bool:
        """Whether a name is a raw column."""
        bare = name.removeprefix("raw.")
        return self.stream.is_raw(bare) and (bare != name or not self._is_variable(name))

    def names(self) -> list[str]:
        """Every name that can be found."""
        return [*self.stream.names(), *self.tabulation.columns]

    def records(self, positions: Rows) -> Rows:
        """The record of the data set behind each position."""
        return positions + self.stream.start

    def table(self) -> Records:
        """The records of the stream as a verb looks at all of them, position by position."""
        kept = self.tabulation.kept[self.stream.start : self.stream.stop]
        return Records(self.name, self.size, _ColumnsOf(self), kept=kept)

    def cell(self, position: int, column: str) -> RawCell | None:
        """The raw cell behind a record."""
        return self.stream.cell(position, column)

    def key(self, position: int) -> tuple[tuple[str, str], ...]:
        """The subject."""
        column = self.tabulation.columns.get(SUBJECT)
        record = self.stream.start + position
        if not isinstance(column, Text) or record >= len(column) or column.codes[record] < 0:
            return ()
        return ((SUBJECT, column.values[column.codes[record]]),)

    def same_cell(self, positions: Rows, column: str) -> Rows:
        """Of records that one raw cell stands behind, the first."""
        return self.stream.one_per_cell(positions, column)


@dataclass(slots=True)
class SetView:
    """All records of a data set of several streams, for lines that look at all of them at once.
    Their names are variables; a column that only one stream has is none here."""

    tabulation: Tabulation

    @property
    def name(self) -> str:
        """The data set."""
        return self.tabulation.name

    @property
    def size(self) -> int:
        """Number of records."""
        return self.tabulation.size

    def find(self, name: str, making: str) -> Column | None:
        """A variable by its bare name."""
        return self.tabulation.columns.get(name.removeprefix(f"{self.name}."))

    def raw(self, name: str) -> bool:
        """No name is a raw column here."""
        return False

    def names(self) -> list[str]:
        """Every variable."""
        return list(self.tabulation.columns)

    def records(self, positions: Rows) -> Rows:
        """The positions themselves."""
        return positions

    def table(self) -> Records:
        """The records themselves."""
        return self.tabulation.records

    def cell(self, position: int, column: str) -> RawCell | None:
        """The raw cell behind a record."""
        stream, at = self.tabulation.located(position)
        return stream.cell(at, column)

    def key(self, position: int) -> tuple[tuple[str, str], ...]:
        """The subject."""
        stream, at = self.tabulation.located(position)
        return StreamView(self.tabulation, stream).key(at)

    def same_cell(self, positions: Rows, column: str) -> Rows:
        """All of them: each record stands for itself."""
        return positions
