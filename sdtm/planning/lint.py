"""What is wrong with the tabulation's specification, with and without data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from derive.line import Line, all_reads
from derive.planning.run import Run
from sdtm.build import new_making, unused_terms
from sdtm.finishing.relations import relation_faults
from sdtm.making import Making
from sdtm.model import Domain, Stream
from sdtm.planning.plan import Planner
from sdtm.planning.words.closed_sets import undeclared_words
from sdtm.planning.words.dead_conditions import dead_conditions
from sdtm.planning.words.idle_rows import idle_tests, repeated_spellings
from sdtm.planning.words.map_entries import entries_outside
from sdtm.posting.unread_files import unread_findings, unread_parts
from specs import Finding, RawDataError, Study, finding
from specs.exports import export_files
from specs.reading.yaml_source import NodePath

_ABOUT_THE_SPECIFICATION = (
    "SPEC", "STD", "ADAM208", "MAP219", "MAP301", "MAP304", "MAP307", "MAP313", "MAP316", "MAP329",
    "MAP334",
)  # fmt: skip


def check_sdtm(study: Study, raw: Path | None = None) -> list[Finding]:
    """Names, kinds, lines that are never reached, required variables: known before a row is read.
    Where that is sound, the data are looked at too: codelists, keys, columns.

    Raises SpecificationError when files cannot be read as a specification at all.
    """
    making = new_making(study, study.raw_folder(raw))
    planner = Planner(making)
    faults = [f for found in planner.faults.values() for f in found]
    faults += relation_faults(making)
    out = [*faults, *unused_terms(making), *_unused(making)]
    for name in sorted(making.loaded):
        out += _unreachable(making, name)
    words = list(undeclared_words(planner))
    told = {one.spec for one in words}
    out += [
        *words,
        *repeated_spellings(making),
        *entries_outside(making),
        *(one for one in dead_conditions(planner) if one.spec not in told),
    ]
    return out if faults else out + _against_data(making, planner)


def _against_data(making: Making, planner: Planner) -> list[Finding]:
    run = Run(planner.plan, making.shared.report)
    run.execute(planner.plan.order())
    try:
        unread = list(unread_findings(making.study, unread_parts(making.sources)))
    except RawDataError:
        return [*_not_looked_at(making), *run.wrong]
    idle = [one for tabulation in making.sets.values() for one in idle_tests(making, tabulation)]
    return [*run.wrong, *_told(making), *_not_total(making), *idle, *unread]


def _not_looked_at(making: Making) -> Iterator[Finding]:
    """SPEC190 where a raw file could not be looked at. Where there are exports at all, so that the
    data were meant to be looked at, what is wrong with each file blocks as it blocks a build."""
    unreadable = RawDataError(making.sources.unreadable).findings
    first = unreadable[0]
    message = f"the data were not looked at: {first.message}"
    yield finding("SPEC190", message, spec=first.spec, raw=first.raw, hint=first.hint)
    study, raw = making.study, making.sources.raw_dir
    if export_files(raw, study.root, [*study.files(), *study.opened]):
        yield from unreadable


def _told(making: Making) -> Iterator[Finding]:
    """What the dry run said about the specification: one of each value, not one per record."""
    seen: set[tuple[str, str, str]] = set()
    for one in making.shared.report.findings:
        mark = (one.rule, one.variable, one.message.partition(" (and ")[0])
        if one.rule.startswith(_ABOUT_THE_SPECIFICATION) and mark not in seen:
            seen.add(mark)
            yield one


def _not_total(making: Making) -> Iterator[Finding]:
    """Keys under which records of the data at hand are equal: the sort order is not total."""
    counts: dict[str, int] = {}
    for one in making.shared.report.findings:
        if one.rule == "MAP311":
            counts[one.dataset] = counts.get(one.dataset, 0) + int(one.details.get("records", "1"))
    for name, count in counts.items():
        loaded = making.loaded[name]
        keys = ", ".join(loaded.model.keys)
        message = f"{name}: {count} record(s) have the same {keys} as another"
        hint = "add a key that tells them apart, such as the record id"
        yield finding("SPEC127", message, dataset=name, spec=loaded.place("keys"), hint=hint)


def all_lines(model: Domain) -> Iterator[tuple[NodePath, Line]]:
    """Every line of a data set, with where it stands."""
    holders: list[tuple[NodePath, Domain | Stream]] = [((), model)]
    listed = len(model.records) > 1
    for number, stream in enumerate(model.records):
        holders.append((("records", number) if listed else ("records",), stream))
    for path, holder in holders:
        for section in ("working", "variables"):
            for name, line in getattr(holder, section).items():
                yield (*path, section, name), line
        for name, supplement in holder.supplemental.items():
            yield (*path, "supplemental", name), supplement.line


def _unreachable(making: Making, name: str) -> Iterator[Finding]:
    loaded = making.loaded[name]
    for path, line in all_lines(loaded.model):
        if line.else_ is not None and line.when is None:
            message = "`else` is never used: the line has no `when`"
            yield finding("SPEC122", message, dataset=name, spec=loaded.place(*path, "else"))
    for variable in loaded.model.variables:
        if all(variable in stream.variables for stream in loaded.model.records):
            message = f"{variable} is never used: every record stream has its own line for it"
            place = loaded.place("variables", variable, key=True)
            yield finding("SPEC122", message, dataset=name, variable=variable, spec=place)


def _unused(making: Making) -> Iterator[Finding]:
    study = making.study
    lines = [line for one in making.loaded.values() for _, line in all_lines(one.model)]
    texts = " ".join(p.read_text(encoding="utf-8") for p in study.files() if p.suffix == ".yaml")
    document = study.codelists_document
    for name in study.codelists.maps:
        if name != "units" and f"map: {name}" not in texts:
            place = document.place(("maps", name), key=True) if document else None
            yield finding("SPEC129", f"the map {name!r} is not used", spec=place)
    used = {read.data_set for line in lines for read in all_reads(line)}
    for one in making.loaded.values():
        for stream in (*one.model.records, *one.model.tables.values()):
            used |= {stream.source or "", *(join.source for join in stream.join)}
    form = study.spec.visit_form
    used.add(form.source if form is not None else "")
    for name in study.spec.sources:
        if name not in used:
            place = study.document.place(("sources", name), key=True)
            yield finding("SPEC129", f"the source {name!r} is not used", spec=place)
