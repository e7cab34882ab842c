from __future__ import annotations

from tests.derive.small import days, run, seconds, small, words


def test_there_is_no_day_0() -> None:
    own = {"A": days("2020-03-01", "2020-02-29", "2020-03-02"), "R": days(*["2020-03-01"] * 3)}
    assert run("{study-day: A, reference: R}", own).numbers == [1, -1, 2]


def test_the_time_of_day_does_not_enter() -> None:
    own = {"A": seconds("2020-03-01T00:10"), "R": seconds("2020-02-29T23:50")}
    assert run("{study-day: A, reference: R}", own).numbers == [2]


def test_what_is_not_known_to_the_day_has_none() -> None:
    own = {"A": days("2020-03", None), "R": days("2020-03-01", "2020-03-01")}
    assert run("{study-day: A, reference: R}", own).numbers == [None, None]


def test_a_reference_of_the_subject_is_linked() -> None:
    own = {"USUBJID": ["2", "1"], "A": days("2020-01-02", "2020-01-02")}
    adsl = {"USUBJID": ["1", "2"], "TRTSDT": days("2020-01-01", "2020-01-02")}
    found = run("{study-day: A, reference: ADSL.TRTSDT}", own, {"ADSL": adsl})
    assert (found.numbers, found.links) == ([1, 2], {"ADSL": [1, 0]})


def test_text_is_refused() -> None:
    own = {"A": ["2020-01-01"], "R": days("2020-01-01")}
    (refused,) = small("{study-day: A, reference: R}", own).refused()
    assert (refused.rule, refused.hint) == ("SPEC131", "read it with {date: A}")


def test_words() -> None:
    assert words("{study-day: A, reference: R}") == "Days from R to A, plus 1 on or after it."
