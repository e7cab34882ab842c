"""Hints for misspelt names: `did you mean`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], most: int = 3) -> str:
    """A hint that names the closest other words, or what there is when it is little, or ''."""
    words = sorted({str(k) for k in known} - {word})
    folded = {w.casefold(): w for w in reversed(words)}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=most, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(repr(folded[c]) for c in close) + "?"
    if 0 < len(words) <= 12:
        return "there is: " + ", ".join(words)
    return ""
