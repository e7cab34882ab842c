"""Incidence: subjects with an event, by class and term, by the worst grade of the subject there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adam.results.cells import Cell, Group, Made, level_places
from adam.results.methods.counting import check_flag, counts
from adam.results.model import ANY, Level, Levels
from adam.results.records import Positions
from derive.values.column import Mask

_ALL = Level("Any", (ANY,))


def incidence(cell: Cell) -> Iterator[Made]:
    """All events, then each class, then each term of it, most frequent first.

    A subject counts once per row, under the worst (last) level of ``worst`` in that row; missing
    grades count only where there is no other.
    """
    spec = cell.of.spec
    names = list(spec.incidence or ())
    levels = [*_levels(cell)]
    missing = len(levels) - 1 if spec.missing is not None and spec.worst else None
    place = _places(cell, levels)
    cell.count(cell.rows)
    if spec.agrees_with is not None:
        _agree(cell, names, place, missing)
    everywhere = np.flatnonzero(cell.marks > 0)
    inside = np.isin(everywhere, cell.rows)
    for groups, held in _rows_of(cell, everywhere, names, (), np.ones(len(inside), np.bool_)):
        rows = held[inside]
        worst = _worst(cell.subjects[rows], place[rows], missing)
        for order, level in enumerate(levels):
            if ANY in level.values:
                subjects, hit = cell.subjects[rows], int(rows.sum())
            else:
                subjects = np.array([s for s, at in worst.items() if at == order], np.int64)
                hit = int((place[rows] == order).sum())
            stats = counts(cell, subjects, hit, interval=False)
            yield Made(stats, spec.worst or "", level.label, order, groups)


def _levels(cell: Cell) -> Iterator[Level]:
    spec = cell.of.spec
    declared: Levels | None = spec.levels
    if spec.worst is None:
        yield _ALL
        return
    if declared is None or declared.found:
        held = cell.records.texts(spec.worst)[cell.rows]
        yield _ALL
        yield from (Level(v, (v,)) for v in sorted(set(held) - {""}))
    else:
        yield from declared.items
    if spec.missing is not None:
        yield Level(spec.missing, ("",))


def _places(cell: Cell, levels: list[Level]) -> Positions:
    """The level of each record; -1 without grades."""
    worst = cell.of.spec.worst
    if worst is None:
        return np.full(len(cell.rows), -1, np.int64)
    held = cell.records.texts(worst)[cell.rows]
    return level_places(held, Levels(tuple(levels)), None)[0]


def _worst(subjects: Positions, place: Positions, missing: int | None) -> dict[int, int]:
    out: dict[int, int] = {}
    for subject, at in zip(subjects.tolist(), place.tolist(), strict=True):
        known = out.get(subject)
        if known is None or known == missing or (at != missing and at > known):
            out[subject] = at
    return out


def _rows_of(
    cell: Cell, everywhere: Positions, names: list[str], above: tuple[Group, ...], held: Mask
) -> Iterator[tuple[tuple[Group, ...], Mask]]:
    """Every row: what lies above, then each value of the next name, most subjects first; which of
    the records ``everywhere`` (in all columns: a term has its row in each) are of it."""
    yield above, held
    if not names:
        return
    values = cell.records.texts(names[0])[everywhere]
    subjects = cell.records.subject[everywhere]
    found = sorted(set(values[held]))
    ranked = sorted(found, key=lambda v: (-len(np.unique(subjects[held & (values == v)])), v))
    for order, value in enumerate(ranked, 1):
        group = Group(names[0], value, value or "Not coded", order)
        below = held & (values == value)
        yield from _rows_of(cell, everywhere, names[1:], (*above, group), below)


def _agree(cell: Cell, names: list[str], place: Positions, missing: int | None) -> None:
    """The flag marks the worst record of each subject and term."""
    keys = [cell.subjects, *(cell.records.texts(name)[cell.rows] for name in names)]
    best: dict[tuple[object, ...], int] = {}
    for i, key in enumerate(zip(*keys, strict=True)):
        known = best.setdefault(key, i)
        if place[i] != missing and (place[known] == missing or place[i] > place[known]):
            best[key] = i
    check_flag(cell, np.array(sorted(best.values()), np.int64), place, names)
