"""Which builds of a study no longer follow from its specification and raw data.

Every reader of a build asks here: the hashes of the specification, of the tables as they were
opened, of the raw files and of what was built are held against the files that are there now.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from specs import Study
from specs.build_accounts import ASKED
from specs.exports import export_files
from specs.study import ANSWERS
from specs.version import tracelock_version
from transport import content_hash, content_hashes
from transport.publish import MANIFEST
from validation.lock.pooled import pool_is_stale, read_by_adam

_NOT_SDTM = ("adam/", "waivers.yaml", "labels_zh.csv", "figures.yaml", "analyses.yaml")
_NOT_DATA = ("contracts/", "waivers.yaml", "labels_zh.csv")
_NOT_ADAM = (*_NOT_DATA, "analyses.yaml")
_NOT_RESULTS = (*_NOT_DATA, "sdtm/", "adam/", "maps/", "figures.yaml")
_MEMBER = "!/"
_JUDGED = ("findings.json", "raw_account.json", "adam_account.json")
"""Outputs beside the data sets that a verdict rests on."""


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; empty when there is none to read."""
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def specification(study: Study) -> dict[str, str]:
    """Hash of each file of the specification, by its path below the study folder; those of tables
    that were opened elsewhere among them."""
    return content_hashes(study.root, [*study.files(), *study.opened])


def sdtm_is_stale(study: Study, raw: Path | None, build: Path) -> str:
    """Why the SDTM of a build must be built again; "" when it need not.

    ``raw`` is the folder of the raw exports; by default the one that the build says it read.
    """
    manifest = read_json(build / MANIFEST)
    return _of_others(study, manifest) or _changed_since(study, raw, build, manifest)


def _of_others(study: Study, manifest: dict[str, Any]) -> str:
    """Why a build is none of this study by this program."""
    if not manifest:
        return "nothing is built yet"
    if manifest.get("study", study.id) != study.id:
        return f"it was built from another specification, of study {manifest['study']}"
    if manifest.get("tracelock") != tracelock_version():
        return f"it was built by version {manifest.get('tracelock')}"
    return ""


def _changed_since(study: Study, raw: Path | None, build: Path, manifest: dict[str, Any]) -> str:
    """What has changed since a build: specification, raw data, its own files."""
    if changed := _changed(study, manifest.get("specification", {}), _NOT_SDTM):
        return f"the specification changed: {changed}"
    exports = raw or raw_folder(study, manifest)
    if changed := (
        _raw_changed(study, exports, manifest) or _other_files(study, exports, build, manifest)
    ):
        return f"the raw data changed: {changed}"
    if changed := _output_changed(build, manifest.get("outputs", {})):
        return f"the build was changed: {changed}"
    if waiting := _answers_wait(study, build, manifest):
        return waiting
    if only := manifest.get("only"):
        return f"only {', '.join(only)} was built"
    return ""


def _answers_wait(study: Study, build: Path, manifest: dict[str, Any]) -> str:
    """Answers that the build does not know: in a workbook that was filled in, or in the ledger."""
    for name, digest in sorted(manifest.get("outputs", {}).items()):
        if name.startswith("queries/") and name.endswith(".xlsx"):
            path = build / name
            if path.is_file() and content_hash(path) != digest:
                return f"answers wait in {name}"
    ledger = study.root / ANSWERS
    now = content_hash(ledger) if ledger.is_file() else ""
    return "answers came in since" if now != manifest.get("answers", "") else ""


def adam_is_stale(study: Study, build: Path) -> str:
    """Why the ADaM of a build must be built again; "" when it need not."""
    manifest = read_json(build / "adam" / MANIFEST)
    if not manifest:
        return "nothing is built yet"
    if reason := _source_of_adam(study, build, manifest):
        return reason
    if "specification" not in manifest:
        return "it does not say which specification it was built from"
    if changed := _changed(study, manifest["specification"], _NOT_ADAM):
        return f"the specification changed: {changed}"
    return _changed_data(build, manifest)


def _source_of_adam(study: Study, build: Path, manifest: dict[str, Any]) -> str:
    """What has changed of the data that the ADaM was made of, or is stale; "" for nothing."""
    if study.spec.pool is not None and (reason := pool_is_stale(study, build)):
        return f"the pool is stale: {reason}"
    if changed := adam_is_of_other_data(build):
        return f"{changed} has changed"
    asked = _asked(build) == manifest.get("asked", "")
    return "" if asked else "what the questions ask about has changed"


def _asked(build: Path) -> str:
    """The hash of the list of values that open questions ask about: a study may leave them out."""
    path = build / "lineage" / ASKED
    return content_hash(path) if path.is_file() else ""


def results_are_stale(study: Study, build: Path) -> str:
    """Why the results of a build must be made again; "" when they need not."""
    folder = build / "results"
    manifest = read_json(folder / MANIFEST)
    if not manifest:
        return "nothing is built yet"
    if manifest.get("tracelock") != tracelock_version():
        return f"they were made by version {manifest.get('tracelock')}"
    if changed := _changed(study, manifest.get("specification", {}), _NOT_RESULTS):
        return f"the specification changed: {changed}"
    if changed := other_data(build, manifest.get("sources", {})):
        return f"{changed} has changed"
    for name, digest in sorted(manifest.get("outputs", {}).items()):
        path = folder / name
        if not path.is_file() or content_hash(path) != digest:
            return f"{name} was changed"
    return ""


