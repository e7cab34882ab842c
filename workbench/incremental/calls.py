"""The commands that are stamped: what each reads, what it publishes, where its stamp is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specs.build_accounts import ASKED
from transport.publish.manifest import LOCK, MANIFEST, PREVIOUS, read_manifest
from workbench.incremental.stamp import Call

_LEDGER = ("queries.csv", "queries_history.csv")
"""What a build writes beside the study itself; answers are people's, and count."""


def failed(folder: Path) -> Path:
    """Where a build that fails leaves what it found: beside its output folder."""
    real = folder.resolve()
    return real.parent / f"{real.name}-failed"


def sdtm_call(study: Path, raw: Path | None, out: Path | None, **options: Any) -> Call:
    """``build-sdtm``. Answers to queries lie in the study and in the build: both are looked at. So
    is the build that was replaced: the page says what has changed since."""
    build = out or study / "build"
    return Call(
        "sdtm",
        build,
        study,
        (build,),
        options,
        built=(build / PREVIOUS,),
        own=tuple(study / name for name in _LEDGER),
        beside=(failed(build),),
        raw=raw,
        reads_raw=True,
    )


def adam_call(study: Path, sdtm: Path | None, build: Path, **options: Any) -> Call:
    """``build-adam``: of ``sdtm``, by default the one of the study's build."""
    out, source = build / "adam", sdtm or study / "build" / "sdtm"
    return Call(
        "adam",
        out,
        study,
        (out,),
        options,
        inputs=(source,),
        files=(source.parent / "lineage" / ASKED,),
        beside=(failed(out),),
    )


def results_call(study: Path, adam: Path | None, build: Path) -> Call:
    """``build-results``: of ``adam``, by default the one of the study's build. Only its data sets
    count: analysis data that come out the same have the same results, whatever they were made of.
    """
    out, source = build / "results", adam or study / "build" / "adam"
    return Call("results", out, study, (out,), data=(source,), beside=(failed(out),))


def validate_call(options: Mapping[str, Any]) -> Call | None:
    """``validate-study``; None where no output folder of ours is at hand to keep a stamp in."""
    folder, study, out = options["folder"], options["study_dir"], options["out"]
    build = _build_of(folder)
    home = out or build
    if home is None or options["previous"] is not None or options["engine"] != "tracelock":
        return None
    named = [options[name] for name in ("define_", "waivers", "rules")]
    given = [path for path in named if path is not None]
    own = read_manifest(folder) is not None
    raw = options["raw"] or (_raw_of(study, build) if study is not None and build else None)
    return Call(
        "validate",
        home,
        study,
        (out,) if out is not None else (),
        options,
        inputs=(*(() if own else (folder,)), *(p for p in given if p.is_dir())),
        built=((folder,) if own else ()) + ((build, build / "adam") if build else ()),
        files=tuple(p for p in given if not p.is_dir()),
        raw=raw,
        reads_raw=study is not None,
        dated=True,
    )


def package_call(study: Path, target: Path, build: Path, options: Mapping[str, Any]) -> Call:
    """``package-submission``: the builds that it packages are looked at as they are now."""
    raw, rules = options["raw"], options["rules"]
    return Call(
        "package",
        build,
        study,
        (target,),
        options,
        inputs=() if rules is None else (rules,),
        built=(build, build / "adam"),
        beside=(failed(build), failed(build / "adam")),
        raw=raw,
        reads_raw=True,
        dated=True,
    )


def lock_call(study: Path, build: Path, raw: Path | None) -> Call:
    """The state of the lock of a build: everything that was built of the study, and lock.json."""
    return Call(
        "lock",
        build,
        study,
        (build, build / "adam"),
        own=(build / LOCK,),
        beside=(failed(build), failed(build / "adam")),
        raw=raw or _raw_of(study, build),
        reads_raw=True,
    )


def _raw_of(study: Path, build: Path) -> Path | None:
    """The raw exports that a build says it read, where they are not those that the study names."""
    try:
        said = json.loads((build / MANIFEST).read_bytes()).get("raw")
    except (OSError, ValueError, AttributeError):
        return None
    return Path(os.path.normpath(study / str(said))) if said else None


def _build_of(folder: Path) -> Path | None:
    """The build of ours that a folder is, or lies in."""
    for place in (folder, folder.parent):
        if (place / MANIFEST).is_file() and (place / "sdtm").is_dir():
            return place
    return None
