"""How unscheduled visits are numbered: after the planned visit before them."""

from __future__ import annotations

from collections.abc import Iterable

from derive.values.moment import Moment, of_days
from derive.values.text import Text

Planned = dict[str, list[tuple[str, float]]]
"""Per subject the days of visits that have a number, with it."""
Numbers = dict[str, dict[str, float]]
"""By subject and day, the number of an unscheduled visit."""


def day_of(moment: Moment) -> Text:
    """The complete day of each moment as text; missing where the day is not known."""
    return of_days(moment.days()).iso()


def numbered(found: Iterable[tuple[str, str]], visits: Planned) -> Numbers:
    """A number for each subject's unscheduled days: that of the planned visit before it plus 0.01,
    0.02 ... (SDTMIG 3.4 section 4.4.5). A day that has such a number keeps it."""
    days: dict[str, set[str]] = {}
    for subject, day in found:
        days.setdefault(subject, set()).add(day)
    return {
        subject: _of_one(sorted(mine), visits.get(subject, [])) for subject, mine in days.items()
    }


def _of_one(days: list[str], visits: list[tuple[str, float]]) -> dict[str, float]:
    known = [(at, number) for at, number in visits if number.is_integer()]
    taken = {at: number for at, number in visits if not number.is_integer()}
    last: dict[float, int] = {}
    out: dict[str, float] = {}
    for day in days:
        before = max((number for at, number in known if at <= day), default=0.0)
        if day in taken:
            out[day] = taken[day]
            continue
        used = [round((n - before) * 100) for n in taken.values() if int(n) == before]
        last[before] = last.get(before, max(used, default=0)) + 1
        out[day] = round(before + last[before] / 100, 2)
    return out
