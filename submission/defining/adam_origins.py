"""Origins of analysis variables: predecessors followed to their data set, methods in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adam.language import ref
from adam.lines import AdamLine, Constant, Copy
from adam.load import LoadedDataset
from define.model import Origin
from define.origins import assigned, derived, predecessor
from specs import SpecificationError
from specs.standards import DatasetStandard
from submission.defining.adam_words import adam_words
from submission.defining.words import condition_words, lowered

_TIME_TO_EVENT = {
    "STARTDT": "The start of the parameter's time; see the value level of AVAL.",
    "ADT": "The date of the event, or of censoring by the first rule that holds; see the value "
    "level of AVAL.",
    "AVAL": "The time from STARTDT to ADT; by parameter, see value level.",
    "CNSR": "0 for an event, else the number of the censoring rule that held.",
    "EVNTDESC": "What the event, or the rule of censoring, says.",
    "CNSDTDSC": "What the date of censoring is.",
    "SRCDOM": "The data set of the record that ADT comes from.",
    "SRCVAR": "The variable that ADT comes from.",
    "SRCSEQ": "The sequence number of the record that ADT comes from.",
    "ADTF": "The imputation flag of the date that ADT comes from.",
}
_MOST_TERMS = 8
_DERIVED_TABLES = "Records of the parameter, as the specification of the data set makes them."


@dataclass(frozen=True, slots=True)
class Said:
    """Origin of a variable; of a derived one the method in words and the line; a comment."""

    origins: tuple[Origin, ...]
    method: str = ""
    expression: str = ""
    comment: str = ""


class AdamSources:
    """Follows variables of the analysis data sets to where they come from.

    ``guide`` is the SDTM implementation guide: it knows the variables of the tabulation.
    """

    def __init__(self, loaded: Mapping[str, LoadedDataset], guide: Any) -> None:
        self.loaded = loaded
        self.guide = guide

    def provenance(self, loaded: LoadedDataset, variable: str) -> Said:
        """Where a variable comes from."""
        if loaded.maker(variable) is not None:
            line = loaded.lines[str(loaded.maker(variable))]
            return self._of_line(loaded, variable, line)
        tables = loaded.lines_of(variable)
        if tables:
            return self._of_tables(loaded, variable, tables)
        if loaded.model.time_to_event is not None:
            return self._time_to_event(loaded, variable)
        return self._carried(loaded, variable)

    def _of_line(self, loaded: LoadedDataset, variable: str, line: AdamLine) -> Said:
        stated = self._stated(loaded, line, self.roots(loaded, None))
        if stated is not None:
            return Said((stated,))
        words = f"{adam_words(line)}{self._terms(loaded, [line])}"
        return Said((derived(),), words, self._expression(loaded, variable))

    def _of_tables(
        self, loaded: LoadedDataset, variable: str, tables: Mapping[str, tuple[str, AdamLine]]
    ) -> Said:
        """A variable that the record tables make, each in its own way."""
        found = {
            table: self._stated(loaded, line, self.roots(loaded, place))
            for table, (place, line) in tables.items()
        }
        plain = {self._mark(o): o for o in found.values() if o is not None}
        if None not in found.values() and len(plain) == 1:
            return Said((next(iter(plain.values())),))
        words: dict[str, list[str]] = {}
        for table, (_, line) in tables.items():
            origin = found[table]
            copied = origin is not None and bool(origin.description)
            said = f"{self._mark(origin)}." if origin and copied else adam_words(line)
            words.setdefault(said, []).append(table)
        expression = self._expression(loaded, variable) if len(words) == 1 else ""
        terms = self._terms(loaded, [line for _, line in tables.values()])
        return Said((derived(),), f"{_by_table(words, tables)}{terms}", expression)

    def _terms(self, loaded: LoadedDataset, lines: list[AdamLine]) -> str:
        """What the working variables and tables that lines name are, each told once."""
        told: dict[str, str] = {}
        left = list(lines)
        while left and len(told) < _MOST_TERMS:
            for dataset, name in left.pop(0).refs():
                for word, (said, line) in self._term(loaded, dataset, name).items():
                    if word not in told:
                        told[word] = said
                        left += [line] if line is not None else []
        shown = "; ".join(f"{word} - {said}" for word, said in told.items())
        return f" Here: {shown}." if told else ""

    def _term(
        self, loaded: LoadedDataset, dataset: str, name: str
    ) -> dict[str, tuple[str, AdamLine | None]]:
        """A working table by its records, a working variable by its line."""
        out: dict[str, tuple[str, AdamLine | None]] = {}
        table = loaded.tables().get(dataset)
        if table is not None and dataset.islower():
            where = f" where {condition_words(table.where)}" if table.where is not None else ""
            having = f" having {condition_words(table.having)}" if table.having is not None else ""
            out[dataset] = (f"the records of {', '.join(table.from_)}{where}{having}", None)
        if name and name.islower():
            own = table.variables.get(name) if table is not None else loaded.lines.get(name)
            found = [own] if own is not None else []
            found += [] if found else [line for _, line in loaded.lines_of(name).values()]
            for line in found[:1]:
                out[name] = (lowered(adam_words(line).rstrip(".")), line)
        return out

    @staticmethod
    def _mark(origin: Origin) -> str:
        return origin.description[0].text if origin.description else origin.type

    def _stated(self, loaded: LoadedDataset, line: AdamLine, roots: list[str]) -> Origin | None:
        """An origin that needs no method; None for what is derived."""
        if line.origin == "Assigned":
            return assigned()
        if line.origin:
            return None
        if isinstance(line, Copy) and line.map is None and line.where is None:
            named, name = ref(line.from_)
            owners = self._named(loaded, named, name) if named else roots
            owner = next((o for o in owners if self.has(o, name)), "")
            return predecessor(f"{owner}.{name}") if owner and name.isupper() else None
        if isinstance(line, Constant) and line.where is None:
            return assigned()
        return None

    def _named(self, loaded: LoadedDataset, name: str, variable: str) -> list[str]:
        """The data sets behind a name in a line; none if a working table makes the variable."""
        table = loaded.tables().get(name)
        if table is None:
            return [self._file(loaded, name)]
        return [] if variable in table.made() else self.roots(loaded, name)

    def _file(self, loaded: LoadedDataset, name: str) -> str:
        """The name that reviewers know: the specification's, or the file's if that is unknown."""
        file = loaded.model.sources.get(name, name).upper()
        return file if self._standard(name) is None and name not in self.loaded else name

    def roots(self, loaded: LoadedDataset, table: str | None) -> list[str]:
        """The data sets that the records of a table (None: of all) come from, in order."""
        tables = loaded.tables()
        start = list(loaded.model.record_tables()) if table is None else [table]
        out: list[str] = []
        seen: set[str] = set()
        while start:
            name = start.pop(0)
            if name in seen:
                continue
            seen.add(name)
            if name in tables and name not in tables[name].from_:
                start[:0] = tables[name].from_
            else:
                out.append(self._file(loaded, name))
        return list(dict.fromkeys(out))

    def has(self, dataset: str, variable: str) -> bool:
        """Whether a data set has a variable: ours by its specification, others by the guide."""
        own = self.loaded.get(dataset)
        if own is not None:
            return variable in own.published
        known = self._standard(dataset)
        return known is not None and known.variable(variable) is not None

    def _standard(self, dataset: str) -> DatasetStandard | None:
        try:
            known: DatasetStandard = self.guide.dataset(dataset)
        except SpecificationError:
            return None
        return known

    def _time_to_event(self, loaded: LoadedDataset, variable: str) -> Said:
        model = loaded.model.time_to_event
        words = _TIME_TO_EVENT.get(variable)
        if words is not None:
            return Said((derived(),), words)
        if model is not None and self.has(model.subjects, variable):
            return Said((predecessor(f"{model.subjects}.{variable}"),))
        return Said((assigned(),))

    def _carried(self, loaded: LoadedDataset, variable: str) -> Said:
        """A variable that comes with the records."""
        owners = [o for o in self.roots(loaded, None) if self.has(o, variable)]
        if not owners:
            return Said((derived(),), _DERIVED_TABLES)
        also = f"Of some records {' or '.join(f'{o}.{variable}' for o in owners[1:])}."
        comment = also if len(owners) > 1 else ""
        return Said((predecessor(f"{owners[0]}.{variable}"),), comment=comment)

    def _expression(self, loaded: LoadedDataset, variable: str) -> str:
        return str(loaded.place_of(variable).source).strip()


def _by_table(words: Mapping[str, list[str]], tables: Mapping[str, object]) -> str:
    """What each table's records get; one sentence when all get the same."""
    if len(words) == 1 and len(tables) > 0:
        return next(iter(words))
    return " ".join(f"Records of {', '.join(t)}: {said}" for said, t in words.items())
