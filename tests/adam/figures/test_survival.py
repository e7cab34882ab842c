"""The Kaplan-Meier estimate against scipy and against hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adam.figures.survival import at_risk, kaplan_meier
from tests.survival import median_survival, survival

_RECORDS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=40
)  # few distinct times: ties, and censorings at the time of an event


@given(_RECORDS)
def test_the_estimate_is_that_of_scipy(records: list[tuple[int, int]]) -> None:
    time = np.array([t for t, _ in records], float)
    censored = np.array([c for _, c in records], float)
    curve = survival(time, censored == 0)
    found = kaplan_meier(time, censored)
    assert found.values[1:] == pytest.approx(curve.evaluate(found.times)[1:], abs=1e-12)
    assert (found.subjects, found.events) == (len(records), int((censored == 0).sum()))
    assert found.heights == pytest.approx(curve.evaluate(found.censored), abs=1e-12)


@given(_RECORDS)
def test_the_median_is_that_of_scipy(records: list[tuple[int, int]]) -> None:
    time = np.array([t for t, _ in records], float)
    censored = np.array([c for _, c in records], float)
    found = kaplan_meier(time, censored).median
    expected = median_survival(time, censored == 0)
    assert np.isnan(found) if np.isinf(expected) else found == expected


def test_a_textbook_example() -> None:
    """Remission times (weeks) of 6-MP, Freireich et al. 1963: median 23."""
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    censored = [0] * 9 + [1] * 12
    found = kaplan_meier(weeks, censored)
    assert found.median == 23
    assert found.times.tolist() == [0, 6, 7, 10, 13, 16, 22, 23]
    published = [1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert np.round(found.values, 3).tolist() == published


def test_a_censoring_at_the_time_of_an_event_comes_after_it() -> None:
    found = kaplan_meier([5, 5], [0, 1])
    assert found.values.tolist() == [1, 0.5]
    assert found.heights.tolist() == [0.5]


def test_missing_times_do_not_count() -> None:
    found = kaplan_meier([float("nan"), 3.0], [0, 0])
    assert (found.subjects, found.events, found.median) == (1, 1, 3)


def test_without_events_the_median_is_not_reached() -> None:
    found = kaplan_meier([1, 2], [1, 1])
    assert np.isnan(found.median)
    assert found.values.tolist() == [1]


def test_those_at_risk() -> None:
    assert at_risk([1, 2, 2, float("nan"), 9], [0, 2, 3, 10]) == [4, 3, 1, 0]
