"""What a raw table seems to be: its domain, the line of each column, how its dates are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sdtm.raw import TableInfo
from specs.standards import VariableStandard, load_ig
from workbench.drafts.proposing.code_maps import CodeMap, code_map
from workbench.drafts.proposing.form_words import COMPANIONS, DOMAIN_WORDS, words_for
from workbench.drafts.proposing.heads import TOP, Head
from workbench.drafts.proposing.test_tables import TestTable, is_findings, long, wide

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
    "RECORDID",
)
_FORMATS = (
    *("YYYY-MM-DD", "iso", "YYYY/MM/DD", "YYYYMMDD", "YYYY年M月D日"),
    *("DD-MON-YYYY", "DD MON YYYY", "DD/MON/YYYY", "DDMONYYYY"),
    *("DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "DD.MM.YYYY"),
    *("D/M/YYYY", "M/D/YYYY", "D.M.YYYY", "D-MON-YYYY", "D MON YYYY"),
)
_UNKNOWN = ("UN", "UNK", "NK")
_LONGEST = 200
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
    head: Head = TOP
    doubts: dict[str, str] = field(default_factory=dict)
    """Why the line of a variable is a guess; there is none for a column that is called like it."""
    dates: dict[str, str] = field(default_factory=dict)
    """The rest of a date's line after its column, and a comment where people have to look."""

    long: set[str] = field(default_factory=set)
    """Variables with texts of more bytes than a variable holds."""
    maps: dict[str, CodeMap] = field(default_factory=dict)
    """The code map of a variable whose values the terminology does not know."""
    tests: TestTable | None = None
    """The tests of a findings form, where its columns or values name any."""

    def look_for_codes(self, texts: Callable[[str], list[str]]) -> None:
        """Which code maps the values need; one of a variable that several tables have, of each."""
        results = {f"{self.domain}ORRES", f"{self.domain}ORRESU"} if self.tests else set()
        for variable, column in self.lines.items():
            if variable in results:
                continue
            if any(len(text.encode()) > _LONGEST for text in texts(column)):
                self.long.add(variable)
            found = code_map(self.domain, variable, texts(column))
            if found is not None:
                found.name = f"{found.name}_of_{self.name}"
                self.maps[variable] = found

    def look_for_tests(self, texts: Callable[[str], list[str]]) -> None:
        """Which tests a findings form has; ``texts`` gives the distinct values of a column."""
        if not is_findings(self.domain):
            return
        named = (f"{self.domain}TESTCD", f"{self.domain}TEST")
        column = next((self.lines[v] for v in named if v in self.lines), "")
        if not column:
            self.tests = wide(self.domain, self.name, self.left)
            return
        self.tests = long(self.domain, self.name, column, texts(column))
        self.lines = {v: c for v, c in self.lines.items() if v not in named}

    @property
    def subject(self) -> str:
        """The column with the subject's number; empty when none is called like one."""
        return subject_column(self.table.columns)

    @property
    def left(self) -> list[str]:
        """Columns that no line takes."""
        tests = (*self.tests.codes, self.tests.column) if self.tests else ()
        used = {*self.lines.values(), self.subject, *tests}
        return [c for c in self.table.columns if c not in used and c not in _ODM_KEYS]


_ODM_KEYS = {
    *("StudyOID", "SubjectKey", "LocationOID", "StudyEventOID", "StudyEventRepeatKey"),
    *("FormOID", "FormRepeatKey", "ItemGroupOID", "ItemGroupRepeatKey"),
}


def propose_all(table: TableInfo, name: str) -> list[Proposal]:
    """The proposal for a table, and those for domains that the same form gives beside it."""
    first = propose(table, name)
    beside = (_of_domain(table, name, domain) for domain in COMPANIONS.get(first.domain, ()))
    return [first, *(one for one in beside if one.lines)]


def propose(table: TableInfo, name: str) -> Proposal:
    """The domain with the most matching columns; a file's name may say which it is."""
    words = _words(table)
    said = {d for d, also in DOMAIN_WORDS.items() if words & {*also}}
    plain = _plain_names(table)
    if not subject_column(table.columns):
        return Proposal(name, table)
    best, most = "", 2.0
    for domain in (d for d in load_ig("sdtmig", "3.4").names if len(d) == 2):
        named = domain in words or domain in said
        lines = _matches(domain, plain, named=named)
        score = len(lines) + (10 if domain in words else 9.5 if named else 0)
        if (lines or named) and score > most:
            best, most = domain, score
    return _of_domain(table, name, best) if best else Proposal(name, table)


