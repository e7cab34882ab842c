"""Which row of an older export is which of a newer one.

Rows pair by the number that the export gives them (and its occurrence, equal content first), else
by the keys of their contract, else by what they hold. An export that numbers its rows anew is
recognised: most pairs would then agree in little. Subjects that are called otherwise are found
first, by where their rows went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from derive.values.column import Mask, Rows
from derive.values.text import Text
from workbench.compare.pairing import paired
from workbench.diff.content import by_content
from workbench.diff.tables import RawRows
from workbench.diff.uniting import united

_RENUMBERED = 0.05
"""Above this share of pairs that agree in less than half, row numbers are not to be trusted."""
_FEW_EDITS = 3
"""So many rows may have been corrected in most of their columns: a small table is soon above the
share, and has not been numbered anew for that."""
_SAME_COLUMN, _OTHER_COLUMN = 0.9, 0.5
"""A renamed column has this share of equal cells, and no other above the second."""
_MOST_OF_SUBJECT = 0.95
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class RowPairs:
    """Rows (0-based) that belong together, in the order of the new table; the rest is gone or new.

    ``columns`` leads from a column of the old table to that of the new one; ``how`` is ``ids``,
    ``keys`` or ``content``; ``numbered_anew`` says that ids were there and did not hold (DIF102).
    """

    old_table: RawRows
    new_table: RawRows
    old: Rows
    new: Rows
    columns: Mapping[str, str]
    how: str
    numbered_anew: bool = False

    @property
    def gone(self) -> Rows:
        """Rows of the old table without a partner."""
        return _without(len(self.old_table), self.old)

    @property
    def added(self) -> Rows:
        """Rows of the new table without a partner."""
        return _without(len(self.new_table), self.new)

    @property
    def moved(self) -> bool:
        """Whether paired rows stand in another order."""
        return bool((np.diff(self.old) < 0).any())

    def new_of_old(self) -> Rows:
        """The new row of each old one; -1: gone."""
        out = np.full(len(self.old_table), -1, np.int64)
        out[self.old] = self.new
        return out


@dataclass(frozen=True, slots=True)
class RawMatch:
    """Two exports: paired tables by source of the new study (one old source may have another name),
    tables that one side alone has, and old subjects to their new names."""

    tables: Mapping[str, RowPairs]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    subjects: Mapping[str, str] = field(default_factory=dict)


def match_raw(old: Mapping[str, RawRows], new: Mapping[str, RawRows]) -> RawMatch:
    """Pair the tables of two exports, and their rows. ``old`` and ``new`` are by source name."""
    named = _paired_tables(old, new)
    first = {there: match_rows(*_together(old[h], new[there])) for h, there in named.items()}
    subjects = renamed_subjects(list(first.values()))
    if subjects:
        first = {
            name: pairs
            if pairs.how == "ids"
            else match_rows(pairs.old_table, pairs.new_table, subjects)
            for name, pairs in first.items()
        }
    gone = tuple(name for name in old if name not in named)
    there = set(named.values())
    return RawMatch(first, gone, tuple(n for n in new if n not in there), subjects)


def _together(old: RawRows, new: RawRows) -> tuple[RawRows, RawRows]:
    """Both tables, the columns that they share under one list of texts."""
    mine, theirs = dict(old.columns), dict(new.columns)
    for name in mine.keys() & theirs.keys():
        mine[name], theirs[name] = united(mine[name], theirs[name])
    return replace(old, columns=mine), replace(new, columns=theirs)


def _paired_tables(old: Mapping[str, RawRows], new: Mapping[str, RawRows]) -> dict[str, str]:
    """Tables by source name; one that is missing is the one with most columns in common."""
    named = {name: name for name in old if name in new}
    rest = [name for name in new if name not in named]
    for name in old:
        if name in named or not rest:
            continue
        best = max(rest, key=lambda other: _overlap(old[name], new[other]))
        if _overlap(old[name], new[best]) > _OVERLAP:
            named[name] = best
            rest.remove(best)
    return named


def _overlap(one: RawRows, two: RawRows) -> float:
    both = {*one.columns} | {*two.columns}
    return len({*one.columns} & {*two.columns}) / max(1, len(both))


def match_rows(old: RawRows, new: RawRows, subjects: Mapping[str, str] | None = None) -> RowPairs:
    """Pair the rows of one table; ``subjects`` are known to be called otherwise in the new one."""
    shared = [name for name in old.columns if name in new.columns]
    anew = False
    if old.row_id is not None and new.row_id is not None:
        ids = (old.columns[old.row_id], new.columns[new.row_id])
        rest = [name for name in shared if name not in (old.row_id, new.row_id)]
        found = _by_key(old, new, [ids], rest)
        anew = _is_numbered_anew(old, new, found, rest)
        if not anew:
            return _with_columns(old, new, found, "ids", anew=False)
        shared = rest
    else:
        for key in old.keys:
            if set(key) <= set(shared) and key in new.keys:
                pair = [(_called(old, n, subjects), new.columns[n]) for n in key]
                found = _by_key(old, new, pair, [n for n in shared if n not in key])
                return _with_columns(old, new, found, "keys", anew=False)
    mine = [_called(old, name, subjects) for name in shared]
    theirs = [new.columns[name] for name in shared]
    own = shared.index(old.subject) if old.subject in shared else None
    found = by_content(mine, theirs, (len(old), len(new)), subject=own)
    return _with_columns(old, new, found, "content", anew=anew)


def _called(old: RawRows, name: str, subjects: Mapping[str, str] | None) -> Text:
    """An old column; that of subjects as they are called now."""
    column = old.columns[name]
    if not subjects or name != old.subject:
        return column
    return column.map([subjects.get(value, value) for value in column.values])


def _by_key(
    old: RawRows, new: RawRows, key: Sequence[tuple[Text, Text]], rest: Sequence[str]
) -> tuple[Rows, Rows]:
    """Rows of one key; of those that repeat it, first those that hold the same."""
    mine, theirs = [a for a, _ in key], [b for _, b in key]
    sizes = (len(old), len(new))
    known = paired(mine, theirs, sizes)
    if not any(known.repeated):
        return known.base, known.compare
    content = [[t.columns[n] for n in rest] for t in (old, new)]
    same = paired([*mine, *content[0]], [*theirs, *content[1]], sizes)
    left, right = same.only_base, same.only_compare
    other = paired(
        [c.take(left) for c in mine], [c.take(right) for c in theirs], (len(left), len(right))
    )
    return (
        np.concatenate([same.base, left[other.base]]),
        np.concatenate([same.compare, right[other.compare]]),
    )


def _is_numbered_anew(
    old: RawRows, new: RawRows, found: tuple[Rows, Rows], names: Sequence[str]
) -> bool:
    """Whether too many pairs of one number hold something else."""
    if not len(found[0]) or not names:
        return False
    agree = np.zeros(len(found[0]), np.int64)
    filled = np.zeros(len(found[0]), np.int64)
    for name in names:
        equal, there = _equal(old.columns[name], new.columns[name], found)
        agree += equal & there
        filled += there
    other = (2 * agree < filled) & (filled > 0)
    count = int(other.sum())
    many = count > _RENUMBERED * len(other)
    return many and (count > _FEW_EDITS or count > len(other) / 2)


def _equal(one: Text, two: Text, found: tuple[Rows, Rows]) -> tuple[Mask, Mask]:
    """Per pair whether two cells are equal, and whether either holds anything."""
    one, two = united(one, two)
    left, right = one.codes[found[0]], two.codes[found[1]]
    return left == right, (left >= 0) | (right >= 0)


def _with_columns(
    old: RawRows, new: RawRows, found: tuple[Rows, Rows], how: str, *, anew: bool
) -> RowPairs:
    order = np.argsort(found[1], kind="stable")
    pairs = (found[0][order], found[1][order])
    columns = {name: name for name in old.columns if name in new.columns}
    rest = [name for name in new.columns if name not in columns]
    for name in old.columns:
        if name in columns or not rest or not len(pairs[0]):
            continue
        shares = sorted(((_share(old, new, (name, o), pairs), o) for o in rest), reverse=True)
        second = shares[1][0] if len(shares) > 1 else 0.0
        if shares[0][0] >= _SAME_COLUMN and second < _OTHER_COLUMN:
            columns[name] = shares[0][1]
            rest.remove(shares[0][1])
    return RowPairs(old, new, *pairs, columns, how, anew)


def _share(old: RawRows, new: RawRows, names: tuple[str, str], pairs: tuple[Rows, Rows]) -> float:
    equal, there = _equal(old.columns[names[0]], new.columns[names[1]], pairs)
    return float((equal & there).sum()) / float(there.sum()) if there.any() else 0.0


def renamed_subjects(tables: Sequence[RowPairs]) -> dict[str, str]:
    """Subjects whose rows went, nearly all, to one subject that was not there before."""
    votes: Counter[tuple[str, str]] = Counter()
    sides = [
        (pairs, pairs.old_table.columns[old], pairs.new_table.columns[new])
        for pairs in tables
        if (old := pairs.old_table.subject) is not None
        and (new := pairs.new_table.subject) is not None
    ]
    old_names = {one.values[i] for _, one, _ in sides for i in one.used()}
    new_names = {two.values[i] for _, _, two in sides for i in two.used()}
    gone, come = old_names - new_names, new_names - old_names
    for pairs, one, two in sides if gone and come else []:
        at = np.flatnonzero(one.where(gone.__contains__)[pairs.old])
        codes = zip(one.codes[pairs.old[at]], two.codes[pairs.new[at]], strict=True)
        votes.update((one.values[here], two.values[there]) for here, there in codes if there >= 0)
    out: dict[str, str] = {}
    for here in sorted(gone):
        mine = {b: n for (a, b), n in votes.items() if a == here}
        best = max(mine, key=lambda b: mine[b], default="")
        if best in come and mine[best] >= _MOST_OF_SUBJECT * sum(mine.values()):
            out[here] = best
    taken = Counter(out.values())
    return {here: there for here, there in out.items() if taken[there] == 1}


def _without(size: int, rows: Rows) -> Rows:
    left = np.ones(size, np.bool_)
    left[rows] = False
    return np.flatnonzero(left)
