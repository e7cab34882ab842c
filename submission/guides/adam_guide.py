"""The analysis data reviewer's guide (ADRG) in the sections of PHUSE's template."""

from __future__ import annotations

import re

from submission.guides.analyses import (
    add_data_set_purposes,
    add_output_programs,
    add_special_subjects,
)
from submission.guides.chapters import (
    adam_sources,
    add_acronyms,
    add_conformance,
    add_decisions,
    add_extensions,
    add_standards,
    add_traceability,
)
from submission.guides.facts import Entry, Facts, Folder
from submission.guides.model import Bullets, Guide, Section
from submission.guides.sdtm_guide import study_facts

DOCUMENT = "adrg"
_TREATMENT = re.compile(
    r"(TRT|TR)\d\d(P|A|PN|AN|SDT|EDT|SDTM|EDTM)|TRT(P|A|PN|AN|SDT|EDT|SDTM|EDTM)|ARM|ACTARM"
)
_SELECTION = re.compile(r"ANL\d\dFL|ABLFL|APBLFL|AVISIT|AVISITN|AWTDIFF|AWTARGET|AWLO|AWHI|ONTRTFL")
_IMPUTED = re.compile(r".*(DTF|TMF)|DTYPE")


def adam_guide(facts: Facts, folder: Folder) -> Guide:
    """The guide; what only a person can write is in ``facts.gaps``."""
    guide = Guide(
        DOCUMENT,
        "Analysis Data Reviewer's Guide",
        facts.study.id,
        study_facts(facts),
        facts.notice,
    )
    acronyms = _introduction(guide.section("Introduction"), facts, folder)
    _protocol(guide.section("Protocol Description"), facts, folder)
    _considerations(
        guide.section("Analysis Considerations Related to Multiple Analysis Datasets"),
        facts,
        folder,
    )
    _creation(guide.section("Analysis Data Creation and Processing Issues"), facts, folder)
    _descriptions(guide.section("Analysis Dataset Descriptions"), facts, folder)
    add_conformance(guide.section("Data Conformance Summary"), facts, folder, DOCUMENT)
    _programs(guide.section("Submission of Programs"), facts)
    add_acronyms(acronyms, guide)
    return guide


def _introduction(chapter: Section, facts: Facts, folder: Folder) -> Section:
    chapter.section("Purpose").say(
        "This guide gives the context of the analysis data sets and their terminology beyond "
        "what define.xml says, and summarises their conformance to the standards."
    )
    acronyms = chapter.section("Acronyms")
    standards = chapter.section("Study Data Standards and Dictionary Inventory")
    add_standards(standards, facts, folder)
    add_extensions(standards, facts, folder)
    source = chapter.section("Source Data Used for Analysis Dataset Creation")
    used = {s for r in facts.adam_accounts.values() for s in adam_sources(r)} & set(
        facts.sdtm.names
    )
    if used:
        named = ", ".join(n for n in facts.sdtm.names if n in used)
        source.say(f"The analysis data sets are made from the tabulations {named} alone.")
    add_traceability(source, facts)
    return acronyms


def _protocol(chapter: Section, facts: Facts, folder: Folder) -> None:
    spec = facts.study.spec
    named = chapter.section("Protocol Number and Title")
    rows = [("Protocol number", spec.protocol or facts.study.id), ("Protocol title", spec.title)]
    named.table(("", ""), [r for r in rows if r[1]], widths=(1, 3))
    facts.gap(DOCUMENT, named.number, "protocol and analysis plan versions, and amendments")
    design = chapter.section("Protocol Design in Relation to ADaM Concepts")
    _populations(design, folder)
    add_decisions(design, facts, DOCUMENT)


def _populations(section: Section, folder: Folder) -> None:
    """The flags of ADSL, with how many subjects each is set for and how it is set."""
    adsl = folder.dataset("ADSL")
    if adsl is None:
        return
    frame, methods = adsl.frame, folder.methods("ADSL")
    section.say(f"ADSL holds {len(frame):,} subjects.")
    rows = []
    for variable in adsl.variables:
        if variable.name.endswith("FL") and variable.type == "Char":
            values = frame[variable.name]
            rows.append(
                (
                    variable.name,
                    variable.label,
                    f"{int((values == 'Y').sum()):,}",
                    methods.get(variable.name, ""),
                )
            )
    section.table(
        ("Flag", "Label", "Subjects with Y", "Set when"),
        rows,
        widths=(1, 2, 1, 4),
        numbers=(2,),
        caption="Populations and other flags of ADSL",
    )


def _considerations(chapter: Section, facts: Facts, folder: Folder) -> None:
    core = chapter.section("Core Variables")
    others = [set(e.variables) for e in folder.entries if e.name != "ADSL"]
    adsl = next((e for e in folder.entries if e.name == "ADSL"), None)
    if adsl is not None and others:
        shared = [v for v in adsl.variables if all(v in o for o in others)]
        core.say(
            "These variables of ADSL are in every analysis data set: " + ", ".join(shared) + "."
        )
    treatment = chapter.section("Treatment Variables")
    _matching(treatment, folder, _TREATMENT)
    special = chapter.section("Subject Issues that Require Special Analysis Rules")
    add_special_subjects(special, facts)
    visits = chapter.section("Use of Visit Windowing, Unscheduled Visits, and Record Selection")
    _matching(visits, folder, _SELECTION)
    imputed = chapter.section("Imputation/Derivation Methods")
    _matching(imputed, folder, _IMPUTED)


