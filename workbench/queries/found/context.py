"""What a site needs to find the place of a question: form, visit, term, dates, by the record that
the raw row became."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sdtm.build import SdtmBuild
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Tabulation
from specs.findings import Finding
from workbench.queries.found.rows import Place, RawRows, position

_TERMS = ("TERM", "TRT", "TEST", "DVTERM")
_STARTS = ("STDTC", "DTC")
_ENDS = ("ENDTC",)


def sites_of(build: SdtmBuild) -> dict[str, str]:
    """The site of each subject, by DM; "" of one whose site is not known."""
    dm = build.datasets.get("DM")
    if dm is None or "SITEID" not in dm.frame:
        return {}
    sites = dm.frame["SITEID"].astype(object).fillna("").astype(str)
    return dict(zip(dm.frame["USUBJID"].astype(str), sites, strict=True))


@dataclass(slots=True)
class Context:
    """The build that asks, to be asked for what stands around a raw row."""

    build: SdtmBuild
    rows: RawRows
    sites: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sites = sites_of(self.build)

    def around(self, found: Finding, place: Place | None) -> dict[str, str]:
        """``visit``, ``term``, ``start``, ``end`` of the record behind a finding, as far as they
        are known; as the export has them where a column is the value."""
        tabulation = self.build.making.sets.get(found.dataset)
        if tabulation is None or place is None:
            return {}
        stream, record = located(tabulation, place)
        if stream is None:
            return {}
        name = found.dataset
        wanted = {
            "visit": ("VISIT",),
            "term": tuple(f"{name}{end}" for end in _TERMS),
            "start": tuple(f"{name}{end}" for end in _STARTS),
            "end": tuple(f"{name}{end}" for end in _ENDS),
        }
        return {
            key: text
            for key, names in wanted.items()
            if (text := self._first(tabulation, stream, record, place, names))
        }

    def _first(
        self,
        tabulation: Tabulation,
        stream: StreamRecords,
        record: int,
        place: Place,
        names: tuple[str, ...],
    ) -> str:
        for name in names:
            if name not in tabulation.columns:
                continue
            dated = name.endswith("DTC")
            made = _text(tabulation, name, record)
            if dated and made:
                return made.replace("T", " ")
            raw = self._raw_text(tabulation, stream, place, name)
            if raw or made:
                return raw or made
        return ""

    def _raw_text(
        self, tabulation: Tabulation, stream: StreamRecords, place: Place, name: str
    ) -> str:
        """The text of the raw column that a variable is mainly made from."""
        held = self.rows.of(place.source)
        line = {**tabulation.model.variables, **stream.model.variables}.get(name)
        if held is None or line is None:
            return ""
        for read in line.reads():
            column = str(read).removeprefix("raw.")
            if held.table.has(column):
                return held.text(place.row, column)
        return ""

    def is_judged(self, dataset: str, place: Place) -> str:
        """Why a data set says nothing of a raw row that is there; "" where it has a kept record of
        it, or does not stand on that source."""
        tabulation = self.build.making.sets.get(dataset)
        if tabulation is None:
            return ""
        streams = [s for s in tabulation.streams if s.source and s.source.name == place.source]
        if not streams:
            return ""
        for stream in streams:
            mine = np.flatnonzero(stream.rows == place.row) + stream.start
            if tabulation.kept[mine].any():
                return ""
        return f"the row is in no record of {dataset}"


def located(tabulation: Tabulation, place: Place) -> tuple[StreamRecords | None, int]:
    """The stream and the first record (0-based) of a data set that stand on a raw row."""
    for stream in tabulation.streams:
        if stream.source is not None and stream.source.name == place.source:
            first = position(stream.rows, place.row)
            if first is not None:
                return stream, first + stream.start
    return None, -1


def _text(tabulation: Tabulation, name: str, record: int) -> str:
    column = tabulation.text(name)
    code = int(column.codes[record])
    return str(column.values[code]) if code >= 0 else ""
