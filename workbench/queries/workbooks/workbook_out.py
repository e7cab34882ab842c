"""The workbooks that go out: one per site and owner, in the site's language, protected but for the
answers.

Row 1 is hidden and names the columns for the machine; so is column A, which holds id, revision and
a check letter. A hidden sheet says which study and site the file is for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transport.sheet_text import text_cell
from validation.report.files import save_workbook
from validation.report.views.sheets import as_cell, fill, fit_height, for_print, header_cells, plain
from workbench.queries.found.identity import in_letters
from workbench.queries.found.owners import DATA_MANAGEMENT, LABORATORY, SITE
from workbench.queries.model import Answer, Entry, Kind, Question, State
from workbench.queries.workbooks.wording import Wording

SCHEMA = "tracelock-questions/1"
META = "tracelock"
"""The very hidden sheet that says what the file is."""
COLUMNS = (
    "tag", "id", "subject", "visit", "form", "item", "value", "about", "record",
    "question", "kind", "answer", "by", "on", "age", "state", "rule", "row",
)  # fmt: skip
ANSWERED = ("kind", "answer", "by", "on")
"""The columns that people fill."""
_WIDTHS = (4, 11, 12, 12, 16, 18, 18, 26, 13, 52, 17, 34, 14, 12, 8, 11, 11, 26)
_FOLDED = ("rule", "row")
_TO_FILL = "FFFBE6"
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A question that is open, as it goes out."""

    entry: Entry
    question: Question
    answers: Sequence[Answer]
    age: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook: the lines of one site and owner, and their language."""

    name: str
    site: str
    owner: str
    language: str
    lines: Sequence[Line]
    closed: int = 0


def tag(study: str, identifier: str, revision: str) -> str:
    """What column A holds: id, revision, and a letter that a slip of the hand would not give."""
    digest = hashlib.sha256(f"{study}\x1f{identifier}\x1f{revision}".encode()).digest()
    return f"{identifier}.{revision}.{in_letters(digest, 1)}"


def file_name(owner: str, site: str, source: str) -> str:
    """The workbook that a question goes into."""
    if owner == SITE:
        return f"site-{_safe(site) or 'unknown'}.xlsx"
    if owner == LABORATORY:
        return f"laboratory-{_safe(source) or 'unknown'}.xlsx"
    return f"{owner.replace(' ', '-')}.xlsx"


def _safe(text: str) -> str:
    """A text as part of a file's name, told apart where letters had to go."""
    plain_text = _UNSAFE.sub("_", text).strip(".")[:60]
    if plain_text == text:
        return text
    return f"{plain_text}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"


def sheets_of(lines: Iterable[Line], languages: Mapping[str, str], home: str = "en") -> list[Sheet]:
    """The workbooks: per site, laboratory and coder, and one of everything for data management."""
    grouped: dict[str, list[Line]] = {}
    every = list(lines)
    for line in every:
        entry = line.entry
        if entry.owner != DATA_MANAGEMENT:
            name = file_name(entry.owner, entry.site, entry.about.source)
            grouped.setdefault(name, []).append(line)
    made = []
    for name, held in sorted(grouped.items()):
        first = held[0].entry
        of_site = first.owner == SITE
        language = languages.get(first.site, home) if of_site else _one_language(held, languages)
        made.append(Sheet(name, first.site if of_site else "", first.owner, language, held))
    if every:
        name = file_name(DATA_MANAGEMENT, "", "")
        made.append(Sheet(name, "", DATA_MANAGEMENT, home, every))
    return made


def _one_language(lines: Sequence[Line], languages: Mapping[str, str]) -> str:
    """The language of all sites of these lines; English where they do not have one."""
    found = {languages.get(line.entry.site, "en") for line in lines if line.entry.site}
    return found.pop() if len(found) == 1 else "en"


