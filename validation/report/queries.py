"""The queries workbook: what data management asks the sites, each with its raw cell.

Sheets "Summary", "Queries" (one row per finding, by site, subject and form, with the
state of its question), "By rule" and "Account" (what became of the raw data). What goes out to
people is written by the workbench, one file per site and owner; the ID is the same there.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.codes import find_code
from specs.findings import Finding, Severity
from validation.report.counting.table import SUBJECT_VARIABLES
from validation.report.files import save_workbook
from validation.report.views.sheets import (
    add_filter,
    as_cell,
    fit_height,
    for_print,
    header_cells,
    plain,
    severity_cell,
    start_sheet,
)
from validation.report.views.text_view import one_line

QUERY_COLUMNS = (
    "No.", "ID", "Severity", "Site", "Subject", "Form / file", "Row", "Column", "The export says",
    "What is odd", "Done meanwhile", "Rule", "State", "Answer",
)  # fmt: skip
_WIDTHS = (5, 11, 9, 7, 20, 17, 7, 12, 22, 44, 26, 10, 11, 34)
RULE_COLUMNS = (
    "Rule",
    "What",
    "Severity",
    "Owner",
    "Queries",
    "Subjects",
    "Why it matters",
    "How to fix it",
)
ACCOUNT_COLUMNS = ("Source", "Of", "What", "Number", "Became", "Why", "Specification")
_ACCOUNT_WIDTHS = (16, 9, 26, 10, 26, 60, 26)
_NO_SITE = "(not known)"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a site."""

    id: str
    site: str
    subject: str
    form: str
    finding: Finding

    @property
    def order(self) -> tuple[Any, ...]:
        """By site, subject, form, row, column."""
        raw = self.finding.raw
        row = (raw.row or 0) if raw else self.finding.record or 0
        rest = (self.finding.variable, self.finding.rule, self.finding.message)
        return (self.site, self.subject, self.form, row, raw.column if raw else "", *rest)


def queries_of(
    findings: Iterable[Finding], site_of: Callable[[str], str] | None = None
) -> list[Query]:
    """Queries in the order of the workbook.

    Args:
        findings: what to ask about; the site comes from ``details["site"]`` or SITEID in the key.
        site_of: the site of a subject, where neither is there.
    """
    made = [_query(item, site_of) for item in findings]
    made.sort(key=lambda query: query.order)
    return made


def _query(item: Finding, site_of: Callable[[str], str] | None) -> Query:
    key = dict(item.key)
    named = next((key[name] for name in SUBJECT_VARIABLES if key.get(name)), "")
    subject = named or item.details.get("subject", "")
    site = item.details.get("site") or key.get("SITEID", "")
    if not site and site_of is not None and subject:
        site = site_of(subject)
    form = item.raw.file if item.raw else item.dataset
    return Query(_identity(item, subject), site or _NO_SITE, subject, form, item)


def _identity(item: Finding, subject: str) -> str:
    raw = (item.raw.file, item.raw.column, item.raw.text) if item.raw else ("", "", item.value)
    if known := item.details.get("query"):
        return known
    parts = (item.rule, item.dataset, item.variable, subject, repr(item.key), *raw)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:8]


def write_queries(
    findings: Iterable[Finding],
    path: Path,
    *,
    study: str = "",
    label: str = "",
    site_of: Callable[[str], str] | None = None,
    account: Sequence[Sequence[Any]] = (),
) -> int:
    """Write the workbook and return the number of queries; same findings, same bytes.

    Args:
        findings: what to ask about, in any order.
        path: the XLSX file; put in place whole or not at all.
        study: for the heading.
        label: of the cut, for the heading.
        site_of: see :func:`queries_of`.
        account: what became of the raw data, as rows of a table with :data:`ACCOUNT_COLUMNS`; the
            sheet "Account" is there only with it.
    """
    from openpyxl import Workbook

    queries = queries_of(findings, site_of)
    book = Workbook(write_only=True)
    book.properties.creator = "tracelock"
    _summary(book, queries, f"Queries {study} {label}".strip())
    _queries(book, queries)
    _by_rule(book, queries)
    if account:
        _account(book, account)
    save_workbook(book, path)
    return len(queries)


def _summary(book: Any, queries: Sequence[Query], title: str) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet("Summary")
    for_print(sheet)
    sheet.sheet_view.showGridLines = False
    for column, width in zip("ABCDEFG", (30, 12, 12, 12, 12, 12, 12), strict=True):
        sheet.column_dimensions[column].width = width
    heading = as_cell(sheet, title)
    heading.font = Font(name="Calibri", bold=True, size=16)
    sheet.append([heading])
    told = "They are answered in the files below queries/."
    sheet.append([f"{len(queries):,} findings to ask about. {told}"])
    sheet.append(
        ["The raw export is never changed: correct the source, and send it with the next transfer."]
    )
    sheet.append([])
    for name, group in (
        ("Site", lambda query: query.site),
        ("Form / file", lambda query: query.form or "(no file)"),
    ):
        _counted(sheet, name, queries, group)
        sheet.append([])


