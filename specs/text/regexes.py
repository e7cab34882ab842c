"""Regular expressions of specifications and rules: compiled once, and never run without end.

A pattern in which a repeat holds another one, or alternatives, can need exponential time on some
values. Such a pattern is asked in a process of its own, with a limit on its time; all others are
asked here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

try:  # the parser of regular expressions is private since Python 3.11, and has no other name
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - other Python versions
    import sre_parse as parser

SECONDS = 3.0
"""How long a dangerous pattern may take for all distinct values of a column."""
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_UNBOUNDED = 64
"""A repeat of at least this many counts as without bound."""
_SCRIPT = (
    "import json,re,sys;"
    "pattern,how,texts=json.load(sys.stdin);"
    "ask=getattr(re.compile(pattern),how);"
    "found=[ask(t) for t in texts];"
    "json.dump([m and [m[0],*m.groups()] for m in found],sys.stdout)"
)
Groups = Sequence[str | None]
"""What a match holds: the whole of it, then its groups."""
How = Literal["match", "search", "fullmatch"]


class PatternError(ValueError):
    """A pattern that is no regular expression, or takes too long."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use where it is not dangerous. Raises PatternError for a broken one."""
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        message = f"the regular expression {pattern!r} is not valid: {error}"
        raise PatternError(message) from None


@lru_cache(maxsize=1024)
def is_dangerous(pattern: str) -> bool:
    """Whether a repeat holds an unbounded repeat, or an endless one what may match in two ways.

    Raises PatternError for a broken pattern.
    """
    compiled(pattern)
    return _explosive(parser.parse(pattern))


def asked(
    pattern: str, texts: Sequence[str], how: How = "search", *, seconds: float | None = None
) -> list[Groups | None]:
    """For each text what the pattern finds in it, or None.

    Raises PatternError for a broken pattern, and for one that takes longer than ``seconds``
    (by default SECONDS).
    """
    ask = getattr(compiled(pattern), how)
    if not texts or not (is_dangerous(pattern) or _is_slow(pattern, max(map(len, texts)))):
        return [(found[0], *found.groups()) if (found := ask(text)) else None for text in texts]
    limit = SECONDS if seconds is None else seconds
    question = json.dumps([pattern, how, list(texts)])
    command = [sys.executable, "-I", "-S", "-c", _SCRIPT]
    try:
        done = subprocess.run(
            command, input=question, capture_output=True, text=True, timeout=limit, check=True
        )
    except subprocess.TimeoutExpired:
        message = f"the regular expression {pattern!r} takes more than {limit:g} seconds"
        raise PatternError(message) from None
    except subprocess.CalledProcessError as error:
        message = f"the regular expression {pattern!r} failed: {error.stderr[-200:]}"
        raise PatternError(message) from None
    answers: list[Groups | None] = json.loads(done.stdout)
    return answers


_STEPS = 1e10
"""Steps that a pattern may need for one text and still be asked here: seconds at worst."""


def _is_slow(pattern: str, length: int) -> bool:
    """Whether repeats without bound, one behind the other, may need a power of the text's length
    that is too many steps: ``(a*a*a*a*a*)b`` of 40 letters a."""
    return float(min(length, 10**6)) ** (_endless_of(pattern) + 1) > _STEPS


@lru_cache(maxsize=1024)
def _endless_of(pattern: str) -> int:
    return _endless(parser.parse(pattern))


def _endless(tree: object) -> int:
    """How many repeats without bound stand in a pattern."""
    count = 0
    for op, argument in tree:  # type: ignore[attr-defined]
        name = str(op)
        if name in _REPEATS and int(argument[1]) >= _UNBOUNDED and argument[0] != argument[1]:
            count += 1
        count += sum(map(_endless, _branches(name, argument)))
    return count


def _explosive(tree: object) -> bool:
    for op, argument in tree:  # type: ignore[attr-defined]
        name = str(op)
        if name in _REPEATS:
            low, high, body = argument
            endless = int(high) >= _UNBOUNDED and int(high) != int(low)
            if (endless and _varies(body)) or (int(high) > 1 and _has_endless(body)):
                return True
        if any(_explosive(branch) for branch in _branches(name, argument)):
            return True
    return False


def _varies(tree: object) -> bool:
    """Whether one text may be matched in more than one way: repeats, alternatives, references."""
    for op, argument in tree:  # type: ignore[attr-defined]
        name = str(op)
        if name in ("BRANCH", "GROUPREF") or (name in _REPEATS and argument[0] != argument[1]):
            return True
        if any(map(_varies, _branches(name, argument))):
            return True
    return False


def _has_endless(tree: object) -> bool:
    for op, argument in tree:  # type: ignore[attr-defined]
        name = str(op)
        if name in _REPEATS and int(argument[1]) >= _UNBOUNDED and argument[0] != argument[1]:
            return True
        if any(map(_has_endless, _branches(name, argument))):
            return True
    return False


def _branches(name: str, argument: object) -> list[object]:
    if name == "SUBPATTERN":
        return [argument[-1]]  # type: ignore[index]
    if name in _REPEATS:
        return [argument[2]]  # type: ignore[index]
    if name == "BRANCH":
        return list(argument[1])  # type: ignore[index]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]  # type: ignore[index]
    return [argument] if name == "ATOMIC_GROUP" else []
