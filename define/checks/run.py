"""Run the checks over one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from define.checks.document import Examined
from define.checks.registry import CHECKS, Check, Hit
from define.document.reader import Reading, read_define, read_define_bytes
from specs.codes import finding
from specs.errors import TracelockError
from specs.findings import Finding, SpecPlace

if TYPE_CHECKING:
    from transport.dataset import Dataset


@dataclass(slots=True)
class CheckReport:
    """Findings in the order of the document, and which checks ran. A check that did not run is in
    ``not_run`` with the reason: that is not the same as having found nothing."""

    path: str
    findings: list[Finding] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    not_held: list[str] = field(default_factory=list)
    """Guides of which a part of the document is not checked, since it is not held here."""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready view."""
        return {
            "file": self.path,
            "ran": self.ran,
            "not_run": self.not_run,
            "not_held": self.not_held,
            "findings": [f.to_dict() for f in self.findings],
        }


def check_define(
    path: Path | str,
    data: Mapping[str, Dataset] | None = None,
    schema_dir: Path | str | None = None,
    acrf: Path | str | None = None,
) -> list[Finding]:
    """The findings of :func:`run_checks`, in the order of the document.

    A file that cannot be read as Define-XML gives one finding (DEF001 to DEF005).
    """
    return run_checks(path, data, schema_dir=schema_dir, acrf=acrf).findings


def run_checks(
    path: Path | str,
    data: Mapping[str, Dataset] | None = None,
    *,
    schema_dir: Path | str | None = None,
    acrf: Path | str | None = None,
    standards: Path | None = None,
    only: Iterable[str] = (),
) -> CheckReport:
    """Run all checks, or ``only`` some, on a define.xml or the one in a folder.

    ``standards`` is a folder of imported terminology packages, beside those that are shipped.

    ``data`` are the data sets by name, as :func:`transport.read_folder` gives them. ``acrf`` is the
    annotated CRF when it does not lie where the document says.

    Raises:
        SpecificationError: DEF013, the schema cannot be used.
    """
    path = Path(path)
    path = path / "define.xml" if path.is_dir() else path
    try:
        reading = read_define(path)
    except TracelockError as error:
        reason = f"{path.name} cannot be read"
        return CheckReport(path.name, list(error.findings), [], dict.fromkeys(CHECKS, reason))
    doc = Examined(
        reading,
        folder=path.parent,
        data=data,
        schema_dir=schema_dir,
        acrf=acrf,
        standards=standards,
    )
    return examine(doc, only)


def run_on_bytes(data: bytes, name: str, only: Iterable[str] = ()) -> CheckReport:
    """The same on a document in memory, without data and without files beside it.

    Raises SpecificationError: DEF001 to DEF004 it cannot be read, DEF013.
    """
    return examine(Examined(read_define_bytes(data, name)), only)


def examine(doc: Examined, only: Iterable[str] = ()) -> CheckReport:
    """Run the checks on a document that is read already."""
    report = CheckReport(doc.reading.path, [] if only else doc.reading.findings())
    wanted = set(only) or set(CHECKS)
    for identifier in sorted(wanted):
        check = CHECKS[identifier]
        reason = doc.unmet(check.needs)
        if reason:
            report.not_run[identifier] = reason
            continue
        report.ran.append(identifier)
        report.findings.extend(_finding(check, hit, doc.reading) for hit in check.run(doc))
    report.not_held = doc.not_held()
    report.findings.sort(key=lambda f: (f.spec.line if f.spec else 0, f.rule))
    return report


def _finding(check: Check, hit: Hit, reading: Reading) -> Finding:
    line = hit.line or (hit.node.line if hit.node else 0)
    place = SpecPlace(reading.path, line, 1 if line else 0)
    return finding(
        check.id,
        hit.message,
        dataset=hit.dataset,
        variable=hit.variable,
        value=hit.value,
        hint=hit.hint,
        record=hit.record,
        spec=place,
    )
