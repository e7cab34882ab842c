"""Answers out of returned files: by id, never by position; what cannot be taken is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from specs import Study
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, RawCell
from specs.text.invisible import INVISIBLE, visible
from specs.words import LANGUAGES
from transport.atomic import content_hash
from workbench.queries.found.identity import LENGTH, LETTERS
from workbench.queries.found.owners import DATA_MANAGEMENT
from workbench.queries.ledger import Ledger
from workbench.queries.model import ANSWER, DISPUTED, Answer, Entry, Kind
from workbench.queries.workbooks.reading_child import MOST_CHARACTERS, MOST_SECONDS, REFUSED
from workbench.queries.workbooks.wording import Wording
from workbench.queries.workbooks.workbook_out import ANSWERED, COLUMNS, META, tag

_TAG = re.compile(rf"([{LETTERS}]{{{LENGTH}}})\.([0-9a-f]{{8}})\.([{LETTERS}])")
_LOCKED = ("value", "record")
_NOT_SEEN = set(INVISIBLE) - set(" \t\n\r\u00a0\u3000")
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
WRONG = {"f": "is a formula", "e": "is an error of the spreadsheet"}
"""What a cell is that holds no value."""
Cells = Mapping[str, tuple[str, str]]
"""The cells of a row by column: text, and what is wrong with it."""


@dataclass(slots=True)
class Returned:
    """What a file gave. ``whole`` is false where something in it was not taken, or it could not be
    read: then it is kept."""

    name: str
    answers: list[Answer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True
    readable: bool = True


def read_returned(
    path: Path, name: str, study: Study, ledger: Ledger, wording: Wording
) -> Returned:
    """The answers of a returned file.

    Raises SpecificationError ANS102 for the workbook of another study.
    """
    out = Returned(name)
    try:
        sheets = read_cells(path)
    except ValueError as error:
        message = f"{name} cannot be read: {error}"
        out.findings.append(finding("ANS101", message, raw=RawCell(name)))
        out.whole = out.readable = False
        return out
    owner = _meta(sheets.get(META, []), name, study)
    reader = _Reader(name, content_hash(path), owner, study.id, ledger, wording, out)
    tables = [found for rows in sheets.values() if (found := _table(rows, wording))]
    if not tables:
        message = f"{name} cannot be read: no sheet has the columns of a workbook of questions"
        out.findings.append(finding("ANS101", message, raw=RawCell(name)))
        out.whole = out.readable = False
    for columns, rows, first in tables:
        for number, row in enumerate(rows, start=first):
            reader.take(_cells(row, columns), number)
    return out


def read_cells(path: Path, most: int = MOST_CHARACTERS) -> dict[str, list[Any]]:
    """The sheets of a file, read in a child with limits; ``most`` characters of a cell. Raises
    ValueError with the reason."""
    child = "workbench.queries.workbooks.reading_child"
    call = [sys.executable, "-m", child, str(path.resolve()), str(most)]
    root = Path(__file__).parents[3]
    try:
        done = subprocess.run(
            call, capture_output=True, timeout=2 * MOST_SECONDS, check=False, cwd=root
        )
    except subprocess.TimeoutExpired:
        raise ValueError("it takes too long to read") from None
    if done.returncode == REFUSED:
        raise ValueError(done.stdout.decode("utf-8", "replace") or "it is damaged")
    if done.returncode:
        raise ValueError("it takes more than may be spent on it, or it is damaged")
    read = json.loads(done.stdout)
    sheets: dict[str, list[Any]] = read["sheets"]
    return sheets


def _meta(rows: Sequence[Any], name: str, study: Study) -> str:
    """The owner that a workbook says it is for. Raises SpecificationError ANS102."""
    told = {row[0][0]: row[1][0] for row in rows if len(row) > 1}
    if told.get("study", study.id) != study.id:
        message = f"{name} is a workbook of the study {told['study']}, and this is {study.id}"
        raise SpecificationError(finding("ANS102", message, raw=RawCell(name)))
    return str(told.get("owner", ""))


def _table(
    rows: Sequence[Any], wording: Wording
) -> tuple[dict[str, int], Sequence[Any], int] | None:
    """Where the columns are, the rows below the heads, and the number of the first of them."""
    words = {f"tl:{name}": name for name in COLUMNS}
    for number, row in enumerate(rows[:20]):
        texts = [str(cell[0]).strip() for cell in row]
        found = {words[text]: at for at, text in enumerate(texts) if text in words}
        if {"kind", "answer"} <= set(found):
            return found, rows[number + 1 :], number + 2
    for number, row in enumerate(rows[:20]):  # the hidden row was deleted: by what people read
        found = _by_label([str(cell[0]).strip() for cell in row], wording)
        if {"kind", "answer", "by"} <= set(found):
            return found, rows[number + 1 :], number + 2
    return None


def _by_label(texts: list[str], wording: Wording) -> dict[str, int]:
    for language in _languages(wording):
        labels = {wording.label(name, language): name for name in COLUMNS[1:]}
        found = {labels[text]: at for at, text in enumerate(texts) if text in labels}
        if {"kind", "answer", "by"} <= set(found):
            tagged = {"tag": found["id"] - 1} if found.get("id", 0) > 0 else {}
            return {**tagged, **found}
    return {}


def _languages(wording: Wording) -> list[str]:
    return [*LANGUAGES, *sorted({language for _, language in wording.own} - set(LANGUAGES))]


def _cells(row: Sequence[Any], columns: Mapping[str, int]) -> Cells:
    return {
        name: (str(row[at][0]), str(row[at][1])) if at < len(row) else ("", "")
        for name, at in columns.items()
    }


@dataclass(slots=True)
class _Reader:
    name: str
    sha256: str
    owner: str
    study: str
    ledger: Ledger
    wording: Wording
    out: Returned
    kinds: dict[str, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for language in _languages(self.wording):
            for kind in Kind:
                self.kinds[self.wording.label(kind, language).casefold()] = kind
        self.kinds |= {kind.value: kind for kind in Kind}

    def take(self, cells: Cells, row: int) -> None:
        """The answer of a row, where there is one."""
        if not any(visible(cells.get(name, ("", ""))[0]) for name in ANSWERED[:2]):
            return
        parts = _TAG.fullmatch(cells.get("tag", ("", ""))[0].strip())
        label = cells.get("kind", ("", ""))[0].strip()
        if parts is None and self._is_head(label):
            return
        if parts is None or tag(self.study, parts[1], parts[2]) != parts[0]:
            self._refuse("ANS105", row, self._proposal(cells))
            return
        entry = self.ledger.entries.get(parts[1])
        if entry is None:
            self._refuse("ANS103", row, f"the id {parts[1]} is in no ledger of {self.study}")
            return
        if (answer := self._answer(cells, row, entry, parts[2])) is None:
            return
        self._compare(cells, row, entry, parts[2])
        self.out.answers.append(answer)

    def _is_head(self, text: str) -> bool:
        return any(text == self.wording.label("kind", name) for name in _languages(self.wording))

    def _answer(self, cells: Cells, row: int, entry: Entry, revision: str) -> Answer | None:
        given = {name: cells.get(name, ("", "")) for name in ANSWERED}
        for name, (_, wrong) in given.items():
            if wrong:
                what = WRONG.get(wrong, "is too long")
                self._refuse("ANS107", row, f"{entry.id}: what stands under {name} {what}")
                return None
        texts = {name: self._clean(text, row, entry.id) for name, (text, _) in given.items()}
        kind = self.kinds.get(texts["kind"].casefold()) if texts["kind"] else Kind.COMMENT
        if kind is None:
            self._refuse("ANS107", row, f"{entry.id}: {texts['kind']!r} is not in the list")
            return None
        if kind is Kind.CONFIRMED and not texts["by"]:
            self._refuse("ANS107", row, f"{entry.id}: nobody is named who confirms it")
            return None
        return Answer(
            *(entry.id, revision, ANSWER, kind.value, texts["answer"], texts["by"], texts["on"]),
            *(self.owner or entry.owner, self.name, self.sha256),
        )

    def _clean(self, text: str, row: int, identifier: str) -> str:
        """The text in one line of visible characters; what is taken off is told."""
        hidden = {c for c in text if c in _BIDI or c in _NOT_SEEN or ord(c) < 0x20} - set("\t\n\r")
        if hidden:
            codes = ", ".join(sorted(f"U+{ord(c):04X}" for c in hidden))
            message = f"{identifier}: characters that nobody sees were taken off ({codes})"
            self._tell("ANS106", row, message)
        kept = "".join(c for c in text if c not in hidden)
        return " ".join(visible(kept).split())

    def _compare(self, cells: Cells, row: int, entry: Entry, revision: str) -> None:
        if revision != entry.standing.revision:
            message = f"{entry.id}: the value has changed since; the answer is kept for the old one"
            self._tell("ANS110", row, message)
            return
        known = {"value": entry.value}
        for name, text in known.items():
            shown = cells.get(name, (text, ""))[0].strip()
            if shown != text and shown not in (text.lstrip("'"), f"'{text}") and shown:
                message = f"{entry.id}: {name} was edited, {text!r} -> {shown!r}"
                self._tell("ANS106", row, message)

    def _proposal(self, cells: Cells) -> str:
        record, value = (cells.get(name, ("", ""))[0].strip() for name in ("record", "value"))
        visible_id = cells.get("id", ("", ""))[0].strip()
        close = [
            tag(self.study, one.id, one.standing.revision)
            for one in self.ledger.entries.values()
            if one.id == visible_id or (record and (one.about.row_id, one.value) == (record, value))
        ]
        if len(close) != 1:
            return "the id of the row is lost, and nothing says which question it was"
        return f"the id of the row is lost; by record and item it is {close[0]}"

    def _refuse(self, code: str, row: int, message: str) -> None:
        self.out.whole = False
        self._tell(code, row, message)

    def _tell(self, code: str, row: int, message: str) -> None:
        where = RawCell(self.name, row)
        self.out.findings.append(finding(code, message, raw=where, value=self.name))


def settle_disputes(
    returned: Sequence[Returned], ledger: Ledger
) -> tuple[list[Answer], list[Finding]]:
    """The new answers of files; those that do not agree with each other, or with what somebody else
    answered before, are all kept as disputed, each with its finding."""
    known = {one.event_key for one in ledger.answers}
    news: dict[tuple[str, str], list[Answer]] = {}
    for file in returned:
        for one in file.answers:
            if one.event_key not in known:
                known.add(one.event_key)
                news.setdefault((one.query, one.revision), []).append(one)
    taken: list[Answer] = []
    told: list[Finding] = []
    for (query, revision), answers in news.items():
        before = [one for one in ledger.answers_of(query) if one.revision == revision][-1:]
        rivals = [*before, *answers] if before and not _replaces(answers, before[0]) else answers
        if len({one.said for one in rivals}) == 1:
            taken += answers[:1]
            continue
        taken += [replace(one, event=DISPUTED) for one in answers]
        said = "; ".join(f"{one.answer} {one.text!r} ({one.file})" for one in rivals)
        message = f"{query} is answered in two ways: {said}"
        told.append(finding("ANS104", message, raw=RawCell(answers[0].file), value=query))
    return taken, told


def _replaces(answers: Sequence[Answer], before: Answer) -> bool:
    """Whether new answers stand in the place of an earlier one: of the same person or file, later,
    or data management's where two did not agree."""
    return all(
        one.by == before.by
        or one.file == before.file
        or (before.event == DISPUTED and one.owner == DATA_MANAGEMENT)
        or bool(before.on and one.on > before.on)
        for one in answers
    )
