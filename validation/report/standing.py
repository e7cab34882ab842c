"""How the findings of a run stand to the open queries of the build: which of them are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from specs.findings import Severity
from validation.lock.asked import Questions
from validation.report.waiving import Circumstances

if TYPE_CHECKING:
    from validation.waivers import Waiver

Condition = Callable[[str, list[int], str], str]
"""Data set, records (from 1), condition: why it is not true of all of them, "" when it is."""
_SHOWN = 3
_BY_ANSWER = "answer to a query"


@dataclass
class Standing:
    """For each group how many findings have an open query on their row, and how many a record;
    ``raised`` are the open queries that a finding that blocks is asked by."""

    queried: Any
    recorded: Any
    raised: set[int] = field(default_factory=set)

    def raise_one_of(self, named: list[tuple[str, str]], questions: Questions | None) -> None:
        """Of each rule and data set, one query blocks now that was asked as less."""
        for rule, dataset in named:
            numbers = questions.of(rule, dataset) if questions is not None else set()
            self.raised |= set(sorted(numbers)[:1])


def stand(table: Any, groups: Any, questions: Questions | None) -> Standing:
    """Count in ``groups`` (in place) the findings that an open query asks about, and explain those
    whose values a person confirmed.

    What rejects the submission is never merely asked: the gateway returns it whatever the answer.
    """
    size = len(groups)
    standing = Standing(np.zeros(size, dtype="int64"), np.zeros(size, dtype="int64"))
    if questions is None:
        return standing
    severity, asked = groups["severity"].tolist(), groups["asked"].to_numpy(copy=True)
    words: dict[int, set[int]] = {}
    rows = zip(
        table["group"].tolist(),
        table["dataset"].astype(str),
        table["record"].tolist(),
        table["variable"].astype(str),
        strict=True,
    )
    answers: dict[int, list[str]] = {}
    for group, dataset, record, variable in rows:
        if not record or severity[group] in (Severity.REJECTS.value, Severity.INFO.value):
            continue
        if told := questions.answered(dataset, record, [variable]):
            answers.setdefault(group, []).append(told[0].answer)
        standing.recorded[group] += 1
        standing.queried[group] += bool(questions.on_row(dataset, record))
        if numbers := questions.about(dataset, record, [variable]):
            asked[group] += 1
            words.setdefault(group, set()).update(numbers)
            if severity[group] == Severity.BLOCKS.value:
                standing.raised |= questions.softer(numbers)
    groups["asked"] = asked
    for group, numbers in words.items():
        groups.loc[group, "explanation"] = _shown(questions, numbers)
    _explain_by_answers(groups, answers)
    return standing


def _explain_by_answers(groups: Any, answers: dict[int, list[str]]) -> None:
    """Groups of which every finding is about a value that a person confirmed are explained by what
    was said; one of them that nobody confirmed keeps its group open."""
    for group, told in answers.items():
        whole = groups.loc[group, "listed"] == groups.loc[group, "count"] == len(told)
        if whole and not groups.loc[group, "asked"]:
            named = list(dict.fromkeys(told))
            more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
            groups.loc[group, "explained"] = True
            groups.loc[group, "explanation"] = f"{'; '.join(named[:_SHOWN])}{more}"
            groups.loc[group, "author"] = _BY_ANSWER


def _shown(questions: Questions, numbers: set[int]) -> str:
    """The queries that ask about a group, for people."""
    named = [str(query) for query in questions.queries if query.number in numbers]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"Asked by the open query {'; '.join(named[:_SHOWN])}{more}"


def circumstances(
    table: Any, standing: Standing, questions: Questions | None, holds: Condition | None
) -> Circumstances:
    """What waivers are held against."""
    known: dict[str, Any] = {}
    if questions is not None:
        known = {"queried": standing.queried, "recorded": standing.recorded}
        known["queries"] = questions.severities
    if holds is not None:
        known["holds"] = lambda waiver, rows: _tested(waiver, rows, table, holds)
    return Circumstances(**known)


def _tested(waiver: Waiver, groups: Any, table: Any, holds: Condition) -> str:
    """Why the condition of a waiver is not true of the records of these groups."""
    rows = table[table["group"].isin(groups)]
    records = sorted(set(rows["record"].tolist()))
    if not records or records[0] == 0:
        return "there is a finding without a record, of which nothing can be tested"
    return holds(waiver.dataset, records, waiver.holds)
