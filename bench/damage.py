"""Damage to raw cells and rows of the seed study: is each one seen, or said to be of no matter?

    python bench/damage.py [CHANGES] [SEED] [BATCH]

A change is *seen* when a new finding names its row or its text, or when a published value of its
subject differs; *refused* when nothing is built; *permitted* when the account says that the cell is
not submitted, technical or left out with its row, or when it is equal by declaration (blanks around
it, full-width letters). Whatever else is left *vanished*: it is printed, and the exit code is 1.
Changes of one batch lie in different subjects; a batch that is refused is tried one by one.

CSV files alone are damaged; contracts are off.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sdtm.build import SdtmBuild, build_sdtm
from specs import Finding, Study, TracelockError, load_study

STUDY = Path(__file__).parents[1] / "specs" / "studies" / "nct04938115"
CELLS = ("blank", "letter", "digit", "other row", "spaces", "full width")
ROWS = ("drop", "duplicate")
EQUAL = ("spaces", "full width")
_WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


@dataclass(frozen=True)
class Change:
    kind: str
    source: str
    file: str
    row: int
    """Of the table, from 0."""
    column: str
    old: str
    new: str
    subject: str

    def __str__(self) -> str:
        cell = f" {self.column} {self.old!r} -> {self.new!r}" if self.column else ""
        return f"{self.kind}: {self.file}:{self.row + 2}{cell} ({self.subject})"


class Files:
    """The CSV files of the study as tables of cells."""

    def __init__(self, study: Study, raw: Path) -> None:
        self.study, self.raw = study, raw
        self.tables: dict[str, tuple[str, str, list[list[str]]]] = {}
        for name, source in study.spec.sources.items():
            if source.file.endswith(".csv"):
                encoding = source.encoding or "utf-8"
                text = (raw / source.file).read_text(encoding)
                self.tables[name] = (source.file, encoding, list(csv.reader(io.StringIO(text))))

    def draw(self, rng: random.Random) -> Change | None:
        name = rng.choice(sorted(self.tables))
        file, _, rows = self.tables[name]
        at = rng.randrange(len(rows) - 1)
        head, row = rows[0], rows[at + 1]
        key = "SUBJID" if "SUBJID" in head else head[1]
        subject = row[head.index(key)]
        kind = rng.choice([*CELLS, *CELLS, *ROWS])
        if kind in ROWS:
            return Change(kind, name, file, at, "", "", "", subject)
        column = rng.randrange(len(head))
        old = row[column]
        new = _damaged(kind, old, rng.choice(rows[1:])[column], rng)
        if new == old or not old:
            return None
        return Change(kind, name, file, at, head[column], old, new, subject)

    def write(self, folder: Path, changes: list[Change]) -> None:
        shutil.copytree(self.raw, folder, dirs_exist_ok=True)
        for name, (file, encoding, rows) in self.tables.items():
            mine = [change for change in changes if change.source == name]
            if mine:
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerows(_changed(rows, mine))
                (folder / file).write_text(out.getvalue(), encoding)


def _damaged(kind: str, old: str, other: str, rng: random.Random) -> str:
    if kind == "blank":
        return ""
    if kind == "letter":
        at = rng.randrange(len(old) + 1)
        return f"{old[:at]}x{old[at:]}"
    if kind == "digit":
        places = [i for i, char in enumerate(old) if char in "0123456789"]
        if not places:
            return old
        at = rng.choice(places)
        return f"{old[:at]}{(int(old[at]) + rng.randrange(1, 10)) % 10}{old[at + 1 :]}"
    if kind == "spaces":
        return f"  {old} "
    return other if kind == "other row" else old.translate(_WIDE)


def _changed(rows: list[list[str]], changes: list[Change]) -> Iterator[list[str]]:
    """Rows that are dropped leave a hole for their numbers to stay: the last ones go first."""
    by_row = {change.row: change for change in changes}
    yield rows[0]
    for at, row in enumerate(rows[1:]):
        change = by_row.get(at)
        if change is None:
            yield row
        elif change.kind == "duplicate":
            yield row
            yield row
        elif change.kind != "drop":
            column = rows[0].index(change.column)
            yield [*row[:column], change.new, *row[column + 1 :]]


@dataclass
class Seen:
    """What a build shows: findings, and what it publishes of each subject."""

    findings: Counter[tuple[str, str, str]]
    subjects: dict[str, int]
    texts: Counter[str]


def shown(build: SdtmBuild) -> Seen:
    subjects: dict[str, list[int]] = {}
    for name, dataset in build.datasets.items():
        frame = dataset.frame
        if "USUBJID" not in frame:
            continue
        columns = [frame[c].astype(str).tolist() for c in frame if not c.endswith("SEQ")]
        who = frame["USUBJID"].astype(str).tolist()
        for subject, record in zip(who, zip(*columns, strict=True), strict=True):
            subjects.setdefault(subject, []).append(hash((name, record)))
    findings = Counter(_mark(finding) for finding in build.findings)
    texts = Counter(f.raw.text for f in build.findings if f.raw is not None)
    return Seen(findings, {s: hash(tuple(sorted(found))) for s, found in subjects.items()}, texts)


def _mark(finding: Finding) -> tuple[str, str, str]:
    raw = finding.raw
    who = dict(finding.key).get("USUBJID", "")
    return (finding.rule, f"{raw.file}:{raw.column}={raw.text}" if raw else "", who)


def judge(change: Change, base: Seen, now: Seen, build: SdtmBuild, study: Study) -> str:
    subject = f"{study.id}-{change.subject}"
    if base.subjects.get(subject) != now.subjects.get(subject):
        return "seen in SDTM"
    fresh = now.findings - base.findings
    if any(f"={change.new}" in mark[1] and change.file in mark[1] for mark in fresh if change.new):
        return "seen in a finding"
    if any(mark[2] == subject or change.file in mark[1] for mark in fresh):
        return "seen in a finding"
    if change.kind in EQUAL:
        return "permitted: equal"
    return _permitted(change, build)


def _permitted(change: Change, build: SdtmBuild) -> str:
    assert build.account is not None
    source = next(one for one in build.account.sources if one.name == change.source)
    column = next((one for one in source.columns if one.name == change.column), None)
    if column is not None and set(column.cells) & {"declared", "technical"}:
        return "permitted: not submitted"
    if not source.fates.live()[min(change.row, source.fates.source.n - 1)]:
        return "permitted: left out with its row"
    return "vanished"


class Trial:
    def __init__(self) -> None:
        self.study = load_study(STUDY)
        self.files = Files(self.study, STUDY / "raw")
        self.base = shown(build_sdtm(self.study))

    def run(self, changes: list[Change]) -> list[tuple[Change, str]]:
        with tempfile.TemporaryDirectory() as folder:
            self.files.write(Path(folder), changes)
            try:
                build = build_sdtm(self.study, Path(folder))
            except TracelockError as error:
                return self._refused(changes, error.findings)
        if build.failed:
            return self._refused(changes, build.findings)
        now = shown(build)
        return [(one, judge(one, self.base, now, build, self.study)) for one in changes]

    def _refused(self, changes: list[Change], findings: list[Finding]) -> list[tuple[Change, str]]:
        """Those that the findings name are refused; the others are tried again without them."""
        if len(changes) == 1:
            return [(changes[0], "refused")]
        named = {f.raw.text for f in findings if f.raw is not None}
        guilty = [one for one in changes if one.new and one.new.strip() in named]
        rest = [one for one in changes if one not in guilty]
        if guilty and rest:
            return [(one, "refused") for one in guilty] + self.run(rest)
        half = len(changes) // 2
        return self.run(changes[:half]) + self.run(changes[half:])


def batches(files: Files, number: int, size: int, rng: random.Random) -> Iterator[list[Change]]:
    left = number
    while left > 0:
        batch: dict[str, Change] = {}
        while len(batch) < min(size, left):
            change = files.draw(rng)
            if change is not None:
                batch.setdefault(change.subject, change)
        left -= len(batch)
        yield list(batch.values())


def main(number: int = 200, seed: int = 1, size: int = 20) -> int:
    started = time.process_time()
    trial = Trial()
    verdicts: Counter[str] = Counter()
    vanished: list[Change] = []
    for batch in batches(trial.files, number, size, random.Random(seed)):
        for change, verdict in trial.run(batch):
            verdicts[verdict] += 1
            if verdict == "vanished":
                vanished += [one for one, again in trial.run([change]) if again == "vanished"]
    for verdict, count in sorted(verdicts.items()):
        print(f"{count:6,}  {verdict}")
    for change in vanished:
        print(f"VANISHED alone  {change}")
    print(f"{number} changes of seed {seed}: {len(vanished)} vanish; ", end="")
    print(f"{time.process_time() - started:.0f} CPU-s")
    return int(bool(vanished))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
