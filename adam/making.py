"""Analysis data in the making: every data set with its tables, and the scope of a line in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from adam.model import AnalysisDataSet, LoadedSet
from adam.planning.complete import Completion, Stated
from adam.planning.kinds import Guides, declared_kind
from adam.posting.asked import Asked, leave_out
from adam.posting.ledger import Ledger
from adam.publishing.describe import meta_of
from adam.source_folder import SourceFolder
from derive.findings import Report
from derive.line import Line, Made
from derive.records import Link, Records
from derive.scope import Scope, Shared
from derive.tables import table_records
from derive.values.column import Kind, Rows
from derive.values.moment import Moment
from derive.view import RecordsView
from specs import Finding, SpecPlace, Study, finding
from specs.reading.yaml_source import NodePath
from specs.standards import ControlledTerminology
from transport import VariableMeta

NOTE = "*"
"""Begins what stands among the origins of records and is no source: how they came about."""
EVENT = f"{NOTE}event"
"""Which event of their table made the records."""
SOURCE = f"{NOTE}source:"
"""With a table's name: which of its sources the records come from."""


@dataclass(slots=True)
class AnalysisReport(Report):
    """Findings; those of a table (``ADRS/OVR``) are of its data set."""

    def add(self, *findings: Finding) -> None:
        """Add findings."""
        self.findings.extend(of_data_set(one) for one in findings)


def of_data_set(one: Finding) -> Finding:
    """A finding of a table as one of its data set."""
    data_set, table, _ = one.dataset.partition("/")
    return replace(one, dataset=data_set) if table else one


@dataclass(slots=True)
class AnalysisSet:
    """One data set in the making: its lines, its tables by name (``made`` so far), its records."""

    loaded: LoadedSet
    lines: dict[str, Stated]
    published: list[str]
    tables: dict[str, Records] = field(default_factory=dict)
    records: Records = field(init=False)
    order: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    standing: tuple[RecordsView, Shared] | None = None
    """What the last line stood on."""
    ledger: Ledger = field(default_factory=Ledger)
    """What the steps of its tables took and left out."""

    def __post_init__(self) -> None:
        self.records = Records(self.name, 0)

    @property
    def name(self) -> str:
        """Its name, such as ADRS."""
        return self.loaded.name

    @property
    def model(self) -> AnalysisDataSet:
        """What the study says of it."""
        return self.loaded.model

    def table(self, name: str) -> str:
        """The name of a table beyond its own file: ``ADRS/OVR``."""
        return f"{self.name}/{name}"

    def section(self, table: str) -> NodePath:
        """Where a table stands in the file."""
        if table in self.model.tables:
            return ("tables", table)
        whole = self.loaded.document.data.get("records", {})
        return ("records", table) if table in whole else ("records",)


@dataclass(slots=True)
class Making:
    """All analysis data sets of a study in the making."""

    study: Study
    folder: SourceFolder
    guides: Guides
    completion: Completion
    report: AnalysisReport
    sets: dict[str, AnalysisSet] = field(default_factory=dict)
    sources: dict[str, Records] = field(default_factory=dict)
    read_at: dict[str, SpecPlace | None] = field(default_factory=dict)
    """Where each data set of the folder is first read."""
    csv: dict[str, tuple[str, str]] = field(default_factory=dict)
    terms: Callable[[], ControlledTerminology] = field(init=False)
    asked: Asked = field(default_factory=Asked)
    """Values of the sources that an open query asks about."""

    @property
    def loaded(self) -> Mapping[str, LoadedSet]:
        """The files of the data sets."""
        return self.completion.loaded

    def declared(self, data_set: str, name: str) -> Kind | None:
        """The kind that the guide gives a variable of an analysis data set."""
        return declared_kind(self.guides, self.loaded[data_set], name)

    def given(self, name: str, found: Records) -> Records:
        """Records as a table of another file takes them: they come from their data set, which gives
        what it publishes."""
        out = found.as_source(name)
        if name in self.sets:
            published = set(self.sets[name].published)
            out.columns = {n: c for n, c in out.columns.items() if n in published}
        return out

    def scope(self, of: AnalysisSet, records: Records, variable: str, path: NodePath) -> Scope:
        """One line on records: those of a data set, or of a table of its file."""
        loaded, (view, shared) = of.loaded, self._standing(of, records)
        place: Callable[[NodePath], SpecPlace] = lambda node: loaded.place(*node)  # noqa: E731
        kind = self.declared(of.name, variable) if variable else None
        return Scope(shared, view, variable, path, place, kind)

    def _standing(self, of: AnalysisSet, records: Records) -> tuple[RecordsView, Shared]:
        """One view per records, so that what is found once for its subjects serves every line."""
        known = of.standing
        if known is None or known[0].of is not records:
            others = FileOthers(self, of, records)
            shared = Shared(self.study, others, self.report, self.terms)
            known = of.standing = (RecordsView(records, of.model.keys), shared)
        return known

    def put(self, of: AnalysisSet, records: Records, line: Line, scope: Scope, made: Made) -> None:
        """Put what a line made into its records: values, links, what is known of the variables.

        A date that is stored as a number is complete or missing; one that is carried as ISO 8601
        text keeps what is known. What the record carried in under the name is replaced.
        """
        name = scope.variable
        for output, found in made.items():
            column = found
            copied = self._copied(scope, line) if output == name else None
            meta = meta_of(
                of.loaded, self.guides, output, column.kind, line=line, copied=copied, maker=name
            )
            if isinstance(column, Moment) and meta.type == "Num":
                _tell_partial(scope, output, column)
                _tell_offsets(scope, output, column)
                column = column.keep(column.complete())
            records.columns[output] = column
            records.metas[output] = meta
            links = resolved(scope.links.get(output, []), scope.shared.others)
            records.links.pop(output, None)
            if links:
                records.links[output] = links
            leave_out(self, of, records, output)

    @staticmethod
    def _copied(scope: Scope, line: Line) -> VariableMeta | None:
        """What is known of a variable that a line copies as it is."""
        return copied_meta(scope, line)


