"""The verdict of a report in one sentence, and its exit code."""

from __future__ import annotations

import re
from collections import Counter

from validation.lock.state import State
from validation.lock.words import report_says, says
from validation.report.model import Report, RunState

_LACKING = re.compile(r"(?:\w+IG|terminology) [\w.-]+ is not held", re.IGNORECASE)


def exit_code(report: Report, *, before_lock: bool = False) -> int:
    """0 clean or all explained, 1 open findings or a rule that failed, 2 no rule ran at all.

    Where the report is of a study's build, it is 0 when that is ready, and 1 otherwise. With
    ``before_lock`` a lock that questions block is no reason by itself; what else is open is.
    """
    if report.rules_ran == 0:
        return 2
    if report.lock is not None and not (before_lock and report.lock.state is State.BLOCKED):
        return int(report.lock.state is not State.READY)
    asked = 0 if before_lock else report.counts.asked
    return int(bool(report.counts.open or asked or report.states[RunState.ERROR.value]))


def verdict(report: Report) -> str:
    """One sentence: can this be locked or sent, and if not, why not."""
    if report.lock is not None and report.rules_ran:
        return f"{says(report.lock)}."
    counts, states = report.counts, report.states
    return report_says(
        report.rules_ran,
        counts.open_by_severity,
        failed=states[RunState.ERROR.value],
        explained=counts.explained,
        not_run=states[RunState.NOT_RUN.value],
        asked=counts.asked,
        not_held=_not_held(report),
    )


def _not_held(report: Report) -> dict[str, int]:
    """``ADaMIG 1.1 is not held``: how many rules did not run for it."""
    reasons = (rule.reason for rule in report.rules if rule.status is RunState.NOT_RUN)
    return dict(Counter(found[0] for reason in reasons if (found := _LACKING.search(reason))))
