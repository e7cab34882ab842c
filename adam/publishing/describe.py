"""What a variable of analysis data is: label, type, format, and where these come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adam.model import TABULATION, LoadedSet
from adam.planning.kinds import FORMATS, STRUCTURES, Guides, data_type
from derive.line import Line
from derive.values.column import Kind
from transport import VariableMeta

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


def meta_of(
    loaded: LoadedSet,
    guides: Guides,
    name: str,
    kind: Kind,
    *,
    line: Line | None = None,
    copied: VariableMeta | None = None,
    maker: str = "",
) -> VariableMeta:
    """What a variable is that a line makes (``maker``: the variable the line is of). ``copied`` is
    what the source says of the variable that the line copies unchanged.

    The line's own label comes first; a copy under the same name keeps its label, another one takes
    it where the guide has none. A date is text only where it is copied from text.
    """
    standard = guides.variable(loaded, name)
    own = line if line is not None and name == (maker or name) else None
    label = (own.label if own else None) or _label(name, copied, standard.label if standard else "")
    text = kind is Kind.TEXT or (kind.is_moment and _as_text(loaded, name, copied))
    of = data_type(name, kind, own, copied)
    shown = (own.display_format if own else None) or (copied.format if copied else "")
    return VariableMeta(
        name,
        label,
        "Char" if text else "Num",
        own.length if own and text else None,
        "" if text else shown or FORMATS.get(of, ""),
        "",
        "string" if text else of,
    )


def _as_text(loaded: LoadedSet, name: str, copied: VariableMeta | None) -> bool:
    if loaded.model.class_ == TABULATION:
        return True
    return copied.type == "Char" if copied is not None else name.endswith("DTC")


def _label(name: str, copied: VariableMeta | None, standard: str) -> str:
    if copied is not None and copied.name == name and copied.label:
        return copied.label
    known = standard or NCA_LABELS.get(name, "") or (copied.label if copied else "")
    return known or (f"Date Imputation Flag of {name[:-1]}" if name.endswith("DTF") else "")


def carried_meta(
    loaded: LoadedSet, guides: Guides, name: str, kind: Kind, meta: VariableMeta | None
) -> VariableMeta:
    """What a published variable is that came along with the records, or that a step made."""
    made = meta_of(loaded, guides, name, kind, copied=meta)
    if meta is None:
        return made
    of = data_type(name, kind, None, meta)
    return replace(made, format="" if made.type == "Char" else meta.format or FORMATS.get(of, ""))


def ordered(loaded: LoadedSet, published: Sequence[str], guides: Guides) -> list[str]:
    """``publish`` as it is written; else predecessors, and then what is made.

    Of a basic data structure that is in the order of the guide's tables (dates, visits, parameter,
    value, baseline, flags, source); a variable that the guide does not know stays behind the one
    it is written behind.
    """
    structure = STRUCTURES.get(loaded.model.class_, "")
    if loaded.model.publish or structure not in _ORDERED:
        return list(published)
    written = {item.rpartition(".")[2] for item in loaded.model.predecessors}
    first = [name for name in published if name in written or name == "STUDYID"]
    ranks, last = {}, 0
    for name in published:
        if name not in first:
            found = guides.analysis.variable(structure, name)
            last = found.order if found is not None and found.structure == "BDS" else last
            ranks[name] = last
    return first + sorted(ranks, key=ranks.__getitem__)
