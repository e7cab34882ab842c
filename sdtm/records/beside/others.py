"""Records by name: data sets, CSV tables by their stem, raw sources; one name space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from derive.line import SUBJECT
from derive.records import Records
from derive.tables import table_records
from sdtm.records.sources import Sources, SourceTable
from sdtm.records.subjects import source_subjects
from specs import Study


class Others:
    """What a line may look at beside its own records. ``sets`` are the data sets in the making."""

    def __init__(self, study: Study, sources: Sources, sets: Mapping[str, Records]) -> None:
        self.study, self.sources, self.sets = study, sources, sets
        self._tables = study.tables_by_stem()
        self._known: dict[str, Records] = {}

    def find(self, name: str) -> Records | None:
        """The records of a name. Raises SpecificationError SPEC120 for a name that is two things,
        SPEC108 for a table that cannot be read, RawDataError for a file that cannot be read."""
        if name in self.sets:
            return self.sets[name]
        if name not in self._known:
            found = self._read(name)
            if found is None:
                return None
            self._known[name] = found
        return self._known[name]

    def _read(self, name: str) -> Records | None:
        if name in self._tables:
            return table_records(name, self.study.table(*self._tables[name]))
        if name in self.study.spec.sources:
            return _of_source(self.sources, self.sources.get(name))
        return None

    def names(self) -> list[str]:
        """Every name that can be found."""
        return [*self.sets, *self._tables, *self.study.spec.sources]


def _of_source(sources: Sources, source: SourceTable) -> Records:
    out = Records(source.name, source.n)
    out.origin[source.name] = np.arange(source.n, dtype=np.int64)
    for column in source.names:
        out.columns[column] = source.column(column)
    subjects = source_subjects(sources, source)
    if subjects is not None:
        out.columns.setdefault(SUBJECT, subjects)
    return out


def two_things(study: Study, sets: Mapping[str, object]) -> dict[str, str]:
    """Names that are two of data set, table and raw source, with what they are."""
    kinds: list[tuple[str, Mapping[str, object]]] = [
        ("a data set", sets),
        ("a table", study.tables_by_stem()),
        ("a raw source", study.spec.sources),
    ]
    out: dict[str, str] = {}
    for name in dict.fromkeys(n for _, known in kinds for n in known):
        found = [what for what, known in kinds if name in known]
        if len(found) > 1:
            out[name] = " and ".join(found)
    return out


__all__ = ["Others", "two_things"]
