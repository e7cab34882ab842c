"""Counts, shares and summaries of numbers, for working out results apart from the product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
from scipy.stats import binomtest, gmean, gstd

Frames = dict[str, pd.DataFrame]
Key = tuple[str, tuple[str, ...], str, str]
"""Analysis, groups (columns but the arm, then rows), level, statistic."""
Numbers = dict[Key, float]


def people(frame: pd.DataFrame) -> set[str]:
    """The subjects of some records."""
    return set(frame["USUBJID"])


def count(
    name: str, found: set[str], whole: set[str] | None, *, level: str = "", exact: bool = False,
    groups: tuple[str, ...] = (),
) -> Iterator[tuple[Key, float]]:  # fmt: skip
    yield (name, groups, level, "n"), len(found)
    if whole is None:
        return
    assert found <= whole
    yield (name, groups, level, "N"), len(whole)
    yield (name, groups, level, "percent"), len(found) / len(whole) * 100
    if exact:
        limits = binomtest(len(found), len(whole)).proportion_ci(0.95, method="exact")
        yield (name, groups, level, "lower"), limits.low * 100
        yield (name, groups, level, "upper"), limits.high * 100


def levelled(
    name: str, frame: pd.DataFrame, variable: str, whole: set[str],
    levels: Mapping[Any, str] | Iterable[Any], *, exact: bool = False,
) -> Iterator[tuple[Key, float]]:  # fmt: skip
    for level in levels:
        label = levels[level] if isinstance(levels, Mapping) else str(level)
        found = people(frame[frame[variable] == level])
        yield from count(name, found, whole, level=label, exact=exact)


def quantile(values: Any, share: float) -> float:
    """SAS PCTLDEF=5, as its documentation says it."""
    x = sorted(values)
    place = len(x) * share
    at = math.floor(place + 1e-9)
    return (x[at - 1] + x[at]) / 2 if abs(place - at) < 1e-9 else x[at]


def described(
    name: str, values: pd.Series, wanted: str, groups: tuple[str, ...] = ()
) -> Iterator[tuple[Key, float]]:
    known = values.dropna()
    made = {
        "n": len(known),
        "mean": known.mean(),
        "sd": known.std(),
        "median": known.median(),
        "q1": quantile(known, 0.25),
        "q3": quantile(known, 0.75),
        "min": known.min(),
        "max": known.max(),
    }
    if "geometric_mean" in wanted:
        made["geometric_mean"] = gmean(known)
        made["geometric_cv"] = 100 * math.sqrt(math.exp(math.log(gstd(known)) ** 2) - 1)
    for one in wanted.split():
        yield (name, groups, "", one), float(made[one])
    if len(known) < len(values):
        yield (name, groups, "", "missing"), len(values) - len(known)
