"""From a raw clinical-trial export to a regulatory submission: the public face.

    import tracelock

    build = tracelock.build_sdtm("mystudy")
    build.datasets["AE"]                          # a DataFrame, labels in attrs
    tracelock.explain("mystudy", "AE", "01-025", "AESTDTC", AESPID="8")

What is here stays; the packages below (``specs``, ``transport``, ``sdtm``, ``adam``, ``define``,
``validation``, ``submission``) have more, and may change. Every error is a :class:`TracelockError`
with its ``findings``. Each name is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.errors import BuildError, RawDataError, SpecificationError, TracelockError
from specs.findings import Finding, Severity
from specs.lazy import exports

if TYPE_CHECKING:
    from specs.study import Study
    from tracelock.builds import Build, build_adam, build_sdtm
    from tracelock.frames import read_xpt, write_xpt
    from tracelock.questions import explain, read_study
    from validation.engine.reading.entry import ValidationResult, validate
    from workbench.explain.model import Explanation

    __version__: str
else:
    _found = exports(
        __name__,
        {
            "specs.study": ("Study",),
            "workbench.explain.model": ("Explanation",),
            "workbench.steps.manifest": ("tracelock_version",),
            "tracelock.builds": ("Build", "build_adam", "build_sdtm"),
            "tracelock.frames": ("read_xpt", "write_xpt"),
            "tracelock.questions": ("explain", "read_study"),
            "validation.engine.reading.entry": ("ValidationResult", "validate"),
        },
    )

    def __getattr__(name: str) -> object:
        return _found("tracelock_version")() if name == "__version__" else _found(name)


__all__ = [
    "Build",
    "BuildError",
    "Explanation",
    "Finding",
    "RawDataError",
    "Severity",
    "SpecificationError",
    "Study",
    "TracelockError",
    "ValidationResult",
    "__version__",
    "build_adam",
    "build_sdtm",
    "explain",
    "read_study",
    "read_xpt",
    "validate",
    "write_xpt",
]
