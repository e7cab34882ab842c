"""Raw exports to SDTM: load, plan, build, and hand over data sets, findings and lineage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from sdtm.builder import Builder
from sdtm.lineage import write_lineage
from sdtm.output import domain_dataset, rendered_dataset
from sdtm.plan import Plan, Planner
from sdtm.report import Report
from sdtm.scene import Kitchen
from sdtm.sources import Sources, SourceTable
from sdtm.supplemental import relation_records, supplemental_records
from specs import Finding, SpecificationError, Study, TracelockError, finding
from specs.standards import load_ct, load_ig
from specs.suggest import did_you_mean
from transport import Dataset


@dataclass(slots=True)
class SdtmBuild:
    """What a build made: data sets by name in submission order, findings, and what failed."""

    study: Study
    kitchen: Kitchen
    plan: Plan
    datasets: dict[str, Dataset] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    built: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, in the order of finding."""
        return [*self.kitchen.sources.findings, *self.kitchen.report.findings]

    @property
    def inputs(self) -> dict[str, SourceTable]:
        """The sources that were read."""
        return self.kitchen.sources.read

    def write_lineage(self, folder: Path) -> None:
        """Write ``lineage/`` below a folder."""
        write_lineage(self.kitchen, self.plan, self.built, folder)


def new_kitchen(
    study: Study, raw_dir: Path, sources: Sources | None = None, *, terms_later: bool = False
) -> Kitchen:
    """The shared things of a build. Raises SpecificationError STD101, STD103.

    With ``terms_later`` the controlled terminology is loaded when a line first needs it.
    """
    standards = study.spec.standards
    guide = load_ig("sdtmig", standards.sdtmig)
    terms = cache(partial(load_ct, f"sdtmct-{standards.sdtm_ct}", study.root / "standards"))
    if not terms_later:
        terms()
    return Kitchen(study, sources or Sources(study, raw_dir), guide, terms, Report())


def build_sdtm(
    study: Study,
    raw_dir: Path | None = None,
    *,
    only: Sequence[str] = (),
    progress: Callable[[str, str], None] | None = None,
    sources: Sources | None = None,
) -> SdtmBuild:
    """Build the data sets of a study (or ``only`` some) from its raw exports.

    ``progress`` is called with (data set, variable) before each step; ``sources`` may have been
    read from already. Raises SpecificationError when the specification is wrong, RawDataError when
    a raw file cannot be read; a data set that fails while it is built is in ``failed`` instead.
    """
    raw = raw_dir or study.root / study.spec.raw
    kitchen = new_kitchen(study, raw, sources)
    wanted = _wanted(study, only)
    planner = Planner(kitchen, wanted)
    builder = Builder(kitchen, planner.finish(), progress)
    builder.run()
    build = SdtmBuild(study, kitchen, builder.plan, failed=builder.failed)
    for domain in wanted:
        _finish(build, builder, domain)
    _relations(build)
    return build


def _wanted(study: Study, only: Sequence[str]) -> list[str]:
    names = [name.upper() for name in only]
    for name in names:
        if name not in study.domains:
            message = f"the study does not build {name!r}"
            raise SpecificationError(
                finding("SPEC117", message, hint=did_you_mean(name, study.domains))
            )
    return _with_related(study, names) or sorted(study.domains)


def _with_related(study: Study, names: list[str]) -> list[str]:
    """The names, and all data sets with relations if one of them has any: RELREC names records by
    --SEQ, so it is made anew or not at all."""
    related: dict[str, None] = {}
    for domain, source in sorted(study.domains.items()):
        for relation in source.model.relations:
            related |= dict.fromkeys([domain, relation.to])
    if not set(names) & set(related):
        return names
    return sorted({*names, *(name for name in related if name in study.domains)})


def _finish(build: SdtmBuild, builder: Builder, domain: str) -> None:
    if domain in builder.failed:
        return
    try:
        builder.finish(domain)
        state = build.kitchen.states[domain]
        build.datasets[domain] = domain_dataset(build.kitchen, state)
        supplement = supplemental_records(build.kitchen, state)
        if supplement is not None:
            build.datasets[f"SUPP{domain}"] = rendered_dataset(
                build.kitchen, f"SUPP{domain}", supplement
            )
        build.built.append(domain)
    except SpecificationError:
        raise
    except TracelockError as error:
        builder.failed[domain] = str(error)
        known = {id(f) for f in build.kitchen.report.findings}
        build.kitchen.report.add(*(f for f in error.findings if id(f) not in known))


def _relations(build: SdtmBuild) -> None:
    states = {name: build.kitchen.states[name] for name in build.built}
    relations = relation_records(build.kitchen, states, build.kitchen.report)
    if relations is not None:
        build.datasets["RELREC"] = rendered_dataset(build.kitchen, "RELREC", relations)
