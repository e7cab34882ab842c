"""Kinds of variables that no line decides: of a file by its header and the standard, of analysis
data by the guide; and how a value of a kind is stored."""

from __future__ import annotations

from dataclasses import dataclass

from adam.model import TABULATION, LoadedSet
from derive.line import Line
from derive.values.column import Kind
from specs import SpecificationError
from specs.standards import AnalysisGuide, ImplementationGuide
from specs.standards.analysis import AnalysisVariable
from specs.standards.implementation import VariableStandard
from transport import VariableMeta

STRUCTURES = {
    "subject-level": "ADSL",
    "basic-data-structure": "BDS",
    "time-to-event": "TTE",
    "occurrence": "OCCDS",
    "nca": "ADNCA",
    "other": "BDS",
}
_DATE_FORMATS = ("DATE", "YYMMDD", "E8601DA", "DDMMYY", "MMDDYY", "IS8601DA", "B8601DA")
_DATETIME_FORMATS = ("DATETIME", "E8601DT", "IS8601DT", "B8601DT")
_ISO = ("ISO 8601 datetime", "ISO 8601 date")
FORMATS = {"date": "DATE9.", "datetime": "DATETIME20.", "time": "TIME8."}
"""The SAS format that a date, date-time or time is published with."""


def header_kind(guide: ImplementationGuide, data_set: str, meta: VariableMeta) -> Kind:
    """The kind of a variable of a file: numbers with a format of dates are days or date-times; text
    is a date-time where the standard has ISO 8601 dates, else text."""
    if meta.type == "Char":
        return Kind.SECOND if is_iso(guide, data_set, meta.name) else Kind.TEXT
    stem = meta.format.upper().rstrip(".0123456789")
    if stem in _DATETIME_FORMATS or meta.data_type == "datetime":
        return Kind.SECOND
    if stem in _DATE_FORMATS or meta.data_type == "date":
        return Kind.DAY
    return Kind.NUMBER


def is_iso(guide: ImplementationGuide, data_set: str, name: str) -> bool:
    """Whether a text variable holds ISO 8601 dates: the standard says so, or, of a data set that
    the standard does not have, its name ends in DTC (SDTMIG 3.4 section 4.4.1)."""
    try:
        known = guide.variable(data_set, name)
    except SpecificationError:
        known = None
    if known is None:
        return name.endswith("DTC")
    return known.described_value_domain.startswith(_ISO) or name.endswith("DTC")


@dataclass(frozen=True, slots=True)
class Guides:
    """The guides of a study: of analysis data, and of tabulation data that are derived here."""

    analysis: AnalysisGuide
    tabulation: ImplementationGuide

    def variable(self, loaded: LoadedSet, name: str) -> AnalysisVariable | VariableStandard | None:
        """What the guide says of a variable of a data set; None where it has no such variable."""
        if loaded.model.class_ == TABULATION:
            return self.tabulation.variable(loaded.name, name)
        return self.analysis.variable(STRUCTURES[loaded.model.class_], name)


def declared_kind(guides: Guides, loaded: LoadedSet, name: str) -> Kind | None:
    """The kind that the guide gives a variable of analysis data; None for a name that it does not
    list by itself (a pattern such as ``*TM`` binds dates alone)."""
    found = guides.variable(loaded, name)
    if found is None or found.type not in ("Char", "Num"):
        return None
    if isinstance(found, VariableStandard):
        iso = found.type == "Char" and found.described_value_domain.startswith(_ISO)
        return Kind.NUMBER if found.type == "Num" else Kind.SECOND if iso else Kind.TEXT
    if found.type == "Char":
        return None if "*" in found.pattern else Kind.TEXT
    if name.endswith("DTM"):
        return Kind.SECOND
    if name.endswith("DT"):
        return Kind.DAY
    return None if "*" in found.pattern else Kind.NUMBER


def data_type(name: str, kind: Kind, line: Line | None, inherited: VariableMeta | None) -> str:
    """string, float, date, datetime or time: what a variable is in a file. A number is a time of
    day where its line says so, its source has the format of one, or its name is that of one
    (ADaMIG 1.3 section 3.1.2: ``*TM``)."""
    if kind is Kind.TEXT:
        return "string"
    if kind.is_moment:
        return "date" if kind is Kind.DAY else "datetime"
    timed = inherited is not None and inherited.format.upper().startswith("TIME")
    named = name.endswith("TM") and not name.endswith("DTM")
    return "time" if timed or named or (line is not None and line.verb == "time-of") else "float"
