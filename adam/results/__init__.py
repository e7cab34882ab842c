"""Results: analyses that the specification declares, executed over analysis data sets.

An analysis selects, groups and counts; it derives nothing. What it gives is a data set, a row per
statistic, and displays are views of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports

if TYPE_CHECKING:
    from adam.results.load import Declared, load_displays
    from adam.results.publish import ResultsBuild, build_results, check_results
    from adam.results.run import execute
else:
    __getattr__ = exports(
        __name__,
        {
            "adam.results.load": ("Declared", "load_displays"),
            "adam.results.publish": ("ResultsBuild", "build_results", "check_results"),
            "adam.results.run": ("execute",),
        },
    )

__all__ = [
    "Declared",
    "ResultsBuild",
    "build_results",
    "check_results",
    "execute",
    "load_displays",
]
