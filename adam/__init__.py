"""SDTM to ADaM: analysis data sets from a declarative specification, traceable to
tabulation records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adam import codes as _codes  # noqa: F401 - registers the finding codes
from specs.lazy import exports

if TYPE_CHECKING:
    from adam.load import load_data_sets
    from adam.model import AnalysisDataSet
    from adam.publishing.publish import BuildResult, build_adam, check_adam
else:
    __getattr__ = exports(
        __name__,
        {
            "adam.publishing.publish": ("BuildResult", "build_adam", "check_adam"),
            "adam.model": ("AnalysisDataSet",),
            "adam.load": ("load_data_sets",),
        },
    )

__all__ = ["AnalysisDataSet", "BuildResult", "build_adam", "check_adam", "load_data_sets"]
