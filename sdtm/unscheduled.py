"""Unscheduled visits: the lines that name them, and how they are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specs.language import Domain, Records, Visit

Planned = dict[str, list[tuple[str, float]]]
"""Per subject the days of visits that have a number, with it."""


def unplanned_names(line: Visit) -> set[str]:
    """The raw names of unscheduled visits."""
    names = (line.unscheduled or {}).get("names", [])
    return {names} if isinstance(names, str) else set(names)


def own_unscheduled(model: Domain, entry: Records) -> tuple[str, Visit] | None:
    """The line of a stream, with its variable, that numbers unscheduled visits."""
    for name, line in {**model.variables, **entry.variables}.items():
        if isinstance(line, Visit) and line.unscheduled:
            return name, line
    return None


def unscheduled_lines(model: Domain) -> Iterator[Visit]:
    """Every such line of a data set."""
    for entry in model.records:
        found = own_unscheduled(model, entry)
        if found is not None:
            yield found[1]


def numbered(found: Iterable[tuple[str, str]], visits: Planned) -> dict[str, dict[str, float]]:
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
