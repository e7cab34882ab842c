"""SDTM to ADaM: analysis data sets from a declarative specification, traceable to
tabulation records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adam import codes as _codes  # noqa: F401 - registers the finding codes
from specs.lazy import exports

if TYPE_CHECKING:
    from adam.command import BuildResult, build_adam
    from adam.dry_run import check_adam
    from adam.language import VERBS
    from adam.language_datasets import AdamDataset
    from adam.load import LoadedDataset, load_adam
else:
    __getattr__ = exports(
        __name__,
        {
            "adam.command": ("BuildResult", "build_adam"),
            "adam.dry_run": ("check_adam",),
            "adam.language": ("VERBS",),
            "adam.language_datasets": ("AdamDataset",),
            "adam.load": ("LoadedDataset", "load_adam"),
        },
    )

__all__ = [
    "VERBS",
    "AdamDataset",
    "BuildResult",
    "LoadedDataset",
    "build_adam",
    "check_adam",
    "load_adam",
]
