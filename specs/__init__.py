"""What a study specification is: models, loader, findings, standards.

Loading a study needs pydantic; it is imported when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

import specs.spec_codes  # noqa: F401 - registers the finding codes of this package
from specs.codes import Code, all_codes, code, finding, register
from specs.errors import BuildError, RawDataError, SpecificationError, TracelockError
from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace

if TYPE_CHECKING:
    from specs.study import DomainSource, Study, load_study

__all__ = [
    "BuildError",
    "Code",
    "DomainSource",
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


def __getattr__(name: str) -> Any:
    if name in ("DomainSource", "Study", "load_study"):
        from specs import study

        return getattr(study, name)
    raise AttributeError(f"module 'specs' has no attribute {name!r}")
