"""Damage to raw cells and rows of a study: is each one seen, or said to be of no matter?

    python -P bench/damage.py [CHANGES] [SEED] [BATCH] [STUDY] [LOG]

Every source is damaged, whatever its format: the tables are read once, and each change is made to
its table as it was read (CSV, workbook, ODM, SAS transport alike), so that a change costs a build
and no reading. Contracts are off.

A change is *seen* when a published value of its subject differs (sequence numbers aside), or when a
new finding names its row, its text or its subject; *refused* when its data set is not built and the
reason names it; *permitted* when the account says of each cell that it changes, as it was and as it
is, that it is not submitted, technical or left out with its row, or that both texts are one term;
so are blanks around a text, full-width characters of what is read as a value, and two texts where
the account says that conditions ask for presence only. Whatever else, a key that only tells rows
apart among it, has *vanished*: it is printed, and the exit code is 1.

Changes of one batch lie in different subjects, and one of no subject stands alone; those that are
refused are taken out of their batch, which is built again. What seems to vanish is built alone.
LOG gets a line per change: the ruling, and the words of the finding or of the account for it.
"""

from __future__ import annotations

import functools
import gc
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TextIO

from bench.damage_changes import Change, Tables, given
from bench.damage_judge import VANISHED, Judge, Mark, Ruling, mark, shown
from sdtm.build import SdtmBuild, build_sdtm
from sdtm.collected import dates
from sdtm.raw import RawTable
from specs import Finding, TracelockError, load_study

STUDY = Path(__file__).parents[1] / "specs" / "studies" / "nct04938115"
Found = list[tuple[Change, Ruling]]


class Trial:
    """A study, and builds of it from damaged tables."""

    def __init__(self, folder: Path) -> None:
        self.study = load_study(folder)
        self.raw = self.study.raw_folder()
        self.tables = Tables(self.study, self.raw)
        base = shown(self._build(self.tables.tables))
        self.judge = Judge(self.study, base, self.tables.people())
        self.builds = 0

    def _build(self, tables: dict[str, list[RawTable]]) -> SdtmBuild:
        return build_sdtm(self.study, self.raw, sources=given(self.study, self.raw, tables))

    def run(self, changes: list[Change]) -> Found:
        """What becomes of changes that are made together."""
        self.builds += 1
        if self.builds % 10 == 0:
            gc.collect()
        try:
            build = self._build(self.tables.damaged(changes))
        except TracelockError as error:
            if any(one.rule == "MAP353" for one in error.findings):
                print(f"DOES NOT CLOSE  {'; '.join(map(str, changes))}", flush=True)
            return self._refused(changes, error.findings)
        if build.failed:
            return self._refused(changes, [one for one in build.findings if _stops(one)])
        now = shown(build)
        return [(one, self.judge.rule(one, changes, now)) for one in changes]

    def _refused(self, changes: list[Change], why: list[Finding]) -> Found:
        """Those that the reasons name are refused; the others are tried again without them."""
        reasons = [mark(one) for one in why]
        if len(changes) == 1:
            said = next((one for one in reasons if self.judge.names(one, changes[0])), None)
            if said is None:
                return [
                    (changes[0], Ruling("refused elsewhere", "; ".join(m[-1] for m in reasons)))
                ]
            return [(changes[0], _refusal(said))]
        named = self._named(changes, reasons, rows=True) or self._named(
            changes, reasons, rows=False
        )
        rest = [one for one in changes if one not in named]
        if named and rest:
            return [*named.items(), *self.run(rest)]
        if named:
            return list(named.items())
        print(f"parted: {'; '.join(m[-1] for m in reasons)}", file=sys.stderr, flush=True)
        half = len(changes) // 2
        return self.run(changes[:half]) + self.run(changes[half:])

    def _named(
        self, changes: list[Change], reasons: list[Mark], *, rows: bool
    ) -> dict[Change, Ruling]:
        """The changes of a batch that reasons name: by their row, or by the subject that is theirs
        alone."""
        out = {}
        for one in changes:
            mine = {str(one.shown), str(one.also_shown)}
            who = {self.judge.usubjid(subject) for subject in (one.subject, one.other) if subject}
            for reason in reasons:
                if reason[2] == one.file and (reason[3] in mine if rows else reason[1] in who):
                    out[one] = _refusal(reason)
        return out


