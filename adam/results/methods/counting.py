"""Subjects counted: with a condition, by category, from one grade to another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from adam.results.cells import Cell, Made, RefusedError, Stat, level_places
from adam.results.load import NO_PERCENT
from adam.results.model import Level, Levels
from adam.results.records import Positions
from adam.results.shown import number, percent
from adam.results.statistics.simple import exact_interval


def counts(cell: Cell, subjects: Positions, records: int, *, interval: bool) -> tuple[Stat, ...]:
    """n, N, percent (and the exact limits in percent) of distinct subjects.

    Raises RefusedError ADAM318 for a subject who is not in the denominator.
    """
    distinct = np.unique(subjects)
    n, total = len(distinct), cell.total
    shows = cell.of.spec.percent_of != NO_PERCENT
    if shows and not cell.whole[distinct].all():
        outside = int((~cell.whole[distinct]).sum())
        message = f"{outside} subject(s) counted are not in the denominator"
        raise RefusedError("ADAM318", message, "percent-of")
    out = [Stat("n", n, str(n), records=records)]
    if shows:
        share = 100 * n / total if total else math.nan
        out.append(Stat("N", total, str(total)))
        reason = "" if total else "NE"
        out.append(Stat("percent", share, percent(n, total), reason, records))
    if shows and interval:
        for name, limit in zip(("lower", "upper"), exact_interval(n, total), strict=True):
            out.append(Stat(name, 100 * limit, number(100 * limit, 1), "" if total else "NE"))
    return tuple(out)


def subjects(cell: Cell) -> Iterator[Made]:
    """Subjects with a record that the condition holds for; each counts once."""
    interval = cell.of.spec.interval
    exact = interval == "exact" or (cell.of.method == "proportion" and interval != "without")
    if cell.of.method == "proportion":
        cell.one_kind()
        cell.one_each()
    hit = cell.rows[cell.records.mask(cell.of.counted)[cell.rows]]
    cell.count(hit)
    yield Made(counts(cell, cell.records.subject[hit], len(hit), interval=exact))


def categories(cell: Cell) -> Iterator[Made]:
    """Subjects by the value of a variable; ``take: worst`` takes the last level of a subject."""
    spec, name = cell.of.spec, str(cell.of.spec.categories)
    cell.one_kind()
    levels = spec.levels or Levels(found=True)
    held = cell.records.texts(name)[cell.rows]
    place, items = level_places(held, levels, spec.missing)
    rows = cell.rows
    if spec.take == "worst":
        kept = _worst(cell, place, missing=len(items) - 1 if spec.missing is not None else None)
        check_flag(cell, kept, place)
        rows, place = rows[kept], place[kept]
    else:
        cell.one_each()
    cell.count(rows)
    exact = spec.interval == "exact"
    for i, level in enumerate(items):
        of = rows[place == i]
        stats = counts(cell, cell.records.subject[of], len(of), interval=exact)
        yield Made(stats, name, level.label, i)
    if spec.no_record is not None:
        without = cell.population.copy()
        without[cell.subjects] = False
        subjects = np.flatnonzero(without)
        stats = counts(cell, subjects, 0, interval=exact)
        yield Made(stats, name, spec.no_record, len(items))


def _worst(cell: Cell, place: Positions, missing: int | None) -> Positions:
    """For each subject the position (in ``cell.rows``) of the largest level; missing loses."""
    rank = np.where(place == missing, -1, place) if missing is not None else place
    order = np.lexsort((np.arange(len(rank)), -rank, cell.subjects))
    _, first = np.unique(cell.subjects[order], return_index=True)
    return order[first]


def check_flag(cell: Cell, taken: Positions, place: Positions, names: Sequence[str] = ()) -> None:
    """Hold the records taken against those that the flag of ``agrees-with`` marks: the same level
    for each subject (and each value of ``names``). ``taken`` are positions in the cell, ``place``
    the level of each of its records. Raises RefusedError ADAM316."""
    flag = cell.of.spec.agrees_with
    if flag is None:
        return
    flagged = np.flatnonzero(cell.records.texts(flag)[cell.rows] == "Y")
    keys = [cell.subjects, *(cell.records.texts(name)[cell.rows] for name in names)]
    ours, theirs = (
        {tuple(key[i] for key in keys): place[i] for i in chosen} for chosen in (taken, flagged)
    )
    if ours != theirs or len(flagged) != len(theirs):
        wrong = sum(theirs.get(key) != value for key, value in ours.items())
        message = (
            f"{flag} marks {len(flagged)} records where {len(ours)} are the worst, {wrong} of "
            "these with another level or none"
        )
        raise RefusedError("ADAM316", message, "agrees-with")


def shift(cell: Cell) -> Iterator[Made]:
    """Subjects by the level of one variable and that of another: from baseline to the worst."""
    spec = cell.of.spec
    before, after = spec.shift or ["", ""]
    cell.one_kind()
    levels = spec.levels or Levels(found=True)
    held = {name: cell.records.texts(name)[cell.rows] for name in (before, after)}
    if levels.found:
        both = sorted({*held[before], *held[after]} - {""})
        levels = Levels(tuple(Level(v, (v,)) for v in both))
    first, items = level_places(held[before], levels, spec.missing)
    second, _ = level_places(held[after], levels, spec.missing)
    rows = cell.rows
    if spec.take == "worst":
        missing = len(items) - 1 if spec.missing is not None else None
        kept = _worst(cell, second, missing)
        rows, first, second = rows[kept], first[kept], second[kept]
    else:
        cell.one_each()
    cell.count(rows)
    for i, one in enumerate(items):
        for j, other in enumerate(items):
            of = rows[(first == i) & (second == j)]
            stats = counts(cell, cell.records.subject[of], len(of), interval=False)
            label = f"{one.label} to {other.label}"
            yield Made(stats, f"{before}, {after}", label, i * len(items) + j)
