"""`build-adam`: tabulation data sets and a specification in, analysis data sets out, all or
nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adam.build import AnalysisBuild, build_sets, checked_planner, new_making, wanted
from adam.load import load_data_sets
from adam.model import TABULATION
from adam.planning.never_reached import never_reached
from adam.planning.plan import Planner
from adam.publishing.lineage import FOLDER, carry_lineage, write_lineage
from specs import BuildError, Finding, Severity, SpecificationError, Study, finding, load_study
from specs import build_accounts as accounts
from transport import Dataset, content_hash, content_hashes, read_dataset, write_xpt
from transport.columns import FOLDER as COLUMNS
from transport.columns import keep_dataset
from transport.header_time import header_time
from transport.publish import MANIFEST, Claim, Kind, check_ours, claimed, clear, reading, staged

SDTM_FOLDER = Path("build") / "sdtm"
"""Where the tabulation data sets are looked for, below the study, when no folder is named."""
ADAM = Kind("tracelock-adam/1", "an ADaM build")
FAILED = Kind("tracelock-failed/1", "what a failed build found")
FINDINGS = "findings.json"
_STOPS = (Severity.REJECTS, Severity.BLOCKS)
Pages = Callable[[Mapping[str, Dataset]], Mapping[str, bytes]]


@dataclass
class BuildResult:
    """What a build made. ``failed`` and ``skipped`` map a data set that could not be built to the
    reason. Then nothing is published: the last good build stays, and what was made and found lies
    ``beside`` it."""

    out: Path
    datasets: dict[str, Dataset] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def published(self) -> bool:
        """Whether every data set could be built, so that all took the place of the last build."""
        return not self.failed and not self.skipped

    @property
    def beside(self) -> Path:
        """Where a build that failed leaves its findings and the data sets that could be built."""
        real = self.out.resolve()
        return real.parent / f"{real.name}-failed"

    @property
    def records(self) -> dict[str, int]:
        """Number of records per data set that was built."""
        return {name: dataset.records for name, dataset in self.datasets.items()}

    @property
    def exit_code(self) -> int:
        """0 built and clean; 1 findings that block, or a data set that could not be built."""
        blocking = any(f.severity in _STOPS for f in self.findings)
        return int(blocking or not self.published)


def build_adam(
    study: Study | Path,
    *,
    sdtm: Path | None = None,
    out: Path,
    only: Sequence[str] = (),
    progress: object = None,
    pages: Pages | None = None,
) -> BuildResult:
    """Build the analysis data sets of a study and publish them in ``out`` in one step.

    ``sdtm`` is any folder of XPT, Dataset-JSON or Parquet; by default the study's own build.
    ``only`` names the data sets to publish (what they need is built, not published). When one of
    them fails, what depends on it is skipped and nothing is published: the last good build stays
    whole, so that a folder never mixes two builds. ``pages`` makes further files of the data sets,
    by name; they are published with them. Raises SpecificationError when the specification
    or the call is wrong, RawDataError when the folder holds no data sets.
    """
    loaded = load_study(study) if isinstance(study, Path) else study
    place = sdtm or loaded.root / SDTM_FOLDER
    with reading(place), claimed(out, ADAM) as claim:
        check_ours(BuildResult(out).beside, FAILED)
        build = build_sets(loaded, place, only=only, progress=progress)
        result = BuildResult(
            out, build.datasets, build.findings, dict(build.skipped), dict(build.failed)
        )
        if result.published:
            _publish(claim, result, build, wanted(only, build.making), pages)
            clear(result.beside, FAILED)  # what an earlier build left is of no use after this one
        else:
            with staged(result.beside, FAILED) as folder:
                _write_all(result, build, folder)
                _write_json(folder / MANIFEST, {"failed": {**result.failed, **result.skipped}})
    return result


def _publish(
    claim: Claim,
    result: BuildResult,
    build: AnalysisBuild,
    names: Sequence[str],
    pages: Pages | None,
) -> None:
    out = claim.out
    kept = _kept(out, names)
    with claim.staged(keep=[entry["file"] for entry in kept.values()]) as folder:
        _write_all(result, build, folder)
        if pages is not None:
            encoding = build.making.study.spec.encoding
            before = {
                name: read_dataset(out / entry["file"], encoding=encoding)
                for name, entry in kept.items()
            }
            for name, content in pages({**before, **result.datasets}).items():
                (folder / name).write_bytes(content)
        carry_lineage(out, folder, list(kept))
        _carry_account(out, folder, list(kept))
        manifest = _manifest(result, build, folder, kept)
        said = _as_before(out, manifest["sources"]) if kept else {}
        _write_json(folder / MANIFEST, {**manifest, **said})


def _write_all(result: BuildResult, build: AnalysisBuild, folder: Path) -> None:
    """Data sets, lineage and findings below a folder."""
    for name, dataset in result.datasets.items():
        path = folder / _file(name, build)
        path.parent.mkdir(exist_ok=True)
        spec = build.making.study.spec
        write_xpt(dataset, path, encoding=spec.encoding, created=header_time(spec.cut))
        keep_dataset(dataset, folder / COLUMNS)
    write_lineage(build.making, list(result.datasets), folder)
    _write_json(folder / FINDINGS, [f.to_dict() for f in result.findings])
    if build.account is not None:
        _write_json(folder / accounts.ADAM, build.account)


def _carry_account(out: Path, folder: Path, kept: Sequence[str]) -> None:
    """Take along what became of the records of data sets that this build does not touch."""
    before, now = accounts.read_adam(out), accounts.read_adam(folder)
    if before is not None and now is not None and kept:
        sets = {name: one for name, one in before["data_sets"].items() if name in kept}
        now["data_sets"] = {**sets, **now["data_sets"]}
        _write_json(folder / accounts.ADAM, now)


def _file(name: str, build: AnalysisBuild) -> str:
    """Where a data set is published; tabulation data derived here stand apart, in sdtm/."""
    derived = build.making.sets[name].model.class_ == TABULATION
    return f"{'sdtm/' if derived else ''}{name.lower()}.xpt"


def _kept(out: Path, names: Sequence[str]) -> dict[str, Any]:
    """What the last build published and this one does not touch."""
    path = out / MANIFEST
    if not path.is_file():
        return {}
    published = json.loads(path.read_text(encoding="utf-8")).get("datasets", {})
    return {name: entry for name, entry in published.items() if name not in names}


def _manifest(
    result: BuildResult, build: AnalysisBuild, folder: Path, kept: dict[str, Any]
) -> dict[str, Any]:
    making, entries = build.making, dict(kept)
    for name, dataset in result.datasets.items():
        file = _file(name, build)
        entries[name] = {
            "file": file,
            "label": dataset.label,
            "records": dataset.records,
            "keys": list(dataset.key_variables),
            "class": making.sets[name].model.class_,
            "sha256": content_hash(folder / file),
        }
    sources = {}
    for name in sorted(making.sources):
        header = making.folder.headers.get(making.folder.file(name))
        if header is not None:
            sources[name] = {"file": header.path.name, "sha256": content_hash(header.path)}
    said = build.making.study
    return {
        "kind": "adam",
        "asked": making.asked.hash,
        "datasets": dict(sorted(entries.items())),
        "sources": sources,
        "specification": content_hashes(said.root, [*said.files(), *said.opened]),
    }


def _as_before(out: Path, sources: dict[str, Any]) -> dict[str, Any]:
    """What the last build says of its specification and of the tabulation data that it read: where
    data sets of it stay, these go on to be those of the folder, so that others are seen."""
    before = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    read = {**sources, **before.get("sources", {})}
    known = {"specification": before.get("specification", {}), "sources": read}
    return {**known, "asked": before.get("asked", "")}


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def check_adam(study: Study, sdtm: Path | None = None) -> list[Finding]:
    """The findings that would stop ``build_adam``, in the order of the data sets, and what is never
    reached. Nothing is written.

    Args:
        study: the study; one without ``adam/*.yaml`` has nothing to check.
        sdtm: tabulation data [the study's own build]. Where there are none the files are only
            read, and SPEC191 says so.
    """
    if not study.documents.get("adam"):
        return []
    folder = sdtm or study.root / SDTM_FOLDER
    dead: list[Finding] = []
    try:
        dead += never_reached(load_data_sets(study))
        if not folder.is_dir():
            return [*dead, *_without_data(study)]
        build = build_sets(study, folder)
    except (SpecificationError, BuildError) as error:
        return [*dead, *error.findings]
    return [*dead, *(one for one in build.findings if one.severity in _STOPS)]


def _without_data(study: Study) -> list[Finding]:
    """What can be said where there is no tabulation: kinds by the standard, if it has all that is
    read."""
    making = new_making(study, None)
    message = "the lines of the analysis data sets were not tried: there is no SDTM build"
    told = finding(
        "SPEC191", message, hint="run build-sdtm, then check again, or name data: --sdtm DIR"
    )
    planner = Planner(making)
    if planner.sources_read - set(making.read_at) - set(making.csv):
        return [told]
    try:
        checked_planner(making, wanted((), making))
    except SpecificationError as error:
        return [*error.findings, told]
    return [told]


__all__ = ["FOLDER", "BuildResult", "build_adam", "check_adam", "checked_planner", "new_making"]
