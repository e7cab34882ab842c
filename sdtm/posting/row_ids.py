"""Record ids: what tells rows apart is published nowhere, so its own shape has to show damage.

An id of a kept row that another kept row has too is asked about, and one whose shape (runs of
letters by their length, runs of digits as one) is not the one that nearly all ids of its source
have. Ids without such a common shape, and sources of a few rows, say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from derive.values.column import Mask
from derive.values.text import Text
from sdtm.posting.raw_account import SourceAccount
from specs import Finding, SpecPlace, finding

_FEW = 20
"""Rows of a source below which no shape is common."""
_COMMON = 0.94
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")


def shape(text: str) -> str:
    """``AE-0268`` is ``AA-9``."""
    return _LETTER.sub("A", _DIGITS.sub("9", text))


def odd_ids(one: SourceAccount, place: SpecPlace) -> Iterator[Finding]:
    """Queries (MAP357) about the record ids of a source."""
    source = one.fates.source
    if source.row_id is None or not source.n:
        return
    ids, live = source.column(source.row_id), one.fates.live()
    for rows, what in (*_repeated(ids, live), *_misshapen(ids, live)):
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