def _stops(one: Finding) -> bool:
    """Whether a finding is the reason why a data set was not built."""
    return one.details.get("meanwhile", "").endswith("was not built")


def _refusal(reason: tuple[str, ...]) -> Ruling:
    return Ruling("refused", f"{reason[0]}: {reason[-1]}")


def batches(tables: Tables, number: int, size: int, rng: random.Random) -> list[list[Change]]:
    """Changes in batches of different subjects; a change of no subject is a batch of its own."""
    people, alone = tables.people(), []
    packed: list[tuple[list[Change], set[str]]] = []
    drawn = 0
    while drawn < number:
        change = tables.draw(rng)
        if change is None:
            continue
        drawn += 1
        mine = {people.get(one, one) for one in change.subjects()}
        if not change.subject:
            alone.append([change])
            continue
        fits = (one for one in packed if len(one[0]) < size and not mine & one[1])
        batch, taken = next(fits, ([], set()))
        if not batch:
            packed.append((batch, taken))
        batch.append(change)
        taken |= mine
    return [*(batch for batch, _ in packed), *alone]


def quick() -> None:
    """Keep what one build leaves of use to the next: dates that were read; no walks through what
    stays."""
    parse = functools.cache(dates._parse)  # noqa: SLF001
    dates._parse = lambda text, forms, *rest: parse(text, tuple(forms), *rest)  # noqa: SLF001
    gc.collect()
    gc.freeze()
    gc.disable()


def trial(
    number: int, seed: int, size: int, folder: Path, log: TextIO | None
) -> tuple[Counter[tuple[str, str]], int]:
    """Rulings by kind of change, and how many builds they took."""
    made = Trial(folder)
    quick()
    counts: Counter[tuple[str, str]] = Counter()
    for batch in batches(made.tables, number, size, random.Random(seed)):
        for change, first in made.run(batch):
            ruling = first
            if ruling.verdict == VANISHED and len(batch) > 1:
                ruling = made.run([change])[0][1]  # alone, so that no other change hides it
            if ruling.verdict in (VANISHED, "refused elsewhere"):
                print(f"{ruling.verdict.upper()}  {change}  [{ruling.because}]", flush=True)
            if log is not None:
                print(seed, ruling.verdict, change, ruling.because, sep="\t", file=log, flush=True)
            counts[ruling.verdict, change.kind] += 1
        print(f"{sum(counts.values()):,} of {number:,}", file=sys.stderr, flush=True)
    return counts, made.builds


def main(number: int, seed: int, size: int, folder: Path, log: TextIO | None) -> int:
    started = time.process_time()
    counts, builds = trial(number, seed, size, folder, log)
    verdicts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for (verdict, kind), count in counts.items():
        verdicts[verdict] += count
        kinds[kind] += count
    for verdict, count in sorted(verdicts.items()):
        print(f"{count:6,}  {verdict}")
    print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print(
        f"{number} changes of seed {seed}: {verdicts[VANISHED]} vanish; {builds} builds, ", end=""
    )
    print(f"{time.process_time() - started:.0f} CPU-s")
    return int(bool(verdicts[VANISHED]))


if __name__ == "__main__":
    words = [*sys.argv[1:], *("200", "1", "40", str(STUDY), "")[len(sys.argv) - 1 :]]
    figures = [int(word) for word in words[:3]]
    with Path(words[4] or "/dev/null").open("a", encoding="utf-8") as lines:
        sys.exit(main(figures[0], figures[1], figures[2], Path(words[3]), lines))
