"""The texts that the conditions of a file compare names with, before its decisions are settled.

What an option compares a column with is known to the file, whether the option is taken or not: a
study that changes its mind asks no new question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specs.conditions import ConditionError, parse_condition, walk_atoms

_NAMES_ALWAYS = ("raw.", "own.")


def written_literals(data: Any) -> dict[str, set[str]]:
    """By name, without ``raw.``, the texts that any condition of the data compares it with."""
    out: dict[str, set[str]] = {}
    for text in _texts(data):
        if not any(sign in text for sign in ("==", "!=", " in ")):
            continue
        try:
            tree = parse_condition(text).tree
        except ConditionError:
            continue  # a text that is no condition; a broken one is told where it is read
        for atom in walk_atoms(tree):
            bare = atom.name.text
            for start in _NAMES_ALWAYS:
                bare = bare.removeprefix(start)
            out.setdefault(bare, set()).update(v for v in atom.values if isinstance(v, str))
    return out


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
