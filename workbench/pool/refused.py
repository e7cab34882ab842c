"""What a pooled study has nothing for, and what it needs first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specs.codes import finding
from specs.errors import BuildError, SpecificationError

if TYPE_CHECKING:  # a call that has nothing to do starts without them
    from specs import Study


def is_pooled(root: Path) -> bool:
    """Whether a study's records come from other studies; False for what is no study."""
    path = root / "study.yaml"
    if not path.is_file() or b"pool" not in path.read_bytes():
        return False
    from specs.reading.yaml_source import read_yaml

    data = read_yaml(path, "study.yaml").data
    return isinstance(data, dict) and "pool" in data


def refuse_pooled(study: Study | Path, command: str, why: str = "") -> None:
    """Raises SpecificationError POOL108 where a command that needs raw data is called for a pooled
    study."""
    pooled = is_pooled(study) if isinstance(study, Path) else study.spec.pool is not None
    if pooled:
        name = study.name if isinstance(study, Path) else study.id
        message = (
            f"{name} is a pool of other studies: {why or f'{command} has no raw data to read'}"
        )
        raise SpecificationError(finding("POOL108", message, hint="build-pool, then build-adam"))


def current_pool(root: Path, build: Path) -> Path:
    """The pooled data sets that the analysis data of a pooled study are derived from.

    Raises SpecificationError POOL109 where nothing is pooled yet, BuildError POOL251 where the pool
    is stale: what is derived from it would be, too.
    """
    from specs import load_study
    from transport.publish import MANIFEST
    from validation.lock.pooled import POOL, pool_is_stale

    folder = build / POOL
    if not (folder / MANIFEST).is_file():
        message = f"nothing is pooled in {build.as_posix()} yet"
        raise SpecificationError(finding("POOL109", message, hint=f"build-pool {root.as_posix()}"))
    if reason := pool_is_stale(load_study(root), build):
        raise BuildError(finding("POOL251", f"the pool is stale: {reason}"))
    return folder
