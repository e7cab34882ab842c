"""What a source offers to each subject: dated records that its condition holds for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adam.time_to_event.clock import Assessments, Candidates
from adam.time_to_event.model import NO_SEQUENCE, Source
from derive.line import SUBJECT
from derive.records import Records
from derive.scope import Other, Scope
from derive.values.column import Floats, KindError, Mask, Rows
from derive.values.keys import shared_codes
from derive.values.moment import Moment
from specs.reading.yaml_source import NodePath


@dataclass(frozen=True, slots=True)
class Subjects:
    """The subjects of a parameter: their records, first day of the clock and day of the cut
    (days since 1970, NaN where there is no cut), and where the parameter stands."""

    scope: Scope
    start: Floats
    cut: Floats

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Dated:
    """Dated records of a source: subject (its position), day, record of the source."""

    subject: Rows
    day: Floats
    row: Rows

    def where(self, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Dated:
        """Those that a mask holds for."""
        return Dated(self.subject[keep], self.day[keep], self.row[keep])

    def first(self, size: int) -> Candidates:
        """The earliest record of each subject; of equal days the first of the source."""
        return self._taken(size, np.lexsort([-self.row, -self.day]))

    def last(self, size: int) -> Candidates:
        """The latest record of each subject; of equal days the last of the source."""
        return self._taken(size, np.lexsort([self.row, self.day]))

    def _taken(self, size: int, order: Rows) -> Candidates:
        found = Candidates.none(size)
        found.day[self.subject[order]] = self.day[order]
        found.row[self.subject[order]] = self.row[order]
        return found


def dated(subjects: Subjects, source: Source, path: NodePath, *, tell: bool = True) -> Dated:
    """The records of a source that its condition holds for, from the start of the clock on.

    A record without a complete date cannot stop the clock, which is told (ADAM221).
    """
    scope = Scope(subjects.scope.shared, subjects.scope.view, "ADT", path, subjects.scope.place_of)
    other = scope.other(source.from_)
    keep = other.kept()
    if source.where is not None:
        try:
            keep = keep & other.mask(source.where)
        except KindError as error:
            raise scope.wrong("SPEC131", error.message, error.hint) from error
    column = other.column(source.date)
    assert isinstance(column, Moment)  # noqa: S101 - refused by the planner otherwise
    mine, theirs = shared_codes([[scope.column(SUBJECT)], [other.column(SUBJECT)]])
    place = np.full(int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 2, -1, np.int64)
    place[mine] = np.arange(subjects.size)
    place[-1] = -1
    rows = np.flatnonzero(keep & (place[theirs] >= 0))
    days, subject = column.days()[rows], place[theirs[rows]]
    if tell:
        _tell_undated(scope, source, subject[np.isnan(days)])
    with np.errstate(invalid="ignore"):
        return Dated(subject, days, rows).where(days >= subjects.start[subject])


def _tell_undated(scope: Scope, source: Source, subjects: Rows) -> None:
    if len(subjects):
        message = f"a record of {source.from_} has no complete {source.date}"
        rows = np.unique(subjects)
        scope.tell("ADAM221", message, rows, name=source.date, done="it did not stop the clock")


def until_cut(found: Dated, cut: Floats) -> Dated:
    """The records up to the cut: what is dated after it has not happened yet."""
    with np.errstate(invalid="ignore"):
        return found.where(~(found.day > cut[found.subject]))


def truncated(found: Dated, cut: Floats) -> Dated:
    """All records, those after the cut dated at it: who is known later was known at the cut."""
    limit = cut[found.subject]
    return Dated(found.subject, np.fmin(found.day, limit), found.row)


def assessments(
    subjects: Subjects, source: Source | None, path: NodePath
) -> tuple[Assessments, Mask]:
    """The adequate assessments from the start of the clock to the cut, and who has later ones."""
    if source is None:
        none = np.zeros(0, np.int64)
        later = np.zeros(subjects.size, np.bool_)
        return Assessments(none, none.astype(np.float64), none), later
    found = dated(subjects, source, path)
    kept = until_cut(found, subjects.cut)
    return Assessments(kept.subject, kept.day, kept.row), after_cut(found, subjects.cut)


def after_cut(found: Dated, cut: Floats) -> Mask:
    """Which subjects have a record after the cut."""
    later = np.zeros(len(cut), np.bool_)
    with np.errstate(invalid="ignore"):
        later[found.subject[found.day > cut[found.subject]]] = True
    return later


def sequence_of(source: Source, other: Other) -> str:
    """The variable that SRCSEQ takes: the stated one, ASEQ, the data set's own --SEQ, or that of
    the one domain that its records come from."""
    if source.sequence == NO_SEQUENCE:
        return ""
    known = other.records.columns
    if source.sequence:
        return source.sequence
    names = ["ASEQ", f"{source.from_}SEQ", *_domain_sequences(other.records)]
    return next((name for name in names if name in known), "")


def _domain_sequences(records: Records) -> list[str]:
    """--SEQ of the domains that records come from, if they all have one and the same."""
    found = [n for n in records.columns if n.endswith("SEQ") and len(n) == len("AESEQ")]
    of_origin = [name for name in found if name.removesuffix("SEQ") in records.origin]
    return found if len(found) == 1 else of_origin
