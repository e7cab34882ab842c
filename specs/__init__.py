"""What a study specification is: models, loader, findings, standards."""

import specs.spec_codes  # noqa: F401 - registers the finding codes of this package
from specs.codes import Code, all_codes, code, finding, register
from specs.errors import BuildError, RawDataError, SpecificationError, TracelockError
from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace
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
