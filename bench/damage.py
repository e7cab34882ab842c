"""Damage to raw cells and rows of a study: is each one seen, or said to be of no matter?

    python -P bench/damage.py [CHANGES] [SEED] [BATCH] [STUDY]

Every source is damaged, whatever its format: the tables are read once, and each change is made to
its table as it was read (CSV, workbook, ODM, SAS transport alike), so that a change costs a build
and no reading. Contracts are off.

A change is *seen* when a new finding names its row or its text, or when a published value of its
subject differs; *refused* when nothing is built; *permitted* when the account says that the cell is
not submitted, technical or left out with its row, or when it is equal by declaration (blanks around
it, full-width letters, another spelling of one term, texts that are both declared as blank).
Whatever else, a key that only tells rows apart and still does among it, has *vanished*: it is
printed, and the exit code is 1. Changes of one batch lie in different subjects; a batch that is
refused is parted until the guilty ones stand alone.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sdtm.build import SdtmBuild, build_sdtm
from sdtm.raw import RawTable
from sdtm.records.sources import Sources
from specs import Finding, RawDataError, Study, TracelockError, load_study

STUDY = Path(__file__).parents[1] / "specs" / "studies" / "nct04938115"
ROWS = ("drop", "duplicate")
EQUAL = ("spaces", "full width")
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
            new = _text(table, at, second)
            return _real(replace(change, new=new, also=(at, second, old)), (column, second))
        if kind in ("swap rows", "other subject"):
            with_other = _text(table, with_row, key).strip() if key else ""
            back = (with_row, column, old) if kind == "swap rows" else (-1, "", "")
            return _real(replace(change, new=other, also=back, other=with_other), None)
        return _real(replace(change, new=CELLS[kind](old, other, rng)), None)

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


@dataclass
class Seen:
    """What a build shows: findings, and what it publishes of each subject, and of none."""

    findings: Counter[tuple[str, ...]]
    subjects: dict[str, int]


def shown(build: SdtmBuild) -> Seen:
    subjects: dict[str, list[int]] = {}
    for name, dataset in build.datasets.items():
        frame = dataset.frame
        columns = [frame[c].astype(str).tolist() for c in frame if not c.endswith("SEQ")]
        there = "USUBJID" in frame
        who = frame["USUBJID"].astype(str).tolist() if there else [""] * len(frame)
        for subject, record in zip(who, zip(*columns, strict=True), strict=True):
            subjects.setdefault(subject, []).append(hash((name, record)))
    findings = Counter(_mark(finding) for finding in build.findings)
    return Seen(findings, {s: hash(tuple(sorted(found))) for s, found in subjects.items()})


def _mark(finding: Finding) -> tuple[str, ...]:
    raw = finding.raw
    who = dict(finding.key).get("USUBJID", "")
    place = (raw.file, str(raw.row), raw.column, raw.text) if raw else ("", "", "", "")
    return (finding.rule, who, *place, finding.value, finding.message)


class Judge:
    """What became of each change of a batch."""

    def __init__(self, study: Study, base: Seen, base_build: SdtmBuild) -> None:
        self.study, self.base, self.base_build = study, base, base_build

    def verdict(self, change: Change, all_: list[Change], now: Seen, build: SdtmBuild) -> str:
        if self._differs(change, all_, now):
            return "seen in SDTM"
        fresh = now.findings - self.base.findings
        if any(self._names(mark, change) for mark in fresh):
            return "seen in a finding"
        if change.kind in EQUAL and change.also[0] < 0:
            return "permitted: equal"
        return self._permitted(change, build)

    def _usubjid(self, subject: str) -> str:
        return f"{self.study.id}-{subject}"

    def _differs(self, change: Change, all_: list[Change], now: Seen) -> bool:
        mine = {self._usubjid(one) for one in (change.subject, change.other) if one}
        if not mine & self.base.subjects.keys():  # of none, or of one with another number there
            theirs = {self._usubjid(s) for c in all_ for s in (c.subject, c.other) if s}
            mine = {*self.base.subjects, *now.subjects} - theirs
        return any(self.base.subjects.get(one) != now.subjects.get(one) for one in mine)

    def _names(self, mark: tuple[str, ...], change: Change) -> bool:
        """Whether a new finding is about the change: its row, its text, or its subject and file."""
        _, who, file, row, _, text, value, message = mark
        rows = {str(change.shown)}
        if file == change.file and row in rows:
            return True
        new = change.new.strip()
        if new and file == change.file and new in (text.strip(), value.strip()):
            return True
        if new and len(new) > 1 and new in message and file in ("", change.file):
            return True
        return bool(who) and who == self._usubjid(change.subject) and file in ("", change.file)

    def _permitted(self, change: Change, build: SdtmBuild) -> str:
        account = build.account
        assert account is not None
        source = next(one for one in account.sources if one.name == change.source)
        if change.kind not in ROWS and self._same_term(change, source):
            return "permitted: equal"
        names = self.study.spec.sources[change.source].rename
        column = names.get(change.column, change.column)
        known = next((one for one in source.columns if one.name == column), None)
        if known is not None and set(known.cells) & {"declared", "technical"}:
            return "permitted: not submitted"
        base = next(one for one in self.base_build.account.sources if one.name == change.source)  # type: ignore[union-attr]
        if not base.fates.live()[change.row]:
            return "permitted: left out with its row"
        return "vanished"

    def _same_term(self, change: Change, source: Any) -> bool:
        """Whether the old and the new text became the same term, and no query."""
        column = self.study.spec.sources[change.source].rename.get(change.column, change.column)
        terms = source.terms.get(column, [])
        new = {became for text, _, became in terms if text == change.new.strip()}
        base = next(one for one in self.base_build.account.sources if one.name == change.source)  # type: ignore[union-attr]
        old = {
            became for text, _, became in base.terms.get(column, []) if text == change.old.strip()
        }
        same = new & old - {"untouched", "tested", "left out"}
        return any("query" not in one for one in same)


class Trial:
    def __init__(self, folder: Path) -> None:
        self.study = load_study(folder)
        self.raw = self.study.raw_folder()
        self.tables = Tables(self.study, self.raw)
        base = self._build(self.tables.tables)
        self.judge = Judge(self.study, shown(base), base)
        self.builds = 0

    def _build(self, tables: dict[str, list[RawTable]]) -> SdtmBuild:
        return build_sdtm(self.study, self.raw, sources=given(self.study, self.raw, tables))

    def run(self, changes: list[Change]) -> list[tuple[Change, str]]:
        self.builds += 1
        try:
            build = self._build(self.tables.damaged(changes))
        except TracelockError as error:
            return self._refused(changes, error.findings)
        if build.failed:
            return self._refused(changes, build.findings)
        now = shown(build)
        return [(one, self.judge.verdict(one, changes, now, build)) for one in changes]

    def _refused(self, changes: list[Change], findings: list[Finding]) -> list[tuple[Change, str]]:
        """Those that the findings name are refused; the others are tried again without them."""
        if len(changes) == 1:
            return [(changes[0], "refused")]
        fresh = Counter(map(_mark, findings)) - self.judge.base.findings
        guilty = [one for one in changes if any(_exactly(mark, one) for mark in fresh)]
        rest = [one for one in changes if one not in guilty]
        if guilty and rest:  # what is named may have been asked only: each of them stands alone
            return [found for one in guilty for found in self.run([one])] + self.run(rest)
        half = len(changes) // 2
        return self.run(changes[:half]) + self.run(changes[half:])


def _exactly(mark: tuple[str, ...], change: Change) -> bool:
    _, _, file, row, *_ = mark
    return file == change.file and row == str(change.shown) and change.kind != "spaces"


def batches(tables: Tables, number: int, size: int, rng: random.Random) -> Iterator[list[Change]]:
    """Batches of changes that lie in different subjects, at most one of them of no subject."""
    left = number
    waiting: list[Change] = []
    while left > 0:
        batch: list[Change] = []
        taken: set[str] = set()
        drawn = 0
        while len(batch) < min(size, left) and drawn < 40 * size:
            drawn += 1
            change = waiting.pop() if waiting and drawn == 1 else tables.draw(rng)
            if change is None:
                continue
            mine = {change.subject, change.other} - {""} or {""}
            if mine & taken:
                continue
            taken |= mine
            batch.append(change)
        left -= len(batch)
        yield batch


def main(number: int = 200, seed: int = 1, size: int = 20, folder: Path = STUDY) -> int:
    started = time.process_time()
    trial = Trial(folder)
    verdicts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    vanished: list[Change] = []
    for batch in batches(trial.tables, number, size, random.Random(seed)):
        for change, found in trial.run(batch):
            verdict = found
            if verdict == "vanished":  # alone, so that no other change of its batch hides it
                verdict = trial.run([change])[0][1]
            if verdict == "vanished":
                vanished.append(change)
                print(f"VANISHED  {change}", flush=True)
            verdicts[verdict] += 1
            kinds[change.kind] += 1
        print(f"{sum(verdicts.values()):,} of {number:,}", file=sys.stderr, flush=True)
    for verdict, count in sorted(verdicts.items()):
        print(f"{count:6,}  {verdict}")
    print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print(
        f"{number} changes of seed {seed}: {len(vanished)} vanish; {trial.builds} builds, ", end=""
    )
    print(f"{time.process_time() - started:.0f} CPU-s")
    return int(bool(vanished))


if __name__ == "__main__":
    words = [*sys.argv[1:], *("200", "1", "20", str(STUDY))[len(sys.argv) - 1 :]]
    sys.exit(main(int(words[0]), int(words[1]), int(words[2]), Path(words[3])))
