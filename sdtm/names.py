"""What the names of a stream are before a row is read: their kinds, and which people wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from derive.values.column import Kind
from sdtm.making import Making
from sdtm.model import Domain, Stream
from sdtm.records.stream import RAW_TEST, RESULT
from sdtm.records.subjects import SUBJECT
from sdtm.records.tests_table import ROUTES
from specs.reading.tables import Table

VISITS = {
    SUBJECT: Kind.TEXT,
    "VISITNUM": Kind.NUMBER,
    "VISIT": Kind.TEXT,
    "VISITDY": Kind.NUMBER,
    "START": Kind.SECOND,
    "END": Kind.SECOND,
}
ELEMENTS = {
    SUBJECT: Kind.TEXT,
    "ETCD": Kind.TEXT,
    "ELEMENT": Kind.TEXT,
    "START": Kind.SECOND,
    "END": Kind.SECOND,
    "UNPLANNED": Kind.TEXT,
    "ORDER": Kind.NUMBER,
}


def own_kinds(making: Making, model: Domain, stream: Stream) -> dict[str, Kind]:
    """The columns that no raw file has, with their kinds: those of tables, visits, elements."""
    if stream.visits_of:
        return dict(VISITS)
    if stream.elements:
        return dict(ELEMENTS)
    out: dict[str, Kind] = {}
    if stream.test or stream.unpivot:
        out = {RESULT: Kind.TEXT} if stream.unpivot else {}
        out[RAW_TEST] = Kind.TEXT
        if model.tests is not None:
            out |= _table_kinds(making, model, making.study.table(model.tests), ROUTES)
    if stream.table:
        out |= _table_kinds(making, model, making.study.table(stream.table), ())
    return out


def _table_kinds(
    making: Making, model: Domain, table: Table, routes: Collection[str]
) -> dict[str, Kind]:
    named = (name for name in table.columns if name not in routes)
    return {name: making.declared(model.domain, name) or Kind.TEXT for name in named}


def table_variables(making: Making, model: Domain) -> list[str]:
    """Variables that the tables of the specification give."""
    found: dict[str, None] = {}
    for stream in model.records:
        if not (stream.visits_of or stream.elements):
            found |= dict.fromkeys(own_kinds(making, model, stream))
    return [name for name in found if making.declared(model.domain, name) is not None]


@dataclass(slots=True)
class StreamNames(Mapping[str, Kind]):
    """The names that only a stream's records have. Of a raw file every name that is no variable of
    the data set is one: which columns it has is seen when it is read.

    ``making`` is the variable that the line makes: its own name means the column.
    """

    stream: Stream
    own: Mapping[str, Kind]
    variables: Collection[str]
    made_here: Collection[str]
    copied: Collection[str]
    sets: Collection[str]
    making: str = ""
    joined: frozenset[str] = field(default=frozenset())

    def __getitem__(self, name: str) -> Kind:
        bare = name.removeprefix("raw.")
        if bare in self.own and (bare != name or self._means_column(name, self.made_here)):
            return self.own[bare]
        if not self._is_raw(name, bare):
            raise KeyError(name)
        return Kind.TEXT

    def _means_column(self, name: str, variables: Collection[str]) -> bool:
        return name == self.making or name in self.copied or name not in variables

    def _is_raw(self, name: str, bare: str) -> bool:
        if self.stream.source is None:
            return False
        if bare != name:
            return True
        head, dot, _ = name.partition(".")
        if dot:
            return head in self.joined or head not in self.sets
        return self._means_column(name, self.variables)

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)


@dataclass(frozen=True, slots=True)
class RawNames:
    """Those of a stream's names that people wrote."""

    names: StreamNames

    def __contains__(self, name: object) -> bool:
        if name not in self.names:
            return False
        bare = str(name).removeprefix("raw.")
        return bare not in self.names.own or bare in (RESULT, RAW_TEST)
