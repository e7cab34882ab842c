"""The small texts inside cells: where clauses, pages, names of standards."""

from __future__ import annotations

import re
from collections.abc import Sequence

from define.model import RangeCheck
from define.oids import Condition
from define.text import DocumentRef, PDFPageRef

COMPARATORS = ("EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN")
CONDITION = re.compile(
    r"\s*(?P<name>[A-Za-z_][\w.]*)\s+(?P<comparator>NOT\s*IN|[A-Z]{2})\s+(?P<rest>.+?)\s*$",
    re.DOTALL,
)
QUOTED = re.compile(r'"((?:[^"]|"")*)"')


def parse_where(text: str) -> tuple[Condition, ...]:
    """``PARAMCD EQ ALT and AVISIT IN (DAY 1, "DAY 2, AM")``. Raises ValueError with the reason."""
    return tuple(_condition(part) for part in _split(text, r"\s+(?:and|AND)\s+"))


def _condition(text: str) -> Condition:
    match = CONDITION.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no condition: VARIABLE COMPARATOR VALUE is expected")
    comparator = re.sub(r"\s", "", match["comparator"])
    if comparator not in COMPARATORS:
        raise ValueError(f"{comparator!r} is none of {', '.join(COMPARATORS)}")
    rest = match["rest"]
    if comparator in ("IN", "NOTIN"):
        if not (rest.startswith("(") and rest.endswith(")")):
            raise ValueError(f"{comparator} wants its values in parentheses")
        values = tuple(_unquoted(v) for v in _split(rest[1:-1], r"\s*,\s*"))
    else:
        values = (_unquoted(rest),)
    return Condition(match["name"], comparator, values)


def _split(text: str, separator: str) -> list[str]:
    """Split outside double quotes and parentheses."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match.group())
        return f"\x00{len(held) - 1}\x00"

    def release(match: re.Match[str]) -> str:
        return re.sub(r"\x00(\d+)\x00", release, held[int(match[1])])

    safe = QUOTED.sub(hold, text)
    if "," not in separator:
        safe = re.sub(r"\([^)]*\)", hold, safe)
    return [re.sub(r"\x00(\d+)\x00", release, part) for part in re.split(separator, safe.strip())]


def _unquoted(text: str) -> str:
    match = QUOTED.fullmatch(text.strip())
    return match[1].replace('""', '"') if match else text.strip()


def where_text(checks: Sequence[RangeCheck], names: Sequence[str]) -> str:
    """The inverse of :func:`parse_where`; ``names`` are the variables of the conditions."""
    return " and ".join(_condition_text(c, n) for c, n in zip(checks, names, strict=True))


def _condition_text(check: RangeCheck, name: str) -> str:
    many = check.comparator in ("IN", "NOTIN")
    values = [_quoted(v, many) for v in check.values]
    shown = f"({', '.join(values)})" if many else " ".join(values)
    return f"{name} {check.comparator} {shown}"


def _quoted(value: str, listed: bool) -> str:
    risky = value != value.strip() or not value or '"' in value
    risky = risky or re.search(r"\s(and|AND)\s", value) is not None or "(" in value
    if risky or (listed and re.search(r"[,()]", value)):
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    return value


def parse_pages(text: str) -> PDFPageRef:
    """``12 14``, ``12, 14``, ``5-9`` or named destinations."""
    rising = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", text)
    if rising:
        return PDFPageRef(type="PhysicalRef", first_page=rising[1], last_page=rising[2])
    parts = [p for p in re.split(r"[\s,;]+", text) if p]
    kind = "PhysicalRef" if all(re.fullmatch("[0-9]+", p) for p in parts) else "NamedDestination"
    return PDFPageRef(type=kind, pages=" ".join(parts))


def pages_text(documents: Sequence[DocumentRef]) -> str:
    """The inverse of :func:`parse_pages`, for the first document."""
    pages = documents[0].pages if documents else []
    if not pages:
        return ""
    page = pages[0]
    return page.pages or f"{page.first_page}-{page.last_page}"


def parse_standard(text: str) -> tuple[str, str, str]:
    """``ADaMIG 1.3`` as (ADaMIG, "", 1.3); ``SDTM 2025-03-28`` as (CDISC/NCI, SDTM, 2025-03-28)."""
    name, _, version = text.strip().rpartition(" ")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", version) and name:
        return "CDISC/NCI", name.removeprefix("CDISC/NCI").strip(), version
    return (name, "", version) if name else (version, "", "")


_LABEL = re.compile(r"Label \[([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\]")
_DATA_TYPES = (
    "text", "integer", "float", "date", "time", "datetime", "string", "double", "boolean",
    "partialDate", "partialTime", "partialDatetime", "incompleteDate", "incompleteTime",
    "incompleteDatetime", "durationDatetime", "intervalDatetime", "URI",
)  # fmt: skip
_YES_NO = {"y": "Yes", "yes": "Yes", "n": "No", "no": "No"}


def label_language(column: str) -> str:
    """``zh`` of the column ``Label [zh]``, else ""."""
    found = _LABEL.fullmatch(column)
    return found[1] if found else ""


def label_column(language: str) -> str:
    """The inverse of :func:`label_language`."""
    return f"Label [{language}]"


def yes_or_no(text: str) -> str:
    """``Y`` as Yes, ``n`` as No; anything else as it is."""
    return _YES_NO.get(text.strip().lower(), text)


def data_type(text: str) -> str:
    """``Text`` as text, ``partialdate`` as partialDate; what is no data type as it is."""
    return {t.lower(): t for t in _DATA_TYPES}.get(text.strip().lower(), text)


def is_format(text: str) -> bool:
    """Whether a text is a SAS format rather than the name of a codelist: ``date9.``, ``8.2``."""
    return re.fullmatch(r"\$?[A-Za-z_]*[0-9]*\.[0-9]*", text) is not None


def parse_alias(line: str) -> tuple[str, str]:
    """``DomainDescription: Questionnaires`` as context and name."""
    context, _, name = line.partition(":")
    return context.strip(), name.strip()
