"""Several runs of rules as one: of tabulation data, and of analysis data."""

from __future__ import annotations

import functools
import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validation.report import ReportInput, RuleStatus


def combined(parts: list[ReportInput]) -> ReportInput:
    """Several runs as one. A rule that ran in any of them ran."""
    import pandas as pd

    from validation.report.counting.table import finding_table

    if len(parts) == 1:
        return parts[0]
    tables = [finding_table(part.findings) for part in parts]
    joined = pd.concat(
        [table.astype(dict.fromkeys(table.select_dtypes("category"), "str")) for table in tables],
        ignore_index=True,
    )
    rules: dict[str, Any] = {}
    for part in parts:
        for rule in part.rules:
            known = rules.get(rule.id)
            rules[rule.id] = rule if known is None or _rank(rule) > _rank(known) else known
    more = [part.unlisted for part in parts if part.unlisted is not None]
    files = joined["rule"].str.startswith("FILE")  # said by each run over the same folder
    return replace(
        parts[0],
        findings=joined[~(files & joined.duplicated())].reset_index(drop=True),
        unlisted=functools.reduce(operator.add, more) if more else None,
        rules=tuple(rules.values()),
        standards=tuple(dict.fromkeys(s for part in parts for s in part.standards)),
        inputs=tuple(dict.fromkeys(i for part in parts for i in part.inputs)),
    )


def _rank(rule: RuleStatus) -> int:
    from validation.report.model import RunState

    order = [RunState.NOT_APPLICABLE, RunState.NOT_RUN, RunState.RUN, RunState.ERROR]
    return order.index(rule.status)
