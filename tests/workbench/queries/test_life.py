"""The life of a question: the table of states, and what holds whatever happens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.queries.life import Dropped, Found, Gone, Resolved, Seen, Unchecked, step
from workbench.queries.model import DISPUTED, Answer, Cut, Kind, Standing, State

SAME, OTHER = Cut("2024-01-01", "a", other=False), Cut("2024-02-01", "b", other=True)


def answer(kind: Kind, revision: str = "r1", event: str = "answer") -> Answer:
    return Answer(
        "ABCD2345", revision, event, kind.value, "as the chart says", "Dr Li", "2024-01-09"
    )


def standing(state: State, **more: object) -> Standing:
    return replace(Standing(state, "2023-12-01", "why", "r1"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "seen", "answers", "cut", "after"),
    [
        (None, Found("r1"), [], SAME, State.NEW),
        (State.NEW, Found("r1"), [], SAME, State.NEW),
        (State.NEW, Found("r1"), [], OTHER, State.OPEN),
        (State.OPEN, Found("r1"), [Kind.CORRECTED], SAME, State.ANSWERED),
        (State.NEW, Found("r1"), [Kind.WILL_CORRECT], SAME, State.ANSWERED),
        (State.OPEN, Found("r1"), [Kind.NOT_AVAILABLE], SAME, State.ANSWERED),
        (State.OPEN, Found("r1"), [Kind.COMMENT], SAME, State.ANSWERED),
        (State.NEW, Found("r1"), [Kind.CONFIRMED], SAME, State.CLOSED),
        (State.ANSWERED, Found("r1"), [Kind.COMMENT, Kind.CONFIRMED], SAME, State.CLOSED),
        (State.OPEN, Resolved("EN_DT a -> b"), [], OTHER, State.CLOSED),
        (State.ANSWERED, Gone(), [], OTHER, State.CLOSED),
        (State.CLOSED, Found("r2"), [Kind.CONFIRMED], OTHER, State.REOPENED),
        (State.CLOSED, Found("r1"), [], OTHER, State.REOPENED),
        (State.CLOSED, Found("r1"), [Kind.CONFIRMED], OTHER, State.CLOSED),
        (State.OPEN, Dropped("sdtm/ae.yaml:71"), [], OTHER, State.WITHDRAWN),
        (State.CLOSED, Dropped("sdtm/ae.yaml:71"), [], OTHER, State.WITHDRAWN),
        (State.OPEN, Unchecked("AE failed"), [], OTHER, State.OPEN),
        (State.ANSWERED, Unchecked("AE failed"), [Kind.CONFIRMED], OTHER, State.ANSWERED),
        (State.WITHDRAWN, Found("r1"), [], OTHER, State.REOPENED),
        (State.WITHDRAWN, Resolved("x"), [], OTHER, State.WITHDRAWN),
    ],
)
def test_the_table_of_states(
    before: State | None, seen: Seen, answers: list[Kind], cut: Cut, after: State
) -> None:
    known = None if before is None else standing(before)
    assert step(known, seen, [answer(kind) for kind in answers], cut).state is after


def test_what_was_announced_and_is_not_seen_in_two_exports_is_asked_again() -> None:
    said = [answer(Kind.CORRECTED)]
    now = step(standing(State.OPEN), Found("r1"), said, SAME)
    states = []
    for _ in range(4):
        now = step(now, Found("r1"), said, OTHER)
        states.append(now.state)
    assert states == [State.ANSWERED, State.REOPENED, State.REOPENED, State.REOPENED]
    assert "not seen in the export" in now.why


def test_builds_of_the_same_data_wait_for_nothing() -> None:
    said = [answer(Kind.CORRECTED)]
    now = step(standing(State.OPEN), Found("r1"), said, SAME)
    for _ in range(10):
        now = step(now, Found("r1"), said, SAME)
    assert (now.state, now.waited) == (State.ANSWERED, 0)


def test_two_answers_that_do_not_agree_leave_it_open() -> None:
    said = [answer(Kind.CONFIRMED), answer(Kind.CORRECTED, event=DISPUTED)]
    now = step(standing(State.NEW), Found("r1"), said, SAME)
    assert (now.state, now.why) == (State.OPEN, "two answers do not agree")


def test_who_closed_it_stands_with_it() -> None:
    now = step(standing(State.OPEN), Found("r1"), [answer(Kind.CONFIRMED)], SAME)
    assert now.why == "confirmed as is: as the chart says (Dr Li, 2024-01-09)"


REVISIONS = st.sampled_from(["r1", "r2", "r3"])
SEEN = st.one_of(
    st.builds(Found, REVISIONS),
    st.builds(Resolved, st.just("x -> y")),
    st.just(Gone()),
    st.builds(Dropped, st.just("line 3")),
    st.builds(Unchecked, st.just("AE was not built")),
)
ANSWERS = st.lists(
    st.builds(
        answer, st.sampled_from(list(Kind)), REVISIONS, st.sampled_from(["answer", DISPUTED])
    ),
    max_size=3,
)
STORY = st.lists(st.tuples(SEEN, ANSWERS, st.booleans()), min_size=1, max_size=12)


@given(STORY)
def test_nothing_is_closed_without_a_check_that_ran(
    story: list[tuple[Seen, list[Answer], bool]],
) -> None:
    now: Standing | None = None
    answers: list[Answer] = []
    for seen, said, other in story:
        before, answers = now, answers + said
        now = step(before, seen, answers, Cut("c", "raw", other=other))
        was_closed = before is not None and not before.state.is_open
        if isinstance(seen, Unchecked):
            assert before is None or now.state is before.state
            assert now.unchecked
        elif now.state is State.CLOSED and not was_closed:
            confirmed = isinstance(seen, Found) and answers[-1:] != []
            assert confirmed or isinstance(seen, Resolved | Gone)


@given(STORY)
def test_no_confirmation_outlives_its_revision(
    story: list[tuple[Seen, list[Answer], bool]],
) -> None:
    now: Standing | None = None
    answers: list[Answer] = []
    for seen, said, other in story:
        answers += said
        now = step(now, seen, answers, Cut("c", "raw", other=other))
        if isinstance(seen, Found):
            of_this = [one for one in answers if one.revision == seen.revision]
            last = of_this[-1] if of_this else None
            confirmed = last is not None and (last.event, last.answer) == ("answer", Kind.CONFIRMED)
            assert (now.state is State.CLOSED) is confirmed
            assert now.revision == seen.revision


@given(STORY)
def test_the_same_build_again_changes_nothing(
    story: list[tuple[Seen, list[Answer], bool]],
) -> None:
    now: Standing | None = None
    answers: list[Answer] = []
    for seen, said, other in story:
        answers += said
        now = step(now, seen, answers, Cut("c", "raw", other=other))
        again = step(now, seen, answers, Cut("c", "raw", other=False))
        assert again == now
