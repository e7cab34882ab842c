"""Builds a report: findings to groups, waivers, comparison with the previous report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from specs.codes import find_code
from specs.findings import Finding
from validation.report.codes import WAIVER_CODES
from validation.report.counting.groups import compare, group_findings
from validation.report.counting.table import GROUP_KEYS, category, finding_table
from validation.report.lineage import attach_lineage
from validation.report.model import Report, ReportInput, RuleStatus, RunState
from validation.report.standing import Condition, circumstances, stand

if TYPE_CHECKING:
    from validation.lock.asked import Questions
    from validation.report.waiving import Circumstances
    from validation.waivers import Waiver


def build_report(
    given: ReportInput,
    *,
    waivers: Sequence[Waiver] | None = None,
    as_of: dt.date | None = None,
    previous: Report | None = None,
    build: Path | None = None,
    questions: Questions | None = None,
    holds: Condition | None = None,
) -> Report:
    """The report of a run.

    Args:
        given: findings, rule statuses, standards and inputs of the run.
        waivers: the study's waivers; None where it has no ``waivers.yaml``.
        as_of: the day that review dates are held against; needed with waivers, so that the
            clock is read at the command line only, or not at all.
        previous: the last report, for what is new, grown, unchanged or gone.
        build: folder of the build of the data sets, whose lineage leads to raw cells and
            specification lines.
        questions: the open queries of the build; findings that one of them asks about are asked.
        holds: tests a condition on records (from 1) of a data set: why it does not hold, or "".

    Raises:
        ValueError: waivers without ``as_of``.
        SpecificationError: VAL921, the lineage does not fit.
    """
    found = finding_table(given.findings)
    more = None if given.unlisted is None else given.unlisted.groups
    table, groups = group_findings(found if build is None else attach_lineage(found, build), more)
    rules = given.rules
    standing = stand(table, groups, questions)
    if waivers is not None:
        around = circumstances(table, standing, questions, holds)
        table, groups, rules = _waived(table, groups, given, waivers, as_of, around)
        standing.raise_one_of(around.raised, questions)
    gone = compare(groups, None if previous is None else previous.groups, rules, given.label)
    return Report(
        study=given.study,
        label=given.label,
        engine=given.engine,
        rules=_with_counts(rules, groups),
        standards=given.standards,
        inputs=given.inputs,
        table=table,
        groups=groups,
        gone=gone,
        previous=None if previous is None else previous.label,
        unlisted=given.unlisted,
        raised=frozenset(standing.raised),
        rules_ran=sum(rule.status is RunState.RUN for rule in given.rules),
    )


def _waived(  # noqa: PLR0917 - the findings, and what is known around them
    table: Any,
    groups: Any,
    given: ReportInput,
    waivers: Sequence[Waiver],
    as_of: dt.date | None,
    around: Circumstances,
) -> tuple[Any, Any, tuple[RuleStatus, ...]]:
    from validation.report.waiving import apply_waivers

    if as_of is None:
        raise ValueError("waivers need as_of, the day that their review dates are held against")
    datasets = {file.dataset for file in given.inputs}
    about = apply_waivers(waivers, groups, given.rules, as_of, datasets, around)
    rules = (*given.rules, *(_status(code.id) for code in WAIVER_CODES))
    if not about:
        return table, groups, rules
    explained = groups[groups["explained"] | (groups["asked"] > 0)]
    more = None if given.unlisted is None else given.unlisted.groups
    table, groups = group_findings(_joined(table, about), more)
    return table, _carried(groups, explained), rules


def _joined(table: Any, findings: list[Finding]) -> Any:
    more = finding_table(findings)
    joined = {}
    for name in more.columns:
        both = [table[name].astype(object), more[name].astype(object)]
        column = pd.concat(both, ignore_index=True)
        text = isinstance(more[name].dtype, pd.CategoricalDtype)
        joined[name] = category(column) if text else column.astype("int64")
    return pd.DataFrame(joined)


def _carried(groups: Any, explained: Any) -> Any:
    keys = [*GROUP_KEYS, "severity"]
    rows = pd.MultiIndex.from_frame(groups[keys]).get_indexer(
        pd.MultiIndex.from_frame(explained[keys])
    )
    for name in ("explained", "explanation", "author", "review_by", "asked"):
        groups.loc[rows, name] = explained[name].to_numpy()
    return groups


def _with_counts(rules: tuple[RuleStatus, ...], groups: Any) -> tuple[RuleStatus, ...]:
    counts = groups.groupby("rule", observed=True)["count"].sum().to_dict()
    listed = {rule.id for rule in rules}
    unlisted = tuple(_status(name) for name in sorted(counts) if name not in listed)
    return tuple(
        replace(rule, count=int(counts.get(rule.id, 0)))
        for rule in sorted((*rules, *unlisted), key=lambda rule: rule.id)
    )


def _status(identifier: str) -> RuleStatus:
    """A status from the register of codes, for what is no rule of the catalogue."""
    code = find_code(identifier)
    if code is None:
        return RuleStatus(identifier)
    return RuleStatus(
        code.id,
        code.title,
        severity=code.severity.value,
        why=code.why,
        fix=code.fix,
        example=code.example,
    )
