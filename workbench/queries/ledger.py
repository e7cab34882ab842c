"""The ledger: ``answers.csv`` (append-only) and ``queries.csv``, text that version control can
compare.

It lies beside the study as soon as there is an answer in it; until then ``queries.csv`` lies with
the workbooks below the output, so that building a study that nobody has answered changes nothing
in it. A study folder that cannot be written to keeps its ledger below the output.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import RawCell
from specs.study import ANSWERS, QUERIES
from transport.atomic import whole_file
from workbench.queries.model import Answer, Entry, Standing, State, Subject

FOLDER = "queries"
"""Below the output: the workbooks, and the ledger where the study has none."""
_ANSWER_COLUMNS = tuple(one.name for one in fields(Answer))
_ABOUT = tuple(one.name for one in fields(Subject))
_STANDING = tuple(one.name for one in fields(Standing))
_PLAIN = (*("subject", "site", "owner", "severity", "form", "value", "first", "last", "asked"),)
_QUERY_COLUMNS = ("id", *_ABOUT, *_STANDING, *_PLAIN, "cells")
_LONGEST = 10_000_000
"""Characters of a cell that we wrote ourselves."""


@dataclass(slots=True)
class Ledger:
    """What is known of all questions. ``answers`` is never shortened; ``raw`` is the digest of the
    raw data of the last build."""

    answers: list[Answer] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    raw: str = ""

    def answers_of(self, query: str) -> list[Answer]:
        """The answers to a question, oldest first."""
        return [one for one in self.answers if one.query == query]

    def add(self, answers: Iterable[Answer]) -> list[Answer]:
        """Append the answers that are not there yet, and give them."""
        known = {one.event_key for one in self.answers}
        new: list[Answer] = []
        for one in answers:
            if one.event_key not in known:
                known.add(one.event_key)
                new.append(one)
        self.answers += new
        return new


def ledger_folder(study: Path, out: Path) -> Path:
    """Where the ledger of a study lies: in the study where an answer is there already."""
    return study if (study / ANSWERS).is_file() else out / FOLDER


def may_be_written(study: Path) -> bool:
    """Whether answers can be kept beside the study."""
    return os.access(study, os.W_OK | os.X_OK)


def read_ledger(study: Path, out: Path) -> Ledger:
    """The ledger of a study: its own, and what an earlier build left below the output.

    Raises SpecificationError ANS108.
    """
    below, ledger = out / FOLDER, Ledger()
    for folder in (study, below):
        ledger.add(_answers(folder / ANSWERS))
    for folder in (study, below):
        if (folder / QUERIES).is_file() and (folder == study or not ledger.entries):
            entries, ledger.raw = _entries(folder / QUERIES)
            ledger.entries = {one.id: one for one in entries}
    return ledger


def write_answers(ledger: Ledger, folder: Path) -> None:
    """answers.csv, put in place whole; nothing is written where there is no answer."""
    if ledger.answers:
        rows = [[getattr(one, name) for name in _ANSWER_COLUMNS] for one in ledger.answers]
        _write(folder / ANSWERS, _ANSWER_COLUMNS, rows)


def write_queries(ledger: Ledger, folder: Path) -> None:
    """queries.csv by id; the name of its last, empty column is the digest of the raw data."""
    rows = [_row(one) for _, one in sorted(ledger.entries.items())]
    _write(folder / QUERIES, (*_QUERY_COLUMNS, f"raw:{ledger.raw}"), rows)


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8")
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return  # the same: its time stays too
    with whole_file(path) as file:
        file.write(content)


def _answers(path: Path) -> list[Answer]:
    if not path.is_file():
        return []
    head, rows = _read(path)
    if head != list(_ANSWER_COLUMNS):
        raise _unreadable(path, "its columns are not those of answers.csv")
    return [Answer(*row) for row in rows]


def _entries(path: Path) -> tuple[list[Entry], str]:
    head, rows = _read(path)
    if head[:-1] != list(_QUERY_COLUMNS) or not head[-1].startswith("raw:"):
        raise _unreadable(path, "its columns are not those of queries.csv")
    try:
        return [_entry(dict(zip(head, row, strict=False))) for row in rows], head[-1][4:]
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, str(error)) from error


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    csv.field_size_limit(_LONGEST)
    try:
        text = path.read_text(encoding="utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (OSError, ValueError, csv.Error) as error:
        raise _unreadable(path, str(error)) from error
    width = len(head)
    for number, row in enumerate(rows, start=2):
        if len(row) not in (width, width - 1):
            raise _unreadable(path, f"record {number} has {len(row)} fields, not {width}")
    return head, rows


def _unreadable(path: Path, why: str) -> SpecificationError:
    message = f"{path.name} cannot be read: {why}"
    return SpecificationError(finding("ANS108", message, raw=RawCell(path.name)))


def _row(entry: Entry) -> list[Any]:
    about, standing = asdict(entry.about), asdict(entry.standing)
    cells = json.dumps(dict(entry.cells), ensure_ascii=False)
    return [
        entry.id,
        *(about[name] for name in _ABOUT),
        *(str(standing[name]) for name in _STANDING),
        *(getattr(entry, name) for name in _PLAIN),
        cells,
        "",
    ]


def _entry(row: dict[str, str]) -> Entry:
    standing: dict[str, Any] = {name: row[name] for name in _STANDING}
    standing["state"] = State(row["state"])
    standing["waited"], standing["heard"] = int(row["waited"]), int(row["heard"])
    cells = json.loads(row["cells"])
    if not isinstance(cells, dict):
        raise TypeError(f"{row['id']}: cells")
    return Entry(
        id=row["id"],
        about=Subject(**{name: row[name] for name in _ABOUT}),
        standing=Standing(**standing),
        cells={str(name): str(text) for name, text in cells.items()},
        **{name: row[name] for name in _PLAIN},
    )
