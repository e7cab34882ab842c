"""Raw exports to SDTM: load, plan, run, and hand over data sets, findings and lineage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from derive.conform import unused_extensions
from derive.findings import Report
from derive.planning.plan import Node
from derive.planning.run import Progress, Run
from derive.records import Records
from derive.scope import Shared
from sdtm.coded import coded_findings
from sdtm.finishing.output import domain_dataset, rendered_dataset
from sdtm.finishing.relations import relation_faults, relation_records
from sdtm.finishing.standard_units import unit_faults
from sdtm.finishing.supplemental import supplemental_records
from sdtm.load import load_domains
from sdtm.making import Making
from sdtm.planning.plan import Planner
from sdtm.planning.reach import reach_of
from sdtm.records.beside.others import Others
from sdtm.records.beside.working_tables import new_table
from sdtm.records.made.visit_form import numbers_by_form
from sdtm.records.sources import Sources, SourceTable
from sdtm.tabulation import Tabulation
from sdtm.witnessing import Witnessing
from specs import Finding, RawDataError, SpecificationError, Study, TracelockError, finding
from specs.standards import load_ct, load_ig, supplement_of
from transport import Dataset

if TYPE_CHECKING:
    from sdtm.posting.raw_account import RawAccount


class EditCheck(NamedTuple):
    """One edit check of a build: kept records that it could judge, and records it asked about."""

    data_set: str
    says: str
    looked_at: int
    asked: int


@dataclass(slots=True)
class SdtmBuild:
    """What a build made: data sets by name in submission order, findings, and what failed."""

    study: Study
    making: Making
    planner: Planner
    datasets: dict[str, Dataset] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    built: list[str] = field(default_factory=list)
    account: RawAccount | None = None
    """What became of the raw data; None where a data set failed."""

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, in the order of finding."""
        return [*self.making.sources.findings, *self.making.shared.report.findings]

    @property
    def checks(self) -> list[EditCheck]:
        """The edit checks of the data sets that were built, and what each did."""
        return [
            EditCheck(name, check.says, one.checked[number].looked_at, one.checked[number].asked)
            for name in self.built
            for one in [self.making.sets[name]]
            for number, check in enumerate(one.model.checks)
            if number in one.checked
        ]

    @property
    def inputs(self) -> dict[str, SourceTable]:
        """The sources that were read."""
        return self.making.sources.read


def new_making(
    study: Study, raw_dir: Path, sources: Sources | None = None, *, terms_later: bool = False
) -> Making:
    """The shared things of a build. Raises SpecificationError (a file of sdtm/; STD101, STD103).

    With ``terms_later`` the controlled terminology is loaded when a line first needs it.
    """
    standards = study.spec.standards
    guide = load_ig("sdtmig", standards.sdtmig)
    terms = cache(partial(load_ct, f"sdtmct-{standards.sdtm_ct}", study.root / "standards"))
    if not terms_later:
        terms()
    loaded = load_domains(study)
    sets = {name: Tabulation(one, Records(name, 0)) for name, one in loaded.items()}
    reader = sources or Sources(study, raw_dir)
    tables = {name: new_table(one, name) for one in sets.values() for name in one.model.tables}
    records = {name: one.records for name, one in (*sets.items(), *tables.items())}
    shared = Shared(study, Others(study, reader, records), Report(), terms)
    making = Making(study, reader, guide, shared, loaded, sets, tables)
    making.shared.codelist_of = partial(_codelist_of, making)
    making.shared.witness = Witnessing(reader, making.tables)
    making.number_unscheduled = numbers_by_form(making)
    return making


def _codelist_of(making: Making, data_set: str, variable: str) -> str | None:
    standard = making.variable(data_set, variable)
    codes = standard.codelist_codes if standard else ()
    return codes[0] if codes else None


def build_sdtm(
    study: Study,
    raw_dir: Path | None = None,
    *,
    only: Sequence[str] = (),
    progress: Progress | None = None,
    sources: Sources | None = None,
) -> SdtmBuild:
    """Build the data sets of a study (or ``only`` some) from its raw exports.

    ``progress`` is called with (data set, variable) before each step; ``sources`` may have been
    read from already. Raises SpecificationError when the specification is wrong, RawDataError when
    a raw file cannot be read, BuildError MAP353 when the account of the raw data does not close; a
    data set that fails while it is built is in ``failed`` instead.
    """
    from sdtm.finishing.unknown_values import unknown_values  # explain replays lines without these

    making = new_making(study, study.raw_folder(raw_dir), sources)
    wanted = _wanted(making, only)
    planner = Planner(making)
    order = checked_order(planner, wanted)
    if isinstance(making.shared.witness, Witnessing):
        making.shared.witness.reach = reach_of(making, planner.plan)
    run = Run(planner.plan, making.shared.report, progress)
    run.execute(order)
    _refuse(run, making)
    tell_unused_extensions(making)
    making.shared.report.add(*unknown_values(planner, wanted))
    build = SdtmBuild(study, making, planner, failed=run.failed)
    for name in wanted:
        _finish(build, name)
    _relations(build)
    making.shared.report.add(*coded_findings(study, build.datasets))
    if not build.failed:
        _account(build, whole=set(wanted) == set(making.loaded))
    return build


