"""ISO 8601 dates and durations of SDTM (SDTMIG 4.4.1 - 4.4.2): precision, comparison, validity.

Dates are compared at the precision that both sides share: 2019 is after 2018-06-14, and neither
before nor after 2019-03-02. Two dates are the same when they agree to the same precision. Time-zone
offsets are not applied.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import numpy.typing as npt

from validation.engine.columns import Column
from validation.engine.view import NotRunError

PRECISIONS = 6
"""Year, month, day, hour, minute, second."""
DAY = 3
COMPONENTS = {"year": 1, "month": 2, "day": 3, "hour": 4, "minute": 5, "second": 6}
AUTO = "auto"

_DATE_TIME = re.compile(
    r"(?P<year>\d{4}|-)"
    r"(?:-(?P<month>0[1-9]|1[0-2]|-)"
    r"(?:-(?P<day>0[1-9]|[12]\d|3[01]|-)"
    r"(?:T(?P<hour>[01]\d|2[0-3]|-)"
    r"(?::(?P<minute>[0-5]\d|-)"
    r"(?::(?P<second>[0-5]\d|-)(?P<fraction>\.\d+)?)?)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?)?)?"
)
_SEPARATOR = re.compile(r"^(\d{4}-\d\d-\d\d) (?=\d)")
_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"(?P<sign>-)?P(?!$)(?:{_NUMBER}W|(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)


def parts(text: str) -> tuple[int, ...] | None:
    """Year, month, day, ... as far as they are known without a gap; None when it is no date.

    An interval counts as its start. ``2003---15`` is (2003,).
    """
    match = _DATE_TIME.fullmatch(text.split("/", 1)[0].rstrip(" "))
    if match is None:
        return None
    known: list[int] = []
    for name in COMPONENTS:
        component = match.group(name)
        if component in (None, "-"):
            break
        known.append(int(component))
    return tuple(known) if _exists(known) else None


def _exists(known: list[int]) -> bool:
    if len(known) < DAY:
        return True
    try:
        date(*known[:3])
    except ValueError:
        return False
    return True


def is_valid(text: str) -> bool:
    """Whether the text is a date, date-time or interval in the ISO 8601 form that SDTM uses."""
    return all(parts(side) is not None for side in text.split("/", 1))


def is_complete(text: str) -> bool:
    """Whether the text is one date with year, month and day; an interval is more than one.

    A blank instead of the T before the time leaves the date what it is.
    """
    return _day(text) is not None


def _day(text: str) -> date | None:
    known = None if "/" in text else parts(_SEPARATOR.sub(r"\1T", text))
    return date(*known[:DAY]) if known is not None and len(known) >= DAY and known[0] else None


def is_duration(text: str, *, negative: bool) -> bool:
    """Whether the text is an ISO 8601 duration; ``negative`` allows a leading minus."""
    match = _DURATION.fullmatch(text.strip())
    return match is not None and (negative or not match.group("sign"))


class Dates:
    """The distinct dates of a column, ready to be compared.

    ``keys[code, p]`` is the date cut to precision p + 1 as an integer that sorts in time;
    ``precision[code]`` is 0 for what is no date and for missing (the last row).
    """

    def __init__(self, column: Column) -> None:
        self.codes = column.codes
        self._texts = column.texts
        known = [*(parts(text) or () for text in column.texts), ()]
        self.precision = np.array([len(each) for each in known], dtype=np.int8)
        self.keys = np.array([_keys(each) for each in known], dtype=np.int64)

    def day_numbers(self) -> npt.NDArray[np.float64]:
        """Days since 0001-01-01 per record; NaN where it is not one complete date."""
        days = [*map(_day, self._texts), None]
        table = np.array([np.nan if day is None else day.toordinal() for day in days])
        out: npt.NDArray[np.float64] = table[self.codes]
        return out


def _keys(known: tuple[int, ...]) -> list[int]:
    padded = [*known, *([0] * (PRECISIONS - len(known)))]
    keys, key = [], 0
    for at, component in enumerate(padded):
        key = key * (10000 if at == 0 else 100) + component
        keys.append(key)
    return keys


def compare(
    left: Dates, right: Dates, component: str | None = None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Left minus right per record (only its sign means something), and where both are dates.

    ``component`` (year, month, ...) compares that part of the date alone.
    """
    left_precision = left.precision[left.codes]
    right_precision = right.precision[right.codes]
    shared = np.minimum(left_precision, right_precision)
    if component not in (None, AUTO):
        level = COMPONENTS.get(str(component))
        if level is None:
            known = ", ".join((*COMPONENTS, AUTO))
            raise NotRunError(f"date_component {component!r} is none of {known}")
        base = 10000 if level == 1 else 100
        difference = (
            left.keys[left.codes, level - 1] % base - right.keys[right.codes, level - 1] % base
        )
        return difference, shared >= level
    at = np.maximum(shared, 1) - 1
    return left.keys[left.codes, at] - right.keys[right.codes, at], shared > 0


def same_precision(left: Dates, right: Dates) -> npt.NDArray[np.bool_]:
    """Per record, whether both dates go equally far."""
    out: npt.NDArray[np.bool_] = left.precision[left.codes] == right.precision[right.codes]
    return out
