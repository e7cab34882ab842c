"""The clinical study data reviewer's guide (cSDRG) in the sections of PHUSE's template."""

from __future__ import annotations

from submission.guides.chapters import (
    add_acronyms,
    add_conformance,
    add_decisions,
    add_extensions,
    add_standards,
    add_traceability,
    notes,
)
from submission.guides.facts import Entry, Facts
from submission.guides.left_out import add_not_submitted
from submission.guides.model import Bullets, Guide, Section

DOCUMENT = "csdrg"
TRIAL_DESIGN = ("TA", "TE", "TV", "TI", "TS", "TD", "TM")
_TRIAL = (
    (
        "TA",
        "Trial Arms",
        ("ARMCD", "ARM", "TAETORD", "ETCD", "ELEMENT", "TABRANCH", "TATRANS", "EPOCH"),
        (1.4, 1.6, 1.4, 1.1, 1.9, 1.9, 1.9, 1.9),
    ),
    ("TE", "Trial Elements", ("ETCD", "ELEMENT", "TESTRL", "TEENRL", "TEDUR"), (1, 2, 3, 3, 1)),
    (
        "TV",
        "Trial Visits",
        ("VISITNUM", "VISIT", "VISITDY", "ARMCD", "TVSTRL", "TVENRL"),
        (1.2, 2.2, 1.1, 1, 3, 2.4),
    ),
    ("TS", "Trial Summary", ("TSPARMCD", "TSPARM", "TSVAL", "TSVALNF"), (1.3, 3, 4, 1.1)),
)


def sdtm_guide(facts: Facts) -> Guide:
    """The guide; what only a person can write is in ``facts.gaps``."""
    spec = facts.study.spec
    guide = Guide(
        DOCUMENT,
        "Clinical Study Data Reviewer's Guide",
        facts.study.id,
        study_facts(facts),
        facts.notice,
    )
    chapter = guide.section("Introduction")
    purpose = chapter.section("Purpose")
    purpose.say(
        "This guide gives the context of the tabulation data sets and their terminology beyond "
        "what define.xml says, and summarises their conformance to the standards."
    )
    acronyms = chapter.section("Acronyms")
    standards = chapter.section("Study Data Standards and Dictionary Inventory")
    add_standards(standards, facts, facts.sdtm)
    add_extensions(standards, facts, facts.sdtm)
    _protocol(guide.section("Protocol Description"), facts)
    _subject_data(guide.section("Subject Data Description"), facts)
    conformance = guide.section("Data Conformance Summary")
    add_conformance(conformance, facts, facts.sdtm, DOCUMENT)
    _criteria(guide, facts)
    add_acronyms(acronyms, guide)
    if not spec.dictionaries:
        facts.gap(DOCUMENT, standards.number, "dictionaries (study.yaml, `dictionaries`)")
    return guide


def study_facts(facts: Facts) -> tuple[tuple[str, str], ...]:
    """What stands on the title page."""
    spec = facts.study.spec
    rows = [
        ("Study", facts.study.id),
        ("Title", spec.title),
        ("Protocol", spec.protocol or ""),
        ("Sponsor", spec.sponsor or ""),
        ("Data cut-off", spec.cut.isoformat() if spec.cut else ""),
        ("Submitted to", facts.made.profile.name),
    ]
    return tuple((name, value) for name, value in rows if value)


def _protocol(chapter: Section, facts: Facts) -> None:
    spec = facts.study.spec
    named = chapter.section("Protocol Number and Title")
    rows = [("Protocol number", spec.protocol or facts.study.id), ("Protocol title", spec.title)]
    named.table(("", ""), [r for r in rows if r[1]], widths=(1, 3))
    facts.gap(DOCUMENT, named.number, "protocol versions, and amendments that changed the data")
    design = chapter.section("Protocol Design")
    arms = dict.fromkeys(facts.sdtm.rows("TA", ("ARMCD", "ARM"), ("ARMCD", "TAETORD")))
    for code, arm in arms:
        steps = [
            element if epoch.casefold() in ("", element.casefold()) else f"{element} ({epoch})"
            for held, element, epoch in facts.sdtm.rows(
                "TA", ("ARMCD", "ELEMENT", "EPOCH"), ("ARMCD", "TAETORD")
            )
            if held == code
        ]
        design.say(f"Arm {arm} ({code}): {', then '.join(steps)}.")
    if not arms:
        facts.gap(DOCUMENT, design.number, "protocol design")
    trial = chapter.section("Trial Design Datasets")
    held = [name for name in TRIAL_DESIGN if name in facts.sdtm.names]
    if held:
        trial.say(f"The submission holds the trial design data sets {', '.join(held)}.")
    else:
        trial.say("The submission holds no trial design data sets.")
    for name, title, columns, widths in _TRIAL:
        rows_of = facts.sdtm.rows(name, columns, columns[:3] if name == "TA" else ())
        if rows_of:
            used = [i for i in range(len(columns)) if any(row[i] for row in rows_of)]
            section = trial.section(f"{name} - {title}")
            _notes(section, facts, name)
            section.table(
                [columns[i] for i in used],
                [[row[i] for i in used] for row in rows_of],
                widths=[widths[i] for i in used],
            )


