"""Record ids: what tells rows apart is published nowhere, so its own shape has to show damage.

An id of a kept row that another kept row has too is asked about, and one whose shape (runs of
letters by their length, runs of digits as one) is not the one that nearly all ids of its source
have. Where nearly all ids count up by one from row to row, so is one that stands in the place of
another (between 6 and 8, and not 7), and so are two neighbours that changed places. Ids without
such a common shape or order, and sources of a few rows, say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from derive.values.column import Mask, Rows
from derive.values.text import Text
from sdtm.posting.raw_account import SourceAccount
from specs import Finding, SpecPlace, finding

_FEW = 20
"""Rows of a source below which no shape is common."""
_COMMON = 0.94
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")


def shape(text: str) -> str:
    """``AE-0268`` is ``AA-9``, ``ae-0268`` is ``aa-9``."""
    return _LETTER.sub(_letter, _DIGITS.sub("9", text))


def _letter(found: re.Match[str]) -> str:
    return "a" if found[0].islower() else "A"


def odd_ids(one: SourceAccount, place: SpecPlace) -> Iterator[Finding]:
    """Queries (MAP357) about the record ids of a source."""
    source = one.fates.source
    if source.row_id is None or not source.n:
        return
    ids, live = source.column(source.row_id), one.fates.live()
    known = [*_repeated(ids, live), *_misshapen(ids, live)]
    told = {ids.codes[row] for rows, _ in known for row in rows}
    strays = [
        (rows, what)
        for rows, what in _out_of_place(ids, source.file_of)
        if live[rows[0]] and ids.codes[rows[0]] not in told
    ]
    for rows, what in (*known, *strays):
        cell = source.cell(rows[0], source.row_id)
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        yield finding(
            "MAP357", f"{one.name}: {what}{more}", spec=place, raw=cell, value=cell.text,
            hint="correct it in the export: rows of one key are told apart and ordered by it",
        )  # fmt: skip


def _repeated(ids: Text, live: Mask) -> Iterator[tuple[list[int], str]]:
    kept = ids.keep(live)
    counts = kept.counts()
    for code in kept.used():
        if counts[code] > 1:
            rows = np.flatnonzero(kept.codes == code).tolist()
            yield rows[1:], f"the record id {ids.values[code]!r} stands on {len(rows):,} rows"


def _misshapen(ids: Text, live: Mask) -> Iterator[tuple[list[int], str]]:
    number = int(live.sum())
    if number < _FEW:
        return
    kept = ids.keep(live)
    counts = kept.counts()
    shapes: dict[str, int] = {"": number - int(kept.present().sum())}
    for code in kept.used():
        known = shape(kept.values[code])
        shapes[known] = shapes.get(known, 0) + int(counts[code])
    common = max(shapes, key=lambda one: shapes[one])
    if not common or shapes[common] < _COMMON * number:
        return
    blank = np.flatnonzero(live & kept.missing()).tolist()
    if blank:
        yield blank, "the record id is blank"
    for code in kept.used():
        text = kept.values[code]
        if shape(text) != common:
            rows = np.flatnonzero(kept.codes == code).tolist()
            yield rows, f"the record id {text!r} has not the shape of the others ({common})"


def _out_of_place(ids: Text, file_of: Rows) -> Iterator[tuple[list[int], str]]:
    """Rows whose id stands where another number is due. The first and last row are judged only
    where all others count up: a last one may begin another block."""
    numbers = np.append([_number(text) for text in ids.values], -1).astype(np.int64)[ids.codes]
    if len(numbers) < _FEW:
        return
    steps = (np.diff(numbers) == 1) & (np.diff(file_of) == 0)
    around = (numbers[2:] - numbers[:-2] == 2) & (file_of[2:] == file_of[:-2])
    strays = np.flatnonzero(around & ~steps[1:] & ~steps[:-1]) + 1
    turned = _turned(numbers, file_of)
    if np.count_nonzero(steps) + 2 * len(strays) + 3 * len(turned) < _COMMON * len(steps):
        return
    for row in turned:
        yield [row], f"{_said(ids, row)} stands before {ids.values[ids.codes[row + 1]]!r}"
        yield [row + 1], f"{_said(ids, row + 1)} stands after {ids.values[ids.codes[row]]!r}"
    for row in strays.tolist():
        before, after = (ids.values[ids.codes[one]] for one in (row - 1, row + 1))
        yield [row], f"{_said(ids, row)} stands between {before!r} and {after!r}"
    if not steps[0] and steps[1:].all():
        yield [0], f"{_said(ids, 0)} stands before {ids.values[ids.codes[1]]!r}"
    if not steps[-1] and steps[:-1].all():
        row = len(numbers) - 1
        yield [row], f"{_said(ids, row)} stands after {ids.values[ids.codes[row - 1]]!r}"


def _turned(numbers: Rows, file_of: Rows) -> list[int]:
    """The first of each two neighbours that would count up if they changed places."""
    out = []
    last = len(numbers) - 1
    for row in np.flatnonzero((np.diff(numbers) == -1) & (np.diff(file_of) == 0)).tolist():
        first, second = numbers[row], numbers[row + 1]
        before = row and file_of[row - 1] == file_of[row]
        after = row + 1 < last and file_of[row + 2] == file_of[row]
        fits = [numbers[row - 1] == second - 1] if before else []
        fits += [numbers[row + 2] == first + 1] if after else []
        if fits and all(fits) and second >= 0:
            out.append(row)
    return out


def _said(ids: Text, row: int) -> str:
    code = ids.codes[row]
    return f"the record id {ids.values[code]!r}" if code >= 0 else "the blank record id"


def _number(text: str) -> int:
    """The number that an id ends with; -1 for none that an export counts by."""
    digits = text[len(text.rstrip("0123456789")) :]
    return int(digits) if 0 < len(digits) < 16 else -1
