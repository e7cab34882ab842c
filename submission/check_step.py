"""`tracelock check`: what is wrong with a specification, without building anything from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adam import check_adam
from sdtm.build import new_kitchen
from sdtm.builder import Builder
from sdtm.plan import Planner
from sdtm.scene import Kitchen
from specs import BuildError, Finding, RawDataError, SpecificationError, Study, finding, load_study
from specs.language import Choose, From, LineBase
from transport.publish import reading

_ABOUT_THE_SPECIFICATION = (
    "SPEC",
    "STD",
    "MAP219",
    "MAP301",
    "MAP304",
    "MAP307",
    "MAP313",
    "MAP316",
    "MAP329",
    "MAP330",
    "MAP334",
)


def check_study(study_dir: Path, raw: Path | None = None) -> list[Finding]:
    """Lint a specification: names, lines that are never reached, required variables, and, where
    the raw data are at hand, codelists and keys against the data. Analysis data sets are tried on
    the tabulation data of the study's build.

    Raises SpecificationError when files cannot be read as a specification at all.
    """
    study = load_study(study_dir)
    out = [
        *_unused(study),
        *(f for domain in sorted(study.domains) for f in _unreachable(study, domain)),
    ]
    kitchen = new_kitchen(study, raw or study_dir / study.spec.raw)
    try:
        out += _against_data(kitchen, study)
    except SpecificationError as error:
        out += error.findings
    except RawDataError as error:
        first = error.findings[0]
        message = f"the data were not looked at: {first.message}"
        out.append(finding("SPEC190", message, spec=first.spec, raw=first.raw, hint=first.hint))
    with reading(study_dir / "build"):
        out += check_adam(study)
    return sorted(dict.fromkeys(out), key=_order)


def _order(one: Finding) -> tuple[int, str, int, str]:
    place = one.spec
    return (one.severity.rank, place.file if place else "", place.line if place else 0, one.message)


def _against_data(kitchen: Kitchen, study: Study) -> list[Finding]:
    planner = Planner(kitchen, sorted(study.domains))
    builder = Builder(kitchen, planner.finish())
    builder.run()
    for domain in sorted(study.domains):
        if domain not in builder.failed:
            try:
                builder.finish(domain)
            except BuildError as error:
                kitchen.report.add(*error.findings)
    return [*_told(kitchen), *_not_total(kitchen)]


def _told(kitchen: Kitchen) -> Iterator[Finding]:
    """What the dry run said about the specification: one of each value, not one per record."""
    seen: set[tuple[str, str, str]] = set()
    for one in kitchen.report.findings:
        mark = (one.rule, one.variable, one.message.partition(" (and ")[0])
        if one.rule.startswith(_ABOUT_THE_SPECIFICATION) and mark not in seen:
            seen.add(mark)
            yield one


def _not_total(kitchen: Kitchen) -> Iterator[Finding]:
    """Keys under which records of the data at hand are equal: the sort order is not total."""
    counts: dict[str, int] = {}
    for one in kitchen.report.findings:
        if one.rule == "MAP311":
            counts[one.dataset] = counts.get(one.dataset, 0) + int(one.details.get("records", "1"))
    for domain, count in counts.items():
        state = kitchen.states[domain]
        keys = ", ".join(state.spec.model.keys)
        message = f"{domain}: {count} record(s) have the same {keys} as another"
        hint = "add a key that tells them apart, such as the record id"
        yield finding("SPEC127", message, dataset=domain, spec=state.spec.place("keys"), hint=hint)


def _lines(study: Study, domain: str) -> Iterator[tuple[tuple[str | int, ...], LineBase]]:
    model = study.domains[domain].model
    yield from ((("variables", name), line) for name, line in model.variables.items())
    yield from ((("supplemental", name), one.is_) for name, one in model.supplemental.items())
    for number, entry in enumerate(model.records):
        yield from (
            (("records", number, "variables", name), line) for name, line in entry.variables.items()
        )


def _unreachable(study: Study, domain: str) -> Iterator[Finding]:
    source = study.domains[domain]
    for path, line in _lines(study, domain):
        if line.else_ is not None and line.where is None:
            message = "`else` is never used: the line has no `where`"
            yield finding("SPEC122", message, dataset=domain, spec=source.place(*path, "else"))
        if isinstance(line, Choose):
            seen: dict[str, int] = {}
            for number, choice in enumerate(line.choose):
                text = str(choice.where)
                if text in seen:
                    message = (
                        "this alternative is never reached: "
                        f"alternative {seen[text] + 1} has the same condition"
                    )
                    yield finding(
                        "SPEC122",
                        message,
                        dataset=domain,
                        spec=source.place(*path, "choose", number),
                    )
                seen.setdefault(text, number)
    for name in source.model.variables:
        entries = source.model.records
        if all(name in entry.variables for entry in entries):
            message = f"{name} is never used: every record stream has its own line for it"
            yield finding(
                "SPEC122",
                message,
                dataset=domain,
                variable=name,
                spec=source.place("variables", name, key=True),
            )


def _unused(study: Study) -> Iterator[Finding]:
    lines = [line for domain in study.domains for _, line in _lines(study, domain)]
    texts = " ".join(
        path.read_text(encoding="utf-8") for path in study.files() if path.suffix == ".yaml"
    )
    used_maps = {line.map for line in lines if isinstance(line, From) and isinstance(line.map, str)}
    document = study.codelists_document
    for name in study.codelists.maps:
        if name not in used_maps and name != "units" and f"map: {name}" not in texts:
            place = document.place(("maps", name), key=True) if document else None
            yield finding("SPEC129", f"the map {name!r} is not used", spec=place)
    for name in study.spec.sources:
        models = [study.domains[d].model for d in study.domains]
        used = any(
            name in (e.source, *(j.source for j in e.join)) for m in models for e in m.records
        )
        if not used and f"look-up: {name}" not in texts:
            yield finding(
                "SPEC129",
                f"the source {name!r} is not used",
                spec=study.document.place(("sources", name), key=True),
            )
