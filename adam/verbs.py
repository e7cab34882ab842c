"""Which function makes the variables of which line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adam import language as l
from adam.scope import Scope, failure
from adam.verbs_across import run_aggregate, run_exists, run_nearest, run_pick
from adam.verbs_functions import run_function
from adam.verbs_groups import (
    run_baseline,
    run_change,
    run_episode,
    run_mark,
    run_sequence,
    run_window,
)
from adam.verbs_times import run_date, run_duration, run_part, run_study_day
from adam.verbs_values import (
    Made,
    run_bins,
    run_choose,
    run_compute,
    run_constant,
    run_copy,
    run_fill,
    run_flag,
    run_shown,
)

_RUN: dict[type[l.AdamLine], Callable[[Any, Scope, str], Made]] = {
    l.Copy: run_copy,
    l.Constant: run_constant,
    l.Choose: run_choose,
    l.Bins: run_bins,
    l.Flag: run_flag,
    l.Exists: run_exists,
    l.Pick: run_pick,
    l.Aggregate: run_aggregate,
    l.Nearest: run_nearest,
    l.DateLine: run_date,
    l.DateTimeLine: run_date,
    l.DatePart: run_part,
    l.StudyDay: run_study_day,
    l.Duration: run_duration,
    l.Compute: run_compute,
    l.Fill: run_fill,
    l.Shown: run_shown,
    l.Sequence: run_sequence,
    l.Baseline: run_baseline,
    l.Change: run_change,
    l.Mark: run_mark,
    l.Window: run_window,
    l.Episode: run_episode,
    l.Function: run_function,
}


def run(line: l.AdamLine, scope: Scope, name: str) -> Made:
    """The variables of a line. Raises BuildError with one finding."""
    try:
        return _RUN[type(line)](line, scope, name)
    except TypeError as error:  # kinds that do not mix, from the column functions
        raise failure("ADAM203", f"{name}: {error}", variable=name) from error
