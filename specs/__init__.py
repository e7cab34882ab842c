"""What a study specification is: models, loader, findings, standards.

Loading a study needs pydantic; it is imported when it is first asked for.
"""

from typing import TYPE_CHECKING

import specs.spec_codes  # noqa: F401 - registers the finding codes of this package
from specs.codes import Code, all_codes, code, finding, register
from specs.errors import BuildError, RawDataError, SpecificationError, TracelockError
from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace
from specs.lazy import exports

if TYPE_CHECKING:
    from specs.study import Study, load_study
else:
    __getattr__ = exports(__name__, {"specs.study": ("Study", "load_study")})

__all__ = [
    "BuildError",
    "Code",
    "Finding",
    "Owner",
    "RawCell",
    "RawDataError",
    "Severity",
    "SpecPlace",
    "SpecificationError",
    "Study",
    "TracelockError",
    "all_codes",
    "code",
    "finding",
    "load_study",
    "register",
]