def write_sheet(sheet: Sheet, path: Path, study: str, cut: str, wording: Wording) -> None:
    """Write a workbook; same questions, same bytes."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "tracelock"
    _questions(book, sheet, study, wording)
    meta = book.create_sheet(META)
    meta.sheet_state = "veryHidden"
    told = {
        "schema": SCHEMA,
        "study": study,
        "site": sheet.site,
        "owner": sheet.owner,
        "language": sheet.language,
        "cut": cut,
    }
    for name, value in told.items():
        meta.append([text_cell(meta, name), text_cell(meta, value)])
    save_workbook(book, path)


def _questions(book: Any, sheet: Sheet, study: str, wording: Wording) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    language = sheet.language
    page = book.create_sheet(wording.label("questions", language))
    for_print(page)
    page.freeze_panes = "D3"
    for at, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True), start=1):
        column = page.column_dimensions[get_column_letter(at)]
        column.width = width
        column.hidden = name == "tag"
        if name in _FOLDED:
            column.outlineLevel, column.hidden = 1, True
    page.row_dimensions[1].hidden = True
    page.print_title_rows = "2:2"
    last = len(sheet.lines) + 2
    page.auto_filter.ref = f"A2:{get_column_letter(len(COLUMNS))}{last}"
    _protect(page)
    kinds = ",".join(wording.label(kind, language) for kind in Kind)
    choice = DataValidation(type="list", formula1=f'"{kinds}"', allow_blank=True)
    letter = get_column_letter(COLUMNS.index("kind") + 1)
    choice.add(f"{letter}3:{letter}{max(3, last)}")
    page.data_validations.append(choice)
    page.append([text_cell(page, f"tl:{name}") for name in COLUMNS])
    page.append(header_cells(page, ["", *(wording.label(name, language) for name in COLUMNS[1:])]))
    for number, line in enumerate(sheet.lines, start=3):
        _append(page, number, line, study, wording, language)
    page.append([])
    page.append([None, text_cell(page, wording.label("how", language))])


def _protect(page: Any) -> None:
    """Locked but for the answers; sorting, filtering and widening stay possible."""
    protection = page.protection
    protection.sheet = True
    for name in ("sort", "autoFilter", "formatColumns", "formatRows"):
        setattr(protection, name, False)


def _append(  # noqa: PLR0917 - a line, and where and how it is written
    page: Any, number: int, line: Line, study: str, wording: Wording, language: str
) -> None:
    from openpyxl.styles import Alignment, Protection

    values = _values(line, study, wording, language)
    row = plain(page, [values[name] for name in COLUMNS])
    wrapped = Alignment(vertical="top", wrap_text=True)
    for at, name in enumerate(COLUMNS):
        made = as_cell(page, row[at])
        made.alignment = wrapped
        if name in ANSWERED:
            made.fill = fill(_TO_FILL)
            made.protection = Protection(locked=False)
        row[at] = made
    fit_height(page, number, row, _WIDTHS)
    page.append(row)


def _values(line: Line, study: str, wording: Wording, language: str) -> dict[str, str]:
    entry, question = line.entry, line.question
    about, told = entry.about, question.told
    last = line.answers[-1] if line.answers else None
    if last is not None and last.revision != entry.standing.revision:
        last = None
    dates = " – ".join(told[name] for name in ("start", "end") if told.get(name))
    raw = question.findings[0].raw
    return {
        "tag": tag(study, entry.id, entry.standing.revision),
        "id": entry.id,
        "subject": told.get("subject", ""),
        "visit": told.get("visit", ""),
        "form": wording.items.form(about.source, language) or about.dataset,
        "item": wording.items.item(about.source, about.item, language),
        "value": told.get("value", ""),
        "about": ", ".join(part for part in (told.get("term", ""), dates) if part),
        "record": about.record,
        "question": wording.ask(question, language),
        "kind": wording.label(last.answer, language) if last else "",
        "answer": last.text if last else "",
        "by": last.by if last else "",
        "on": last.on if last else "",
        "age": line.age,
        "state": wording.label(entry.standing.state, language),
        "rule": question.findings[0].rule,
        "row": str(raw) if raw and not raw.text else f"{raw.file}:{raw.row}" if raw else "",
    }


def is_sent(entry: Entry) -> bool:
    """Whether a question goes out."""
    return entry.standing.state in (State.NEW, State.OPEN, State.ANSWERED, State.REOPENED)
