"""Regular expressions of rules: a rule whose pattern is broken or takes too long did not run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specs.text import regexes
from specs.text.regexes import PatternError
from validation.engine.view import NotRunError

SECONDS = regexes.SECONDS
"""How long a dangerous pattern may take for all distinct values of a variable."""


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use. Raises NotRunError for a broken one."""
    try:
        return regexes.compiled(pattern)
    except PatternError as error:
        raise NotRunError(str(error)) from None


def is_dangerous(pattern: str) -> bool:
    """Whether a pattern can run without end. Raises NotRunError for a broken one."""
    compiled(pattern)
    return regexes.is_dangerous(pattern)


def extracting(pattern: str) -> re.Pattern[str]:
    """A pattern that picks a part of a text. Raises NotRunError for one that could run without
    end."""
    if is_dangerous(pattern):
        raise NotRunError(f"the regular expression {pattern!r} could run without end")
    return compiled(pattern)


def matches(pattern: str, texts: Sequence[str]) -> list[bool]:
    """For each text, whether it starts with a match.

    Raises NotRunError for a broken pattern, and for one that takes too long.
    """
    try:
        found = regexes.asked(pattern, texts, "match", seconds=SECONDS)
    except PatternError as error:
        raise NotRunError(str(error)) from None
    return [each is not None for each in found]
