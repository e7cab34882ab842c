"""Chapters that both guides share: standards, decisions, traceability, conformance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specs.account import DataSetAccount, LineAccount
from submission.guides.facts import Facts, Folder
from submission.guides.figure import Flow, flow, untangled
from submission.guides.model import Bullets, Figure, Guide, Section

PROTOCOL = "protocol tables"
SEVERITIES = {"rejects": "Reject", "blocks": "Error", "explain": "Warning", "info": "Notice"}
"""Our severities in the words of the guides."""

ACRONYMS = {
    "aCRF": "Annotated Case Report Form",
    "ADaM": "Analysis Data Model",
    "ADaMIG": "Analysis Data Model Implementation Guide",
    "ADRG": "Analysis Data Reviewer's Guide",
    "ADSL": "Subject-Level Analysis Dataset",
    "ASTCT": "American Society for Transplantation and Cellular Therapy",
    "BDS": "Basic Data Structure",
    "CAR-T": "Chimeric Antigen Receptor T Cell",
    "CDISC": "Clinical Data Interchange Standards Consortium",
    "CRF": "Case Report Form",
    "CRS": "Cytokine Release Syndrome",
    "cSDRG": "Clinical Study Data Reviewer's Guide",
    "CT": "Controlled Terminology",
    "CTCAE": "Common Terminology Criteria for Adverse Events",
    "FDA": "U.S. Food and Drug Administration",
    "ICANS": "Immune Effector Cell-Associated Neurotoxicity Syndrome",
    "NMPA": "National Medical Products Administration",
    "PMDA": "Pharmaceuticals and Medical Devices Agency",
    "RELREC": "Related Records",
    "SDTM": "Study Data Tabulation Model",
    "SDTMIG": "Study Data Tabulation Model Implementation Guide",
    "XPT": "SAS Transport Format, version 5",
}


def add_acronyms(section: Section, guide: Guide) -> None:
    """The acronyms that the guide uses; to be called when it is complete."""
    words = set(re.findall(r"[A-Za-z][A-Za-z-]*[A-Za-z]", guide.text()))
    rows = [(short, meaning) for short, meaning in ACRONYMS.items() if short in words]
    section.table(("Acronym", "Translation"), rows, widths=(1, 4))


def add_standards(section: Section, facts: Facts, folder: Folder) -> None:
    """Standards, terminology, dictionaries; the encoding; sponsor extensions."""
    spec = facts.study.spec
    ours = spec.standards
    rows = [("SDTM", f"SDTMIG {ours.sdtmig}"), ("SDTM Controlled Terminology", ours.sdtm_ct)]
    if facts.adam is not None and folder is facts.adam:
        rows += [("ADaM", f"ADaMIG {ours.adamig}"), ("ADaM Controlled Terminology", ours.adam_ct)]
    rows.append(("Data definition", f"Define-XML {ours.define}"))
    rows += [(d.name, d.version) for d in spec.dictionaries]
    section.table(("Standard or dictionary", "Version"), rows, widths=(2, 3))
    section.say(f"The transport files are written in the character encoding {encoding(facts)}.")


def encoding(facts: Facts) -> str:
    """The encoding of the transport files, as a reviewer knows it."""
    shown = {"ascii": "US-ASCII", "shift_jis": "Shift_JIS"}
    name = facts.study.spec.encoding
    return shown.get(name, name.upper())


def add_extensions(section: Section, facts: Facts, folder: Folder) -> None:
    """Sponsor terms in published codelists, and codelists of the sponsor's own, as far as
    define.xml of the folder has them."""
    lists = facts.study.codelists
    used = {t.value for c in folder.define.codelists for t in c.terms if t.extended == "Yes"}
    named = set().union(*(e.variables for e in folder.entries))
    rows = [
        (codelist, e.term, e.decode or "", e.note or "")
        for codelist, extensions in lists.extensions.items()
        for e in extensions
        if e.term in used
    ]
    section.table(
        ("Codelist", "Term", "Decode", "Why"),
        rows,
        widths=(1.1, 2, 2, 3),
        caption="Sponsor terms in extensible codelists",
    )
    own = [
        (own.name, ", ".join(own.variables), ", ".join(own.terms))
        for own in lists.codelists.values()
        if not own.variables or named & {v.rpartition(".")[2] for v in own.variables}
    ]
    section.table(
        ("Codelist", "Variables", "Terms"),
        own,
        widths=(1.5, 1.5, 4),
        caption="Codelists of the sponsor",
    )


def add_decisions(section: Section, facts: Facts, document: str) -> None:
    """Choices where practice differs, with their reasons, and assumptions."""
    spec = facts.study.spec
    rows = []
    for name, decision in spec.decisions.items():
        others = ", ".join(o for o in decision.options if o != decision.choice)
        rows.append((name, decision.choice, others, decision.reason or ""))
        if not decision.reason:
            facts.gap(document, section.number, f"reason of the decision {name!r}")
    section.table(
        ("Decision", "Chosen", "Alternatives", "Reason"),
        rows,
        widths=(1.3, 1.3, 1.3, 4.5),
        caption="Decisions where practice differs",
    )
    if spec.assumptions:
        section.say("The data sets rest on these assumptions:")
        section.blocks.append(Bullets(tuple(spec.assumptions)))


def add_traceability(section: Section, facts: Facts) -> None:
    """Raw file to tabulation to analysis data set, from the lineage of the builds."""
    section.say(
        "Each value can be followed to the cell of the raw export that it was taken from. The "
        "figure shows which files and data sets each data set is made from."
    )
    section.blocks.append(Figure(traceability(facts), "Traceability of the data sets"))


def traceability(facts: Facts) -> Flow:
    """The flow of data through the study."""
    arrows = [*_raw_arrows(facts), *_adam_arrows(facts)]
    made = facts.accounts.keys() | facts.adam_accounts.keys()
    sdtm = [n for n in facts.sdtm.names if n in made]
    adam = list(facts.adam.names) if facts.adam is not None else []
    raw = untangled({a for a, _ in _raw_arrows(facts)}, sdtm, _raw_arrows(facts))
    columns = (("Raw data", raw), ("SDTM", sdtm), ("ADaM", adam))
    return flow(columns, arrows)


def _raw_arrows(facts: Facts) -> Iterator[tuple[str, str]]:
    sources = facts.study.spec.sources
    for dataset, account in facts.accounts.items():
        for part in account.parts:
            for file in part.files:
                yield (PROTOCOL if part.kind == "table" else file), dataset
        read = {name.removeprefix("raw.").partition(".")[0] for name in _reads(account)}
        for name in sorted(read & sources.keys()):
            yield sources[name].file, dataset


def _adam_arrows(facts: Facts) -> Iterator[tuple[str, str]]:
    known = facts.accounts.keys() | facts.adam_accounts.keys()
    for dataset, account in facts.adam_accounts.items():
        for source in adam_sources(account):
            if source in known - {dataset}:
                yield source, dataset


def adam_sources(account: DataSetAccount) -> list[str]:
    """The data sets, and tables of its own, that an analysis data set is made from."""
    return sorted({*account.sources, *(name.partition(".")[0] for name in _reads(account))})


def _reads(account: DataSetAccount) -> Iterator[str]:
    """Every qualified name that a data set's lines read, those of its tables among them."""
    for variable in (*account.variables.values(), *account.qualifiers.values()):
        yield from _qualified(variable.lines)
    tables = [*account.tables.values()]
    for table in tables:
        yield from _qualified(table.lines)
        yield from (f"{source}." for source in table.sources)
        yield from (name for name in table.reads if "." in name)
        tables.extend(table.events)


