"""What a tabulation build says of itself: accounts of lines, and vectors per record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from derive.line import SUBJECT, Line, Origin, Read, all_makes
from derive.lineage.accounts import line_account, taken_reads
from derive.lineage.vectors import Vectors, places, record_vectors, taken, write_vectors
from derive.values.column import Codes
from sdtm.build import SdtmBuild
from sdtm.making import Making
from sdtm.model import all_supplements, states, supplement_origin
from sdtm.records.made.elements import START
from sdtm.records.made.from_sets import timing_date
from sdtm.records.stream import RAW_TEST, RESULT, StreamRecords
from sdtm.standard import Derivation, find_derivation
from sdtm.tabulation import RELATED, Recipe, Tabulation
from specs import SpecPlace
from specs.account import (
    ALL,
    DataSetAccount,
    LineAccount,
    PartAccount,
    RelationAccount,
    VariableAccount,
    write_accounts,
)

FOLDER = "lineage"
_KEYS_METHOD = "Number of the record within the {whole}, in the order of the natural key: {keys}."
_STANDARD_RESULTS = ("STRESC", "STRESN", "STRESU", "STNRLO", "STNRHI", "NRIND")
_RESULTS = {
    "STRESC": "The result in standard units as text; a result that is a word is mapped to its "
    "submission value.",
    "STRESN": "The numeric result in standard units, by the published factor from the unit "
    "collected; blank where the result is no exact number.",
    "STRESU": "The standard unit of the test.",
    "STNRLO": "The lower limit of the reference range, converted to the standard unit.",
    "STNRHI": "The upper limit of the reference range, converted to the standard unit.",
    "NRIND": "LOW, NORMAL or HIGH, by the result in comparison with its reference range.",
}
_ELEMENTS = {
    "ETCD": "The element of the planned or actual course that the subject entered.",
    "START": "The start of the element: the first date that the specification names for it.",
    "END": "The start of the subject's next element, or the end that is stated for the last one.",
    "UNPLANNED": "What the subject went through instead of a planned element.",
}
"""Columns of the records of subject elements (SE)."""
_VISITS = {
    "START": "The first date of the records of the visit, in all data sets that have it.",
    "END": "The last date of the records of the visit, in all data sets that have it.",
}
"""Columns of the records of visits (SV)."""
_READS = ("from", "number", "as-text", "date", "datetime", "result")
"""Verbs that give what they read, as it is or in the form of the standard."""


def write_lineage(build: SdtmBuild, folder: Path) -> None:
    """Write ``lineage/`` of the data sets that were built below a folder."""
    target = folder / FOLDER
    sets = {name: build.making.sets[name] for name in build.built}
    known = {name: places(one.order, one.size) for name, one in sets.items()}
    for name, one in sets.items():
        write_vectors(vectors(one, known), target / f"{name.lower()}.parquet")
    write_accounts({name: account(build, one) for name, one in sets.items()}, target)


def vectors(tabulation: Tabulation, known: Mapping[str, Codes]) -> Vectors:
    """Per record in final order: ``row`` of its source (1-based, as a person sees it; of another
    data set its record number), ``stream``, ``file``, and ``cell`` of a wide form; and the records
    that values were taken from."""
    streams, order = tabulation.streams, tabulation.order
    out: Vectors = {"row": _joined([_rows(s, known) for s in streams])[order]}
    if len(streams) > 1:
        numbers = [np.full(len(s), s.index, np.int32) for s in streams]
        out["stream"] = _joined(numbers)[order]
    if any(s.source is not None and len(s.source.files) > 1 for s in streams):
        out["file"] = _joined([_files(s) for s in streams])[order]
    if any(s.value_of is not None for s in streams):
        out["cell"] = _joined([_cells(s) for s in streams])[order]
    own = set(tabulation.records.origin)
    published = {*tabulation.columns, *(f"+{name}" for name in tabulation.supplemental)}
    return out | record_vectors(tabulation.records, published, known, order, own=own)


def _joined(pieces: list[Codes]) -> Codes:
    return np.concatenate(pieces) if pieces else np.empty(0, np.int32)


def _rows(stream: StreamRecords, known: Mapping[str, Codes]) -> Codes:
    if stream.source is not None:
        return stream.source.row_of[stream.rows].astype(np.int32)
    place = known.get(stream.of)
    return (stream.rows + 1).astype(np.int32) if place is None else place[stream.rows]


def _files(stream: StreamRecords) -> Codes:
    if stream.source is None:
        return np.full(len(stream), -1, np.int32)
    return stream.source.file_of[stream.rows].astype(np.int32)


def _cells(stream: StreamRecords) -> Codes:
    cells = stream.value_of
    return np.full(len(stream), -1, np.int32) if cells is None else cells.astype(np.int32)


def account(build: SdtmBuild, tabulation: Tabulation) -> DataSetAccount:
    """The account of one data set."""
    making, model = build.making, tabulation.model
    standard = making.standard(tabulation.name)
    told = _Told(build, tabulation)
    return DataSetAccount(
        tabulation.name,
        cls=standard.cls,
        structure=model.structure or standard.structure,
        label=model.label or standard.label,
        keys=tuple(model.keys),
        note=model.note or "",
        spec=str(tabulation.loaded.place()),
        parts=tuple(_part(tabulation, stream) for stream in tabulation.streams),
        sources=tuple(dict.fromkeys(s.shown for s in tabulation.streams)),
        variables=dict(sorted(told.variables())),
        qualifiers=dict(sorted(told.qualifiers())),
        relations=tuple(_relations(tabulation)),
        domain="" if tabulation.domain == tabulation.name else tabulation.domain,
    )


def _relations(tabulation: Tabulation) -> Iterator[RelationAccount]:
    for number, one in enumerate(tabulation.model.relations):
        place = tabulation.loaded.place("relations", number)
        yield RelationAccount(one.to, dict(one.on), str(place))


def _part(tabulation: Tabulation, stream: StreamRecords) -> PartAccount:
    source, model = stream.source, stream.model
    kind = "derived"
    if source is not None:
        kind = "raw" if source.is_raw else "table"
    elif stream.of:
        kind = "data set"
    return PartAccount(
        name=str(stream.index),
        kind=kind,
        source=model.source or model.table or model.domain or "",
        files=tuple(source.files) if source is not None else (),
        cells=tuple(stream.value_columns),
        spec=str(tabulation.loaded.place(*stream.path)),
        where=str(model.where) if model.where is not None else "",
    )


class _Told:
    """The variables of one data set, each with the line of every stream."""

    def __init__(self, build: SdtmBuild, tabulation: Tabulation) -> None:
        self.build, self.tabulation, self.name = build, tabulation, tabulation.name
        self.making: Making = build.making
        streams = tabulation.model.records
        self.from_table = all(stream.table or stream.one for stream in streams)

    def variables(self) -> Iterator[tuple[str, VariableAccount]]:
        """Identifiers, lines, standard derivations, and what tables of the specification give."""
        planner = self.build.planner
        made: set[str] = set()
        for name, line in self._automatic():
            made.add(name)
            yield name, self._variable(name, {ALL: line})
        for (data_set, name), derivation in planner.derived.items():
            if data_set == self.name:
                made.add(name)
                yield name, self._variable(name, {ALL: self._standard(derivation)})
        for name, recipes in self.tabulation.recipes.items():
            if name not in made and not name.startswith("+"):
                made.add(name)
                lines = {str(r.stream): self._line(name, r) for r in recipes}
                yield name, self._variable(name, lines)
        for name in self.tabulation.columns:
            if name not in made:
                yield name, self._variable(name, {ALL: self._tabled(name)})

    def qualifiers(self) -> Iterator[tuple[str, VariableAccount]]:
        """Supplemental qualifiers."""
        for name, model in all_supplements(self.tabulation.model).items():
            recipes = self.tabulation.recipes.get(f"+{name}", [])
            stated = supplement_origin(model)
            lines = {str(r.stream): self._line(name, r, stated) for r in recipes}
            links = taken(self.tabulation.records, f"+{name}")
            yield (
                name,
                VariableAccount(
                    "text", lines, links, label=model.label, evaluator=model.evaluator or ""
                ),
            )

    def _variable(self, name: str, lines: dict[str, LineAccount]) -> VariableAccount:
        column = self.tabulation.columns.get(name)
        standard = self.making.variable(self.name, name)
        return VariableAccount(
            column.kind.value if column is not None else "text",
            lines,
            taken(self.tabulation.records, name),
            published=standard is not None,
            label=standard.label if standard is not None else "",
        )

    def _automatic(self) -> Iterator[tuple[str, LineAccount]]:
        place = str(self.tabulation.loaded.place("domain"))
        for name in ("STUDYID", "DOMAIN"):
            yield name, LineAccount("constant", spec=place, origin=Origin.ASSIGNED.value)
        own = SUBJECT if self.tabulation.person == SUBJECT else RELATED
        stated = own == RELATED and states(self.tabulation.model, RELATED)
        if own in self.tabulation.columns and self.making.variable(self.name, own) and not stated:
            study = self.making.study
            rule = study.spec.subject.usubjid.replace("{study}", study.id)
            words = f"The study's identifier and the subject's number, as {rule}."
            yield own, LineAccount("subject", spec=place, method=words)
        number = self.tabulation.seq
        if number in self.tabulation.columns:
            keys = self.tabulation.model.keys
            person = "subject" if self.tabulation.person == SUBJECT else "associated person"
            whole = "data set" if self.from_table else person
            if len(self.making.parts(self.tabulation.domain)) > 1:
                whole += f" in all parts of {self.tabulation.domain}"
            words = _KEYS_METHOD.format(whole=whole, keys=", ".join(keys))
            place = str(self.tabulation.loaded.place("keys"))
            yield number, LineAccount("sequence", spec=place, reads=tuple(keys), method=words)

    def _standard(self, derivation: Derivation) -> LineAccount:
        says = f"{derivation.says[0].upper()}{derivation.says[1:]}."
        place = self.tabulation.loaded.place("standard")
        return LineAccount(
            "standard",
            spec=str(place),
            text=place.source.strip(),
            reads=tuple(dict.fromkeys(self._needed(derivation))),
            method=says,
        )

    def _needed(self, derivation: Derivation) -> Iterator[str]:
        """What a standard derivation read here, by name: the date and the keys of the data set
        among them, and of what it may use only what is there."""
        columns = self.tabulation.columns
        for need in derivation.needs:
            name = need.lstrip("?").replace("--", self.tabulation.prefix)
            if name == "=keys":
                yield from self.tabulation.model.keys
            elif name == "=date":
                yield timing_date(self.tabulation.prefix, columns)
            elif not need.startswith("?") or "." in name or name in columns:
                yield name

    def _tabled(self, name: str) -> LineAccount:
        """A value that a table of the specification gives (of tests, of trial design)."""
        known = find_derivation(self.tabulation.domain, name, self.tabulation.model.first_dose_day)
        if known is not None and not self.from_table:
            return self._standard(known)
        key = "tests" if self.tabulation.model.tests else "records"
        origin = Origin.PROTOCOL if self.from_table else Origin.ASSIGNED
        place = self.tabulation.loaded.place(key)
        return LineAccount("table", spec=str(place), origin=origin.value)

    def _line(self, name: str, recipe: Recipe, stated: Origin | None = None) -> LineAccount:
        line = recipe.line
        stream = self.tabulation.streams[recipe.stream]
        place: SpecPlace = self.tabulation.loaded.place(*recipe.path)
        source = self.making.study.spec.sources.get(stream.model.source or "")
        told = line_account(
            line,
            place,
            recipe.path,
            self.making.study,
            origin=stated or self._origin(name, line, stream),
            shown=partial(_shown, stream, self.tabulation, str(recipe.path[-1])),
            collected_by=source.collected_by if source is not None else "Investigator",
            method=self._method(name, line, stream),
        )
        sets = self.making.sets
        takes = (n for r in line.reads() for n in own_takes(stream, self.tabulation, r, sets))
        return replace(told, takes=tuple(dict.fromkeys((*told.takes, *takes))))

    def _origin(self, name: str, line: Line, stream: StreamRecords) -> Origin:
        """Where a line's value comes from, by its verb and by where the records come from."""
        if line.origin is not None:
            return line.origin
        verb = type(line).verb
        if self.from_table:
            return Origin.DERIVED if self._from_data(line, stream) else Origin.PROTOCOL
        if verb in ("visit", "constant"):
            return Origin.ASSIGNED
        if verb in _READS and name.removeprefix(self.tabulation.prefix) in _STANDARD_RESULTS:
            return Origin.DERIVED
        if verb not in _READS or getattr(line, "looks", False):
            return Origin.DERIVED
        return Origin.COLLECTED if self._reads_raw(line, stream) else Origin.DERIVED

    def _reads_raw(self, line: Line, stream: StreamRecords) -> bool:
        """Whether the value itself is a cell of a raw file, or of one beside it; a working variable
        that is one hands it on."""
        for read in line.reads():
            if _is_raw(stream, self.tabulation, read) or self._of_test(stream, read):
                return True
            if not read.data_set and self.making.variable(self.name, read.name) is None:
                for recipe in self.tabulation.recipes.get(read.name, ()):
                    if recipe.stream == stream.index and recipe.line is not line:
                        origin = self._origin(read.name, recipe.line, stream)
                        return origin is Origin.COLLECTED
        return False

    def _from_data(self, line: Line, stream: StreamRecords) -> bool:
        """Whether a value of trial design is worked out of data, by itself or by way of a working
        variable."""
        if type(line).verb == "function":
            return True
        for read in line.reads():
            if read.data_set in self.making.sets and read.data_set != self.name:
                return True
            if not read.data_set and self.making.variable(self.name, read.name) is None:
                recipes = self.tabulation.recipes.get(read.name, ())
                inner = (r.line for r in recipes if r.stream == stream.index)
                if any(self._from_data(one, stream) for one in inner if one is not line):
                    return True
        return False

    @staticmethod
    def _of_test(stream: StreamRecords, read: Read) -> bool:
        """Whether a name is what the table of tests says of a form's item (its printed unit)."""
        raw = stream.source is not None and stream.source.is_raw
        return raw and not read.data_set and read.name in stream.own

    def _method(self, name: str, line: Line, stream: StreamRecords) -> str:
        """Words of the parts of a result, and of the records of elements."""
        if name in all_makes(line, "", self.tabulation.prefix) or type(line).verb == "result":
            part = name.removeprefix(self.name)
            return _RESULTS.get(part, "") if type(line).verb == "result" else ""
        names = getattr(line, "from_", [])
        columns = _ELEMENTS if stream.model.elements else _VISITS if stream.model.visits_of else {}
        return columns.get(names[0], "") if names else ""