def _matching(section: Section, folder: Folder, pattern: re.Pattern[str]) -> None:
    """Variables by name, where they are and how they are made."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for entry in folder.entries:
        dataset, methods = folder.dataset(entry.name), folder.methods(entry.name)
        for variable in dataset.variables if dataset is not None else ():
            if pattern.fullmatch(variable.name):
                key = (variable.name, variable.label, methods.get(variable.name, ""))
                found.setdefault(key, []).append(entry.name)
    rows = [(name, label, ", ".join(held), made) for (name, label, made), held in found.items()]
    section.table(("Variable", "Label", "Data sets", "Method"), rows, widths=(1, 2, 1.4, 4))
    if not rows:
        section.say("No variables of this kind are in the analysis data sets.")


def _creation(chapter: Section, facts: Facts, folder: Folder) -> None:
    split = chapter.section("Split Datasets")
    parts = [(n, t) for n, t in facts.parts() if n.startswith("ad")]
    split.table(("Part", "Of"), parts, widths=(1, 3))
    if not parts:
        split.say("No analysis data set is submitted in parts.")
    dependencies = chapter.section("Data Dependencies")
    known = {*facts.sdtm.names, *folder.names}
    rows = [
        (name, ", ".join(s for s in adam_sources(facts.adam_accounts[name]) if s in known - {name}))
        for name in folder.names
        if name in facts.adam_accounts
    ]
    dependencies.table(("Data set", "Made from"), [r for r in rows if r[1]], widths=(1, 5))
    intermediate = chapter.section("Intermediate Datasets")
    intermediate.say("No intermediate data sets are kept; working tables exist while a build runs.")


def _descriptions(chapter: Section, facts: Facts, folder: Folder) -> None:
    overview = chapter.section("Overview")
    overview.say(f"{len(folder.entries)} analysis data sets are submitted.")
    if not add_data_set_purposes(overview, facts):
        purpose = "which analyses each data set supports (primary, secondary, exploratory; safety)"
        facts.gap(DOCUMENT, overview.number, purpose)
    datasets = chapter.section("Analysis Datasets")
    datasets.table(
        ("Data set", "Label", "Class", "Structure", "Keys", "Records", "Subjects"),
        [
            (
                e.name,
                e.label,
                e.cls.capitalize() + (f" ({e.sub_class.lower()})" if e.sub_class else ""),
                e.structure,
                ", ".join(e.keys),
                f"{e.records:,}",
                "" if e.subjects is None else f"{e.subjects:,}",
            )
            for e in folder.entries
        ],
        widths=(1.1, 1.9, 1.8, 2, 2.2, 1, 1),
        numbers=(5, 6),
    )
    for entry in folder.entries:
        _dataset(datasets, facts, folder, entry)


def _dataset(section: Section, facts: Facts, folder: Folder, entry: Entry) -> None:
    """What a data set is made from, its parameters, and the notes of its specification lines."""
    rows = folder.rows(entry.name, ("PARAMCD", "PARAM"), ("PARAMCD",))
    parameters = dict.fromkeys(r for r in rows if any(r))
    said = _notes(facts, entry.name)
    made = section.section(f"{entry.name} - {entry.label}")
    made.say(_described(facts, folder, entry))
    if said:
        made.blocks.append(Bullets(said))
    made.table(("PARAMCD", "PARAM"), list(parameters), widths=(1, 4), caption="Parameters")


def _described(facts: Facts, folder: Folder, entry: Entry) -> str:
    """The structure of a data set, its size, and what it is made from."""
    of = "" if entry.subjects is None else f" of {entry.subjects:,} subjects"
    text = f"{entry.structure}: {entry.records:,} records{of}."
    account = facts.adam_accounts.get(entry.name)
    if account is None:
        return text
    known = {*facts.sdtm.names, *folder.names} - {entry.name}
    made_from = [name for name in adam_sources(account) if name in known]
    return f"{text} Made from {', '.join(made_from)}." if made_from else text


def _notes(facts: Facts, name: str) -> tuple[str, ...]:
    """The notes of a data set's lines, each once, with the variable that it is about."""
    account = facts.adam_accounts.get(name)
    variables = account.variables.items() if account is not None else ()
    found = (
        f"{name}: {' '.join(line.note.split())}"
        for name, variable in variables
        for line in variable.lines.values()
        if line.note
    )
    return tuple(dict.fromkeys(found))


def _programs(chapter: Section, facts: Facts) -> None:
    chapter.section("Description").say(
        "The data sets are made by the program tracelock from a specification. The specification "
        "decides each value, so it is submitted as programs: one text file for each file of it."
    )
    programs = chapter.section("ADaM Programs")
    folder = facts.made.layout.programs
    rows = [
        (leaf.relative.rpartition("/")[2], leaf.title.removeprefix("Specification: "))
        for leaf in facts.made.leafs
        if leaf.relative.startswith(f"{folder}/")
    ]
    programs.table(("File", "Specification file"), rows, widths=(1, 1))
    output = chapter.section("Analysis Output Programs")
    if not add_output_programs(output, facts):
        facts.gap(DOCUMENT, output.number, "programs of tables, listings and figures")
