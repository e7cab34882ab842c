"""The sheet of code maps: a row per raw spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.mapping.model import Column, Key, Place, Row, Sheet
from workbench.mapping.texts.plain import EditError, flow
from workbench.mapping.texts.scalars import scalar

CODELISTS = "codelists.yaml"
MAP, MEANS, TERM, SPELLING = "Map", "Means", "Submission value", "Raw spelling"
_KINDS = {"value": "values", "ask": "query", "blank": "blank"}


class MapsSheet(Sheet):
    """A row per raw spelling: the map, what it means (a value, a question, nothing), the value."""

    columns = (Column(MAP, 24), Column(MEANS, 10), Column(TERM, 36), Column(SPELLING, 50))
    keys = (MAP, MEANS, TERM, SPELLING)
    repeats = True

    def rows(self) -> list[Row]:
        """A row per spelling; one without a spelling for a value that has none."""
        maps = self.yaml(CODELISTS).get(("maps",)) if CODELISTS in self.files.yaml else None
        found: list[tuple[str, str, str, str]] = []
        for name, one in (maps if isinstance(maps, dict) else {}).items():
            keys = one if isinstance(one, dict) else {}
            values = keys.get("values")
            for term, spelled in (values if isinstance(values, dict) else {}).items():
                found += [(name, "value", term, s) for s in _several(spelled) or [""]]
            for kind in ("ask", "blank"):
                found += [(name, kind, "", s) for s in _several(keys.get(_KINDS[kind]))]
        return [Row(key, dict(zip(self.keys, key, strict=True))) for key in found]

    def place(self, key: Key) -> Place:
        """The term in codelists.yaml."""
        path = ("maps", key[0], _KINDS.get(key[1], "values"))
        return CODELISTS, (*path, key[2]) if key[1] == "value" else path

    def edit(self, row: Row, column: str, text: str) -> None:
        """Every column is part of the key."""
        raise EditError("every column says which row it is")

    def rename(self, row: Row, key: Key) -> None:
        """Another spelling in its place, another value for it, or another map."""
        if row.key[:3] == key[:3] and row.key[3] and key[3]:
            self.yaml(CODELISTS).set_text(self._spelling(row.key), key[3])
            return
        path = self.place(row.key)[1]
        alone = len(_several(self.yaml(CODELISTS).get(path))) < 2
        of_values = row.key[1] == key[1] == "value"
        new = self.yaml(CODELISTS).get(self.place(key)[1]) is None
        if of_values and alone and new and row.key[0] == key[0] and row.key[3] == key[3]:
            _checked(key)
            self.yaml(CODELISTS).rename(path, key[2])
            return
        self.add(dict(zip(self.keys, key, strict=False)), row.key)
        self.delete(row)

    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """A new spelling; the map or the value is made where it is new."""
        key = self.key_of(cells)
        _checked(key)
        path = self.place(key)[1]
        text = self.yaml(CODELISTS)
        held = text.get(path)
        if held is None:
            beside = after is not None and after[:2] == key[:2] and key[1] == "value"
            listed = key[1] != "value" or not key[3]
            source = flow([key[3]] if key[3] else []) if listed else scalar(key[3])
            text.insert(path, source, after[2] if beside and after else None)
        elif not key[3] or key[3] in _several(held):
            raise EditError("this spelling is there already")
        elif isinstance(held, list):
            text.insert((*path, len(held)), scalar(key[3]))
        else:
            text.set_source(path, flow([held, key[3]]))

    def delete(self, row: Row) -> None:
        """Take a spelling out; with the last one its value, with the last value the map."""
        text, path = self.yaml(CODELISTS), self.place(row.key)[1]
        if len(_several(text.get(path))) > 1:
            text.delete(self._spelling(row.key))
            return
        while len(path) > 2 and len(text.get(path[:-1]) or {}) == 1:
            path = path[:-1]
        text.delete(path)

    def _spelling(self, key: Key) -> tuple[str | int, ...]:
        path = self.place(key)[1]
        held = self.yaml(CODELISTS).get(path)
        if isinstance(held, list):
            return (*path, held.index(key[3]))
        return path


def _several(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _checked(key: Key) -> None:
    if key[1] not in _KINDS:
        raise EditError(f"{MEANS} is value, ask or blank")
    if not key[0]:
        raise EditError("a row says which map it belongs to")
    if (key[1] == "value") != bool(key[2]):
        raise EditError(f"{TERM} is said where {MEANS} is value, and there alone")
    if key[1] != "value" and not key[3]:
        raise EditError("a raw spelling is needed")
