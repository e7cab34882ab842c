"""Keys of very many distinct texts: combinations that do not fit one integer."""

from __future__ import annotations

import numpy as np

from sdtm import columns as module
from sdtm.columns import TextColumn, combinations
from sdtm.matching import find_rows


def wide(n: int, stem: str) -> TextColumn:
    return TextColumn(np.arange(n, dtype=np.int32), [f"{stem}{i}" for i in range(n)])


def test_rows_are_found_by_keys_whose_product_overflows() -> None:
    n = 70_000
    left = [wide(n, "a"), wide(n, "b"), wide(n, "c"), wide(n, "d")]
    right = [column.take(np.arange(n)[::-1]) for column in left]
    rows, several = find_rows(left, right, None, last=False)
    assert rows.tolist() == list(range(n))[::-1]
    assert not several.any()


def test_combinations_that_overflow_equal_those_that_do_not(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(3)
    some = [TextColumn(rng.integers(-1, 4, 200).astype(np.int32), list("abcd")) for _ in range(3)]

    def shown(either: bool) -> list[tuple[object, ...]]:
        codes, *parts = combinations(some, either=either)
        return [tuple(p[c] for p in parts) if c >= 0 else ("out",) for c in codes.tolist()]

    expected = {either: shown(either) for either in (True, False)}
    monkeypatch.setattr(module, "_WIDEST", 1)
    assert {either: shown(either) for either in (True, False)} == expected
