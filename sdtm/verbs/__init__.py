"""Verbs that only raw data need, and the reader of raw dates and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.verbs.readers import DateKeys, DateParts, NumberKeys, register_readers
from derive.verbs.registry import register

if TYPE_CHECKING:
    from derive.scope import Scope
    from derive.values.column import Kind
    from derive.values.moment import Moment
    from derive.values.number import Number


def _dates(
    scope: Scope, keys: DateKeys, date: str | DateParts, time: str | None, kind: Kind
) -> Moment:
    from sdtm.verbs.date_read import read_dates

    return read_dates(scope, keys, date, time, kind)


def _numbers(scope: Scope, keys: NumberKeys, column: str) -> Number:
    from sdtm.verbs.number_read import read_numbers

    return read_numbers(scope, keys, column)


register("result", "sdtm.verbs.result:Result")
register("visit", "sdtm.verbs.visit:Visit")
register_readers(_dates, _numbers)
