"""Column names without what nobody sees around them."""

from __future__ import annotations

from specs.text.invisible import visible


def tidy_name(name: str) -> str:
    """A column name without white space or invisible characters around it."""
    return visible(name)