def _tell_partial(scope: Scope, name: str, column: Moment) -> None:
    """What a number cannot say of a date is lost here: told once for the variable, since picks,
    events and flags that read it pass its record over."""
    partial = np.flatnonzero(column.present() & ~column.complete())
    if not len(partial):
        return
    known = int(np.count_nonzero(column.present()))
    whole = "day" if column.kind is Kind.DAY else "minute"
    text = column.table.texts[column.codes[partial[0]]]
    message = (
        f"{len(partial)} of {known} values of {name} are not known to the {whole} (such as {text})"
        ", and are missing as numbers"
    )
    _tell_variable(scope, "ADAM225", message, name, len(partial))


def _tell_offsets(scope: Scope, name: str, column: Moment) -> None:
    """Times of several offsets from UTC lose them as numbers: two numbers are then further apart,
    or nearer, than their moments, by which lines compare and subtract."""
    if column.kind is not Kind.SECOND:
        return
    whole = column.complete()
    offsets = np.append(column.table.offset, 0)[column.codes][whole]
    if len(offsets) and (offsets != offsets[0]).any():
        zoned = np.append(column.table.zoned, False)[column.codes] & whole
        text = column.table.texts[column.codes[np.flatnonzero(zoned)[0]]]
        message = (
            f"values of {name} have different offsets from UTC (such as {text}), "
            "which numbers lose: they hold the clock"
        )
        _tell_variable(scope, "ADAM227", message, name, int(np.count_nonzero(zoned)))


def _tell_variable(scope: Scope, code: str, message: str, name: str, records: int) -> None:
    details = {"records": str(records)}
    data_set, place = scope.view.name, scope.place()
    scope.shared.report.add(
        finding(code, message, dataset=data_set, variable=name, spec=place, details=details)
    )


def copied_meta(scope: Scope, line: Line) -> VariableMeta | None:
    """What a source says of the variable that a line copies unchanged; None for another line."""
    reads = line.reads()
    unchanged = line.verb == "from" and not any(
        getattr(line, key, None) for key in ("map", "pattern", "case", "replace")
    )
    if not unchanged or not reads or line.else_ is not None:
        return None
    first = reads[0]
    if not first.data_set:
        return scope.view.table().metas.get(first.name)
    found = scope.shared.others.find(first.data_set)
    return found.metas.get(first.name) if found is not None else None


@dataclass(slots=True)
class FileOthers:
    """Records by name as one file sees them: its own tables, CSV tables, data sets, sources."""

    making: Making
    of: AnalysisSet
    here: Records

    def find(self, name: str) -> Records | None:
        """The records of a name; those that a line stands on by their own name."""
        making = self.making
        if name == self.here.name:
            return self.here
        if name in self.of.tables:
            return self.of.tables[name]
        if name in making.sets:
            return making.sets[name].records
        if name in making.sources:
            return making.sources[name]
        if name in making.csv:
            table = making.study.table(*making.csv[name])
            making.sources[name] = table_records(name, table)
            return making.sources[name]
        return None

    def names(self) -> list[str]:
        """Every name that can be found."""
        making = self.making
        return [*self.of.model.all_tables(), *making.loaded, *making.folder.headers, *making.csv]


def resolved(links: list[Link], others: FileOthers | object) -> tuple[Link, ...]:
    """Links into data sets: one into a working table says which record of a data set lies behind.

    Links of one data set are put together, the first that names a record counts.
    """
    assert isinstance(others, FileOthers)  # noqa: S101 - made by `Making.scope`
    found: dict[str, Rows] = {}
    for link in links:
        for one in _behind(link, others):
            known = found.get(one.data_set)
            rows = one.rows if known is None else np.where(known >= 0, known, one.rows)
            found[one.data_set] = rows
    return tuple(Link(name, rows) for name, rows in found.items())


def _behind(link: Link, others: FileOthers) -> list[Link]:
    own = link.data_set == others.here.name and "/" in link.data_set
    if not own and link.data_set not in others.of.tables:
        return [link]
    table = others.here if own else others.of.tables[link.data_set]
    rows = [
        Link(source, np.where(link.rows < 0, -1, vector[np.maximum(link.rows, 0)]))
        for source, vector in table.origin.items()
        if len(vector) and not source.startswith(NOTE)
    ]
    return [one for one in rows if (one.rows >= 0).any()]


__all__ = ["AnalysisSet", "FileOthers", "Making", "of_data_set", "resolved"]
