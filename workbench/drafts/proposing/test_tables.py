"""The table of tests that the columns or the values of a findings form suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from specs.standards import load_ct, load_ig
from specs.standards.terminology import Codelist

_PACKAGE = "sdtmct-2025-03-28"
_MOST = 500
"""Distinct items that are looked up; a form has fewer."""
_SPELLED = {
    "HR": "Heart Rate", "PULSE": "Pulse Rate", "BPM": "Heart Rate", "SPO2": "Oxygen Saturation",
    "SYS": "Systolic Blood Pressure", "DIA": "Diastolic Blood Pressure", "SBP": "SYSBP",
    "DBP": "DIABP", "RR": "Respiratory Rate", "WT": "Weight", "HT": "Height", "TEMPC": "TEMP",
    "TEMPF": "TEMP",
}  # fmt: skip
"""Short names of vital signs on forms."""


@dataclass(slots=True)
class TestTable:
    """What `tests:` of a domain holds: by source, the raw names with their test codes; ``column``
    is where a long form names the test, "" for a wide one."""

    source: str
    column: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def is_findings(domain: str) -> bool:
    """Whether a domain has tests."""
    names = {v.name for v in load_ig("sdtmig", "3.4").dataset(domain).variables}
    return f"{domain}TESTCD" in names and domain not in ("IE", "RS", "TU", "TR", "FA")


def wide(domain: str, source: str, columns: Iterable[str]) -> TestTable | None:
    """The tests that columns are called after; None where no column is."""
    codes = {c: code for c in columns if (code := _code(domain, c))}
    return TestTable(source, "", codes) if codes else None


def long(domain: str, source: str, column: str, items: list[str]) -> TestTable:
    """The tests that the values of a column name."""
    found = {item: _code(domain, item) for item in items[:_MOST]}
    codes = {item: code for item, code in found.items() if code}
    return TestTable(source, column, codes, [item for item, code in found.items() if not code])


def _code(domain: str, text: str) -> str:
    """The test code that a text is, or is the name or a synonym of, as the terminology has it."""
    short = re.sub(r"^(IT|I)[_.]", "", text.rpartition(".")[2])
    forms = [text, short, short.removeprefix(f"{domain}_"), _SPELLED.get(short.upper(), "")]
    codes, names = _lists(domain)
    for form in filter(None, dict.fromkeys(forms)):
        term = codes.synonym(form) if codes else None
        if term is not None:
            return term.value
        named = names.synonym(form) if names else None
        if named is not None and codes is not None and named.code in codes.by_code:
            return codes.by_code[named.code].value
    return ""


@cache
def _lists(domain: str) -> tuple[Codelist | None, Codelist | None]:
    guide = load_ig("sdtmig", "3.4")
    found: list[Codelist | None] = []
    for name in (f"{domain}TESTCD", f"{domain}TEST"):
        known = guide.variable(domain, name)
        codes = known.codelist_codes if known else ()
        found.append(load_ct(_PACKAGE).codelist(codes[0]) if codes else None)
    return found[0], found[1]
