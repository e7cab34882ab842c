"""RELREC: which records of two data sets are related (SDTMIG 8.2 and 8.3)."""

from __future__ import annotations

import numpy as np

from validation.engine.alignment import Rows, common_codes, pairs
from validation.engine.columns import Column
from validation.engine.tables import PickedTable, Table

Side = tuple[str, Table]
_NONE: Rows = np.array([], dtype=np.int64)


def related_rows(relations: Table, own: Side, other: Side) -> tuple[Rows, Rows]:
    """Row pairs of two data sets that RELREC relates, record to record or data set to data set."""
    group = relations.group(["RELID", "USUBJID"])[0].astype(np.int64)
    count = int(group.max()) + 1 if len(group) else 0
    mine, theirs = _endpoints(relations, own), _endpoints(relations, other)
    left, right = pairs(group[mine[0]], group[theirs[0]], count, keep_left=False)
    found = [(mine[1][left], theirs[1][right]), *_between_datasets(relations, own, other)]
    lefts, rights = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    order = np.lexsort((rights, lefts))
    return lefts[order], rights[order]


def _rows_of(relations: Table, domain: str) -> Rows:
    rdomain = relations.column("RDOMAIN")
    if rdomain is None:
        return _NONE
    code = next((at for at, text in enumerate(rdomain.texts) if text == domain), -2)
    return np.flatnonzero(rdomain.codes == code)


def _endpoints(relations: Table, side: Side) -> tuple[Rows, Rows]:
    """RELREC rows with the records that they point to (by IDVAR and IDVARVAL, within USUBJID)."""
    domain, table = side
    rows = _rows_of(relations, domain)
    part = PickedTable(relations, rows)
    idvar, value = part.column("IDVAR"), part.column("IDVARVAL")
    if idvar is None or value is None:
        return _NONE, _NONE
    found = []
    for code, name in enumerate(idvar.texts):
        target = table.column(name)
        chosen = np.flatnonzero((idvar.codes == code) & (value.codes >= 0))
        if target is not None and len(chosen):
            found += _pointed(PickedTable(relations, rows[chosen]), rows[chosen], target, table)
    if not found:
        return _NONE, _NONE
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def _pointed(part: Table, rows: Rows, target: Column, table: Table) -> list[tuple[Rows, Rows]]:
    value, subject = part.column("IDVARVAL"), part.column("USUBJID")
    their_subject = table.column("USUBJID")
    if value is None:
        return []
    named = np.zeros(len(rows), np.bool_) if subject is None else subject.codes >= 0
    found = []
    for within_subject in (True, False):
        some = np.flatnonzero(named == within_subject)
        ours, theirs = [value.take(some)], [target]
        if within_subject and subject is not None and their_subject is not None:
            ours, theirs = [*ours, subject.take(some)], [*theirs, their_subject]
        left, right = pairs(*common_codes(ours, theirs, match_blank=False), keep_left=False)
        found.append((rows[some[left]], right))
    return found


def _between_datasets(relations: Table, own: Side, other: Side) -> list[tuple[Rows, Rows]]:
    """Relations of whole data sets: records with equal values of the two IDVARs, within USUBJID."""
    idvar, value, relid = (relations.column(name) for name in ("IDVAR", "IDVARVAL", "RELID"))
    if idvar is None or relid is None:
        return []
    found = []
    sides = [
        [
            row
            for row in _rows_of(relations, side[0]).tolist()
            if value is None or value.codes[row] < 0
        ]
        for side in (own, other)
    ]
    for mine in sides[0]:  # a handful of rows in a study: one per pair of data sets
        for theirs in sides[1]:
            if (
                relid.codes[mine] != relid.codes[theirs]
                or min(idvar.codes[mine], idvar.codes[theirs]) < 0
            ):
                continue
            names = idvar.texts[idvar.codes[mine]], idvar.texts[idvar.codes[theirs]]
            columns = own[1].column(names[0]), other[1].column(names[1])
            if columns[0] is not None and columns[1] is not None:
                found.append(_equal_values(columns[0], columns[1], own[1], other[1]))
    return found


def _equal_values(mine: Column, theirs: Column, own: Table, other: Table) -> tuple[Rows, Rows]:
    left, right = [mine], [theirs]
    subjects = own.column("USUBJID"), other.column("USUBJID")
    if subjects[0] is not None and subjects[1] is not None:
        left, right = [*left, subjects[0]], [*right, subjects[1]]
    return pairs(*common_codes(left, right, match_blank=False), keep_left=False)
