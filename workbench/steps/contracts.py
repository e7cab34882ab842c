"""Intake contracts of a study, run beside the build in a process of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sdtm.records.sources import Sources
from specs import Finding, RawDataError, SpecificationError, Study, finding
from specs.foreign.inside import check_inside
from specs.reading.yaml_source import read_yaml
from specs.suggest import did_you_mean
from transport.publish.manifest import CACHE

if TYPE_CHECKING:
    from validation.contracts import ContractRun, Process


@dataclass(slots=True)
class ContractChecks:
    """Checks under way. ``files`` maps a raw file to its contract."""

    run: ContractRun | None = None
    files: dict[str, str] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """What they found; waits for them."""
        if self.run is None:
            return []
        return [found for one in self.run.result() for found in one]

    def keep(self, folder: Path) -> None:
        """Keep what they found in a folder: the same bytes are not checked twice."""
        if self.run is not None:
            self.run.write_cache(folder)

    def close(self) -> None:
        """End them if they still run."""
        if self.run is not None:
            self.run.close()


def start_contracts(
    study: Study,
    sources: Sources,
    previous: Path,
    *earlier: Path,
    process: Process | None = None,
    force: bool = False,
) -> ContractChecks:
    """Start the contracts of all sources that name one.

    ``previous`` is the last build; what was kept there and in the folders ``earlier`` is not
    checked again, unless with ``force``; ``process`` may have been started before. Raises
    SpecificationError.
    """
    named = {name: source for name, source in study.spec.sources.items() if source.contract}
    if not named:
        return ContractChecks()
    from validation.contracts import ContractJob, run_contracts_in_process

    counts = _previous_rows(previous)
    jobs, files = [], {}
    for name, source in named.items():
        contract = load_contract(study, name, str(source.contract))
        try:
            tables = sources.raw_tables(name)
        except RawDataError:
            continue  # the build reads the same file and reports it
        for table in tables:
            shown = f"{table.file}#{table.sheet}" if table.sheet else table.file
            files[shown] = str(source.contract)
            job = ContractJob(
                table.frame, table.rows, shown, contract, counts.get(shown), table.sha256
            )
            jobs.append(job)
    caches = [] if force else [folder / CACHE for folder in (previous, *earlier)]
    return ContractChecks(run_contracts_in_process(jobs, caches, process), files)


def load_contract(study: Study, source: str, name: str) -> Any:
    """A contract by its file's name. Raises SpecificationError."""
    from validation.contracts import load

    path = study.root / "contracts" / f"{name}.yaml"
    if not path.is_file():
        known = [p.stem for p in (study.root / "contracts").glob("*.yaml")]
        place = study.document.place(("sources", source, "contract"))
        message = f"contracts/{name}.yaml is not in the study folder"
        raise SpecificationError(
            finding("SPEC107", message, spec=place, hint=did_you_mean(name, known))
        )
    check_inside(path, study.root, f"contracts/{name}.yaml", study.grants)
    document = read_yaml(path, f"contracts/{name}.yaml")
    return load(document.data or {}, document.place, name)


def _previous_rows(out: Path) -> dict[str, int]:
    """Rows of each raw table in the last build, for drift; none where it does not say."""
    manifest = out / "manifest.json"
    if not manifest.is_file():
        return {}
    try:
        inputs = json.loads(manifest.read_text(encoding="utf-8"))["inputs"]
        return {
            f"{one['file']}#{one['sheet']}" if "sheet" in one else one["file"]: int(one["rows"])
            for one in inputs
        }
    except (ValueError, KeyError, TypeError):  # damaged: this build writes it anew
        return {}
