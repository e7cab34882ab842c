"""Values as people write them: numeric dates in ISO 8601."""

from __future__ import annotations

import numpy as np

from workbench.explain.reading.records import XptView

_DAYS = ("DATE9", "DATE.", "YYMMDD", "E8601DA")
_SECONDS = ("DATETIME", "E8601DT")


def shown_value(view: XptView, record: int, variable: str) -> str:
    """A value; a number with a date format is shown as the date, with the number behind it."""
    text = view.text(record, variable)
    meta = view.metas[variable]
    form = meta.format.upper()
    if not text or meta.type == "Char":
        return text
    if form.startswith(_DAYS):
        day = np.datetime64("1960-01-01") + np.timedelta64(int(float(text)), "D")
        return f"{day} ({text})"
    if form.startswith(_SECONDS):
        seconds = np.timedelta64(int(float(text)), "s")
        return f"{np.datetime64('1960-01-01T00:00:00') + seconds} ({text})"
    return text
