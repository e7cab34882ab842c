"""Records of a pool: on to the record in the study's own build, and from there to its raw cell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specs.errors import SpecificationError
from specs.foreign.grants import given, raw_is_known
from specs.foreign.inside import is_inside
from transport.atomic import content_hash
from transport.publish import MANIFEST, reading
from workbench.explain.foreign import NOTHING
from workbench.explain.model import Explanation
from workbench.explain.reading.build_folder import BuildFolder

if TYPE_CHECKING:
    from specs import Study
    from workbench.explain.walk import Explainer

_LARGE = 32_000_000
_NO_RAW_LINES = ("adam/", "waivers", "analyses", "figures")


def of_study(explainer: Explainer, out: Explanation, record: int) -> None:
    """The value in the study that a pooled record (0-based) comes from, explained by that study's
    own build as far as it says how it was made."""
    build = explainer.build
    about, vectors = build.pool, build.vectors(out.dataset, record)
    name = about["studies"][vectors["study"] - 1]
    part = about["data_sets"][out.dataset]["studies"][name]
    if out.variable in part["blank"]:
        out.steps.append(f"{name} has no {out.variable}: blank in the pool")
        return
    out.steps.append(f"record {vectors['row']} of {part['file']} of {name}")
    out.steps += part.get("steps", {}).get(out.variable, [])
    own = part.get("renamed", {}).get(out.variable, out.variable)
    told = build.pool_manifest["studies"][name]
    home = Path(os.path.normpath(explainer.root / told["home"]))
    path = home / part["file"]
    if reason := _not_followed(explainer, home, part):
        out.steps.append(reason)
        return
    if path.suffix.lower() != ".xpt":
        out.steps += _of_file(path, vectors["row"] - 1, own)
        return
    with reading(home, home / "adam"):
        found = _explained(explainer, home, told, (part["data_set"], vectors["row"] - 1, own))
    if found is not None:
        out.parts.append(_named(found, name))


def _not_followed(explainer: Explainer, home: Path, part: dict[str, Any]) -> str:
    """Why a study is not looked into; "" where it may be, and is the one that was pooled."""
    root = explainer.root
    if not (given().outside or is_inside(home, root) or raw_is_known(root, home)):
        return "not followed: the study lies outside this one's folder (--allow-outside)"
    path = home / part["file"]
    if not path.is_file() or _is_another(path, explainer.build.out / "pool" / MANIFEST, part):
        return "not followed: the study was built again since (build-pool)"
    return ""


def _of_file(path: Path, record: int, variable: str) -> list[str]:
    """What a file of another format than transport files has there; it is read whole."""
    from transport import read_dataset

    frame = read_dataset(path).frame
    if variable not in frame:
        return []
    value = frame[variable].iloc[record]
    return [f"{variable} there is {str(value)!r}", NOTHING]


def _is_another(path: Path, made: Path, part: dict[str, Any]) -> bool:
    """Whether a file is not the one that was pooled; a large one is hashed only when it is newer
    than the pool, for that takes a while."""
    about = path.stat()
    if about.st_size > _LARGE and about.st_mtime < made.stat().st_mtime:
        return False
    return content_hash(path) != str(part["sha256"])


def _explained(
    explainer: Explainer, home: Path, told: dict[str, Any], value: tuple[str, int, str]
) -> Explanation | None:
    build = BuildFolder(home)
    dataset, record, variable = value
    if variable not in build.view(dataset).metas:
        return None
    root = Path(os.path.normpath(explainer.root / told["study"])) if "study" in told else None
    study, remark = _study(root, build) if root is not None else (None, "")
    place = root or home
    raw = Path(os.path.normpath(explainer.root / told["raw"])) if "raw" in told else None
    exports = study.raw_folder(raw) if study is not None else raw or place / "raw"
    found = type(explainer)(build, study, exports, place).explain(dataset, record, variable)
    found.remark = remark
    return found


def _study(root: Path, build: BuildFolder) -> tuple[Study | None, str]:
    """The specification of a study, where it is still the one of its build; else why not."""
    if not (given().outside or (root / "study.yaml").is_file()):
        return None, "its specification is not there"
    from specs.study import load_study

    try:
        study = load_study(root)
    except SpecificationError as error:
        return None, f"its specification cannot be read: {error.findings[0].message}"
    changed = build.changed(root, study.files()) if build.is_ours else []
    if any(not name.startswith(_NO_RAW_LINES) for name in changed):
        return None, "its build is of another specification, so no line was run again"
    return study, ""


def _named(one: Explanation, study: str) -> Explanation:
    """The explanation and all that it rests on, as of that study."""
    one.study = study
    for part in one.parts:
        if not part.study:
            _named(part, study)
    return one


__all__ = ["of_study"]
