"""What became of damage to raw data: whether a build shows it, or says that it does not matter."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.util import hash_array, hash_pandas_object

from bench.damage_changes import ROWS, Change
from sdtm.build import SdtmBuild
from sdtm.posting.cells import BLANK, LEFT_OUT, TECHNICAL, Cells, Column
from sdtm.posting.raw_account import SourceAccount
from sdtm.records.ledger import DECLARED, IDENTITY, PRESENCE, TESTED, VALUE
from sdtm.records.left import DUPLICATES
from specs import Finding, Study

Hashes = npt.NDArray[np.uint64]
Mark = tuple[str, ...]
NOTHING = {"untouched", "tested", "left out", "blank"}
"""What a term of the account says of a text that became no term; that two texts have none does not
make them one."""


class Ruling(NamedTuple):
    """What became of a change, and the words of the finding or of the account that say so."""

    verdict: str
    because: str = ""


VANISHED = "vanished"


class CellFates(Cells):
    """The fate of each single cell of a source, by the account's own rules."""

    def __init__(self, one: SourceAccount, build: SdtmBuild) -> None:
        declared = build.study.spec.sources[one.name].not_submitted
        place = build.study.document.place(("sources", one.name), key=True)
        self.fates = one.fates
        super().__init__(one.fates, build.making.sources.ledger, declared, lambda _: place)
        self._rows: dict[str, list[tuple[str, npt.NDArray[np.bool_]]]] = {}
        self._by: dict[str, list[str]] = {}
        first = self.source.file_of == 0
        self._at = {int(row): at for at, row in enumerate(self.source.row_of) if first[at]}

    def _post(self, out: Column, fate: str, rows: npt.NDArray[np.bool_]) -> None:  # type: ignore[override]
        self._rows.setdefault(out.name, []).append((fate, rows.copy()))

    def of(self, row: int, column: str) -> str:
        """The fate of a cell; blank where the row is not there any more."""
        self.read_by(column)
        at = self._at.get(row)
        fates = (fate for fate, rows in self._rows[column] if at is not None and rows[at])
        return next(fates, BLANK)

    def read_by(self, column: str) -> list[str]:
        """The places (``file:line:column``) that read a column."""
        if column not in self._by:
            self._by[column] = self._column(column).by
        return self._by[column]

    def is_left_out(self, row: int) -> bool:
        """Whether a row gave no record, and the account says why."""
        return row in self._at and not self.live[self._at[row]]


@dataclass
class Seen:
    """What a build shows: findings, and what it publishes of each subject (``""``: of none)."""

    findings: Counter[Mark]
    subjects: dict[str, int]
    build: SdtmBuild
    fates: dict[str, CellFates] = field(default_factory=dict)

    def of(self, source: str) -> CellFates:
        """The fates of the cells of a source."""
        if source not in self.fates:
            assert self.build.account is not None
            one = next(one for one in self.build.account.sources if one.name == source)
            self.fates[source] = CellFates(one, self.build)
        return self.fates[source]

    def terms(self, source: str, column: str) -> dict[str, set[str]]:
        """What each text of a column became."""
        assert self.build.account is not None
        one = next(one for one in self.build.account.sources if one.name == source)
        out: dict[str, set[str]] = {}
        for text, _, became in one.terms.get(column, []):
            out.setdefault(text, set()).add(became)
        return out


def shown(build: SdtmBuild) -> Seen:
    """What a build shows. Sequence numbers say nothing: a reference to one counts as what the
    record says that it stands for."""
    records: dict[str, Hashes] = {}
    numbered: dict[tuple[str, str, str], int] = {}
    for name, dataset in build.datasets.items():
        frame = dataset.frame
        number = next((c for c in frame if c.endswith("SEQ")), "")
        records[name] = _hashed(frame.drop(columns=[c for c in (number, "IDVARVAL") if c in frame]))
        if number:
            texts = [_texts(frame, one) for one in ("USUBJID", number)]
            keys = zip([name] * len(frame), *texts, strict=True)
            numbered |= dict(zip(keys, records[name].tolist(), strict=True))
    subjects: dict[str, int] = {}
    for name, dataset in build.datasets.items():
        hashes = records[name] ^ hash_array(np.array([name], dtype=object))[0]
        if "IDVARVAL" in dataset.frame:
            hashes = hashes * np.uint64(31) + _referred(dataset.frame, numbered)
        who, names = pd.factorize(np.array(_texts(dataset.frame, "USUBJID"), dtype=object))
        sums = np.zeros(len(names), np.uint64)
        np.add.at(sums, who, hashes)
        for subject, total in zip(names.tolist(), sums.tolist(), strict=True):
            subjects[subject] = hash((subjects.get(subject, 0), name, total))
    return Seen(Counter(map(mark, build.findings)), subjects, build)


