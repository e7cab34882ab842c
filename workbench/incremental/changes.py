"""What has changed since a build: raw files, files of the specification; and what that touches."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from transport.atomic import content_hash
from transport.publish.manifest import MANIFEST
from validation.lock.freshness import read_json, specification
from workbench.incremental.trees import Hashes, difference

if TYPE_CHECKING:
    from specs import Study
    from workbench.incremental.graph import Graph

_EVERYTHING = ("study.yaml", "codelists.yaml", "functions.py", "library.yaml")


@dataclass(frozen=True, slots=True)
class Changes:
    """Files that are not as they were when a build was made, with what became of each."""

    built: bool
    raw: tuple[str, ...] = ()
    specification: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    """Raw sources (or tabulation data sets) of which a file has changed."""
    files: frozenset[str] = frozenset()
    """Files of the specification that have."""

    def __bool__(self) -> bool:
        return not self.built or bool(self.raw or self.specification)

    def touched(self, graph: Graph, study: Study, folder: str) -> set[str]:
        """The data sets that read a file which has changed: at most these change, and what needs
        them. A file that any line may read touches all."""
        if not self.built:
            return set(graph.names)
        out = graph.readers(self.sources)
        for name in self.files:
            path = PurePosixPath(name)
            own = {*graph.names} & {path.stem.upper()}
            if path.suffix == ".yaml" and folder in path.parts[-2:-1] and own:
                out |= own
            elif _matters(path, folder):
                out |= {*graph.names}
        return out


def _matters(path: PurePosixPath, folder: str) -> bool:
    """Whether lines of a folder may read a file of the specification."""
    other = {"sdtm": "adam", "adam": "sdtm"}[folder]
    return path.suffix in (".csv", ".py") or path.name in _EVERYTHING or other not in path.parts


def sdtm_changes(study: Study, raw: Path, build: Path) -> Changes:
    """What has changed since the tabulation data of a build were made."""
    manifest = read_json(build / MANIFEST)
    if not manifest:
        return Changes(built=False)
    known = {str(one["file"]): str(one["sha256"]) for one in manifest.get("inputs", [])}
    now = _raw_now(study, raw, known)
    told, names = _compared(known, now)
    sources = {
        name
        for name, spec in study.spec.sources.items()
        if any(fnmatch.fnmatch(file.partition("!/")[0], spec.file) for file in names)
    }
    of_spec, files = _compared(manifest.get("specification", {}), specification(study), "adam/")
    return Changes(True, told, of_spec, frozenset(sources), frozenset(files))


def adam_changes(study: Study, sdtm: Path, build: Path) -> Changes:
    """What has changed since the analysis data of a build were made."""
    manifest = read_json(build / "adam" / MANIFEST)
    if not manifest:
        return Changes(built=False)
    known = {name: str(one["sha256"]) for name, one in manifest.get("sources", {}).items()}
    files = {name: sdtm / one["file"] for name, one in manifest.get("sources", {}).items()}
    now = {name: content_hash(path) if path.is_file() else "" for name, path in files.items()}
    told, names = _compared(known, now)
    of_spec, spec = _compared(manifest.get("specification", {}), specification(study), "contracts/")
    return Changes(True, told, of_spec, frozenset(names), frozenset(spec))


def _raw_now(study: Study, raw: Path, known: dict[str, str]) -> Hashes:
    """The raw files as they are; members of archives under the archive's changes."""
    from validation.lock.freshness import raw_hash

    out = {name: raw_hash(raw, name) for name in known}
    held = {name.partition("!/")[0] for name in known}
    for spec in study.spec.sources.values():
        for path in raw.glob(spec.file):
            name = path.relative_to(raw).as_posix()
            if name not in held and path.is_file():
                out[name] = content_hash(path)
    return out


def _compared(known: Any, now: Hashes, without: str = "\0") -> tuple[tuple[str, ...], set[str]]:
    before = {name: digest for name, digest in known.items() if not name.startswith(without)}
    after = {name: digest for name, digest in now.items() if not name.startswith(without)}
    names = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
    return tuple(difference(before, after)), names