def _subject_data(chapter: Section, facts: Facts) -> None:
    overview = chapter.section("Overview")
    _counts(overview, facts)
    add_decisions(overview, facts, DOCUMENT)
    add_traceability(chapter.section("Traceability"), facts)
    _annotated(chapter.section("Annotated CRFs"), facts)
    domains = chapter.section("SDTM Subject Domains")
    _inventory(domains, facts)
    for entry in facts.sdtm.entries:
        if entry.name not in TRIAL_DESIGN:
            _domain(domains.section(f"{entry.name} - {entry.label}"), facts, entry)
    domains.sections = [s for s in domains.sections if s.blocks]
    for number, section in enumerate(domains.sections, 1):
        section.number = f"{domains.number}.{number}"
    add_not_submitted(chapter.section("Data Collected and Not Submitted"), facts)


def _counts(section: Section, facts: Facts) -> None:
    dataset = facts.sdtm.dataset("DM")
    if dataset is None:
        return
    frame = dataset.frame
    sites = f" at {frame['SITEID'].nunique()} site(s)" if "SITEID" in frame else ""
    section.say(f"DM holds {len(frame):,} subjects{sites}.")
    cut = facts.study.spec.cut
    if cut is not None:
        section.say(f"The data were cut off on {cut.isoformat()}.")
    columns = [c for c in ("ARM", "ACTARM", "ARMNRS") if c in frame]
    shown = frame[columns].astype(object).where(frame[columns].notna(), "")
    counts = shown.value_counts(sort=True).reset_index()
    rows = [[*map(str, row[:-1]), f"{row[-1]:,}"] for row in counts.itertuples(index=False)]
    heads = {"ARM": "Planned arm", "ACTARM": "Actual arm", "ARMNRS": "Reason without arm"}
    section.table(
        [*(heads[c] for c in columns), "Subjects"],
        sorted(rows),
        widths=(*(2,) * len(columns), 1),
        numbers=(len(columns),),
        caption="Subjects by arm",
    )


def _annotated(section: Section, facts: Facts) -> None:
    if "acrf.pdf" in facts.made.documents:
        section.say(
            "acrf.pdf stands beside the data sets. Its annotations lead from each field to the "
            "variable, or say that the field is not submitted."
        )
        return
    section.say("The submission holds no annotated case report form.")
    text = "annotated CRF (documents/acrf.pdf); acrf-annotations.csv has its annotations"
    facts.gap(DOCUMENT, section.number, text)


def _inventory(section: Section, facts: Facts) -> None:
    entries = facts.sdtm.entries
    section.table(
        ("Data set", "Label", "Class", "Structure", "Keys"),
        [(e.name, e.label, e.cls.capitalize(), e.structure, ", ".join(e.keys)) for e in entries],
        widths=(1.1, 2, 1.6, 2.6, 3.4),
        caption="Data set inventory",
    )
    related = {name for row in facts.sdtm.rows("RELREC", ("RDOMAIN",)) for name in row}
    rows = []
    for entry in entries:
        supplemental = "Yes" if f"SUPP{entry.name}" in facts.sdtm.names else ""
        numbers = [f"{entry.records:,}", "" if entry.subjects is None else f"{entry.subjects:,}"]
        rows.append(
            [entry.name, *numbers, _custom(facts, entry.name), supplemental,
             "Yes" if entry.name in related else ""]
        )  # fmt: skip
    section.table(
        ("Data set", "Records", "Subjects", "Custom", "SUPP--", "RELREC"),
        rows,
        widths=(1.2, 1, 1, 1, 1, 1),
        numbers=(1, 2),
        caption="Records, custom domains and related data sets",
    )
    parts = list(facts.parts())
    section.table(("Part", "Of"), parts, widths=(1, 3), caption="Data sets submitted in parts")


def _custom(facts: Facts, name: str) -> str:
    from specs.standards import load_ig

    return "" if name in load_ig("sdtmig", facts.study.spec.standards.sdtmig) else "Yes"


def _domain(section: Section, facts: Facts, entry: Entry) -> None:
    """What define.xml does not say of a domain: notes of the specification, SUPP--."""
    _notes(section, facts, entry.name)
    qualifiers = dict.fromkeys(facts.sdtm.rows(f"SUPP{entry.name}", ("QNAM", "QLABEL")))
    section.table(
        ("QNAM", "QLABEL"),
        sorted(qualifiers),
        widths=(1, 4),
        caption=f"Supplemental qualifiers in SUPP{entry.name}",
    )


def _notes(section: Section, facts: Facts, name: str) -> None:
    documents = (one.data for one in facts.study.documents["sdtm"])
    own = (data for data in documents if data.get("domain") == name)
    found = list(dict.fromkeys(note for data in own for note in notes(data)))
    for variable, note in found:
        if not variable:
            section.say(_sentence(note))
    said = tuple(f"{variable}: {note}" for variable, note in found if variable)
    if said:
        section.blocks.append(Bullets(said))


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def _criteria(guide: Guide, facts: Facts) -> None:
    rows = facts.sdtm.rows("TI", ("IETESTCD", "IECAT", "IETEST"), ("IECAT", "IETESTCD"))
    if not rows:
        return
    appendix = guide.section("Inclusion and Exclusion Criteria", "Appendix I")
    appendix.table(("Code", "Category", "Criterion"), rows, widths=(1, 1.2, 5))
