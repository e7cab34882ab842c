"""What the names of a condition are on the records of a stream: raw columns of a source, variables
and the lines that make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from derive.judged.heard import Bound, Heard
from derive.judged.never import Known
from derive.judged.words_of import Words, plain_copy, words_of
from derive.planning.types import UntoldKindError
from derive.values.column import Kind, KindError
from sdtm.model import Stream
from sdtm.names import StreamNames
from sdtm.planning.words.domains import Domains
from sdtm.records.stream import RAW_TEST, RESULT
from sdtm.records.tests_table import ROUTES
from sdtm.tabulation import AUTOMATIC, Recipe
from specs import TracelockError

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_OTHER = "other"


class RawColumn(NamedTuple):
    """A column of a raw source."""

    source: str
    column: str


class BoundNames:
    """Resolves the names of the conditions that a planner heard."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.making = planner, planner.making
        self.domains = Domains(planner)

    def raw_column(self, heard: Heard, name: str) -> RawColumn | None:
        """The raw column that a name of a condition is; None for anything else."""
        bound = _bound(heard, name)
        return None if bound is None or not bound.raw else self._raw(heard, bound)

    def known(self, heard: Heard, name: str) -> Known | None:
        """What is known of a name, for the judgement whether the condition can hold."""
        bound = _bound(heard, name)
        if bound is None:
            return None
        if bound.raw:
            raw = self._raw(heard, bound)
            mark = _OTHER if bound.other else False
            key = (mark, raw) if raw is not None else (mark, id(heard.typed), name)
            return Known(key, bound.kind, self._declared(raw), raw=True, shown=name)
        return self._variable(heard, bound, name)

    def _raw(self, heard: Heard, bound: Bound) -> RawColumn | None:
        read = bound.read
        names = heard.typed.columns
        if not read.data_set or str(read) in names:
            if not isinstance(names, StreamNames):
                return None
            bare = str(read).removeprefix("raw.")
            if bare in (RESULT, RAW_TEST):
                return None
            head, dot, tail = bare.partition(".")
            if dot and head in names.joined:
                return RawColumn(head, tail)
            return RawColumn(names.stream.source, bare) if names.stream.source else None
        table = self.making.tables.get(read.data_set)
        source = table.streams[0].model.source if table is not None else read.data_set
        return RawColumn(source, read.name) if source else None

    def _declared(self, raw: RawColumn | None) -> Words | None:
        """The words that study.yaml lists for a column."""
        source = self.making.study.spec.sources.get(raw.source) if raw is not None else None
        said = source.values.get(raw.column) if source is not None and raw is not None else None
        return frozenset(said) if isinstance(said, list) else None

    def _variable(self, heard: Heard, bound: Bound, name: str) -> Known:
        read = bound.read
        data_set = read.data_set or heard.typed.data_set
        own = not bound.other and data_set == heard.typed.data_set
        names = heard.typed.columns
        stream = names.stream if own and isinstance(names, StreamNames) else None
        recipes = self.planner.recipes.get((data_set, read.name), [])
        if stream is not None and data_set in self.making.sets:
            name_of = self._as_it_stands(data_set, read.name, stream, bound.kind)
            empty = self._never_made(data_set, read.name, stream, recipes)
            words = self._words(data_set, read.name, stream)
            key: tuple[object, ...] = (False, *name_of)
        else:
            words, empty = self._words(data_set, read.name), False
            key = (_OTHER if bound.other else False, data_set, read.name)
        if words is None and bound.kind is Kind.TEXT:
            words = self.domains.terms(data_set, read.name)
        least, most = self.domains.limits(data_set, read.name)
        return Known(key, bound.kind, words, empty=empty, shown=name, least=least, most=most)

    def _as_it_stands(
        self, data_set: str, name: str, stream: Stream, kind: Kind
    ) -> tuple[str, str] | tuple[RawColumn]:
        """The raw column, or else the variable, whose value a variable has on a stream, unchanged:
        two names of one value come to the same."""
        tabulation = self.making.sets[data_set]
        index = next(i for i, one in enumerate(self._streams(data_set)) if one is stream)
        seen = {name}
        while kind is Kind.TEXT:
            mine = [r for r in self.planner.recipes.get((data_set, name), []) if r.stream == index]
            copied = plain_copy(mine[0].line) if mine else ""
            if not copied or mine[0].line.codelist:
                break
            names = self.planner.names(tabulation, index, name)
            if copied in names and copied.removeprefix("raw.") not in names.own:
                bare = copied.removeprefix("raw.")
                known = "." not in bare and stream.source
                return (RawColumn(str(stream.source), bare),) if known else (data_set, name)
            own = copied.removeprefix(f"{data_set}.")
            if "." in own or own in seen or not self.planner.plan.gives((data_set, own)):
                break
            seen.add(own)
            name = own
        return data_set, name

    def _streams(self, data_set: str) -> list[Stream]:
        return self.making.sets[data_set].model.records

    def _never_made(self, data_set: str, name: str, stream: Stream, recipes: list[Recipe]) -> bool:
        """Whether no line makes a variable on a stream that other streams have: it is missing."""
        tabulation = self.making.sets[data_set]
        index = next((i for i, s in enumerate(self._streams(data_set)) if s is stream), None)
        given = (data_set, name) in self.planner.derived or name in AUTOMATIC
        if index is None or not recipes or given or name == self.making.sets[data_set].seq:
            return False
        if any(recipe.line.whole for recipe in recipes):
            return False
        own = self.planner.own_kinds(tabulation, stream)
        return name not in own and name not in tabulation.made_on.get(index, set())

    def _words(self, data_set: str, name: str, only: Stream | None = None) -> Words | None:
        """The words that the lines and tables of the specification give a variable, on all streams
        or on one; None where some come from data."""
        unknown = (data_set, name) in self.planner.derived or name in AUTOMATIC
        if data_set not in self.making.sets or unknown:
            return None
        if (data_set, name) in self.planner.types.beside:
            return None
        recipes = {r.stream: r for r in self.planner.recipes.get((data_set, name), [])}
        found: Words = frozenset()
        known = False
        for index, stream in enumerate(self._streams(data_set)):
            if only is not None and only is not stream:
                continue
            recipe = recipes.get(index)
            words = self._of_table(data_set, name, stream)
            if recipe is not None:
                words = words_of(recipe.line, self.making.study)
            elif words is None and name in self._own(data_set, stream):
                return None
            elif words is None:
                continue
            if words is None:
                return None
            found, known = found | words, True
        return found if known else None

    def _own(self, data_set: str, stream: Stream) -> dict[str, Kind]:
        return self.planner.own_kinds(self.making.sets[data_set], stream)

    def _of_table(self, data_set: str, name: str, stream: Stream) -> Words | None:
        """The words of a column of the table of tests, or of the table that the records are."""
        tests = self.making.sets[data_set].model.tests
        file = stream.table or (tests if stream.test or stream.unpivot else None)
        if file is None or name in ROUTES:
            return None
        table = self.making.study.table(file)
        return frozenset(filter(None, table.column(name))) if name in table.columns else None


def _bound(heard: Heard, name: str) -> Bound | None:
    try:
        return heard.bound(name)
    except (KindError, UntoldKindError, TracelockError):
        return None  # told where the line itself is checked
