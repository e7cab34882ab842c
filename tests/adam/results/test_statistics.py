"""The statistics against scipy and against published numbers of R and Stata."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, binomtest, ecdf

from adam.results.statistics.simple import exact_interval, geometric, quartiles
from adam.results.statistics.survival import (
    cumulative_incidence,
    kaplan_meier,
    time_quantile,
)

_RECORDS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2)), min_size=1, max_size=40)
VETERAN_2 = """
999 112 87* 231* 242 991 111 1 587 389 33 25 357 467 201 1 30 44 283 15
25 103* 21 13 87 2 20 7 24 99 8 99 61 25 95 80 51 29
24 18 83* 31 51 90 52 73 8 36 48 7 140 186 84 19 45 80
52 164 19 53 15 43 340 133 111 231 378 49
"""
"""Days of arm 2 of the Veterans' Administration lung cancer study (R: survival::veteran); a star is
a censoring."""
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
"""Weeks of remission with 6-MP, Freireich et al. 1963; the first nine are events."""


def test_quantiles_of_veteran_are_those_of_r() -> None:
    """survfit(Surv(time, status) ~ 1, veteran[trt == 2]): 24.5, 52.5, 140."""
    words = VETERAN_2.split()
    time = np.array([float(w.rstrip("*")) for w in words])
    curve = kaplan_meier(time, np.array([not w.endswith("*") for w in words]))
    assert len(words) == 68
    assert [time_quantile(curve, p)[0] for p in (0.25, 0.5, 0.75)] == [24.5, 52.5, 140]


def test_bands_of_the_6_mp_arm_are_those_of_stata() -> None:
    """`sts list` of the 6-MP arm (log(-log) bands); R's conf.type="log-log" gives 13 and NA."""
    curve = kaplan_meier(np.array(WEEKS, float), np.arange(21) < 9)
    rounded = {t: tuple(round(v, 4) for v in curve.at(t)) for t in (6, 10, 23)}
    assert rounded == {
        6: (0.8571, 0.6197, 0.9516),
        10: (0.7529, 0.5032, 0.8894),
        23: (0.4482, 0.1881, 0.6801),
    }
    median, lower, upper = time_quantile(curve, 0.5)
    assert (median, lower) == (23, 13)
    assert math.isnan(upper)
    assert [curve.at_risk(t) for t in (0, 6, 10, 23, 36)] == [21, 21, 15, 6, 0]
    assert all(map(math.isnan, curve.at(35.5)))


@pytest.mark.filterwarnings("ignore:The confidence interval")
@given(_RECORDS)
def test_curve_and_bands_are_those_of_scipy(records: list[tuple[int, int]]) -> None:
    time = np.array([t for t, _ in records], float)
    event = np.array([c == 0 for _, c in records])
    if not event.any():
        return
    ours = kaplan_meier(time, event)
    curve = ecdf(CensoredData(uncensored=time[event], right=time[~event])).sf
    band = curve.confidence_interval(0.95, method="log-log")
    at = np.isin(curve.quantiles, ours.times)
    assert ours.values == pytest.approx(curve.probabilities[at], abs=1e-12)
    inner = ours.values > 1e-12
    assert ours.lower[inner] == pytest.approx(band.low.probabilities[at][inner], abs=1e-9)
    assert ours.upper[inner] == pytest.approx(band.high.probabilities[at][inner], abs=1e-9)


def test_a_curve_that_stays_at_one_half_ends_its_median_there() -> None:
    curve = kaplan_meier(np.array([1.0, 2, 3, 4]), np.array([True, True, False, False]))
    assert time_quantile(curve, 0.5)[0] == 2
    assert math.isnan(time_quantile(curve, 0.75)[0])


def test_without_events_nothing_is_reached() -> None:
    curve = kaplan_meier(np.array([3.0, 5]), np.array([False, False]))
    assert all(map(math.isnan, time_quantile(curve, 0.5)))
    value, *limits = curve.at(4)
    assert value == 1
    assert all(map(math.isnan, limits))  # R's survfit: NA where survival is 1 on this scale


@given(_RECORDS)
def test_incidence_without_competitors_is_what_is_left_of_survival(
    records: list[tuple[int, int]],
) -> None:
    """F = 1 - S, with Greenwood's variance: the limits are those of F on the log(-log) scale."""
    time = np.array([t for t, _ in records], float)
    event = np.array([c == 0 for _, c in records])
    ours = cumulative_incidence(time, event, np.zeros(len(time), bool))
    survival = kaplan_meier(time, event)
    assert ours.values == pytest.approx(1 - survival.values, abs=1e-12)
    for i, t in enumerate(ours.times):
        if not 0 < ours.values[i] < 1 - 1e-12:
            continue
        steps = [u for u in ours.times if u <= t]
        n = np.array([(time >= u).sum() for u in steps], float)
        d = np.array([((time == u) & event).sum() for u in steps], float)
        se = survival.values[i] * math.sqrt((d / (n * (n - d))).sum())
        f = ours.values[i]
        low = f ** math.exp(-1.959963984540054 * se / (f * math.log(f)))
        assert ours.lower[i] == pytest.approx(low, abs=1e-9)


def test_incidences_of_competing_events_and_survival_make_one() -> None:
    time = np.array([1.0, 2, 3, 4, 4, 5, 6, 7, 8, 9])
    ours = np.array([1, 0, 1, 0, 1, 0, 0, 1, 0, 0], bool)
    other = np.array([0, 1, 0, 0, 0, 1, 0, 0, 1, 0], bool)
    first = cumulative_incidence(time, ours, other)
    second = cumulative_incidence(time, other, ours)
    left = kaplan_meier(time, ours | other)
    assert first.values + second.values + left.values == pytest.approx(np.ones(7))
    assert first.values == pytest.approx([0.1, 0.1, 0.2, 0.3, 0.3, 0.46, 0.46])  # by hand


def test_exact_limits() -> None:
    """R's documentation of binom.test: 682 of 925, Mendel's peas."""
    assert exact_interval(682, 925) == pytest.approx((0.7076683, 0.7654066), abs=1e-7)
    assert exact_interval(0, 10) == pytest.approx((0, 0.3084971), abs=1e-7)
    assert exact_interval(10, 10) == pytest.approx((0.6915029, 1), abs=1e-7)
    assert all(map(math.isnan, exact_interval(0, 0)))
    for n in range(1, 30):
        for x in range(n + 1):
            found = binomtest(x, n).proportion_ci(0.95, method="exact")
            assert exact_interval(x, n) == pytest.approx((found.low, found.high), abs=1e-9)


def test_quartiles_are_those_of_pctldef_5() -> None:
    """R: quantile(x, type = 2)."""
    assert quartiles(np.arange(1.0, 11)) == (3, 5.5, 8)
    assert quartiles(np.arange(1.0, 9)) == (2.5, 4.5, 6.5)
    assert quartiles(np.array([4.0])) == (4, 4, 4)


def test_geometric() -> None:
    mean, cv = geometric(np.array([1.0, 10, 100]))
    assert mean == pytest.approx(10)
    assert cv == pytest.approx(100 * math.sqrt(math.exp(math.log(10) ** 2) - 1))
    with pytest.raises(ValueError, match="positive"):
        geometric(np.array([0.0, 1]))
