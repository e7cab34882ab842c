"""`build-adam`: tabulation data sets and a specification in, analysis data sets out,
all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from adam.build import Build, Progress
from adam.describe import describe
from adam.frame import Frame, to_dataset
from adam.grouping import order_of
from adam.lineage import FOLDER, write_lineage
from adam.load import LoadedDataset, load_adam, load_study_spec
from adam.sources import SourceFolder
from adam.standards import hold_to_standards, load_guides
from specs.codes import finding
from specs.errors import BuildError, SpecificationError
from specs.findings import Finding, Severity
from specs.study import Study
from specs.suggest import did_you_mean
from specs.yaml_source import read_yaml
from transport import Dataset, VariableMeta, content_hash, read_dataset, write_xpt
from transport.publish import MANIFEST, Claim, Kind, check_ours, claimed, clear, reading, staged

SDTM_FOLDER = Path("build") / "sdtm"
"""Where the tabulation data sets are looked for, below the study, when no folder is named."""
ADAM = Kind("tracelock-adam/1", "an ADaM build")
FAILED = Kind("tracelock-failed/1", "what a failed build found")
FINDINGS = "findings.json"
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
        blocking = any(f.severity in (Severity.REJECTS, Severity.BLOCKS) for f in self.findings)
        return int(blocking or not self.published)


def build_adam(
    study_dir: Path,
    *,
    sdtm: Path | None = None,
    out: Path,
    only: Sequence[str] = (),
    progress: Progress | None = None,
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
    place = sdtm or study_dir / SDTM_FOLDER
    with reading(place), claimed(out, ADAM) as claim:
        result = BuildResult(out)
        check_ours(result.beside, FAILED)
        _build(study_dir, place, claim, result, only=only, progress=progress, pages=pages)
    return result


def _build(
    study_dir: Path,
    sdtm: Path,
    claim: Claim,
    result: BuildResult,
    *,
    only: Sequence[str],
    progress: Progress | None,
    pages: Pages | None,
) -> None:
    spec = load_study_spec(study_dir)
    guides = load_guides(spec)
    folder = _source_folder(sdtm)
    datasets = load_datasets(study_dir, folder)
    names = _wanted(only, datasets)
    study = Study(study_dir, spec, read_yaml(study_dir / "study.yaml", "study.yaml"))
    build = Build(datasets, folder, function=study.function)
    build.run(names, progress)
    build.check(names)
    hold_to_standards(build, names, study, guides)
    result.findings = [*folder.problems, *build.findings]
    ready = _ready(build, names, result)
    known = {name: folder.metas(name) for name in build.frames if name not in datasets}
    metas = _described(build, guides, known)
    orders = {name: record_order(build.frames[name], datasets[name]) for name in ready}
    for name in ready:
        result.findings += _unlabelled(metas[name], datasets[name])
        result.datasets[name] = _published(
            build.frames[name], datasets[name], metas[name], orders[name]
        )
    if result.published:
        _publish(claim, result, build, orders, names, encoding=spec.encoding, pages=pages)
        clear(result.beside, FAILED)  # what an earlier build left is of no use after a good one
    else:
        _put_beside(result, build, orders, encoding=spec.encoding)


def _source_folder(path: Path) -> SourceFolder:
    """The tabulation data. Raises SpecificationError ADAM106 when there is no such folder."""
    if not path.is_dir():
        message = f"no tabulation data sets: there is no folder {path}"
        hint = "run build-sdtm first, or name a folder of XPT, Dataset-JSON or Parquet with --sdtm"
        raise SpecificationError(finding("ADAM106", message, hint=hint))
    return SourceFolder(path)


def load_datasets(study_dir: Path, folder: SourceFolder) -> dict[str, LoadedDataset]:
    """The data sets of the specification, completed by what the source folder has. Raises
    SpecificationError with everything that is wrong."""
    datasets = load_adam(study_dir, folder.variables())
    try:
        folder.alias(datasets)
    except BuildError as error:
        raise SpecificationError(error.findings) from error
    return load_adam(study_dir, folder.variables())


def _wanted(only: Sequence[str], datasets: dict[str, LoadedDataset]) -> list[str]:
    names = [name.upper() for name in only]
    for name in names:
        if name not in datasets:
            message = f"the study does not build {name!r}"
            raise SpecificationError(finding("ADAM105", message, hint=did_you_mean(name, datasets)))
    return names or sorted(datasets)


def _ready(build: Build, names: Sequence[str], result: BuildResult) -> list[str]:
    """The data sets that can be published; the others are entered with the reason."""
    doubled = {f.dataset for f in build.findings if f.rule == "ADAM205"}
    out = []
    for name in names:
        reason = build.broken(name)
        dependency = build.broken_dependency(name)
        if dependency is None and reason is None and name not in doubled:
            out.append(name)
        elif dependency is not None:
            result.skipped[name] = f"needs {dependency}, which could not be built"
            message = f"{name} is skipped: it {result.skipped[name]}"
            result.findings.append(finding("ADAM104", message, dataset=name))
        else:
            result.failed[name] = reason or "a subject is there more than once"
    return out


def _described(
    build: Build, guides: dict[str, Any], known: dict[str, dict[str, VariableMeta]]
) -> dict[str, list[VariableMeta]]:
    """Variables of every data set, as far as they are made: of one that is only read, those that
    are asked for. One that inherits comes after the one it inherits from."""
    out: dict[str, list[VariableMeta]] = {}
    known = dict(known)
    for _ in range(2):  # a data set may inherit from one that comes later
        for name, dataset in build.datasets.items():
            if name in build.frames and build.broken(name) is None:
                guide = guides.get(dataset.model.class_, guides["adam"])
                out[name] = describe(dataset, build.frames[name], guide, known)
                known[name] = {meta.name: meta for meta in out[name]}
    return out


def _unlabelled(metas: Sequence[VariableMeta], dataset: LoadedDataset) -> list[Finding]:
    return [
        finding(
            "ADAM213",
            f"{dataset.name}.{meta.name} has no label",
            dataset=dataset.name,
            variable=meta.name,
            spec=dataset.place_of(meta.name),
            hint="the guide has none for it: write label: ... into its line",
        )
        for meta in metas
        if not meta.label
    ]


def record_order(frame: Frame, dataset: LoadedDataset) -> Any:
    """Records in the order of ``sort``, else of the keys."""
    keys = order_of(frame.columns, list(dataset.model.sort) or list(dataset.model.keys))
    return np.lexsort(keys[::-1])


def _published(
    frame: Frame, dataset: LoadedDataset, metas: list[VariableMeta], order: Any
) -> Dataset:
    kept = Frame(frame.name, frame.size, {m.name: frame.columns[m.name] for m in metas})
    if not np.array_equal(order, np.arange(frame.size)):
        kept = kept.take(order)
    model = dataset.model
    return to_dataset(
        kept, name=dataset.name, label=model.label, keys=list(model.keys), metas=metas
    )


def _publish(
    claim: Claim,
    result: BuildResult,
    build: Build,
    orders: dict[str, Any],
    names: Sequence[str],
    *,
    encoding: str,
    pages: Pages | None,
) -> None:
    out = claim.out
    kept = _kept(out, names)
    with claim.staged(keep=[entry["file"] for entry in kept.values()]) as folder:
        _write_all(result, build, orders, folder, encoding)
        if pages is not None:
            before = {name: read_dataset(out / entry["file"]) for name, entry in kept.items()}
            for name, content in pages({**before, **result.datasets}).items():
                (folder / name).write_bytes(content)
        _carry_lineage(out, folder, kept)
        _write_json(folder / MANIFEST, _manifest(result, build, folder, kept))


def _put_beside(
    result: BuildResult, build: Build, orders: dict[str, Any], *, encoding: str
) -> None:
    """What a build that failed made and found."""
    with staged(result.beside, FAILED) as folder:
        _write_all(result, build, orders, folder, encoding)


def _write_all(
    result: BuildResult, build: Build, orders: dict[str, Any], folder: Path, encoding: str
) -> None:
    """Data sets, lineage and findings below a folder."""
    for name, dataset in result.datasets.items():
        path = folder / _file(name, build)
        path.parent.mkdir(exist_ok=True)
        write_xpt(dataset, path, encoding=encoding)
    write_lineage(build.datasets, build.frames, orders, folder)
    _write_json(folder / FINDINGS, [f.to_dict() for f in result.findings])


def _file(name: str, build: Build) -> str:
    """Where a data set is published; tabulation data derived here stand apart, in sdtm/."""
    folder = "sdtm/" if build.datasets[name].model.class_ == "tabulation" else ""
    return f"{folder}{name.lower()}.xpt"


def _kept(out: Path, names: Sequence[str]) -> dict[str, Any]:
    """What the last build published and this one does not touch."""
    path = out / MANIFEST
    if not path.is_file():
        return {}
    published = json.loads(path.read_text(encoding="utf-8")).get("datasets", {})
    return {name: entry for name, entry in published.items() if name not in names}


def _carry_lineage(out: Path, folder: Path, kept: dict[str, Any]) -> None:
    if not kept or not (out / FOLDER / "recipes.json").is_file():
        return
    recipes = json.loads((folder / FOLDER / "recipes.json").read_text(encoding="utf-8"))
    before = json.loads((out / FOLDER / "recipes.json").read_text(encoding="utf-8"))
    for name in kept:
        recipes[name] = before.get(name, {})
        vectors = out / FOLDER / f"{name.lower()}.parquet"
        if vectors.is_file():
            (folder / FOLDER / vectors.name).write_bytes(vectors.read_bytes())
    text = json.dumps(recipes, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FOLDER / "recipes.json").write_text(text + "\n", encoding="utf-8")


def _manifest(
    result: BuildResult, build: Build, folder: Path, kept: dict[str, Any]
) -> dict[str, Any]:
    entries = dict(kept)
    for name, dataset in result.datasets.items():
        file = _file(name, build)
        entries[name] = {
            "file": file,
            "label": dataset.label,
            "records": dataset.records,
            "keys": list(dataset.key_variables),
            "class": build.datasets[name].model.class_,
            "sha256": content_hash(folder / file),
        }
    sources = {}
    for name in sorted(build.frames):
        header = build.folder.header(name)
        if name not in build.datasets and header is not None:
            sources[name] = {"file": header.path.name, "sha256": content_hash(header.path)}
    return {"kind": "adam", "datasets": dict(sorted(entries.items())), "sources": sources}


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
