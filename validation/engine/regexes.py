"""Regular expressions of rules: compiled once, and never run without end.

A pattern in which a repeat holds another one, or alternatives, can need exponential time on some
values.
Such a pattern is asked in a process of its own, with a limit on its time; all others are asked
here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache

from validation.engine.view import NotRunError

try:  # the parser of regular expressions is private since Python 3.11, and has no other name
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - other Python versions
    import sre_parse as parser

SECONDS = 3.0
"""How long a dangerous pattern may take for all distinct values of a variable."""
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_UNBOUNDED = 64
"""A repeat of at least this many counts as without bound."""
_SCRIPT = (
    "import json,re,sys;"
    "pattern,texts=json.load(sys.stdin);"
    "match=re.compile(pattern).match;"
    "json.dump([match(t) is not None for t in texts],sys.stdout)"
)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use. Raises NotRunError for a broken one."""
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise NotRunError(f"the regular expression {pattern!r} is not valid: {error}") from None


@lru_cache(maxsize=1024)
def is_dangerous(pattern: str) -> bool:
    """Whether a repeat holds an unbounded repeat, or an endless one what may match in two ways."""
    compiled(pattern)
    return _explosive(parser.parse(pattern))


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
    match = compiled(pattern).match
    if not is_dangerous(pattern) or not texts:
        return [match(text) is not None for text in texts]
    command = [sys.executable, "-I", "-S", "-c", _SCRIPT]
    question = json.dumps([pattern, list(texts)])
    try:
        done = subprocess.run(
            command, input=question, capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        message = f"the regular expression {pattern!r} takes more than {SECONDS:g} seconds"
        raise NotRunError(message) from None
    except subprocess.CalledProcessError as error:
        raise NotRunError(
            f"the regular expression {pattern!r} failed: {error.stderr[-200:]}"
        ) from None
    answers: list[bool] = json.loads(done.stdout)
    return answers


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
