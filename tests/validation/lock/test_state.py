"""The state of a lock is the worst that the evidence forces, whatever part of it there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.lock.state import ANALYSIS, WANTED, Evidence, Lock, State, lock_state
from validation.lock.words import dry_run, lock_dict, says

ROOT = Path(__file__).parents[3]
NOTHING = (
    "the build, the hashes of what it was built from, the account of the raw data, the queries and "
    "conformance"
)
counts = st.fixed_dictionaries({}, optional=dict.fromkeys(("blocks", "explain"), st.integers(0, 3)))
states = st.sampled_from([None, State.NOT_BUILT, State.STALE, State.BLOCKED, State.UNCHECKED])


@st.composite
def evidences(draw: st.DrawFn) -> list[Evidence]:
    kinds = draw(st.sets(st.sampled_from((*WANTED, ANALYSIS, "package"))))
    return [
        Evidence(
            kind,
            draw(st.integers(0, 3)),
            draw(counts),
            explained=draw(st.integers(0, 3)),
            raises=draw(st.integers(0, 2)),
            reason="why",
            state=draw(states),
        )
        for kind in sorted(kinds)
    ]


def whole(**more: Evidence) -> list[Evidence]:
    lines = {kind: Evidence(kind, 9) for kind in WANTED} | more
    return list(lines.values())


@given(evidences(), st.booleans(), st.data())
def test_any_part_of_the_evidence_gives_one_state_and_more_never_a_better_one(
    evidence: list[Evidence], analysis: bool, data: st.DataObject
) -> None:
    part = [one for one in evidence if data.draw(st.booleans())]
    fewer, all_ = lock_state(part, analysis=analysis), lock_state(evidence, analysis=analysis)
    assert isinstance(fewer.state, State)
    assert says(fewer)
    named = fewer.state in (State.NOT_BUILT, State.STALE, State.BLOCKED)
    assert not named or all_.state.rank <= fewer.state.rank


@given(evidences())
def test_what_is_missing_keeps_the_lock_away(evidence: list[Evidence]) -> None:
    lock = lock_state(evidence)
    assert not (lock.not_looked_at and lock.state.may_be_locked)


@given(evidences(), st.integers(1, 5))
def test_explaining_never_betters_a_block(evidence: list[Evidence], more: int) -> None:
    """A text for everything that a rule finds leaves the questions where they are."""
    explained = [
        Evidence(
            "conformance", one.looked_at, {}, explained=one.explained + more, raises=one.raises
        )
        if one.kind == "conformance"
        else one
        for one in evidence
    ]
    asked = [one for one in evidence if one.kind != "conformance"]
    if lock_state(asked).state is State.BLOCKED:
        assert lock_state(explained).state.rank <= State.BLOCKED.rank


@pytest.mark.parametrize(
    ("lines", "state", "sentence"),
    [
        ([], State.UNCHECKED, f"Nothing blocks so far; {NOTHING} were not looked at"),
        (whole(build=Evidence("build", 3, reason="AE failed", state=State.NOT_BUILT)),
         State.NOT_BUILT, "Not built: AE failed"),
        (whole(freshness=Evidence("freshness", 3, reason="x changed", state=State.STALE),
               queries=Evidence("queries", 3, {"blocks": 2})), State.STALE, "Stale: x changed"),
        (whole(queries=Evidence("queries", 60, {"blocks": 49, "explain": 11})), State.BLOCKED,
         "Blocked: 49 questions are open"),
        (whole(queries=Evidence("queries", 1, {"blocks": 1}),
               conformance=Evidence("conformance", 9, {"blocks": 2})), State.BLOCKED,
         "Blocked: 1 question is open and 2 findings of rules block"),
        (whole(queries=Evidence("queries", 2, {"explain": 2}),
               conformance=Evidence("conformance", 9, {}, raises=1)), State.BLOCKED,
         "Blocked: 1 question is open"),
        (whole(conformance=Evidence("conformance", 0)), State.UNCHECKED,
         "Nothing blocks so far; conformance was not looked at"),
        (whole(conformance=Evidence("conformance", 9, {"explain": 12}),
               package=Evidence("package", 1, {"explain": 5})), State.UNEXPLAINED,
         "May be locked; 12 findings and 5 gaps need a text"),
        (whole(sources=Evidence("sources", 26), conformance=Evidence("conformance", 899,
                                                                     explained=624)),
         State.READY, "Ready: 26 sources, 899 rules looked at; 624 findings explained"),
    ],
)  # fmt: skip
def test_the_states_and_their_words(lines: list[Evidence], state: State, sentence: str) -> None:
    lock = lock_state(lines)
    assert (lock.state, says(lock)) == (state, sentence)
    assert lock_dict(lock)["says"] == sentence


def test_analysis_data_sets_are_wanted_where_a_study_has_them() -> None:
    lock = lock_state(whole(), analysis=True)
    assert lock.not_looked_at == (ANALYSIS,)
    assert says(lock) == "Nothing blocks so far; the analysis was not looked at"


def test_a_dry_run_is_said_of_a_blocked_lock_alone() -> None:
    assert dry_run(Lock(State.READY)) == ""
    lock = lock_state(whole(queries=Evidence("queries", 1, {"blocks": 3})))
    assert dry_run(lock) == "Dry run before lock. Blocked: 3 questions are open: not to be sent."


_VERDICT = re.compile(
    r"[\"'](Ready: |Not ready|Blocked: |Stale: |Not built: |May be locked|Nothing blocks|Clean: |"
    r"Dry run before lock)"
)


def test_no_other_module_words_a_verdict() -> None:
    """Texts of registered codes say why they matter; a verdict on a study is worded once."""
    packages = ("validation", "submission", "workbench", "sdtm", "adam", "define", "tracelock")
    found = []
    for package in packages:
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name == "validation/lock/words.py" or "codes" in path.name:
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                if _VERDICT.search(line) and not line.lstrip().startswith(("#", '"""')):
                    found.append(f"{name}:{number} {line.strip()}")
    assert found == []
