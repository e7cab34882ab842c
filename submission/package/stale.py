"""Which builds of a study no longer follow from its specification and raw data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specs import Study
from specs.version import tracelock_version
from submission.package.manifest import read_json, specification
from submission.package_check.checksums import MANIFEST
from transport import content_hash

_NOT_SDTM = ("adam/", "contracts/", "waivers.yaml", "labels_zh.csv")


def sdtm_is_stale(study: Study, raw: Path, build: Path) -> str:
    """Why the SDTM of a build must be built again; "" when it need not."""
    manifest = read_json(build / MANIFEST)
    if not manifest:
        return "nothing is built yet"
    if manifest.get("tracelock") != tracelock_version():
        return f"it was built by version {manifest.get('tracelock')}"
    known = _of_sdtm(manifest.get("specification", {}))
    if changed := _changed(known, _of_sdtm(specification(study))):
        return f"the specification changed: {changed}"
    if changed := _raw_changed(study, raw, manifest):
        return f"the raw data changed: {changed}"
    if changed := _output_changed(build, manifest.get("outputs", {})):
        return f"the build was changed: {changed}"
    return ""


def adam_is_stale(study: Study, build: Path, package: Path) -> str:
    """Why the ADaM of a build must be built again.

    Its own manifest names data, not the specification; that stands in the last package made of it.
    """
    manifest = read_json(build / "adam" / MANIFEST)
    if not manifest:
        return "nothing is built yet"
    if changed := adam_is_of_other_data(build):
        return f"{changed} has changed"
    last = read_json(package / MANIFEST)
    if not last:
        return "no package says which specification it was built from"
    if changed := _changed(last.get("specification", {}), specification(study)):
        return f"the specification changed: {changed}"
    now = {n: d["sha256"] for n, d in manifest.get("datasets", {}).items()}
    if last.get("builds", {}).get("adam") != now:
        return "it was built after the last package"
    return _changed_data(build, manifest)


def adam_is_of_other_data(build: Path) -> str:
    """A data set of the SDTM build that is not the one that the ADaM was made of; "" for none."""
    sources = read_json(build / "adam" / MANIFEST).get("sources", {})
    for name, source in sorted(sources.items()):
        path = build / "sdtm" / source["file"]
        if not path.is_file() or content_hash(path) != source["sha256"]:
            return str(name)
    return ""


def _changed_data(build: Path, manifest: dict[str, Any]) -> str:
    """A data set of the ADaM build that is not as its manifest says."""
    for name, entry in manifest.get("datasets", {}).items():
        path = build / "adam" / entry["file"]
        if not path.is_file() or content_hash(path) != entry["sha256"]:
            return f"{name} was changed"
    return ""


def _of_sdtm(files: dict[str, str]) -> dict[str, str]:
    """The files that the tabulations depend on."""
    return {n: h for n, h in files.items() if not n.startswith(_NOT_SDTM)}


def _changed(before: dict[str, str], now: dict[str, str]) -> str:
    names = sorted(n for n in before.keys() | now.keys() if before.get(n) != now.get(n))
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")


def _raw_changed(study: Study, raw: Path, manifest: dict[str, Any]) -> str:
    known = {entry["file"]: entry["sha256"] for entry in manifest.get("inputs", [])}
    for name, digest in sorted(known.items()):
        path = raw / name
        if not path.is_file() or content_hash(path) != digest:
            return str(name)
    patterns = {source.file for source in study.spec.sources.values()}
    held = {p.relative_to(raw).as_posix() for pattern in patterns for p in raw.glob(pattern)}
    new = sorted(held - set(known)) if any("*" in p for p in patterns) else []
    return new[0] if new else ""


def _output_changed(build: Path, outputs: dict[str, str]) -> str:
    own = {n: h for n, h in outputs.items() if n.startswith(("sdtm/", "lineage/"))}
    if not own:
        return "it lists no data sets"
    for name, digest in sorted(own.items()):
        path = build / name
        if not path.is_file() or content_hash(path) != digest:
            return str(name)
    held = {f"sdtm/{p.name}" for p in (build / "sdtm").glob("*.xpt")}
    extra = sorted(held - set(own))
    return extra[0] if extra else ""
