"""Verbs about dates: date, datetime, date-of, time-of, study-day, duration."""

from __future__ import annotations

from adam import columns, dates
from adam.dates import Imputation
from adam.language import DateLine, DatePart, DateTimeLine, Duration, StudyDay
from adam.scope import Scope
from adam.verbs_across import refuse_unreadable
from adam.verbs_values import Made


def run_date(line: DateLine, scope: Scope, name: str) -> Made:
    """``date`` and ``datetime``: ISO text to numbers, partial parts imputed as stated,
    and flagged."""
    with_time = isinstance(line, DateTimeLine)
    source = line.datetime if isinstance(line, DateTimeLine) else line.date
    text = scope.text(source)
    time = line.time if isinstance(line, DateTimeLine) else None
    rule = Imputation(date=line.to, highest=line.impute, time=time)
    seconds = line.seconds_flag if isinstance(line, DateTimeLine) else False
    made = dates.impute(text, rule, datetime=with_time, seconds_flag=seconds)
    refuse_unreadable(made.unreadable, scope, source)
    lower = scope.date(line.not_before) if line.not_before else None
    upper = scope.date(line.not_after) if line.not_after else None
    values = dates.bounded(made, text, not_before=lower, not_after=upper)
    out = {name: values}
    if line.flag:
        out[line.flag] = made.date_flag
    if isinstance(line, DateTimeLine) and line.time_flag:
        out[line.time_flag] = made.time_flag
    return out


def run_part(line: DatePart, scope: Scope, name: str) -> Made:
    """``date-of`` and ``time-of`` a date-time."""
    column = scope.date(line.date_of or line.time_of or "")
    return {name: dates.date_of(column) if line.date_of else dates.time_of(column)}


def run_study_day(line: StudyDay, scope: Scope, name: str) -> Made:
    """``study-day``: no day 0."""
    return {name: dates.study_day(scope.date(line.study_day), scope.date(line.reference))}


def run_duration(line: Duration, scope: Scope, name: str) -> Made:
    """``duration``: from the first to the second date."""
    start, end = (scope.date(item) for item in line.duration)
    return {name: dates.duration(start, end, unit=line.unit, add_one=line.plus_one)}


__all__ = ["columns", "run_date", "run_duration", "run_part", "run_study_day"]
