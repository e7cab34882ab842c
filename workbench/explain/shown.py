"""Values as people write them: numeric dates and times in ISO 8601."""

from __future__ import annotations

import numpy as np

from workbench.explain.reading.records import XptView

_SECONDS = ("DATETIME", "E8601DT", "B8601DT", "IS8601DT", "DATEAMPM")
_DAYS = ("DATE", "YYMMDD", "DDMMYY", "MMDDYY", "E8601DA", "B8601DA", "IS8601DA")
_TIMES = ("TIME", "HHMM", "E8601TM", "B8601TM", "IS8601TM")
_DAY, _EPOCH = 86_400, np.datetime64("1960-01-01T00:00:00")
_MOST = 10_000 * 366 * _DAY
"""Seconds from 1960 on; further away there is no date of four digits."""


def iso_of(value: float, form: str) -> str:
    """What SAS shows by a format of dates, date-times or times, in ISO 8601; "" by another format,
    and for what is no whole day or second."""
    name = form.upper()
    seconds = name.startswith(_SECONDS)
    days = not seconds and name.startswith(_DAYS)
    times = not seconds and not days and name.startswith(_TIMES)
    whole = value * _DAY if days else value
    if not (seconds or days or times) or value % 1 or abs(whole) > _MOST:
        return ""
    if times and not 0 <= value < _DAY:
        return ""
    text = str(_EPOCH + np.timedelta64(int(whole), "s"))
    return text[:10] if days else text[11:] if times else text


def shown_value(view: XptView, record: int, variable: str) -> str:
    """A value; a number with a date format is shown as the date, with the number behind it."""
    text = view.text(record, variable)
    meta = view.metas[variable]
    if not text or meta.type == "Char":
        return text
    date = iso_of(float(text), meta.format)
    return f"{date} ({text})" if date else text
