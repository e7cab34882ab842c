"""Exceptions that carry findings.

TracelockError
├── SpecificationError   the specification, the call or the environment is wrong   exit 2
├── RawDataError         a raw file cannot be read                                  exit 1
└── BuildError           a data set cannot be built                                 exit 1
"""

from __future__ import annotations

from collections.abc import Sequence

from specs.findings import Finding


class TracelockError(Exception):
    """Base of all errors that a user can act on. ``findings`` is never empty."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding] | Finding) -> None:
        self.findings = [findings] if isinstance(findings, Finding) else list(findings)
        super().__init__("\n".join(f"{f.rule} {f.message}" for f in self.findings))


class SpecificationError(TracelockError):
    """The specification, the call or the environment is wrong; nothing was built."""

    exit_code = 2


class RawDataError(TracelockError):
    """A raw file cannot be read as declared."""


class BuildError(TracelockError):
    """A data set cannot be built."""
