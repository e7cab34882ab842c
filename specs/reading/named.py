"""Said once: ``named``, ``use``, ``like``, ``defaults`` of a file, put in before models see it.

* ``named: {infused: INFFL == "Y"}`` gives a node a name. The name alone stands for the whole
  node wherever a value is a text equal to it; ``{use: NAME, KEY: ...}`` takes the node and
  replaces whole keys. A name may stand inside one other named node, no deeper.
* ``like: X`` in an entry of a mapping takes the sibling X and replaces whole keys.
* ``defaults: {...}`` beside ``parameters`` (or ``records``, ``tables``, ``rows``) fills what its
  entries leave unsaid; ``KEY: none`` takes a default away.

Nothing merges deeper. Names are looked up once, when the file is read; what is left is an ordinary
specification. A node that came from a name keeps its own place, and says where it was used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding
from specs.reading.yaml_source import NodePath, YamlDocument
from specs.suggest import did_you_mean

NAMED, USE, LIKE, DEFAULTS, NONE = "named", "use", "like", "defaults", "none"
_LISTED = ("parameters", "records", "tables", "rows")
"""Mappings whose entries ``defaults`` beside them fill."""
_DEEPEST = 2
"""A name inside a named node is looked up, one inside that is not."""
_WORDS = frozenset(
    (
        *("all", "allow", "any", "asc", "blank", "date", "datetime", "desc", "drop", "error"),
        *("false", "first", "keep", "last", "mid", "none", "number", "query", "required", "study"),
        *("text", "true"),
    )
)
"""Answers of the language, which no name may hide."""
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def expand(document: YamlDocument) -> tuple[YamlDocument, list[Finding]]:
    """The document with every name put in, and a finding for each name that nothing uses.

    Raises SpecificationError SPEC151 for a name that is not there, is used in a circle, or stands
    for a node that cannot take keys.
    """
    if not isinstance(document.data, dict) or not _needed(document.data):
        return document, []
    out = YamlDocument(document.file, None, document.lines)
    out.layers, out.used = dict(document.layers), dict(document.used)
    work = _Expander(document, out)
    out.data = work.node(document.data, (), (), 0)
    return out, work.unused()


def _needed(data: Any) -> bool:
    if isinstance(data, dict):
        return bool({NAMED, USE, LIKE, DEFAULTS} & set(data)) or any(map(_needed, data.values()))
    return isinstance(data, list) and any(map(_needed, data))


def _working(data: Any) -> Iterator[str]:
    """Variables in lower case that lines of the file make."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("working", "variables") and isinstance(value, dict):
                yield from (name for name in value if name == name.lower())
            if key != NAMED:
                yield from _working(value)
    elif isinstance(data, list):
        for item in data:
            yield from _working(item)


