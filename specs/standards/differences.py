"""SDTMIG 3.3 by its differences from 3.4, as far as they are stated publicly.

Data sets alone: SDTMIG 3.4 added BE, BS, CP, GF and RELSPEC and removed MO (its section on changes;
"Walkthrough SDTM 3.3 vs 3.4", genproresearch.com). Labels of variables are not normative from 3.3
on (CDISC knowledge base), and are not held.
"""

from __future__ import annotations

from dataclasses import dataclass

from specs.standards.implementation import ImplementationGuide

ADDED_BY_3_4 = frozenset({"BE", "BS", "CP", "GF", "RELSPEC"})
REMOVED_BY_3_4 = {"MO": "Findings"}


@dataclass(frozen=True, slots=True)
class DatasetClasses:
    """The data sets of a guide and their classes, and nothing else."""

    classes: dict[str, str]

    def __contains__(self, name: str) -> bool:
        return name in self.classes

    def class_of(self, name: str) -> str:
        """The class of a data set. Raises KeyError for one that the guide does not list."""
        return self.classes[name]


def sdtmig_3_3(later: ImplementationGuide) -> DatasetClasses:
    """The data sets of SDTMIG 3.3, from the guide of 3.4."""
    return DatasetClasses(
        {n: later.dataset(n).cls for n in later.names if n not in ADDED_BY_3_4} | REMOVED_BY_3_4
    )


def all_classes(guide: ImplementationGuide) -> DatasetClasses:
    """The data sets of a guide that is held whole."""
    return DatasetClasses({n: guide.dataset(n).cls for n in guide.names})
