"""Regular expressions of rules: compiled once, refused when they could take for ever."""

from __future__ import annotations

import re
from functools import lru_cache

from validation.engine.view import NotRunError

try:  # the parser of regular expressions has been private since Python 3.11
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - other Python versions
    import sre_parse as parser  # type: ignore[no-redef]

_REPEATS = {"MAX_REPEAT", "MIN_REPEAT"}
_UNBOUNDED = 64
"""A repeat of at least this many counts as without bound."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use. Raises NotRunError for a broken or a dangerous one."""
    try:
        made = re.compile(pattern)
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise NotRunError(f"the regular expression {pattern!r} is not valid: {error}") from None
    if _explosive(tree, inside=False):
        raise NotRunError(f"the regular expression {pattern!r} could run without end on some values")
    return made


def _explosive(tree: object, *, inside: bool) -> bool:
    """Whether an unbounded repeat holds another one whose body can match the same text in two ways."""
    for op, argument in tree:  # type: ignore[attr-defined]
        name = str(op)
        if name in _REPEATS:
            low, high, body = argument
            unbounded = int(high) >= _UNBOUNDED and int(high) != int(low)
            if unbounded and inside:
                return True
            if _explosive(body, inside=inside or (unbounded and _ambiguous(body))):
                return True
        elif any(_explosive(branch, inside=inside) for branch in _branches(name, argument)):
            return True
    return False


def _ambiguous(body: object) -> bool:
    """Whether a repeated body has no fixed first or last character that keeps its turns apart."""
    items = list(body)  # type: ignore[call-overload]
    if len(items) == 1 and str(items[0][0]) == "SUBPATTERN":
        items = list(items[0][1][-1])
    fixed = [at for at, (op, _) in enumerate(items) if str(op) in ("LITERAL", "IN", "NOT_LITERAL")]
    return not (0 in fixed and len(items) > 1)


def _branches(name: str, argument: object) -> list[object]:
    if name == "SUBPATTERN":
        return [argument[-1]]  # type: ignore[index]
    if name == "BRANCH":
        return list(argument[1])  # type: ignore[index]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]  # type: ignore[index]
    if name == "ATOMIC_GROUP":
        return [argument]
    return []
