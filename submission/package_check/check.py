"""`package check`: the rejection criteria first, then everything else, as one list of findings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs import Finding, Severity
from submission.package.profiles import load_profile
from submission.package_check.checksums import checksum_findings
from submission.package_check.data_sets import data_set_findings
from submission.package_check.documents import document_findings
from submission.package_check.dry_run import dry_run_findings, lock_said
from submission.package_check.judged import judged_criteria, not_judged
from submission.package_check.names import name_findings
from submission.package_check.pdfs import pdf_findings
from submission.package_check.rejection import rejection_findings
from submission.package_check.results import results_findings
from submission.package_check.tagging import read_tagging
from submission.package_check.tree import scan

CRITERIA = {
    "1789": ("PKG101", "PKG102", "PKG106", "PKG111"),
    "1734": ("PKG103", "PKG104", "PKG110"),
    "1735": ("PKG105",),
    "1736": ("PKG107", "PKG108", "PKG109"),
}
"""The technical rejection criteria in the gateway's order, with the codes that fail them."""
NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What was found in a package of ``files`` files and ``studies``."""

    agency: str
    files: int
    studies: tuple[str, ...]
    findings: tuple[Finding, ...]
    judged: frozenset[str] = frozenset(CRITERIA)
    """The criteria that there was something to judge by."""
    lock: str = ""
    """What its manifest says of the lock; "" where none of ours says anything."""

    @property
    def criteria(self) -> dict[str, str]:
        """Each rejection criterion: ``pass``, ``fail``, or ``not judged``."""
        found = {f.rule for f in self.findings if f.severity is Severity.REJECTS}
        return {
            name: "fail" if found & set(codes) else "pass" if name in self.judged else NOT_JUDGED
            for name, codes in CRITERIA.items()
        }

    @property
    def rejected_by(self) -> str:
        """The first criterion that fails, at which the gateway stops; "" when none does."""
        return next((name for name, said in self.criteria.items() if said == "fail"), "")

    @property
    def verdict(self) -> str:
        """Would the gateway reject it: ``at 1734``, ``no``, or ``not judged`` in words."""
        if self.rejected_by:
            return f"at {self.rejected_by}"
        lacking = [name for name, said in self.criteria.items() if said == NOT_JUDGED]
        if len(lacking) == len(CRITERIA):
            return NOT_JUDGED
        return f"no ({', '.join(lacking)} {NOT_JUDGED})" if lacking else "no"

    @property
    def exit_code(self) -> int:
        """2 when nothing could be judged; 1 when something rejects or blocks."""
        if set(self.criteria.values()) == {NOT_JUDGED}:
            return 2
        return int(any(f.severity.rank <= Severity.BLOCKS.rank for f in self.findings))

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "agency": self.agency,
            "files": self.files,
            "studies": list(self.studies),
            "criteria": self.criteria,
            "rejected_by": self.rejected_by,
            "lock": self.lock,
            "findings": [f.to_dict() for f in self.findings],
            "exit_code": self.exit_code,
        }


def check_package(
    root: Path, agency: str = "fda", *, size_limit: int | None = None, before_lock: bool = False
) -> PackageReport:
    """Check any folder as a package for an agency; ``size_limit`` in bytes overrides the profile's.
    ``before_lock`` expects a dry run, which else is a finding that blocks.

    Nothing is followed out of the folder. Raises SpecificationError PKG100, PKG176.
    """
    profile = load_profile(agency)
    if size_limit is not None:
        profile = profile.model_copy(update={"size_limit": size_limit})
    package = scan(root, profile)
    tagging = read_tagging(package)
    found = [
        *not_judged(package),
        *rejection_findings(package, tagging),
        *name_findings(package),
        *data_set_findings(package),
        *document_findings(package),
        *pdf_findings(package),
        *checksum_findings(package),
        *results_findings(package),
        *dry_run_findings(package, before_lock=before_lock),
    ]
    if not profile.rejection_criteria:
        found = [_softened(f) for f in found]
    judged = judged_criteria(package, tagging)
    return PackageReport(
        agency, len(package.files), package.studies, tuple(found), judged, lock_said(package)
    )


def _softened(found: Finding) -> Finding:
    """The rejection criteria are FDA's; elsewhere the same lack blocks."""
    from dataclasses import replace

    if found.severity is not Severity.REJECTS:
        return found
    return replace(found, severity=Severity.BLOCKS)
