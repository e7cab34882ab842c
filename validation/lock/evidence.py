"""The evidence that the files of a build give; what is not there was not looked at."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs import Study
from specs.build_accounts import ADAM, RAW, read_adam
from specs.findings import CLOSED, Severity
from transport.publish import MANIFEST
from validation.lock.freshness import adam_is_stale, read_json, sdtm_is_stale
from validation.lock.state import ANALYSIS, Evidence, Lock, State, lock_state

_FINDINGS = "findings.json"


@dataclass(frozen=True, slots=True)
class Build:
    """A build of a study, and the folder of the raw exports where it is not the one it names."""

    study: Study
    folder: Path
    raw: Path | None = None

    @property
    def has_analysis(self) -> bool:
        """Whether the study has analysis data sets."""
        return bool(self.study.documents.get("adam"))

    @property
    def failed(self) -> Path:
        """Where a build that failed leaves what it found."""
        real = self.folder.resolve()
        return real.parent / f"{real.name}-failed"


def lock_of(build: Build, *more: Evidence) -> Lock:
    """The state of a build's lock: by its files, and by what a command has looked at (``more``)."""
    found = [
        *_built(build),
        *_freshness(build),
        *_account(build),
        *_queries(build.folder / _FINDINGS, "queries"),
        *_looked_at_while_building(build),
    ]
    if build.has_analysis:
        found += _queries(build.folder / "adam" / _FINDINGS, ANALYSIS)
    return lock_state([*found, *more], analysis=build.has_analysis)


def there_is_one(build: Build) -> bool:
    """Whether anything was built, or tried to be."""
    return (build.folder / MANIFEST).is_file() or (build.failed / MANIFEST).is_file()


def _built(build: Build) -> list[Evidence]:
    manifest = read_json(build.folder / MANIFEST)
    sets = [name for name in manifest.get("outputs", {}) if name.endswith(".xpt")]
    if build.failed.is_dir() and (build.failed / MANIFEST).is_file():
        return [_not_built(_failures(build.failed), len(sets))]
    if (build.folder / "adam-failed" / MANIFEST).is_file():
        return [_not_built(_failures(build.folder / "adam-failed"), len(sets))]
    if not sets:
        return [_not_built("there are no data sets", 0)]
    return [Evidence("build", len(sets))]


def _not_built(reason: str, sets: int) -> Evidence:
    return Evidence("build", sets, reason=reason, state=State.NOT_BUILT)


def _failures(folder: Path) -> str:
    failed = [str(name) for name in read_json(folder / MANIFEST).get("failed", {})]
    named = [name for name in failed if name != "*"]
    return f"{', '.join(named)} failed" if named else "the last build failed"


def _freshness(build: Build) -> list[Evidence]:
    """Files that were held against the study; with the first reason why they are stale."""
    manifest = read_json(build.folder / MANIFEST)
    if not manifest:
        return []
    held = sum(len(manifest.get(part, ())) for part in ("specification", "inputs", "outputs"))
    reason = sdtm_is_stale(build.study, build.raw, build.folder)
    if not reason and build.has_analysis and (build.folder / "adam" / MANIFEST).is_file():
        reason = adam_is_stale(build.study, build.folder)
        reason = f"the analysis data sets: {reason}" if reason else ""
    state = State.STALE if reason else None
    return [Evidence("freshness", held, reason=reason, state=state)]


def _account(build: Build) -> list[Evidence]:
    """Whether the accounts of the raw data and of the analysis data close; nothing where there is
    none of the raw data."""
    places = (build.folder / "lineage", build.folder)
    raw = next((place / RAW for place in places if (place / RAW).is_file()), None)
    if raw is None:
        return []
    if read_json(raw).get("closed") is not True:
        reason = "the account of the raw data does not close"
        return [Evidence("account", 1, reason=reason, state=State.NOT_BUILT)]
    adam = build.folder / "adam"
    if not build.has_analysis or not (adam / MANIFEST).is_file():
        return [Evidence("account", 1)]
    said = read_adam(adam)
    if said is None:
        reason = f"the analysis data have no {ADAM}"
        return [Evidence("account", 1, reason=reason, state=State.UNCHECKED)]
    if said.get("closed") is not True:
        reason = "the account of the analysis data does not close"
        return [Evidence("account", 2, reason=reason, state=State.NOT_BUILT)]
    return [Evidence("account", 2)]


def _queries(path: Path, kind: str) -> list[Evidence]:
    """What a build asks, by severity. What a person confirmed is closed and counts as explained."""
    try:
        read = json.loads(path.read_bytes())
        asked = [(Severity(one["severity"]), _is_closed(one)) for one in read]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    counts = Counter(level for level, closed in asked if not closed)
    opened = {level.value: counts[level] for level in Severity if level is not Severity.INFO}
    closed = sum(closed and level is not Severity.INFO for level, closed in asked)
    return [Evidence(kind, sum(opened.values()) + closed, opened, explained=closed)]


def _is_closed(one: dict[str, Any]) -> bool:
    """Whether the question about a finding is closed; what rejects never is."""
    closed = one.get("details", {}).get("state") == CLOSED
    return bool(closed and one["severity"] != Severity.REJECTS.value)


def _looked_at_while_building(build: Build) -> list[Evidence]:
    """Sources that were read and edit checks that were made, for the record."""
    manifest = read_json(build.folder / MANIFEST)
    if not manifest:
        return []
    checks = 0
    for document in build.study.documents.get("sdtm", []):
        data: Any = document.data
        checks += len(data.get("checks") or ()) if isinstance(data, dict) else 0
    sources = len(manifest.get("inputs", ()))
    return [Evidence("sources", sources), Evidence("checks", checks)]


def report_evidence(report: Any, build: Build, *, whole: bool) -> Evidence:
    """What a conformance report says. ``whole`` is false for a run of some rules, or of others
    than the catalogue: that a part of them found nothing is no evidence."""
    counts, states = report.counts, report.states
    wanted = _names_in(build)
    seen = {file.dataset for file in report.inputs if file.dataset}
    reason = ""
    if report.rules_ran == 0:
        reason = "no rule ran"
    elif states["error"]:
        reason = f"{states['error']} rule(s) failed to run"
    elif missing := sorted(wanted - seen):
        reason = f"conformance of {', '.join(missing[:3])} was not looked at"
    elif not whole:
        reason = "conformance was looked at in part"
    opened = {k: v for k, v in counts.open_by_severity.items() if k != Severity.INFO}
    return Evidence(
        "conformance",
        report.rules_ran,
        opened,
        asked=counts.asked,
        explained=counts.explained,
        raises=len(report.raised),
        reason=reason,
        state=State.UNCHECKED if reason else None,
    )


def _names_in(build: Build) -> set[str]:
    """The data sets of a build, by its manifests."""
    outputs = read_json(build.folder / MANIFEST).get("outputs", {})
    names = {Path(n).stem.upper() for n in outputs if n.startswith("sdtm/") and n.endswith(".xpt")}
    if build.has_analysis:
        names |= set(read_json(build.folder / "adam" / MANIFEST).get("datasets", {}))
    return names


def gap_evidence(gaps: int) -> Evidence:
    """What a package waits for: texts that a person has to write."""
    return Evidence("package", 1, {Severity.EXPLAIN.value: gaps})