def _qualified(lines: Mapping[str, LineAccount]) -> Iterator[str]:
    yield from (name for line in lines.values() for name in line.reads if "." in name)


def add_conformance(chapter: Section, facts: Facts, folder: Folder, document: str) -> None:
    """Inputs and issues, each with its explanation; one that lacks is a gap."""
    from validation.report import guide_rows

    inputs = chapter.section("Conformance Inputs")
    report = facts.report
    rows = [("Validation engine", report.engine), ("Rules that ran", f"{report.rules_ran:,}")]
    rows += [(s.name, s.version) for s in report.standards]
    rows += [("Define-XML", f"checked as {facts.study.spec.standards.define}")]
    inputs.table(("Input", "Value"), rows, widths=(2, 3))
    issues = chapter.section("Issues Summary")
    names = frozenset(folder.names)
    found = guide_rows(report, names)
    issues.say(_summary(found))
    body = [
        (
            r.rule,
            r.dataset,
            r.message,
            SEVERITIES[r.severity],
            f"{r.count:,}",
            f"{r.subjects:,}",
            r.explanation,
        )
        for r in found
    ]
    issues.table(
        ("Rule", "Data set", "Message", "Severity", "Findings", "Subjects", "Explanation"),
        body,
        widths=(2.3, 1.1, 3, 1.1, 1.15, 1.15, 3),
        numbers=(4, 5),
    )
    for row in found:
        if row.open:
            many = f"{row.open:,} finding{'s' if row.open > 1 else ''}"
            text = f"explanation of {row.rule} in {row.dataset} ({many})"
            facts.gap(document, issues.number, text)


def _summary(rows: list[Any]) -> str:
    if not rows:
        return "No issues were found."
    total, asked = sum(r.count for r in rows), sum(r.asked for r in rows)
    explained = total - asked - sum(r.open for r in rows)
    queried = f", {asked:,} are asked by open queries" if asked else ""
    return (
        f"{total:,} findings of {len({r.rule for r in rows})} rules; {explained:,} of them are "
        f"explained below{queried}."
    )


def notes(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(variable or "", note) of every ``note:`` in a specification, in the order they stand."""
    if isinstance(data, dict):
        note = data.get("note")
        if isinstance(note, str):
            yield _variable(path), " ".join(note.split())
        for name, value in data.items():
            yield from notes(value, (*path, str(name)))
    elif isinstance(data, list):
        for value in data:
            yield from notes(value, path)


def _variable(path: tuple[str, ...]) -> str:
    """The variable that a path leads into."""
    named = [p for p in path if re.fullmatch(r"[A-Z][A-Z0-9]{1,7}", p)]
    return named[-1] if named else ""
