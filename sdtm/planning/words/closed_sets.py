"""The words that a tested raw column may hold, by everything that the specification says of it.

A word belongs to the set by ``values:`` of its source, a contract, a map, a table of visits, a
result line, a codelist that takes no other, or because a condition names it. A spelling that means
the same as a word of a condition (another spelling of one map, an upper-case letter) is no member
unless ``values:`` lists it: the condition would pass it over in silence.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from derive.conform import bound_codelists
from derive.judged.words_of import plain_copy
from derive.line import Line
from derive.values.text import is_number
from derive.verbs.record.copy import Copy
from derive.verbs.record.number import Number
from derive.verbs.record.terms import CT, Unmapped
from derive.verbs.time.moment import Moments
from sdtm.planning.words.tested_columns import TestedColumn, columns_tested
from sdtm.verbs.result import Result
from sdtm.verbs.visit import Visit
from sdtm.verbs.visit_table import spellings
from specs import Finding, TracelockError, finding
from specs.language.study import NUMBER_SET, AnyValue
from specs.language.walking import walk_parts
from specs.reading.yaml_source import read_yaml
from specs.suggest import did_you_mean
from specs.text.maps import BLANK, QUERY, CompiledMap

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_WORDS = ("below", "not_detected", "not_done", "ambiguous")


@dataclass(slots=True)
class ClosedSet:
    """What a tested column may hold. ``listed`` are words that study.yaml or a contract names,
    ``meanings`` the spellings of each meaning that a map, a table or a line knows; ``closing`` are
    the spellings that a line takes without a question (None: it asks about all it cannot read)."""

    tested: TestedColumn
    literals: set[str]
    listed: set[str] | None = None
    listed_by: CompiledMap | None = None
    """The map that ``values:`` names."""
    open: bool = False
    numbers: bool = False
    members: set[str] = field(default_factory=set)
    maps: list[CompiledMap] = field(default_factory=list)
    meanings: list[set[str]] = field(default_factory=list)
    closing: list[set[str] | CompiledMap | None] = field(default_factory=list)

    def refuses(self, word: str) -> tuple[bool, str]:
        """Whether a word must be asked about, and the word of a condition that is meant ('')."""
        if word in self.literals or word in (self.listed or ()):
            return False, ""
        if self.open:
            near = [text for text in sorted(self.literals) if folded(text) == folded(word)]
            return bool(near), near[0] if near else ""
        if self.numbers and is_number(word):
            return False, ""
        meant = self._meant(word)
        if meant:
            return True, meant
        if self.tested.others_asked or any(self._asked(word, known) for known in self.closing):
            return False, ""
        known = word in self.members or any(word in group for group in self.meanings)
        return not known and all(one.get(word) is None for one in self.maps), ""

    def declares(self, word: str) -> bool:
        """Whether the declared set, if there is one, has a word that a condition names."""
        if self.listed is None:
            return True
        by_map = self.listed_by is not None and self.listed_by.get(word) is not None
        return word in self.listed or by_map

    def _meant(self, word: str) -> str:
        """The word of a condition that this one is another spelling of."""
        same = [text for text in sorted(self.literals) if folded(text) == folded(word)]
        for group in self.meanings:
            same += sorted(self.literals & group) if word in group else []
        for one in self.maps:
            target = one.get(word)
            if target not in (None, QUERY, BLANK):
                same += [text for text in sorted(self.literals) if one.get(text) == target]
        return same[0] if same else ""

    @staticmethod
    def _asked(word: str, known: set[str] | CompiledMap | None) -> bool:
        """Whether a line asks about a word itself."""
        if isinstance(known, CompiledMap):
            return known.get(word) is None
        return known is None or word not in known


def folded(text: str) -> str:
    """A word as people read it: width, case and outer blanks aside."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