class _Expander:
    """Copies a document, putting named nodes where their names stand."""

    def __init__(self, old: YamlDocument, new: YamlDocument) -> None:
        self.old, self.new = old, new
        named = old.data.get(NAMED, {})
        if not isinstance(named, dict):
            self._refuse("`named` is a mapping of names to nodes", (NAMED,))
        self.named: dict[str, Any] = named
        self.seen: set[str] = set()
        taken = set(_working(old.data))
        for name in named:
            if not _NAME.fullmatch(name) or name in _WORDS:
                self._refuse(
                    f"{name!r} cannot be a name: lower case, no word of the language", (NAMED, name)
                )
            if name in taken:
                self._refuse(f"{name!r} is a working variable of this file too", (NAMED, name))

    def unused(self) -> list[Finding]:
        """SPEC129 for names that nothing uses."""
        return [
            finding(
                "SPEC129",
                f"the name {name!r} is not used",
                spec=self.old.place((NAMED, name), key=True),
            )
            for name in self.named
            if name not in self.seen
        ]

    def node(self, data: Any, before: NodePath, after: NodePath, depth: int) -> Any:
        """A node, its place carried from path ``before`` to path ``after``."""
        if isinstance(data, str) and data in self.named:
            return self._named(data, before, after, depth)
        self._carry(before, after)
        if isinstance(data, list):
            return [self.node(v, (*before, i), (*after, i), depth) for i, v in enumerate(data)]
        if not isinstance(data, dict):
            return data
        if USE in data:
            return self._used(data, before, after, depth)
        out = {}
        for key, value in data.items():
            if (not before and key == NAMED) or (key == DEFAULTS and self._fills(data)):
                continue
            if key in _LISTED and DEFAULTS in data and isinstance(value, dict):
                out[key] = self._listed(value, data[DEFAULTS], (*before, key), (*after, key), depth)
            elif key in _LISTED and isinstance(value, dict):
                out[key] = self._listed(value, {}, (*before, key), (*after, key), depth)
            else:
                out[key] = self.node(value, (*before, key), (*after, key), depth)
        return out

    @staticmethod
    def _fills(data: dict[str, Any]) -> bool:
        return any(isinstance(data.get(key), dict) for key in _LISTED)

    def _named(self, name: str, before: NodePath, after: NodePath, depth: int) -> Any:
        if depth >= _DEEPEST:
            self._refuse(f"{name!r} is a name inside a name inside a name", before)
        self.seen.add(name)
        self.new.used[after] = str(self.old.place(before))
        return self.node(self.named[name], (NAMED, name), after, depth + 1)

    def _used(self, data: dict[str, Any], before: NodePath, after: NodePath, depth: int) -> Any:
        name = data[USE]
        if not isinstance(name, str) or name not in self.named:
            hint = did_you_mean(str(name), self.named)
            self._refuse(f"nothing is named {name!r}", (*before, USE), hint)
        out = self._named(name, (*before, USE), after, depth)
        own = {key: value for key, value in data.items() if key != USE}
        if own and not isinstance(out, dict):
            self._refuse(f"{name!r} stands for a text, so no key of it can be replaced", before)
        return self._replaced(out, own, before, after, depth)

    def _replaced(
        self, out: Any, own: dict[str, Any], before: NodePath, after: NodePath, depth: int
    ) -> Any:
        """The node with whole keys replaced by those of ``own``."""
        for key, value in own.items():
            self._forget((*after, key))
            if value == NONE:
                out.pop(key, None)
            else:
                out[key] = self.node(value, (*before, key), (*after, key), depth)
        return out

    def _listed(
        self, entries: dict[str, Any], defaults: Any, before: NodePath, after: NodePath, depth: int
    ) -> dict[str, Any]:
        """The entries of ``parameters`` with what they are ``like`` and with the defaults."""
        self._carry(before, after)
        out = {}
        for name, entry in entries.items():
            own, chain = self._like(entries, name, before)
            fallback = dict(defaults) if isinstance(defaults, dict) else {}
            path = (*after, name)
            self._carry((*before, name), path)
            if not isinstance(own, dict):
                out[name] = self.node(entry, (*before, name), path, depth)
                continue
            made: dict[str, Any] = {}
            for key in [*own, *(k for k in fallback if k not in own)]:
                value = own.get(key, fallback.get(key))
                if value == NONE:
                    continue
                source = chain.get(key, (*before[:-1], DEFAULTS))
                made[key] = self.node(value, (*source, key), (*path, key), depth)
            out[name] = made
        return out

    def _like(
        self, entries: dict[str, Any], name: str, before: NodePath
    ) -> tuple[Any, dict[str, NodePath]]:
        """The keys of an entry and of those it is like, and where each key is written."""
        keys: dict[str, Any] = {}
        chain: dict[str, NodePath] = {}
        met: list[str] = []
        at: Any = name
        while True:
            entry: Any = entries.get(at)
            if at in met or not isinstance(entry, dict):
                if not met:
                    return entry, {}
                hint = did_you_mean(str(at), entries)
                said = "is like itself" if at in met else f"is like {at!r}, which is not there"
                self._refuse(f"{name!r} {said}", (*before, met[-1], LIKE), hint)
            met.append(at)
            for key, value in entry.items():
                if key != LIKE and key not in keys:
                    keys[key], chain[key] = value, (*before, at)
            if LIKE not in entry:
                return keys, chain
            at = entry[LIKE]

    def _carry(self, before: NodePath, after: NodePath) -> None:
        for old, new in ((self.old.values, self.new.values), (self.old.keys, self.new.keys)):
            if before in old:
                new[after] = old[before]
        if before in self.old.layers:
            self.new.layers[after] = self.old.layers[before]

    def _forget(self, path: NodePath) -> None:
        for table in (self.new.values, self.new.keys, self.new.used):
            for known in [p for p in table if p[: len(path)] == path]:
                del table[known]

    def _refuse(self, message: str, path: NodePath, hint: str = "") -> None:
        place = self.old.place(path)
        raise SpecificationError(finding("SPEC151", message, spec=place, hint=hint))
