"""Hints for misspelt names."""

from __future__ import annotations

import pytest

from specs.suggest import did_you_mean


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("AETREM", ["AETERM", "AESEV"], "did you mean 'AETERM'?"),
        ("aeterm", ["AETERM"], "did you mean 'AETERM'?"),
        ("AESTDT", ["AESTDTC", "AESTDY", "X"], "did you mean 'AESTDTC' or 'AESTDY'?"),
        ("zzz", ["b", "a"], "there is: a, b"),
        ("zzz", [], ""),
        ("zzz", [f"name{i}" for i in range(20)], ""),
    ],
)
def test_hint(word: str, known: list[str], hint: str) -> None:
    assert did_you_mean(word, known) == hint
