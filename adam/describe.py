"""What a published variable is: label, type, format, and where these come from."""

from __future__ import annotations

from collections.abc import Mapping

from adam import columns
from adam.frame import Frame, default_format
from adam.language import AdamLine, Copy, ref
from adam.load import LoadedDataset
from specs.standards import AnalysisGuide, ImplementationGuide
from transport import VariableMeta

STRUCTURES = {
    "subject-level": "ADSL",
    "basic-data-structure": "BDS",
    "time-to-event": "TTE",
    "occurrence": "OCCDS",
    "nca": "ADNCA",
    "other": "BDS",
}

_ORDERED = ("BDS", "TTE", "ADNCA")

NCA_LABELS = {
    "FANLDTM": "First Datetime of Dose for Analyte",
    "FANLDT": "First Date of Dose for Analyte",
    "FANLTM": "First Time of Dose for Analyte",
    "PCRFTDTM": "Reference Datetime of Dose for Analyte",
    "PCRFTDT": "Reference Date of Dose for Analyte",
    "PCRFTTM": "Reference Time of Dose for Analyte",
    "NFRLT": "Nom. Rel. Time from Analyte First Dose",
    "AFRLT": "Act. Rel. Time from Analyte First Dose",
    "NRRLT": "Nominal Rel. Time from Ref. Dose",
    "ARRLT": "Actual Rel. Time from Ref. Dose",
    "MRRLT": "Modified Rel. Time from Ref. Dose",
    "FRLTU": "Rel. Time from First Dose Unit",
    "RRLTU": "Rel. Time from Ref. Dose Unit",
    "DOSEP": "Planned Treatment Dose",
    "DOSEA": "Actual Treatment Dose",
    "DOSEU": "Treatment Dose Units",
    "ALLOQ": "Analysis Lower Limit of Quantitation",
    "AVALU": "Analysis Value Unit",
    "PARAMTYP": "Parameter Type",
}
"""Variables of the guide for non-compartmental analysis (ADNCA 1.0), and two of older guides."""


def describe(
    dataset: LoadedDataset,
    frame: Frame,
    guide: AnalysisGuide | ImplementationGuide,
    known: Mapping[str, Mapping[str, VariableMeta]],
) -> list[VariableMeta]:
    """The published variables that the frame has, in order. ``known`` holds what other data sets
    say of theirs.

    The line's own label comes first; a predecessor keeps the label and type of its source; what is
    left is the implementation guide's.
    """
    names = [name for name in ordered(dataset, guide) if name in frame.columns]
    return [_one(dataset, name, frame, guide, known) for name in names]


def ordered(dataset: LoadedDataset, guide: AnalysisGuide | ImplementationGuide) -> list[str]:
    """``publish`` as it is written; else predecessors, and then what the data set makes.

    Of a basic data structure that is in the order of the guide's tables (dates, visits, parameter,
    value, baseline, flags, source); a variable that the guide does not know stays behind the one
    it is written behind.
    """
    structure = STRUCTURES.get(dataset.model.class_)
    if dataset.model.publish or structure not in _ORDERED or isinstance(guide, ImplementationGuide):
        return dataset.published
    carried = {name.rpartition(".")[2] for name in dataset.model.predecessors}
    first = [name for name in dataset.published if name in carried or name == "STUDYID"]
    ranks, last = {}, 0
    for name in dataset.published:
        if name not in first:
            found = guide.variable(structure, name)
            last = found.order if found is not None and found.structure == "BDS" else last
            ranks[name] = last
    return first + sorted(ranks, key=ranks.__getitem__)


def _one(
    dataset: LoadedDataset,
    name: str,
    frame: Frame,
    guide: AnalysisGuide | ImplementationGuide,
    known: Mapping[str, Mapping[str, VariableMeta]],
) -> VariableMeta:
    line = line_of(dataset, name)
    inherited = _inherited(name, line, frame, known) or _carried(name, line, dataset, known)
    standard = guide.variable(STRUCTURES.get(dataset.model.class_, dataset.name), name)
    stated = line.label if line is not None and name not in line.extras() else None
    label = stated or _label(name, inherited, standard.label if standard else "")
    column = frame.columns[name]
    kind = _kind(name, frame, inherited, standard.type if standard else "")
    form = (
        (line.format if line else None)
        or (inherited.format if inherited else "")
        or default_format(kind)
    )
    text = kind == "string"
    if columns.is_date(column) and not form:
        form = default_format(kind)
    return VariableMeta(
        name,
        label,
        "Char" if text else "Num",
        line.length if line and text else None,
        "" if text else form,
        "",
        kind,
    )


def _label(name: str, inherited: VariableMeta | None, standard: str) -> str:
    """A predecessor keeps its label; another variable has the guide's, or that of what
    it copies."""
    if inherited is not None and inherited.name == name and inherited.label:
        return inherited.label
    known = standard or NCA_LABELS.get(name, "") or (inherited.label if inherited else "")
    return known or (f"Date Imputation Flag of {name[:-1]}" if name.endswith("DTF") else "")


def line_of(dataset: LoadedDataset, name: str) -> AdamLine | None:
    """The line that makes a variable: at data set level, else the first of a record table."""
    maker = dataset.maker(name)
    if maker is not None:
        return dataset.lines[maker]
    tables = {**dataset.model.record_tables(), **dataset.model.tables}
    for table in tables.values():
        for own, line in table.variables.items():
            if name == own or name in line.extras():
                return line
    return None


def _inherited(
    name: str, line: AdamLine | None, frame: Frame, known: Mapping[str, Mapping[str, VariableMeta]]
) -> VariableMeta | None:
    if line is None:
        return frame.meta.get(name)
    if isinstance(line, Copy) and line.map is None:
        dataset, variable = ref(line.from_)
        if dataset:
            return known.get(dataset, {}).get(variable)
        return frame.meta.get(variable)
    return None


def _carried(
    name: str,
    line: AdamLine | None,
    dataset: LoadedDataset,
    known: Mapping[str, Mapping[str, VariableMeta]],
) -> VariableMeta | None:
    """What a data set of this build, that the records come from, says of a variable."""
    if isinstance(line, Copy) and line.map is None and "." not in line.from_:
        name = line.from_
    elif line is not None:
        return None
    sources = [source for table in dataset.tables().values() for source in table.from_]
    return next((known[s][name] for s in sources if name in known.get(s, {})), None)


def _kind(name: str, frame: Frame, inherited: VariableMeta | None, standard_type: str) -> str:
    """string, float, date, datetime or time."""
    column = frame.columns[name]
    if columns.is_text(column):
        return "string"
    if columns.is_date(column):
        with_time = bool((columns.seconds(column) % 86400 > 0).any())
        return "datetime" if with_time or name.endswith("DTM") else "date"
    if columns.missing(column).all():
        stated = inherited.type if inherited else standard_type
        if stated == "Char":
            return "string"
        if name.endswith(("DT", "DTM")):
            return "datetime" if name.endswith("DTM") else "date"
    return "time" if name.endswith("TM") and not name.endswith("DTM") else "float"
