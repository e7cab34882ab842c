"""Groups of findings (rule x data set x variable x value), and what is new since last time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from specs.findings import Severity
from validation.report.model import Change, RuleStatus, RunState
from validation.report.table import GROUP_KEYS, subjects

_RANK = {level.value: level.rank for level in Severity}
GROUP_COLUMNS = (
    *GROUP_KEYS,
    "severity",
    "owner",
    "message",
    "count",
    "subjects",
    "change",
    "previous_count",
    "first_seen",
    "explained",
    "explanation",
    "author",
    "review_by",
)


def group_findings(table: Any) -> tuple[Any, Any]:
    """Sort findings into groups.

    Returns:
        The table sorted by group and record, with its column ``group``; and the groups, worst
        severity first, then rule, data set, variable, most findings first, value.
    """
    ids, first = _group_ids(table)
    groups = table.iloc[first][[*GROUP_KEYS, "owner", "message"]].astype(object)
    groups = groups.reset_index(drop=True)
    size = len(groups)
    groups["count"] = np.bincount(ids, minlength=size)
    groups["subjects"] = _distinct_subjects(table, ids, size)
    rank = table["severity"].map(_RANK).astype("int64").to_numpy()
    worst = np.full(size, len(_RANK))
    np.minimum.at(worst, ids, rank)
    groups["severity"] = np.array(list(_RANK), dtype=object)[worst] if size else ""
    groups["rank"] = worst
    groups["size"] = -groups["count"]
    order = groups.sort_values(["rank", "rule", "dataset", "variable", "size", "value"]).index
    place = np.empty(size, dtype="int64")
    place[order.to_numpy()] = np.arange(size)
    sorted_table = _sorted(table, place[ids])
    return sorted_table, _complete(groups.loc[order].reset_index(drop=True))


def _group_ids(table: Any) -> tuple[Any, Any]:
    combined = np.zeros(len(table), dtype="int64")
    for name in GROUP_KEYS:
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
    keys = list(GROUP_KEYS)
    before = previous.set_index(keys)
    index = pd.MultiIndex.from_frame(groups[keys])
    known = index.isin(before.index)
    counts = before["count"].reindex(index).fillna(0).astype("int64").to_numpy()
    groups["previous_count"] = counts
    grown = known & (groups["count"].to_numpy() > counts)
    groups.loc[known, "change"] = Change.UNCHANGED.value
    groups.loc[grown, "change"] = Change.GROWN.value
    seen = before["first_seen"].reindex(index).to_numpy(dtype=object)
    groups.loc[known, "first_seen"] = seen[known]
    return _gone(previous, ~before.index.isin(index), rules)


def _gone(previous: Any, missing: Any, rules: tuple[RuleStatus, ...]) -> Any:
    gone = previous[missing].reset_index(drop=True)
    looked = {rule.id for rule in rules if rule.status is RunState.RUN}
    gone["previous_count"] = gone["count"]
    gone["count"] = 0
    checked = gone["rule"].isin(looked)
    gone["change"] = np.where(checked, Change.GONE.value, Change.NOT_CHECKED.value)
    return gone
