"""The build that another one replaces, kept for a diff."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specs import SpecificationError, finding
from transport.publish import Claim, Kind, keep_copy, read_manifest
from transport.publish.manifest import PREVIOUS

KEPT = "kept"
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NESTED = {"adam": Kind("tracelock-adam/1", "an ADaM build")}


def check_label(out: Path, label: str) -> None:
    """Raises SpecificationError PKG194 for a label that is none, or is taken."""
    if not label:
        return
    if not _LABEL.fullmatch(label):
        hint = "letters, digits, full stops, hyphens and underscores"
        raise SpecificationError(finding("PKG194", f"--keep {label!r} is no label", hint=hint))
    if (out / KEPT / label).exists():
        message = f"a build is kept as {label} already"
        raise SpecificationError(finding("PKG194", message, hint="choose another label"))


def keep_replaced(claim: Claim, said: Mapping[str, Any], label: str) -> None:
    """Before a build is published: keep the one that it replaces, under its label, and as
    ``previous`` where it is of another export. ``said`` is the new build's manifest; a build of
    some data sets alone replaces nothing."""
    old = read_manifest(claim.out)
    if old is None or old.get("schema") != claim.kind.schema:
        return
    if label:
        keep_copy(claim, f"{KEPT}/{label}", _NESTED)
    if "only" not in said and _hashes(old) != _hashes(said):
        keep_copy(claim, PREVIOUS, _NESTED)


def _hashes(manifest: Mapping[str, Any]) -> set[tuple[str, str]]:
    listed = manifest.get("inputs", [])
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {(str(one.get("file")), str(one.get("sha256"))) for one in entries}
