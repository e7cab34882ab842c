"""The files of a package against its own manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from specs import Finding
from submission.package_check.tree import Package, about
from transport import content_hash
from transport.publish import Kind

MANIFEST = "manifest.json"
PACKAGE = Kind("tracelock-package/1", "a package")


def checksum_findings(package: Package) -> Iterator[Finding]:
    """Files changed, lost or added since the package was made; nothing without a manifest."""
    file = package.by_path.get(MANIFEST)
    if file is None:
        return
    listed = _listed(file.path)
    if listed is None:
        yield about("PKG163", file, f"{MANIFEST} is no manifest of a package")
        return
    for relative, known in sorted(listed.items()):
        held = package.by_path.get(relative)
        if held is None or held.link:
            yield about("PKG161", relative, f"{relative} is in the manifest and not in the package")
        elif content_hash(held.path) != known:
            yield about("PKG160", held, f"{relative} was changed after it was packaged")
    for held in package.files:
        if held.relative not in listed and held.relative != MANIFEST:
            yield about("PKG162", held, f"{held.relative} is not in the manifest")


def _listed(path: Any) -> dict[str, str] | None:
    try:
        read = json.loads(path.read_bytes())
        files = read["files"] if read.get("schema") == PACKAGE.schema else None
        return {str(f["path"]): str(f["sha256"]) for f in files} if files else None
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return None
