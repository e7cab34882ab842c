"""`build-results`: analysis data sets and declared analyses in, results and displays out, all or
nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adam.results.ars.event import reporting_event
from adam.results.data_set import write_curves, write_links, write_results
from adam.results.load import FILE, Displays, load_displays
from adam.results.methods.registry import WORDS
from adam.results.records import SUBJECTS
from adam.results.run import Results, execute
from adam.results.showing.render import write_displays
from specs import Finding, Severity, SpecificationError, SpecPlace, Study, finding
from specs.version import tracelock_version
from transport import Dataset, content_hash, content_hashes, folder_headers, read_dataset
from transport.publish import MANIFEST, Kind, check_ours, claimed, clear, reading, staged

RESULTS = Kind("tracelock-results/1", "a results build")
FAILED = Kind("tracelock-failed/1", "what a failed build found")
FINDINGS, ACCOUNT, LINKS = "findings.json", "analyses.json", "lineage"
EVENT = "reporting-event.json"
"""The study's reporting event as CDISC ARS 1.0."""
ADAM_FOLDER = Path("build") / "adam"
"""Where the analysis data sets are looked for, below the study, when no folder is named."""


@dataclass(slots=True)
class ResultsBuild:
    """What a build made. Where a finding blocks, nothing is published: the last good results stay,
    and what was made and found lies ``beside`` them."""

    out: Path
    results: Results
    statistics: int = 0
    files: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found."""
        return self.results.findings

    @property
    def failed(self) -> dict[str, str]:
        """Analyses that gave nothing, with the reason."""
        return self.results.failed

    @property
    def published(self) -> bool:
        """Whether every analysis gave its results."""
        return not self.results.blocking

    @property
    def beside(self) -> Path:
        """Where a build that failed leaves its findings and what could be made."""
        real = self.out.resolve()
        return real.parent / f"{real.name}-failed"

    @property
    def exit_code(self) -> int:
        """0 built and clean, 1 otherwise."""
        return int(not self.published)


def build_results(study: Study, *, adam: Path | None = None, out: Path) -> ResultsBuild:
    """Execute the analyses of a study and publish results and displays in ``out`` in one step.

    ``adam`` is any folder of analysis data sets; by default the study's own build. Raises
    SpecificationError where the file is wrong or there is nothing to do (ADAM319), RawDataError
    where a data set cannot be read.
    """
    place = adam or study.root / ADAM_FOLDER
    declared = declared_displays(study)
    with reading(place), claimed(out, RESULTS) as claim:
        datasets, hashes = needed(declared, place, study)
        results = execute(declared, datasets)
        build = ResultsBuild(out, results)
        check_ours(build.beside, FAILED)
        if build.published:
            with claim.staged() as folder:
                _write(build, study, hashes, folder)
            clear(build.beside, FAILED)
        else:
            with staged(build.beside, FAILED) as folder:
                _write(build, study, hashes, folder)
    return build


def declared_displays(study: Study) -> Displays:
    """The analyses of a study. Raises SpecificationError, ADAM319 where it declares none."""
    declared = load_displays(study)
    if declared is None:
        message = f"the study declares no analyses: it has no {FILE}"
        raise SpecificationError(finding("ADAM319", message, spec=SpecPlace(FILE)))
    return declared


def needed(
    declared: Displays, folder: Path, study: Study
) -> tuple[dict[str, Dataset], dict[str, str]]:
    """The data sets that the analyses look at, and the hash of each file.

    Raises SpecificationError ADAM319 where there is no folder of analysis data.
    """
    if not folder.is_dir():
        message = f"no analysis data sets: there is no folder {folder}"
        hint = "run build-adam first, or name a folder with --adam"
        raise SpecificationError(finding("ADAM319", message, hint=hint))
    encoding = study.spec.encoding
    wanted = {SUBJECTS, *(one.spec.data for one in declared.analyses.values())}
    headers = folder_headers(folder, encoding=encoding)
    paths = {name: header.path for name, header in headers.items() if name in wanted}
    read = {name: read_dataset(path, encoding=encoding) for name, path in sorted(paths.items())}
    return read, {name: content_hash(path) for name, path in sorted(paths.items())}


def _write(build: ResultsBuild, study: Study, hashes: dict[str, str], folder: Path) -> None:
    results = build.results
    build.statistics = write_results(results, study, folder).records
    write_links(results.marks, results, folder / LINKS)
    write_curves(results.curves, folder)
    write_displays(results, study, folder)
    _write_json(folder / ACCOUNT, account(results, study))
    _write_json(folder / EVENT, reporting_event(results, study))
    _write_json(folder / FINDINGS, [f.to_dict() for f in results.findings])
    displays = {name: one.title for name, one in results.declared.displays.items()}
    specification = content_hashes(study.root, [*study.files(), *study.opened])
    content = {
        "kind": "results",
        "tracelock": tracelock_version(),
        "specification": specification,
        "sources": hashes,
        "displays": displays,
    }
    _write_json(folder / MANIFEST, content)
    build.files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*"))


def account(results: Results, study: Study) -> dict[str, Any]:
    """What the build says of its analyses: declarations as executed, places, populations."""
    declared = results.declared
    populations = {
        name: {
            "label": one.label,
            "where": one.where.text,
            "subjects": int(results.populations[name].sum()),
        }
        for name, one in declared.populations.items()
    }
    analyses = {
        one.id: {
            "display": one.display,
            "label": one.label,
            "method": one.method,
            "words": WORDS[one.method],
            "purpose": one.spec.purpose or "",
            "reason": one.spec.reason,
            "data": one.spec.data,
            "where": one.where.text if one.where else "",
            "population": one.population,
            "spec": str(one.place()),
            "declared": one.text,
        }
        for one in declared.analyses.values()
    }
    displays = {name: one.title for name, one in declared.displays.items()}
    figures = {name: {"title": one.title, "of": one.of} for name, one in declared.figures.items()}
    return {
        "study": study.id,
        "populations": populations,
        "displays": displays,
        "figures": figures,
        "analyses": analyses,
    }


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def check_results(study: Study, adam: Path | None = None) -> list[Finding]:
    """The findings that would stop ``build_results``; nothing is written.

    A study without ``analyses.yaml`` has nothing to check; without a build of its analysis data the
    file alone is read.
    """
    try:
        declared = load_displays(study)
        folder = adam or study.root / ADAM_FOLDER
        if declared is None or not folder.is_dir():
            return [] if declared is None else list(declared.told)
        results = execute(declared, needed(declared, folder, study)[0])
    except SpecificationError as error:
        return list(error.findings)
    worst = (Severity.REJECTS, Severity.BLOCKS)
    return [one for one in results.findings if one.severity in worst]