def _counted(
    sheet: Any, name: str, queries: Sequence[Query], group: Callable[[Query], str]
) -> None:
    levels = [level.value for level in Severity]
    sheet.append(header_cells(sheet, (name, *levels, "All", "Subjects")))
    by: dict[str, list[Query]] = {}
    for query in queries:
        by.setdefault(group(query), []).append(query)
    for value in sorted(by):
        sheet.append(plain(sheet, (value, *_numbers(by[value]))))
    sheet.append(plain(sheet, ("All", *_numbers(queries))))


def _numbers(queries: Sequence[Query]) -> list[int]:
    counts = Counter(query.finding.severity.value for query in queries)
    subjects = {query.subject for query in queries if query.subject}
    return [*(counts[level.value] for level in Severity), len(queries), len(subjects)]


def _queries(book: Any, queries: Sequence[Query]) -> None:
    from openpyxl.styles import Alignment, Border, Side

    sheet = start_sheet(book, "Queries", QUERY_COLUMNS, _WIDTHS, freeze="F2")
    wrapped = Alignment(vertical="top", wrap_text=True)
    centred = Alignment(vertical="top", horizontal="center")
    edges = {
        new: Border(top=Side("thin", "5B6B7C" if new else "D5DAE0"), bottom=Side("thin", "D5DAE0"))
        for new in (True, False)
    }
    before = None
    for number, query in enumerate(queries, start=1):
        row = plain(sheet, _query_row(number, query))
        row[2] = severity_cell(sheet, query.finding.severity.value)
        edge = edges[before != (query.site, query.subject)]
        before = (query.site, query.subject)
        for i, value in enumerate(row):
            made = as_cell(sheet, value)
            made.alignment = centred if isinstance(made.value, int) else wrapped
            made.border = edge
            row[i] = made
        fit_height(sheet, number + 1, row, _WIDTHS)
        sheet.append(row)
    add_filter(sheet, len(QUERY_COLUMNS), len(queries))


def _query_row(number: int, query: Query) -> tuple[Any, ...]:
    item = query.finding
    raw = item.raw
    column = raw.column if raw else item.variable
    row = raw.row if raw else item.record
    text = raw.text if raw else item.value
    place = (query.site, query.subject, query.form, row, column, one_line(text))
    done = item.details.get("meanwhile") or item.details.get("done", "")
    return (number, query.id, "", *place, _question(item), done, item.rule, *_settled(item))


def _settled(item: Finding) -> tuple[str, str]:
    """The state of its question, and what closed it."""
    return item.details.get("state", ""), item.details.get("answer", "")


def _question(item: Finding) -> str:
    return "\n".join(part for part in (item.message, item.hint) if part)


def _by_rule(book: Any, queries: Sequence[Query]) -> None:
    from openpyxl.styles import Alignment

    widths = (12, 40, 10, 18, 9, 9, 50, 50)
    sheet = start_sheet(book, "By rule", RULE_COLUMNS, widths)
    by: dict[tuple[int, str], list[Query]] = {}
    for query in queries:
        by.setdefault((query.finding.severity.rank, query.finding.rule), []).append(query)
    for number, (rank, rule) in enumerate(sorted(by), start=2):
        chosen = by[rank, rule]
        row = plain(sheet, _rule_row(rule, chosen))
        row[2] = severity_cell(sheet, chosen[0].finding.severity.value)
        fit_height(sheet, number, row, widths)
        wrapped = Alignment(vertical="top", wrap_text=True)
        sheet.append([_wrapped(sheet, value, wrapped) for value in row])
    add_filter(sheet, len(RULE_COLUMNS), len(by))


def _account(book: Any, rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Alignment

    sheet = start_sheet(book, "Account", ACCOUNT_COLUMNS, _ACCOUNT_WIDTHS)
    wrapped = Alignment(vertical="top", wrap_text=True)
    for values in rows:
        sheet.append([_wrapped(sheet, value, wrapped) for value in plain(sheet, values)])
    add_filter(sheet, len(ACCOUNT_COLUMNS), len(rows))


def _rule_row(rule: str, queries: Sequence[Query]) -> tuple[Any, ...]:
    code = find_code(rule)
    first = queries[0].finding
    what = code.title if code else first.message
    owners = ", ".join(sorted({query.finding.owner.value for query in queries}))
    subjects = len({query.subject for query in queries if query.subject})
    words = (code.why, code.fix) if code else ("", first.hint)
    return (rule, what, "", owners, len(queries), subjects, *words)


def _wrapped(sheet: Any, value: Any, alignment: Any) -> Any:
    made = as_cell(sheet, value)
    made.alignment = alignment
    return made
