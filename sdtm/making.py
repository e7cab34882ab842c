"""What all steps of a tabulation build share, and the scope of a line in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from derive.data_set import Loaded
from derive.scope import Scope, Shared
from derive.values.column import Kind
from sdtm.model import Domain
from sdtm.records.beside.others import Others
from sdtm.records.sources import Sources
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import SetView, StreamView, Tabulation
from specs import SpecPlace, Study
from specs.reading.yaml_source import NodePath
from specs.standards import DatasetStandard, ImplementationGuide, VariableStandard

_ISO = ("ISO 8601 datetime", "ISO 8601 date")


@dataclass(slots=True)
class Making:
    """A tabulation in the making: the study, its raw sources, the guide, every data set."""

    study: Study
    sources: Sources
    guide: ImplementationGuide
    shared: Shared
    loaded: dict[str, Loaded[Domain]]
    sets: dict[str, Tabulation] = field(default_factory=dict)
    tables: dict[str, Tabulation] = field(default_factory=dict)
    """Working tables of all files, by name."""
    number_unscheduled: Callable[[], dict[str, dict[str, float]]] | None = None
    """Numbers of unscheduled visits by subject and day, where the study has a form of visits."""

    @property
    def others(self) -> Others:
        """Every other records by name."""
        found = self.shared.others
        assert isinstance(found, Others)  # noqa: S101 - set by new_making()
        return found

    def standard(self, name: str) -> DatasetStandard:
        """What the standard says of a data set, or of a custom one of the class it declares.

        Raises SpecificationError STD102.
        """
        known = self.loaded.get(name)
        domain = name if known is None else known.model.domain
        if domain not in self.guide and known is not None and known.model.class_ is not None:
            return self.guide.custom(domain, known.model.class_, known.model.label or "")
        return self.guide.dataset(domain)

    def parts(self, domain: str) -> list[str]:
        """The data sets of a domain that is split, in the order of their names."""
        return sorted(n for n, one in self.loaded.items() if one.model.domain == domain)

    def variable(self, data_set: str, name: str) -> VariableStandard | None:
        """What the standard says of a variable; None if it has no such variable."""
        return self.standard(data_set).variable(name)

    def declared(self, data_set: str, name: str) -> Kind | None:
        """The kind that the standard gives a variable; None if it has no such variable."""
        known = self.variable(data_set, name)
        return None if known is None else standard_kind(known)

    def scope(
        self, tabulation: Tabulation, stream: StreamRecords, variable: str, path: NodePath
    ) -> Scope:
        """One line on the records of a stream."""
        return Scope(
            self.shared,
            self._view(tabulation, stream),
            variable,
            path,
            places(tabulation.loaded),
            self.declared(tabulation.name, variable) if variable else None,
        )

    def whole_scope(self, tabulation: Tabulation, variable: str, path: NodePath) -> Scope:
        """One line on all records of a data set."""
        if len(tabulation.streams) == 1:
            return self.scope(tabulation, tabulation.streams[0], variable, path)
        kind = self.declared(tabulation.name, variable)
        place_of = places(tabulation.loaded)
        return Scope(self.shared, SetView(tabulation), variable, path, place_of, kind)

    def _view(self, tabulation: Tabulation, stream: StreamRecords) -> StreamView:
        """One view per stream, so that what is found once for its subjects serves every line."""
        known = tabulation.views.get(stream.index)
        if known is None or known.stream is not stream or known.tabulation is not tabulation:
            known = StreamView(tabulation, stream, self.number_unscheduled)
            tabulation.views[stream.index] = known
        return known


def places(loaded: Loaded[Domain]) -> Callable[[NodePath], SpecPlace]:
    """Where the nodes of a data set's file stand."""
    return lambda path: loaded.place(*path)


def standard_kind(variable: VariableStandard) -> Kind:
    """The kind of a published variable: numbers, ISO 8601 date-times (known to the day or less, a
    date is one too), text."""
    if variable.type == "Num":
        return Kind.NUMBER
    dated = variable.described_value_domain.startswith(_ISO)
    return Kind.SECOND if dated else Kind.TEXT