def _account(build: SdtmBuild, *, whole: bool) -> None:
    """Close the account, and tell what it leaves open. Raises BuildError MAP353, and
    SpecificationError MAP359 where all raw files are empty."""
    from sdtm.posting.raw_account import raw_account
    from sdtm.posting.row_ids import odd_ids

    published = {name: len(build.datasets[name].frame) for name in build.built}
    build.account = raw_account(build.making, published, whole=whole)
    if build.account.sources and not build.account.totals()["rows"]["read"]:
        files = ", ".join(file for one in build.account.sources for file in one.files)
        message = f"no raw file holds a record, so that there is nothing to build: {files}"
        raise SpecificationError(finding("MAP359", message, hint="look at the export"))
    build.making.shared.report.add(*build.account.open)
    for one in build.account.sources:
        place = build.study.document.place(("sources", one.name), key=True)
        build.making.shared.report.add(*odd_ids(one, place))


def checked_order(planner: Planner, wanted: Iterable[str]) -> list[Node]:
    """The steps that the wanted data sets take.

    Raises SpecificationError with all that is wrong with these and with what they need.
    """
    names = set(wanted)
    order = planner.plan.order([node for node in planner.plan.tasks if node[0] in names])
    needed = {node[0] for node in order}
    faults = [f for name in sorted(needed) for f in planner.faults.get(name, [])]
    faults += [f for f in relation_faults(planner.making) if f.dataset in needed]
    if faults:
        raise SpecificationError(faults)
    return order


def unused_terms(making: Making) -> list[Finding]:
    """Declared extensions of codelists that change nothing (MAP337)."""
    names = {v.name for name in making.loaded for v in making.standard(name).variables}
    document = making.study.codelists_document
    place = document.place(("extensions",), key=True) if document else None
    found = unused_extensions(making.study, making.shared.terms, names)
    return [finding("MAP337", message, spec=place) for message in found]


def tell_unused_extensions(making: Making) -> None:
    """Tell of them where controlled terminology was asked for at all."""
    if making.study.codelists.extensions:
        making.shared.report.add(*unused_terms(making))


def _refuse(run: Run, making: Making) -> None:
    """Raise for files that cannot be read, and for lines that the files do not fit; with both."""
    unreadable = making.sources.unreadable
    if unreadable:
        raise RawDataError([*unreadable, *run.wrong])
    run.refuse_wrong()


def _wanted(making: Making, only: Sequence[str]) -> list[str]:
    names = [name.upper() for name in only]
    for name in names:
        if name not in making.loaded:
            message = f"the study does not build {name!r}"
            hint = making.study.hint_for("sdtm", name, making.loaded)
            raise SpecificationError(finding("SPEC117", message, hint=hint))
    return _with_related(making, names) or sorted(making.loaded)


def _with_related(making: Making, names: list[str]) -> list[str]:
    """The names, and all data sets with relations if one of them has any: RELREC names records by
    --SEQ, so it is made anew or not at all."""
    related: dict[str, None] = {}
    for name, loaded in sorted(making.loaded.items()):
        for relation in loaded.model.relations:
            related |= dict.fromkeys([name, relation.to])
    if not set(names) & set(related):
        return names
    return sorted({*names, *(name for name in related if name in making.loaded)})


def _finish(build: SdtmBuild, name: str) -> None:
    if name in build.failed:
        return
    making, tabulation = build.making, build.making.sets[name]
    try:
        making.shared.report.add(*unit_faults(tabulation))
        build.datasets[name] = domain_dataset(making, tabulation)
        supplement = supplemental_records(making, tabulation)
        if supplement is not None:
            supp = supplement_of(name)
            build.datasets[supp] = rendered_dataset(making, supp, supplement)
        build.built.append(name)
    except SpecificationError:
        raise
    except TracelockError as error:
        build.failed[name] = str(error)
        known = {id(f) for f in making.shared.report.findings}
        making.shared.report.add(*(f for f in error.findings if id(f) not in known))


def _relations(build: SdtmBuild) -> None:
    built = {name: build.making.sets[name] for name in build.built}
    relations = relation_records(build.making, built)
    if relations is not None:
        build.datasets["RELREC"] = rendered_dataset(build.making, "RELREC", relations)
