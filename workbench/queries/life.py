"""The life of a question, as a pure function of what was seen and what was answered.

Nothing is closed by silence: only a check that ran closes, or a person who confirms the value that
stands there now. A confirmation counts for its revision and for no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.queries.model import DISPUTED, Answer, Cut, Kind, Standing, State

PATIENCE = 2
"""Exports after which a correction that was announced should have been seen."""
_PROMISES = (Kind.CORRECTED, Kind.WILL_CORRECT)


@dataclass(frozen=True, slots=True)
class Found:
    """The check ran and asks; ``revision`` is what it looked at."""

    revision: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The check ran, the row is there, and nothing is asked; ``how`` says what is there now."""

    how: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The row is not in the export any more."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nobody asks this any more; ``why`` names the line."""

    why: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The check did not run, or could not judge; ``why``."""

    why: str


Seen = Found | Resolved | Gone | Dropped | Unchecked


def step(before: Standing | None, seen: Seen, answers: Sequence[Answer], cut: Cut) -> Standing:
    """Where a question stands after a build.

    Args:
        before: where it stood; None for one that is asked for the first time.
        seen: what the build saw.
        answers: all that was ever answered to it, oldest first.
        cut: the export that was built.
    """
    match seen:
        case Found():
            return _found(before, seen.revision, answers, cut)
        case Unchecked():
            kept = before or Standing(State.NEW, cut.label)
            return replace(kept, unchecked=seen.why)
        case _ if before is None or before.state is State.WITHDRAWN:
            return replace(before or Standing(State.WITHDRAWN, cut.label), unchecked="")
        case Resolved():
            return _end(before, State.CLOSED, f"data: {seen.how}", cut)
        case Gone():
            return _end(before, State.CLOSED, "row deleted", cut)
        case Dropped():
            return _end(before, State.WITHDRAWN, seen.why, cut)


def _end(before: Standing, state: State, why: str, cut: Cut) -> Standing:
    """Closed or withdrawn; one that was so already keeps its reason, unless it was a person's: what
    was confirmed is not there any more."""
    if before.state is state and not before.why.startswith(Kind.CONFIRMED):
        return replace(before, unchecked="")
    return Standing(state, cut.label, why, before.revision, heard=before.heard)


def _found(before: Standing | None, revision: str, answers: Sequence[Answer], cut: Cut) -> Standing:
    said = [one for one in answers if one.revision == revision]
    last = said[-1] if said else None
    heard = len(answers)
    base = _asked(before, revision, cut)
    if last is None:
        return replace(base, heard=heard)
    if last.event == DISPUTED:
        return _as(before, State.OPEN, "two answers do not agree", revision, heard, cut)
    if last.answer == Kind.CONFIRMED:
        return _as(before, State.CLOSED, _signed(last), revision, heard, cut)
    return _answered(before, last, revision, heard, cut)


def _asked(before: Standing | None, revision: str, cut: Cut) -> Standing:
    """Where a question stands that nobody has answered as it is now."""
    if before is None:
        return Standing(State.NEW, cut.label, revision=revision)
    if not before.state.is_open:
        why = "asked again" if before.revision == revision else "the value changed"
        return Standing(State.REOPENED, cut.label, why, revision)
    if before.state is State.NEW and not cut.other:
        return replace(before, revision=revision, unchecked="")
    if before.state is State.REOPENED:
        return replace(before, revision=revision, unchecked="")
    since = before.since if before.state in (State.NEW, State.OPEN) else cut.label
    return Standing(State.OPEN, since, "", revision)


def _as(  # noqa: PLR0917 - what it was, and what it is now
    before: Standing | None, state: State, why: str, revision: str, heard: int, cut: Cut
) -> Standing:
    same = before is not None and (before.state, before.why) == (state, why)
    since = before.since if before is not None and same else cut.label
    return Standing(state, since, why, revision, heard=heard)


def _answered(
    before: Standing | None, last: Answer, revision: str, heard: int, cut: Cut
) -> Standing:
    """Answered by something that closes nothing; what is announced is to be seen in time."""
    why = _signed(last)
    known = before is not None and before.heard == heard and before.revision == revision
    if before is not None and known and before.state is State.REOPENED:
        return replace(before, unchecked="")
    if before is None or not known or before.state is not State.ANSWERED:
        return Standing(State.ANSWERED, cut.label, why, revision, 0, heard)
    waited = before.waited + int(cut.other)
    if last.answer in _PROMISES and waited >= PATIENCE:
        late = f"not seen in the export ({why})"
        return Standing(State.REOPENED, cut.label, late, revision, 0, heard)
    return replace(before, waited=waited, unchecked="")


def _signed(answer: Answer) -> str:
    """An answer with who gave it and when, in one line."""
    who = ", ".join(part for part in (answer.by, answer.on) if part)
    said = f"{answer.answer}: {answer.text}" if answer.text else answer.answer
    return f"{said} ({who})" if who else said
