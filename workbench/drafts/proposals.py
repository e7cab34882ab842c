"""What a raw table seems to be: its domain, the line of each column, how its dates are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sdtm.raw import TableInfo
from specs.standards import VariableStandard, load_ig

_ALSO = {
    "STDTC": ("START", "STARTDATE", "ONSET", "ONSETDATE"),
    "ENDTC": ("END", "ENDDATE", "STOP", "STOPDATE"),
    "DTC": ("DATE",),
    "TERM": ("DESCRIPTION",),
    "SEV": ("SEVERITY", "INTENSITY"),
    "SER": ("SERIOUS",),
    "REL": ("RELATED", "RELATIONSHIP", "CAUSALITY"),
    "OUT": ("OUTCOME",),
    "ACN": ("ACTION", "ACTIONTAKEN"),
    "DECOD": ("PT", "PREFERREDTERM"),
    "BODSYS": ("SOC",),
    "TRT": ("DRUG", "DRUGNAME", "MEDICATION"),
    "SPID": ("LINE", "LINENO", "RECORDNO"),
}
"""What forms call a variable, in a table whose name says which domain it is."""
_SUBJECT = (
    *("SUBJID", "SUBJECTID", "SUBJECT", "SUBJECTKEY", "SUBJNO", "PATNUM", "PATID", "PATIENTID"),
    *("PATIENT", "受试者编号", "USUBJID", "STUDYSUBJECTID", "MNPAID"),
)
_FORMATS = (
    *("YYYY-MM-DD", "iso", "YYYY/MM/DD", "YYYYMMDD", "YYYY年M月D日"),
    *("DD-MON-YYYY", "DD MON YYYY", "DD/MON/YYYY", "DDMONYYYY"),
    *("DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "DD.MM.YYYY"),
    *("D/M/YYYY", "M/D/YYYY", "D.M.YYYY", "D-MON-YYYY", "D MON YYYY"),
)
_UNKNOWN = ("UN", "UNK", "NK")
_MOST = 500
"""Distinct dates that are looked at; a proposal needs no more."""


@dataclass(slots=True)
class Proposal:
    """A raw table, the domain that it seems to be, and the lines that its columns suggest."""

    name: str
    table: TableInfo
    domain: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    """Column of each variable."""
    dates: dict[str, str] = field(default_factory=dict)
    """The rest of a date's line after its column, and a comment where people have to look."""

    @property
    def subject(self) -> str:
        """The column with the subject's number; empty when none is called like one."""
        return subject_column(self.table.columns)

    @property
    def left(self) -> list[str]:
        """Columns that no line takes."""
        used = {*self.lines.values(), self.subject}
        return [c for c in self.table.columns if c not in used and c not in _ODM_KEYS]


_ODM_KEYS = {
    *("StudyOID", "SubjectKey", "LocationOID", "StudyEventOID", "StudyEventRepeatKey"),
    *("FormOID", "FormRepeatKey", "ItemGroupOID", "ItemGroupRepeatKey"),
}


def propose(table: TableInfo, name: str) -> Proposal:
    """The domain with the most matching columns; a file's name may say which it is."""
    words = _words(table)
    plain = {c: {_plain(c), _plain(table.labels.get(c, ""))} - {""} for c in table.columns}
    best, most = Proposal(name, table), 2
    for domain in (d for d in load_ig("sdtmig", "3.4").names if len(d) == 2):
        named = domain in words
        lines = _matches(domain, plain, named=named)
        score = len(lines) + 10 * named
        if lines and score > most:
            best, most = Proposal(name, table, domain, lines), score
    if best.domain == "DM" and best.subject:
        best.lines = {"SUBJID": best.subject} | best.lines
    return best


def _words(table: TableInfo) -> set[str]:
    stem = table.file.rpartition("/")[2].rpartition(".")[0]
    texts = (stem, table.sheet, table.item_group)
    return {word for text in texts for word in re.split(r"[^A-Z]+", text.upper())}


def _matches(domain: str, plain: dict[str, set[str]], *, named: bool) -> dict[str, str]:
    """Variables that a column names: by name, by name without the prefix, by label."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for variable, wanted in _wanted(domain, named=named):
        hit = next((c for c, names in plain.items() if names & wanted and c not in taken), None)
        if hit is None:  # the item's name behind that of its form: I_ADVER_AETERM
            ends = (c for c in plain if _last(c) == variable and c not in taken)
            hit = next(ends, None)
        if hit is None and len(variable) > 4:
            longer = (c for c in plain if _plain(c).startswith(variable) and c not in taken)
            hit = next(longer, None)
        if hit is not None:
            out[variable] = hit
            taken.add(hit)
    return out


@lru_cache(maxsize=256)
def _wanted(domain: str, *, named: bool) -> tuple[tuple[str, frozenset[str]], ...]:
    """The variables of a domain that forms hold, and what their columns may be called."""
    automatic = {"STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ"}
    return tuple(
        (variable.name, frozenset(_spellings(domain, variable, named=named)))
        for variable in load_ig("sdtmig", "3.4").dataset(domain).variables
        if variable.name not in automatic and variable.role
    )


def _spellings(domain: str, variable: VariableStandard, *, named: bool) -> Iterable[str]:
    names = {variable.name, _plain(variable.label)}
    bare = variable.name.removeprefix(domain)
    for stem in (variable.name, bare):
        if stem.endswith("DTC"):
            names |= {stem[:-3] + end for end in ("DAT", "DT", "DATE") if len(stem) > 3}
    if named:
        also = _ALSO.get(bare, ())
        names |= {bare, *also, *(domain + word for word in also)}
    if len(bare) > 3:
        names.add(bare)
    return {_plain(name) for name in names if len(name) > 1}


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.rpartition(".")[2]).upper()


def _last(text: str) -> str:
    return re.split(r"[\W_]+", text.upper())[-1]


def subject_column(columns: Sequence[str]) -> str:
    """The column that is called like a subject's number, the plainest name first."""
    plain = {_plain(column): column for column in reversed(columns)}
    return next((plain[word] for word in _SUBJECT if word in plain), "")


def date_line(values: Sequence[str]) -> str:
    """What a date's line says after its column: the format that reads the most of these texts.

    Texts that could be read both day and month first are not settled here: the comment says so.
    """
    texts = list(values)[:_MOST]
    if not texts:
        return "format: YYYY-MM-DD}  # no date to look at"
    readings = {form: _readings(texts, form) for form in _FORMATS}
    best = max(_FORMATS, key=lambda form: len(readings[form]))
    fits = readings[best]
    if not fits:
        return f"format: YYYY-MM-DD}}  # does not read {texts[0]!r}"
    unknown = sorted(word for word in _UNKNOWN if any(word in re.split(r"\W", t) for t in texts))
    words = f", unknown: [{', '.join(unknown)}]" if unknown else ""
    return f"format: {best}{words}}}{_doubt(texts, best, readings)}"


def _doubt(texts: list[str], best: str, readings: dict[str, dict[str, str]]) -> str:
    fits = readings[best]
    for form, rival in readings.items():
        if len(rival) == len(fits) and rival != fits:
            text = next(text for text in fits if fits[text] != rival.get(text))
            return f"  # or {form}? {text!r} fits both"
    odd = next((text for text in texts if text not in fits), None)
    return f"  # does not read {odd!r}" if odd is not None else ""


def _readings(texts: list[str], form: str) -> dict[str, str]:
    from sdtm.collected.dates import parse_dates

    results = parse_dates(texts, [form], unknown=_UNKNOWN)
    return {
        text: result.iso
        for text, result in zip(texts, results, strict=True)
        if result.iso and not result.problem
    }