class ClosedSets:
    """Works out the set of each tested column."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.making = planner, planner.making
        self.study = planner.making.study

    def of(self, tested: TestedColumn) -> ClosedSet:
        """The set of one column."""
        source, column = tested.column
        out = ClosedSet(tested, set(tested.literals), numbers=tested.numbers)
        self._declared(out, source, column)
        self._contract(out, source, column)
        for data_set, line, top in self._lines(source, column):
            self._line(out, data_set, line, column, top=top)
        for name in {use.data_set for use in tested.uses if use.data_set}:
            file = self.making.loaded[name].document.file
            out.literals |= self.study.literals.get(file, {}).get(column, set())
        return out

    def _declared(self, out: ClosedSet, source: str, column: str) -> None:
        """``values:`` of the source."""
        spec = self.study.spec.sources.get(source)
        said = spec.values.get(column) if spec is not None else None
        if isinstance(said, AnyValue):
            out.open = True
        elif said == NUMBER_SET:
            out.numbers = True
        elif isinstance(said, str):
            place = self.study.document.place(("sources", source, "values", column))
            out.listed_by = self.study.term_map(said, place)
            out.maps.append(out.listed_by)
            out.listed = out.listed or set()
        elif said is not None:
            out.listed = (out.listed or set()) | set(said)

    def _contract(self, out: ClosedSet, source: str, column: str) -> None:
        """The values that a contract lets in."""
        spec = self.study.spec.sources.get(source)
        found = (
            self.study.find(f"contracts/{spec.contract}.yaml") if spec and spec.contract else None
        )
        if found is None:
            return
        data: Any = read_yaml(*found).data
        said = data.get("columns", {}).get(column) if isinstance(data, dict) else None
        values = said.get("values") if isinstance(said, dict) else None
        if isinstance(values, list):
            out.listed = (out.listed or set()) | {str(value) for value in values}

    def _lines(self, source: str, column: str) -> Iterator[tuple[str, Line, bool]]:
        """Every line that reads a column on records of its source, and whether it reads all."""
        for (data_set, variable), recipes in self.planner.recipes.items():
            for recipe in recipes:
                stream = self.making.sets[data_set].model.records[recipe.stream]
                wanted = {f"{source}.{column}"}
                if stream.source == source:
                    wanted |= {column, f"raw.{column}"}
                elif source not in {join.source for join in stream.join}:
                    continue
                names = self.planner.names(self.making.sets[data_set], recipe.stream, variable)
                for path, part in walk_parts(recipe.line):
                    if isinstance(part, Line) and any(
                        str(read) in wanted and str(read) in names for read in part.reads()
                    ):
                        top = not path and part.when is None and stream.where is None
                        yield data_set, part, top

    def _line(self, out: ClosedSet, data_set: str, line: Line, column: str, *, top: bool) -> None:
        """What one line knows of the column's words."""
        bare = column.rpartition(".")[2]
        if isinstance(line, Result) and line.result.rpartition(".")[2] == bare:
            out.meanings += [set(getattr(line, name)) for name in _WORDS]
            out.numbers = True
            out.closing += [None] if top else []
        elif isinstance(line, Visit) and line.visit.rpartition(".")[2] == bare:
            self._visits(out, line, top=top)
        elif isinstance(line, Copy):
            self._copied(out, data_set, line, top=top)
        elif isinstance(line, Number | Moments) and top:
            out.closing.append(None)

    def _visits(self, out: ClosedSet, line: Visit, *, top: bool) -> None:
        rows: dict[int, set[str]] = {}
        for word, row in spellings(self.study.table(line.by)).items():
            rows.setdefault(row, set()).add(word)
        out.meanings += rows.values()
        names = set(line.unscheduled.names) if line.unscheduled else set()
        out.members |= names
        if top and line.unmapped != "blank":
            out.closing.append(names.union(*rows.values()))

    def _copied(self, out: ClosedSet, data_set: str, line: Copy, *, top: bool) -> None:
        if line.pattern or line.replace or line.case:
            return
        asks = top and line.unmapped in (Unmapped.ERROR, Unmapped.QUERY)
        if isinstance(line.map, str) and line.map != CT:
            try:
                table = self.study.term_map(line.map)
            except TracelockError:
                return  # told where the line is
            out.maps.append(table)
            out.closing += [table] if asks else []
        elif isinstance(line.map, dict):
            out.meanings += [{target, *words} for target, words in line.map.items()]
            out.closing += [set().union(*out.meanings)] if asks else []
        elif plain_copy(line.model_copy(update={"when": None, "else_": None})):
            self._published(out, data_set, line)

    def _published(self, out: ClosedSet, data_set: str, line: Line) -> None:
        """A column that is published as it stands holds the terms of its codelist."""
        name = next(
            (n for (d, n), rs in self.planner.recipes.items() if d == data_set
             for r in rs if any(part is line for _, part in walk_parts(r.line))), "",
        )  # fmt: skip
        known = self.making.variable(data_set, name)
        if known is None:
            return
        place = self.making.loaded[data_set].place()
        lists = bound_codelists(
            self.making.shared.terms, line.codelist, known.codelist_codes, place
        )
        out.members |= {term for codelist in lists for term in codelist.terms}


def undeclared_words(planner: Planner) -> Iterator[Finding]:
    """SPEC140 for each word of a condition that the column's declared set does not have."""
    sets = ClosedSets(planner)
    for tested in columns_tested(planner).values():
        known = sets.of(tested)
        for word, place in tested.literals.items():
            if not known.declares(word):
                listed = sorted(known.listed or ())
                message = f"{tested.column.column} never holds {word!r}: the values declared for "
                message += f"{tested.column.source!r} do not have it"
                hint = did_you_mean(word, listed) or "add it to `values` of the source"
                name = tested.uses[0].data_set
                yield finding("SPEC140", message, dataset=name, spec=place, hint=hint)


__all__ = ["ClosedSet", "ClosedSets", "folded", "undeclared_words"]