def _hashed(frame: pd.DataFrame) -> Hashes:
    return hash_pandas_object(frame, index=False).to_numpy(np.uint64, copy=True)


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame:
        return [""] * len(frame)
    return ["" if pd.isna(one) else str(one) for one in frame[column].tolist()]


def _referred(frame: pd.DataFrame, numbered: dict[tuple[str, str, str], int]) -> Hashes:
    """Per record the hash of the record that IDVARVAL is the number of, or of its text."""
    columns = [_texts(frame, one) for one in ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL")]
    out = [
        numbered.get((domain, subject, value), 0) if by.endswith("SEQ") else hash(value)
        for domain, subject, by, value in zip(*columns, strict=True)
    ]
    return np.array([one % 2**64 for one in out], np.uint64)


def mark(finding: Finding) -> Mark:
    """What tells a finding from others: rule, subject, raw cell, value, message."""
    raw = finding.raw
    who = dict(finding.key).get("USUBJID", "")
    place = (raw.file, str(raw.row), raw.column, raw.text) if raw else ("", "", "", "")
    said = f"{finding.message}; {finding.details.get('meanwhile', '')}"
    return (finding.rule, who, *place, finding.value, said)


_READ = r"\b(?:date|datetime|time|number)\s*:\s*(?:raw\.)?`?{}`?(?![\w.])"
"""Lines that read a number, a date or a time: in whatever width its characters are, as
docs/raw.md says."""

_NUMBER = r"\bnumber\s*:\s*(?:raw\.)?`?{}`?(?![\w.])"
_CASED = r"\bfrom\s*:[^}}]*{}.*\bcase\s*:"
"""Lines that read a number; lines that give all letters one case."""


def _number(text: str) -> str:
    """A number in its one form; empty where the text is none."""
    try:
        return str(Decimal(text.strip()).normalize())
    except InvalidOperation:
        return ""


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _of_line(root: Path, place: str) -> str:
    """What stands at ``file:line:column``: the line, and the deeper ones below it."""
    file, line, _ = place.rsplit(":", 2)
    first, *below = _lines(root / file)[int(line) - 1 :]
    depth = len(first) - len(first.lstrip())
    deeper = []
    for one in below:
        if one.strip() and len(one) - len(one.lstrip()) <= depth:
            break
        deeper.append(one)
    return "\n".join([first, *deeper])


class Judge:
    """What became of each change of a batch."""

    def __init__(self, study: Study, base: Seen, same: dict[str, str]) -> None:
        self.study, self.base, self.same = study, base, same

    def rule(self, change: Change, all_: list[Change], now: Seen) -> Ruling:
        """The ruling on one change of a batch that was built."""
        if self._differs(change, all_, now):
            return Ruling("seen in SDTM")
        fresh = now.findings - self.base.findings
        about = next((one for one in fresh if self.names(one, change)), None)
        if about is not None:
            return Ruling("seen in a finding", f"{about[0]}: {about[-1]}")
        return self._permitted(change, now)

    def usubjid(self, subject: str) -> str:
        """Of the person; a second screening keeps the first number."""
        number = self.same.get(subject, subject)
        return self.study.spec.subject.usubjid.format(study=self.study.id, subject=number)

    def _differs(self, change: Change, all_: list[Change], now: Seen) -> bool:
        mine = {self.usubjid(one) for one in change.subjects()}
        if not mine & self.base.subjects.keys():  # of none, or of one with another number there
            theirs = {self.usubjid(one) for c in all_ if c is not change for one in c.subjects()}
            mine = {*self.base.subjects, *now.subjects} - theirs
        return any(self.base.subjects.get(one) != now.subjects.get(one) for one in mine)

    def names(self, mark: Mark, change: Change) -> bool:
        """Whether a finding is about the change: its row, its text in its column or quoted in the
        file, or its subject (changes of a batch lie in different ones)."""
        _, who, file, row, column, text, value, message = mark
        rows = {str(change.shown), str(change.also_shown)}
        if file == change.file and row in rows:
            return True
        if any(f"{change.file}:{one} was taken" in message for one in rows):
            return True
        for _, name, _, new in change.cells():
            stripped = new.strip()
            if not stripped or file not in ("", change.file):
                continue
            if column == name and stripped in (text.strip(), value.strip()):
                return True
            if repr(stripped) in message or repr(new) in message:
                return True
        mine = {self.usubjid(one) for one in (change.subject, change.other) if one}
        return who in mine and file in ("", change.file)

    def _permitted(self, change: Change, now: Seen) -> Ruling:
        """What the account permits: each cell that was changed for itself."""
        if change.kind in ROWS:
            if self.base.of(change.source).is_left_out(change.shown):
                return Ruling("permitted: left out with its row", self._why(change, "", "left out"))
            if change.kind == "drop" and self._has_copy(change, now):
                return Ruling(
                    "permitted: equal", "an exact copy of the row is declared as the same"
                )
            return Ruling(VANISHED, "a row that was taken")
        rulings = [self._cell(change, cell, now) for cell in change.cells()]
        return next((one for one in rulings if one.verdict == VANISHED), rulings[0])

    def _has_copy(self, change: Change, now: Seen) -> bool:
        """Whether the row that is gone had a copy that was left out as such, and counts now."""
        base, after = self.base.of(change.source), now.of(change.source)
        copies = [reason for reason, _ in base.fates.left() if reason.reason == DUPLICATES]
        rows = {int(base.source.row_of[row]) for one in copies for row in base.fates.rows_of(one)}
        columns = [base.source.column(c) for c in base.source.names if c != base.source.row_id]
        mine = int(np.flatnonzero(base.source.row_of == change.shown)[0])
        others = (int(np.flatnonzero(base.source.row_of == row)[0]) for row in sorted(rows))
        same = (o for o in others if all(c.codes[o] == c.codes[mine] for c in columns))
        return any(not after.is_left_out(int(base.source.row_of[one])) for one in same)

    def _cell(self, change: Change, cell: tuple[int, str, str, str], now: Seen) -> Ruling:
        row, raw_column, old, new = cell
        source = self.study.spec.sources[change.source]
        column = source.rename.get(raw_column, raw_column)
        if old.strip() == new.strip():
            return Ruling("permitted: equal", "blanks around a text are no part of it")
        same = self._same_term(change.source, column, old.strip(), new.strip(), now)
        if same:
            return Ruling("permitted: equal", f"{change.source}.{column}: both are {same}")
        before, after = (one.of(change.source).of(row, column) for one in (self.base, now))
        fates = {before, after} - {BLANK}
        if self._same_width(old, new) and (
            fates == {VALUE}
            or (fates <= {IDENTITY, TESTED} and self._is_parsed(change.source, column))
        ):
            return Ruling("permitted: equal", "full-width characters mean what the others do")
        if fates == {VALUE} and self._says_the_same(change.source, column, old, new):
            return Ruling("permitted: equal", "all lines read the same number, date or case of it")
        if before == after == PRESENCE and old.strip() and new.strip():
            why = self._why(change, column, "tested for presence only")
            return Ruling("permitted: not read", why)
        return self._unread(change, column, before, after)

    def _unread(self, change: Change, column: str, before: str, after: str) -> Ruling:
        """What the account permits of a cell by its fates: that nothing reads it."""
        fates = {before, after} - {BLANK}
        if fates == {LEFT_OUT}:
            return Ruling("permitted: left out with its row", self._why(change, column, LEFT_OUT))
        if fates and fates <= {DECLARED, TECHNICAL, LEFT_OUT}:
            return Ruling("permitted: not submitted", self._why(change, column, "/".join(fates)))
        return Ruling(VANISHED, f"{change.source}.{column}: {before} before, {after} after")

    def _says_the_same(self, source: str, column: str, old: str, new: str) -> bool:
        """Whether two texts are one to all lines: the number, the month in another case
        (docs/dates.md), letters of which the lines change the case."""
        same = unicodedata.normalize("NFKC", old).casefold()
        if same == unicodedata.normalize("NFKC", new).casefold():
            return self._is_parsed(source, column) or self._is_parsed(source, column, _CASED)
        return _number(old) == _number(new) != "" and self._is_parsed(source, column, _NUMBER)

    def _is_parsed(self, source: str, column: str, how: str = _READ) -> bool:
        """Whether every line that reads a column reads a number, a date or a time of it."""
        pattern = re.compile(how.format(re.escape(column)))
        places = self.base.of(source).read_by(column)
        root = self.study.root
        return bool(places) and all(p and pattern.search(_of_line(root, p)) for p in places)

    @staticmethod
    def _same_width(old: str, new: str) -> bool:
        return unicodedata.normalize("NFKC", new) == unicodedata.normalize("NFKC", old)

    def _why(self, change: Change, column: str, fate: str) -> str:
        """The words of the account."""
        said = self.study.spec.sources[change.source].not_submitted.get(column)
        why = f": {said.why}" if said is not None and fate == DECLARED else ""
        return f"{change.source}.{column} {fate}{why}" if column else f"{change.source} {fate}"

    def _same_term(self, source: str, column: str, old: str, new: str, now: Seen) -> str:
        """The term that the old and the new text both became; empty for none, or for a query."""
        was = self.base.terms(source, column).get(old, set())
        same = was & now.terms(source, column).get(new, set()) - NOTHING
        return next((one for one in sorted(same) if "query" not in one), "")