def own_takes(
    stream: StreamRecords, tabulation: Tabulation, read: Read, sets: Mapping[str, Tabulation]
) -> list[str]:
    """What the values of a column were taken from that elements or visits were made with."""
    if read.data_set or read.name not in stream.links:
        return []
    names = [link.data_set for link in stream.links[read.name]]
    if stream.model.visits_of:
        dated = read.name in _VISITS
        return [
            f"{n}.{timing_date(sets[n].prefix, sets[n].columns) if dated else read.name}"
            for n in names
        ]
    lines = [*(stream.model.elements or [])]
    said = [one.starts if read.name == "START" else one.ends for one in lines]
    said += [stream.model.ends] if read.name == "END" else []
    taken = [str(r) for line in said if line is not None for r in taken_reads(line)]
    return taken + ([f"{tabulation.name}.{START}"] if read.name == "END" else [])


def _is_raw(stream: StreamRecords, tabulation: Tabulation, read: Read) -> bool:
    name = str(read)
    bare = name.removeprefix("raw.")
    if bare != name or read.data_set:
        return stream.is_raw(bare)
    made = tabulation.made_on.get(stream.index, set())
    copied = tabulation.copied.get(stream.index, set())
    return stream.is_raw(name) and (name not in made or name in copied)


def _shown(stream: StreamRecords, tabulation: Tabulation, making: str, read: Read) -> str:
    """A name that a line reads: raw columns with ``raw.`` before them. A name that is a variable
    too is the column in the line that makes this variable; the raw test of a long form is its
    column of tests."""
    name = str(read)
    if name == RAW_TEST and name in stream.own and stream.model.test:
        return f"raw.{stream.model.test}"
    own = name == making and not read.data_set and stream.is_raw(name)
    raw = name == RESULT or own or _is_raw(stream, tabulation, read)
    return f"raw.{name}" if raw and not name.startswith("raw.") else name