def other_data(build: Path, sources: dict[str, str]) -> str:
    """The first of these analysis data sets (name to hash) that the build has as another; "" for
    none."""
    held = read_json(build / "adam" / MANIFEST).get("datasets", {})
    wrong = [name for name in sorted(sources) if held.get(name, {}).get("sha256") != sources[name]]
    return wrong[0] if wrong else ""


def raw_folder(study: Study, manifest: dict[str, Any]) -> Path:
    """The folder of the raw exports that a build says it read, else the study's."""
    return study.root / str(manifest.get("raw") or study.spec.raw)


def adam_is_of_other_data(build: Path) -> str:
    """A data set of the SDTM build, or of the pool, that is not the one that the ADaM was made of;
    "" for none."""
    sources = read_json(build / "adam" / MANIFEST).get("sources", {})
    for name, source in sorted(sources.items()):
        path = read_by_adam(build) / source["file"]
        if not path.is_file() or content_hash(path) != source["sha256"]:
            return str(name)
    return ""


def edited_by_hand(build: Path) -> str:
    """A file of a build that is not as its manifest says; "" for none, or where nothing is said."""
    manifest = read_json(build / MANIFEST)
    outputs = manifest.get("outputs", {})
    if "inputs" in manifest and (changed := _output_changed(build, outputs)):
        return changed
    return _changed_data(build, read_json(build / "adam" / MANIFEST))


def _changed_data(build: Path, manifest: dict[str, Any]) -> str:
    """A data set of the ADaM build, or what it found, that is not as its manifest says."""
    for name, entry in manifest.get("datasets", {}).items():
        path = build / "adam" / entry["file"]
        if not path.is_file() or content_hash(path) != entry["sha256"]:
            return f"{name} was changed"
    for name, digest in manifest.get("outputs", {}).items():
        path = build / "adam" / name
        if name in _JUDGED and (not path.is_file() or content_hash(path) != digest):
            return f"{name} was changed"
    return ""


def _changed(study: Study, known: dict[str, str], left_out: tuple[str, ...]) -> str:
    """The files of a specification that are not as they were, and those that came or went."""
    now = content_hashes(study.root, study.files())
    elsewhere = [study.root / name for name in known if name not in now]
    now |= content_hashes(study.root, [path for path in elsewhere if path.is_file()])
    both = {name for name in known.keys() | now.keys() if not name.startswith(left_out)}
    names = sorted(name for name in both if known.get(name) != now.get(name))
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")


def _raw_changed(study: Study, raw: Path, manifest: dict[str, Any]) -> str:
    known = {entry["file"]: entry["sha256"] for entry in manifest.get("inputs", [])}
    for name, digest in sorted(known.items()):
        if raw_hash(raw, name) != digest:
            return str(name)
    patterns = {source.file for source in study.spec.sources.values()}
    held = {p.relative_to(raw).as_posix() for pattern in patterns for p in raw.glob(pattern)}
    new = sorted(held - {name.partition(_MEMBER)[0] for name in known})
    return new[0] if new and any("*" in p for p in patterns) else ""


def _other_files(study: Study, raw: Path, build: Path, manifest: dict[str, Any]) -> str:
    """A file of the raw folder that no source reads and that the account does not know, or not of
    this size; "" for none."""
    account = read_json(build / "raw_account.json")
    if not account.get("whole"):
        return ""
    read = {str(one["file"]).partition(_MEMBER)[0] for one in manifest.get("inputs", [])}
    behind = {(raw / name).resolve() for name in read}
    known = {one["file"]: one.get("bytes") for one in account.get("not_read", ())}
    for name in export_files(raw, study.root, [*study.files(), *study.opened]):
        path = raw / name
        if path.resolve() in behind or (path.is_symlink() and path.is_dir()):
            continue
        size = path.stat().st_size if path.is_file() else None
        if name not in known or size != known[name]:
            return name
    return ""


def raw_hash(raw: Path, name: str) -> str:
    """The hash of a raw file, or of a member of an archive; "" where it is not there."""
    path = raw / name
    if path.is_file():
        return content_hash(path)
    archive, _, member = name.partition(_MEMBER)
    try:
        with zipfile.ZipFile(raw / archive) as opened, opened.open(member) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile, NotImplementedError):
        return ""


def _output_changed(build: Path, outputs: dict[str, str]) -> str:
    data = {n for n in outputs if n.startswith(("sdtm/", "lineage/"))}
    if not data:
        return "it lists no data sets"
    for name, digest in sorted(outputs.items()):
        path = build / name
        if name not in data and name not in _JUDGED:
            continue
        if not path.is_file() or content_hash(path) != digest:
            return str(name)
    held = {f"sdtm/{p.name}" for p in (build / "sdtm").glob("*.xpt")}
    extra = sorted(held - data)
    return extra[0] if extra else ""
