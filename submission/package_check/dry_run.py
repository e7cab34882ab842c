"""Whether a package says of itself that it was made before the database lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from specs import Finding, Severity
from submission.package_check.checksums import MANIFEST, PACKAGE
from submission.package_check.tree import Package, about
from validation.lock.freshness import read_json
from validation.lock.state import State


def dry_run_findings(package: Package, *, before_lock: bool) -> Iterator[Finding]:
    """That a package is a dry run; for who expects one, it is no more than worth knowing. A
    package of ours that says nothing of the lock is taken for one."""
    said = _manifest(package)
    if said.get("schema") != PACKAGE.schema or _may_be_sent(said.get("lock")):
        return
    words = str(said.get("lock_says") or "its manifest does not say what the lock was")
    found = about("PKG184", MANIFEST, f"dry run before the lock, not to be sent: {words}")
    yield replace(found, severity=Severity.INFO) if before_lock else found


def lock_said(package: Package) -> str:
    """What the manifest of a package of ours says of the lock."""
    return str(_manifest(package).get("lock_says", ""))


def _may_be_sent(state: Any) -> bool:
    return state in {each.value for each in State if each is not State.BLOCKED}


def _manifest(package: Package) -> dict[str, Any]:
    file = package.by_path.get(MANIFEST)
    return {} if file is None or file.link else read_json(file.path)
