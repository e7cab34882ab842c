"""What there is to judge a package by. A criterion that nothing was held against is not passed."""

from __future__ import annotations

from collections.abc import Iterator

from specs import Finding
from submission.package_check.rejection import DATA_PLACES, study_data
from submission.package_check.tagging import Tagging
from submission.package_check.tree import ADAM, SDTM, Package, about

UNREAD = (
    *(".json", ".ndjson", ".dsjc", ".parquet", ".csv", ".sas7bdat", ".sav", ".dta", ".rds"),
    *(".xlsx", ".xls", ".v8x", ".v8xpt", ".xport", ".cpt", ".zip", ".gz", ".7z", ".tar", ".tgz"),
)
"""Data sets in formats that agencies do not take as such, and archives that may hold some."""


def judged_criteria(package: Package, tagging: Tagging) -> frozenset[str]:
    """The rejection criteria that there is something to judge by.

    1789 and 1734 are about transport files and define.xml of a study, 1735 about what a study
    tagging file says of them, 1736 about the data sets in the folders of SDTM and ADaM.
    """
    data = [file for study in package.studies for file in study_data(package, study)]
    tagged = any(tagging.tag(file.relative) for file in data)
    sets = any(
        package.at(study, place, ".xpt") for study in package.studies for place in (SDTM, ADAM)
    )
    found = {"1789": data, "1734": data, "1735": tagged, "1736": sets}
    return frozenset(name for name, there in found.items() if there)


def not_judged(package: Package) -> Iterator[Finding]:
    """Data sets in other formats or packed, and a package without any data set or define.xml."""
    for file in package.submitted:
        if file.suffix in UNREAD and file.place in DATA_PLACES:
            message = f"{file.name} is no transport file, and nothing in it was judged"
            yield about("PKG181", file, message, value=file.suffix)
    if not any(study_data(package, study) for study in package.studies):
        message = "there is no transport file and no define.xml of a study: nothing was judged"
        yield about("PKG180", package.root.name, message)
