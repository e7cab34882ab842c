"""Whether the pool of a pooled study still follows from its declaration and from its studies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from specs import Study
from specs.version import tracelock_version
from transport import content_hash, content_hashes
from transport.publish import MANIFEST, read_manifest

POOL = "pool"
"""The folder of the pooled data sets in the build of a pooled study."""
_OF_POOL = ("study.yaml", "codelists.yaml")


def pool_specification(study: Study) -> dict[str, str]:
    """Hash of each file of the specification that a pool is declared in: study.yaml, codelists.yaml
    and the tables in the folder itself and in ``maps``."""
    found = content_hashes(study.root, [*study.files(), *study.opened])
    return {
        name: digest
        for name, digest in found.items()
        if name in _OF_POOL or name.startswith("maps/") or ("/" not in name and _is_table(name))
    }


def _is_table(name: str) -> bool:
    return name.endswith(".csv") and not name.startswith("labels_zh")


def pool_is_stale(study: Study, out: Path) -> str:
    """Why the pool in the build ``out`` must be made again; "" when it need not."""
    folder = out / POOL
    manifest = read_manifest(folder) or {}
    if not manifest:
        return "nothing is pooled yet"
    if manifest.get("tracelock") != tracelock_version():
        return f"it was pooled by version {manifest.get('tracelock')}"
    known, now = manifest.get("specification", {}), pool_specification(study)
    if differ := sorted(n for n in {*known, *now} if known.get(n) != now.get(n)):
        return f"the specification changed: {', '.join(differ[:3])}"
    for name, one in sorted(manifest.get("studies", {}).items()):
        home = Path(os.path.normpath(study.root / str(one.get("home"))))
        if changed := _changed(home, one):
            return f"{name} was built again: {changed} is another"
    for name, digest in sorted(manifest.get("outputs", {}).items()):
        path = folder / name
        if not path.is_file() or content_hash(path) != digest:
            return f"the pool was changed: {name}"
    return ""


def _changed(home: Path, one: dict[str, Any]) -> str:
    """A file of a study that is not the one that was pooled; "" for none."""
    for file, digest in sorted(one.get("files", {}).items()):
        path = home / file
        if not path.is_file() or content_hash(path) != digest:
            return str(file)
    return ""


def read_by_adam(build: Path) -> Path:
    """The folder of the data sets that the analysis data of a build are derived from."""
    pool = build / POOL
    return pool if (pool / MANIFEST).is_file() else build / "sdtm"
