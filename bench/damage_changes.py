"""Changes that damage cells and rows of raw tables, drawn at random (``bench/damage.py``)."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sdtm.raw import RawTable
from sdtm.records.sources import Sources
from specs import RawDataError, Study

ROWS = ("drop", "duplicate")
_WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
_SUBJECT = ("SUBJID", "受试者编号", "SUBJECT", "SubjectKey")


@dataclass(frozen=True)
class Change:
    kind: str
    source: str
    file: str
    row: int
    """Of the table, from 0; ``shown`` as a person sees it."""
    shown: int
    column: str
    old: str
    new: str
    subject: str
    also: tuple[int, str, str] = (-1, "", "")
    """Another cell that changes with it: row, column, its new text."""
    other: str = ""
    """A second subject that it is about."""
    also_shown: int = -1
    also_old: str = ""
    """The row of it as a person sees it, and its text before."""

    def cells(self) -> Iterator[tuple[int, str, str, str]]:
        """The cells that it changes: row as a person sees it, column, text before and after."""
        if self.kind not in ROWS:
            yield self.shown, self.column, self.old, self.new
        if self.also[0] >= 0:
            yield self.also_shown, self.also[1], self.also_old, self.also[2]

    def subjects(self) -> set[str]:
        """Every subject that it may touch: a new text of a cell may be the number of another."""
        return {self.subject, self.other, self.new.strip(), self.also[2].strip()} - {""}

    def __str__(self) -> str:
        cell = f" {self.column} {self.old!r} -> {self.new!r}" if self.column else ""
        more = f" and {self.also}" if self.also[0] >= 0 else ""
        return f"{self.kind}: {self.file}:{self.shown}{cell}{more} ({self.subject or 'no subject'})"


def _letter(old: str, other: str, rng: random.Random) -> str:
    at = rng.randrange(len(old) + 1)
    return f"{old[:at]}x{old[at:]}"


def _digit(old: str, other: str, rng: random.Random) -> str:
    places = [i for i, char in enumerate(old) if char in "0123456789"]
    if not places:
        return old
    at = rng.choice(places)
    return f"{old[:at]}{(int(old[at]) + rng.randrange(1, 10)) % 10}{old[at + 1 :]}"


def _decimal(old: str, other: str, rng: random.Random) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?", old):
        return old
    whole, _, part = old.partition(".")
    shifted = f"{whole}{part[:1] or '0'}.{part[1:]}".rstrip(".")
    return shifted if rng.random() < 0.5 else f"{whole[:-1] or '0'}.{whole[-1]}{part}"


def _year(old: str, other: str, rng: random.Random) -> str:
    found = re.search(r"(19|20)\d\d", old)
    if not found:
        return old
    year = int(found[0]) + rng.choice((-10, -1, 1, 10))
    return f"{old[: found.start()]}{year}{old[found.end() :]}"


CELLS: dict[str, Callable[[str, str, random.Random], str]] = {
    "blank": lambda old, other, rng: "",
    "letter": _letter,
    "digit": _digit,
    "decimal": _decimal,
    "year": _year,
    "other row": lambda old, other, rng: other,
    "case": lambda old, other, rng: old.swapcase(),
    "spaces": lambda old, other, rng: f"  {old} ",
    "full width": lambda old, other, rng: old.translate(_WIDE),
    "garbage": lambda old, other, rng: rng.choice(("?", "#N/A", "\N{REPLACEMENT CHARACTER}", "0")),
}
KINDS = (*CELLS, *CELLS, *ROWS, "swap columns", "swap rows", "other subject")


class Tables:
    """The tables of all sources as they are read, and damage to them."""

    def __init__(self, study: Study, raw: Path) -> None:
        self.study, self.raw = study, raw
        reader = Sources(study, raw)
        self.tables: dict[str, list[RawTable]] = {}
        for name in study.spec.sources:
            try:
                self.tables[name] = reader.raw_tables(name)
            except RawDataError as error:
                sys.exit(f"{name}: {error}")
        self.names = sorted(name for name, raws in self.tables.items() if len(raws[0].frame))

    def draw(self, rng: random.Random) -> Change | None:
        name = rng.choice(self.names)
        table = self.tables[name][0]
        head, at = list(map(str, table.frame.columns)), rng.randrange(len(table.frame))
        key = self._subject(name, head)
        subject = _text(table, at, key) if key else ""
        kind = rng.choice(KINDS)
        file = f"{table.file}#{table.sheet}" if table.sheet else table.file
        change = Change(
            kind, name, file, at, int(table.rows[at]), "", "", "", subject.strip()
        )  # fmt: skip
        if kind in ROWS:
            return change
        column = key if kind == "other subject" and key else rng.choice(head)
        old, with_row = _text(table, at, column), rng.randrange(len(table.frame))
        other = _text(table, with_row, column)
        change = replace(change, column=column, old=old)
        if kind == "swap columns":
            second = rng.choice(head)
            new, shown = _text(table, at, second), change.shown
            also = {"also": (at, second, old), "also_shown": shown, "also_old": new}
            return _real(replace(change, new=new, **also), (column, second))
        if kind in ("swap rows", "other subject"):
            with_other = _text(table, with_row, key).strip() if key else ""
            change = replace(change, new=other, other=with_other)
            if kind == "swap rows":
                shown = int(table.rows[with_row])
                also = {"also": (with_row, column, old), "also_shown": shown, "also_old": other}
                change = replace(change, **also)
            return _real(change, None)
        return _real(replace(change, new=CELLS[kind](old, other, rng)), None)

    def people(self) -> dict[str, str]:
        """The first number of each person who was screened twice, by the second one."""
        same = self.study.spec.subject.same_person
        if same is None:
            return {}
        frame = self.tables[same.source][0].frame
        pairs = zip(frame[same.from_], frame[same.is_], strict=True)
        return {
            str(second).strip(): first.strip() for second, first in pairs if isinstance(first, str)
        }

    def _subject(self, name: str, head: list[str]) -> str:
        renamed = {new: old for old, new in self.study.spec.sources[name].rename.items()}
        known = [renamed.get(one, one) for one in (*_SUBJECT, self.study.spec.subject.from_)]
        return next((one for one in known if one in head), "")

    def damaged(self, changes: list[Change]) -> dict[str, list[RawTable]]:
        """The tables with changes in them; all others as they are."""
        out = dict(self.tables)
        for name in {change.source for change in changes}:
            first, *rest = self.tables[name]
            mine = [change for change in changes if change.source == name]
            out[name] = [_changed(first, mine), *rest]
        return out


def _real(change: Change, columns: tuple[str, str] | None) -> Change | None:
    """A change that changes something."""
    same = change.new == change.old or (columns is not None and columns[0] == columns[1])
    return None if same else change


def _text(table: RawTable, row: int, column: str) -> str:
    value = table.frame[column].iloc[row]
    return value if isinstance(value, str) else ""


def _changed(table: RawTable, changes: list[Change]) -> RawTable:
    """A table with its changes: cells first, then rows; a row keeps its number."""
    frame = table.frame.copy(deep=False)
    cells = [(c.row, c.column, c.new) for c in changes if c.kind not in ROWS]
    cells += [c.also for c in changes if c.also[0] >= 0]
    for column in {column for _, column, _ in cells}:
        texts = frame[column].astype(object).where(frame[column].notna(), None).tolist()
        for row, name, new in cells:
            if name == column:
                texts[row] = new or None
        frame[column] = pd.Categorical(texts)
    order = []
    by_row = {change.row: change.kind for change in changes if change.kind in ROWS}
    for row in range(len(frame)):
        kind = by_row.get(row)
        order += [] if kind == "drop" else [row, row] if kind == "duplicate" else [row]
    if len(order) == len(frame) and not by_row:
        return replace(table, frame=frame, findings=[])
    taken = frame.iloc[order].reset_index(drop=True)
    return replace(table, frame=taken, rows=table.rows[order], findings=[])


def given(study: Study, raw: Path, tables: dict[str, list[RawTable]]) -> Sources:
    """Sources that hold these tables already."""
    sources = Sources(study, raw)
    sources._raws = dict(tables)  # noqa: SLF001 - as if it had read them
    return sources
