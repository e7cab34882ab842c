"""Lists of results such as ``<2.5``: made of one export, they miss what the next one brings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from derive.judged.dead_parts import DeadParts
from derive.verbs.record.copy import Copy
from specs import Finding
from specs.conditions import Condition, walk_atoms
from specs.language.walking import walk_parts

_LIMIT = re.compile(r"\s*[<>≤≥]=?\s*[0-9]")
_RESULTS = ("STRESC", "ORRES")


def fitted_lists(judge: DeadParts, model: Any) -> Iterator[Finding]:
    """SPEC143 for each map, and each condition, that names a result with a comparator and its
    number: another number would fall through."""
    for path, part in walk_parts(model):
        if isinstance(part, Condition):
            for atom in walk_atoms(part.tree):
                named = [v for v in atom.values if isinstance(v, str) and _LIMIT.match(v)]
                if named and atom.name.text.endswith(_RESULTS):
                    yield judge.told("SPEC143", _says(atom.name.text, named[0]), path)
        elif isinstance(part, Copy) and isinstance(part.map, dict):
            named = [v for words in part.map.values() for v in words if _LIMIT.match(v)]
            if named and part.from_[0].endswith(_RESULTS):
                yield judge.told("SPEC143", _says(part.from_[0], named[0]), (*path, "map"))


def _says(name: str, value: str) -> str:
    return f"{name} is asked for {value!r}: a result with another number would fall through"