def _of_domain(table: TableInfo, name: str, domain: str) -> Proposal:
    """The lines that the columns of a table suggest for a domain."""
    plain = _plain_names(table)
    words = _words(table)
    subject = subject_column(table.columns)
    named = domain in words or bool(words & {*DOMAIN_WORDS.get(domain, ())})
    sure = _called(domain, plain)
    guessed = _matches(domain, plain, named=named)
    lines = {**{v: c for v, c in guessed.items() if c not in sure.values()}, **sure}
    lines = _one_date(domain, _worded(domain, plain, lines, {subject}))
    doubts = {v: "by its name alone" for v, c in lines.items() if sure.get(v) != c}
    if {"AGE", "BRTHDTC"} <= {*lines}:
        doubts["AGE"] = "or worked out of BRTHDTC (standard: [AGE])"
    if domain in ("EC", "EX"):
        other = "EX" if domain == "EC" else "EC"
        doubts = dict.fromkeys(lines, f"{other} may want it too, or alone") | doubts
    for variable, column in lines.items():
        translated = _translated(column, table.columns)
        if translated != column:
            lines[variable] = translated
            doubts[variable] = f"or {column}"
    if domain == "DM" and subject:
        lines["SUBJID"] = subject
        doubts.pop("SUBJID", None)
    order = {v.name: at for at, v in enumerate(load_ig("sdtmig", "3.4").dataset(domain).variables)}
    lines = dict(sorted(lines.items(), key=lambda pair: order.get(pair[0], 999)))
    return Proposal(name, table, domain, lines, doubts=doubts)


def _plain_names(table: TableInfo) -> dict[str, set[str]]:
    return {c: {_plain(c), _plain(table.labels.get(c, ""))} - {""} for c in table.columns}


def _called(domain: str, plain: dict[str, set[str]]) -> dict[str, str]:
    """Variables whose column is called as they are, or as CDASH calls their dates."""
    out = {}
    for variable, _ in _wanted(domain, named=False):
        names = {variable}
        if variable.endswith(("STDTC", "ENDTC")):
            names.add(variable[:-3] + "DAT")
        hits = [c for c, found in plain.items() if found & names]
        if len(hits) == 1:
            out[variable] = hits[0]
    return out


def _worded(
    domain: str, plain: dict[str, set[str]], lines: dict[str, str], never: set[str]
) -> dict[str, str]:
    """The lines, and those of variables that forms call by another word."""
    out = dict(lines)
    taken = {*out.values(), *never}
    short = {c: {s for n in names for s in _short(domain, n)} for c, names in plain.items()}
    for variable, _ in _wanted(domain, named=True):
        words = words_for(domain, variable) if variable not in out else ()
        hits = (c for w in words for c, names in short.items() if w in names and c not in taken)
        hit = next(hits, None)
        if hit is not None:
            out[variable] = hit
            taken.add(hit)
    return out


def _short(domain: str, name: str) -> set[str]:
    """A plain name, and without the prefixes of items and of the domain (or of the one whose form
    it is): ITAESEV, AESEV, SEV."""
    bare = re.sub(r"^IT(?=[A-Z]{3})", "", name)
    rests = {bare.removeprefix(one) for one in (domain, *COMPANIONS.get(domain, ()))}
    return {name, bare, *(rest for rest in rests if len(rest) > 1)}


def _one_date(domain: str, lines: dict[str, str]) -> dict[str, str]:
    """An event or intervention with one date starts on it; a dose that is given ends on it too."""
    start, end, collected = (f"{domain}{ending}" for ending in ("STDTC", "ENDTC", "DTC"))
    names = {v.name for v in load_ig("sdtmig", "3.4").dataset(domain).variables}
    if start in names and start not in lines and collected in lines:
        lines = {start if v == collected else v: c for v, c in lines.items()}
    if domain in ("EX", "EC", "PR") and start in lines and end not in lines:
        lines[end] = lines[start]
    return lines


def _translated(column: str, columns: Sequence[str]) -> str:
    """The English column of a pair that is told apart by its language: TERM_ZH, TERM_EN."""
    found = re.fullmatch(r"(.+)_(ZH|CN|CHN|ORIG|NATIVE)", column, re.IGNORECASE)
    other = f"{found[1]}_EN" if found else ""
    return other if other in columns else column


def _words(table: TableInfo) -> set[str]:
    """The words of the names of file, sheet and form, and these names."""
    stem = table.file.rpartition("/")[2].rpartition(".")[0]
    texts = (stem, table.sheet, table.item_group)
    found = {word for text in texts for word in re.split(r"[\W\d_]+", text.upper())}
    return (found | {*texts}) - {""}


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
