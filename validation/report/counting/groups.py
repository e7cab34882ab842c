"""Groups of findings (rule x data set x variable x value), and what is new since last time.

A rule has one severity as a rule; where it has two, they stand in two groups, so that the counts by
severity are true, and are compared with the previous report together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from specs.findings import Severity
from validation.report.counting.table import GROUP_KEYS, subjects
from validation.report.model import Change, RuleStatus, RunState

_RANK = {level.value: level.rank for level in Severity}
GROUP_COLUMNS = (
    *GROUP_KEYS,
    "severity",
    "owner",
    "message",
    "count",
    "listed",
    "subjects",
    "change",
    "previous_count",
    "first_seen",
    "explained",
    "explanation",
    "author",
    "review_by",
    "asked",
)


def group_findings(table: Any, unlisted: Any = None) -> tuple[Any, Any]:
    """Sort findings into groups; ``unlisted`` (of the groups that are not listed whole) adds its
    number of findings, and has that of all subjects.

    Returns:
        The table sorted by group and record, with its column ``group``; and the groups, worst
        severity first, then rule, data set, variable, most findings first, value.
    """
    ids, first = _group_ids(table)
    groups = table.iloc[first][[*GROUP_KEYS, "severity", "owner", "message"]].astype(object)
    size = len(groups)
    groups["count"] = np.bincount(ids, minlength=size)
    groups["subjects"] = _distinct_subjects(table, ids, size)
    groups["listed"] = groups["count"]
    if unlisted is not None:
        _add(groups, unlisted)
    rank = groups["severity"].map(_RANK).to_numpy(dtype="int64")
    keys = [table[name].cat.codes.to_numpy()[first] for name in reversed(GROUP_KEYS)]
    order = np.lexsort((keys[0], -groups["count"].to_numpy(), *keys[1:], rank))
    place = np.empty(size, dtype="int64")
    place[order] = np.arange(size)
    return _sorted(table, place[ids]), _complete(groups.iloc[order].reset_index(drop=True))


def _add(groups: Any, unlisted: Any) -> None:
    keys = [*GROUP_KEYS, "severity"]
    rows = pd.MultiIndex.from_frame(groups[keys]).get_indexer(
        pd.MultiIndex.from_frame(unlisted[keys])
    )
    counts = groups["count"].to_numpy(copy=True)
    np.add.at(counts, rows, unlisted["count"].to_numpy())
    subjects = groups["subjects"].to_numpy(copy=True)
    np.maximum.at(subjects, rows, unlisted["subjects"].to_numpy())
    groups["count"], groups["subjects"] = counts, subjects


def _group_ids(table: Any) -> tuple[Any, Any]:
    combined = np.zeros(len(table), dtype="int64")
    for name in (*GROUP_KEYS, "severity"):
        codes = table[name].cat.codes.to_numpy().astype("int64")
        # re-numbered after every key, so that the product never leaves 64 bits
        _, combined = np.unique(
            combined * (len(table[name].cat.categories) + 1) + codes, return_inverse=True
        )
    _, first, ids = np.unique(combined, return_index=True, return_inverse=True)
    return ids, first


def _distinct_subjects(table: Any, ids: Any, size: int) -> Any:
    who = subjects(table)
    named = np.asarray(who != "")
    pairs = pd.DataFrame({"group": ids[named], "who": who.codes[named]}).drop_duplicates()
    return np.bincount(pairs["group"], minlength=size)


def _sorted(table: Any, group: Any) -> Any:
    order = np.lexsort(
        (table["message"].cat.codes, table["key"].cat.codes, table["record"].to_numpy(), group)
    )
    ordered = table.iloc[order].reset_index(drop=True)
    ordered["group"] = group[order]
    return ordered


def _complete(groups: Any) -> Any:
    groups["change"] = Change.NEW.value
    groups["previous_count"] = 0
    groups["first_seen"] = ""
    groups["explained"] = np.zeros(len(groups), dtype=bool)
    for name in ("explanation", "author", "review_by"):
        groups[name] = ""
    groups["asked"] = np.zeros(len(groups), dtype="int64")
    return groups[list(GROUP_COLUMNS)]


def compare(groups: Any, previous: Any, rules: tuple[RuleStatus, ...], label: str) -> Any:
    """Fill ``change``, ``previous_count`` and ``first_seen`` of ``groups`` in place.

    Args:
        groups: of this report.
        previous: groups of the previous report, None where there is none (all is new).
        rules: of this run; a group whose rule did not run is not gone but "Not checked".
        label: of this run; the "first seen" of what is new.

    Returns:
        The groups of the previous report that are gone, or were not checked.
    """
    groups["first_seen"] = label
    if previous is None:
        return groups.iloc[0:0].copy()
    before = _totals(previous)
    index = pd.MultiIndex.from_frame(groups[list(GROUP_KEYS)])
    known = index.isin(before.index)
    counts = before["count"].reindex(index).fillna(0).to_numpy(dtype="int64")
    now = _totals(groups)["count"].reindex(index).to_numpy(dtype="int64")
    groups["previous_count"] = counts
    groups.loc[known, "change"] = Change.UNCHANGED.value
    groups.loc[known & (now > counts), "change"] = Change.GROWN.value
    seen = before["first_seen"].reindex(index).to_numpy(dtype=object)
    groups.loc[known, "first_seen"] = seen[known]
    were = pd.MultiIndex.from_frame(previous[list(GROUP_KEYS)])
    return _gone(previous, ~were.isin(index), rules)


def _totals(groups: Any) -> Any:
    """Count and first sight by rule, data set, variable and value, over all severities."""
    by_key = groups.groupby(list(GROUP_KEYS), observed=True, sort=False)
    return by_key.agg({"count": "sum", "first_seen": "min"})


def _gone(previous: Any, missing: Any, rules: tuple[RuleStatus, ...]) -> Any:
    gone = previous[missing].reset_index(drop=True)
    looked = {rule.id for rule in rules if rule.status is RunState.RUN}
    gone["previous_count"] = gone["count"]
    gone["count"] = 0
    checked = gone["rule"].isin(looked)
    gone["change"] = np.where(checked, Change.GONE.value, Change.NOT_CHECKED.value)
    return gone
