"""Column names without what nobody sees around them."""

from __future__ import annotations

INVISIBLE = "\u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Characters around a text that nobody sees: no-break space, zero-width ones, byte order mark."""


def tidy_name(name: str) -> str:
    """A column name without white space or invisible characters around it."""
    return name.strip().strip(INVISIBLE).strip()
