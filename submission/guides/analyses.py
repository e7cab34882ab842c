"""What the declared analyses say of analysis data: which data sets they use, displays, programs."""

from __future__ import annotations

from typing import Any

from submission.guides.facts import Facts
from submission.guides.model import Section
from validation.lock.freshness import read_json

_FILE = "results/analyses.json"
_PROGRAM = "analyses-yaml.txt"
_PURPOSES = ("primary", "secondary", "exploratory", "")
_SAID = {"": "descriptive"}


def analyses_of(facts: Facts) -> dict[str, Any]:
    """The analyses of the build's results as they were executed; empty without any."""
    return read_json(facts.made.build / _FILE) if facts.made.has_adam else {}


def add_data_set_purposes(section: Section, facts: Facts) -> bool:
    """Which analyses each data set supports; False where no analyses are declared."""
    told = analyses_of(facts).get("analyses", {})
    if not told or facts.adam is None:
        return False
    rows = []
    for name in facts.adam.names:
        own = [one for one in told.values() if one["data"] == name]
        held = {one["purpose"] for one in own}
        purposes = [_SAID.get(p, p) for p in _PURPOSES if p in held]
        displays = dict.fromkeys(one["display"] for one in own)
        said = ", ".join(purposes) or "none declared: it serves other data sets"
        rows.append((name, said, ", ".join(displays)))
    section.table(
        ("Data set", "Analyses", "Displays"),
        rows,
        widths=(1, 2, 4),
        caption="Analyses that each data set supports",
    )
    return True


def add_output_programs(section: Section, facts: Facts) -> bool:
    """Each display with its analyses as they are declared; False where none are."""
    account = analyses_of(facts)
    told = account.get("analyses", {})
    if not told:
        return False
    section.say(
        "Tables and figures are made by the same program from declared analyses, which it "
        f"executes over the data sets beside: {_PROGRAM} is what decides each number. The "
        "analyses stand in define.xml too, as they were executed."
    )
    titles = account.get("displays", {})
    rows = [
        (one["display"], titles.get(one["display"], ""), key, one["data"], one["where"],
         one["population"], one["method"])
        for key, one in told.items()
    ]  # fmt: skip
    section.table(
        ("Display", "Title", "Analysis", "Data set", "Records", "Population", "Method"),
        rows,
        widths=(1.1, 2.6, 1.1, 0.9, 2.6, 1.1, 1.2),
        caption="Analyses by display",
    )
    figures = account.get("figures", {})
    section.table(
        ("Figure", "Title", "Curves of"),
        [(key, one["title"], ", ".join(one["of"])) for key, one in figures.items()],
        widths=(1.1, 3, 2),
        caption="Figures",
    )
    return True


def add_special_subjects(section: Section, facts: Facts) -> None:
    """Subjects that a reader of the data meets with a question, as far as the data tell."""
    dm = facts.sdtm.dataset("DM")
    if dm is None:
        section.say("There is no DM.")
        return
    frame = dm.frame
    blank = {n: frame[n].isna() | (frame[n].astype("str") == "") for n in frame.columns}
    rows = []

    def note(text: str, hit: Any, rule: str) -> None:
        names = [str(s) for s in frame["USUBJID"][hit]]
        if names:
            shown = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if names[10:] else "")
            rows.append((text, f"{len(names):,}", shown, rule))

    if {"ARM", "ACTARM"} <= set(frame.columns):
        differs = ~blank["ARM"] & ~blank["ACTARM"] & (frame["ARM"] != frame["ACTARM"])
        note("Actual arm other than planned", differs, "analysed by the data set's own treatment")
    if {"ARMCD", "RFXSTDTC"} <= set(frame.columns):
        note("With a planned arm, not treated", ~blank["ARMCD"] & blank["RFXSTDTC"], "ARMNRS")
    if {"DTHFL", "DTHDTC"} <= set(frame.columns):
        undated = (frame["DTHFL"] == "Y") & blank["DTHDTC"]
        note("Died without a date of death", undated, "DTHFL alone; no date is made up")
        partial = (frame["DTHDTC"].astype("str").str.len() < len("2000-01-01")) & ~blank["DTHDTC"]
        note("Died on a date known in part", partial, "imputed in ADSL, see DTHDTF")
    section.table(
        ("Subjects", "Number", "USUBJID", "How they are treated"),
        rows,
        widths=(2, 0.8, 3.5, 2.5),
        numbers=(1,),
    )
    if not rows:
        section.say("The data hold no subject whose records need a rule of their own.")
