"""The sheet of everything that is no line, no source and no code map: a row per key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.mapping.model import Column, Key, Place, Row, Sheet
from workbench.mapping.rows.sources import OF_A_SOURCE
from workbench.mapping.rows.streams import ARROW, resolve, settings
from workbench.mapping.texts.plain import EditError

FILE, PLACE, VALUE = "File", "Place", "Value"


class SettingsSheet(Sheet):
    """A row per key: file, place, and the value as it is written."""

    columns = (Column(FILE, 18), Column(PLACE, 36), Column(VALUE, 90))
    keys = (FILE, PLACE)

    def rows(self) -> list[Row]:
        """A row per key, file by file."""
        out = []
        for file, text in self.files.yaml.items():
            for steps, path in _settings(file, text.data):
                place = ARROW.join(steps)
                cells = {FILE: file, PLACE: place, VALUE: text.source(path)}
                out.append(Row((file, place), cells))
        return out

    def place(self, key: Key) -> Place:
        """The file, and the path of the key."""
        steps = tuple(key[1].split(ARROW))
        return key[0], resolve(self.yaml(key[0]).data, steps)

    def edit(self, row: Row, column: str, text: str) -> None:
        """Another value."""
        file, path = self.place(row.key)
        if not text.strip():
            raise EditError("a value is needed; delete the row to take the key out")
        self.yaml(file).set_source(path, text)

    def rename(self, row: Row, key: Key) -> None:
        """Another key in the same place."""
        file, path = self.place(row.key)
        if key[0] != row.key[0] or key[1].split(ARROW)[:-1] != row.key[1].split(ARROW)[:-1]:
            raise EditError("a key is renamed where it stands; add a row to say it elsewhere")
        self.yaml(file).rename(path, key[1].split(ARROW)[-1])

    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """A new key."""
        key = self.key_of(cells)
        if not all(key):
            raise EditError("a new row says file, place and value")
        file, path = self.place(key)
        text = self.yaml(file)
        if text.get(path) is not None:
            raise EditError(f"{key[1]} is there already, or has a sheet of its own")
        behind = None
        if after is not None and after[0] == file:
            beside = self.place(after)[1]
            behind = beside[-1] if beside[:-1] == path[:-1] else None
        text.insert(path, cells.get(VALUE, ""), behind)

    def delete(self, row: Row) -> None:
        """Take the key out."""
        file, path = self.place(row.key)
        self.yaml(file).delete(path)


def _settings(file: str, data: object) -> Iterator[tuple[tuple[str, ...], tuple[str | int, ...]]]:
    for steps, path in settings(data):
        value = data.get(steps[0]) if isinstance(data, dict) else None
        if file == "study.yaml" and steps == ("sources",) and isinstance(value, dict) and value:
            for name, one in value.items():
                keys = one if isinstance(one, dict) else {}
                own = [k for k, v in keys.items() if not is_shown(k, v)]
                yield from ((("sources", name, k), ("sources", name, k)) for k in own)
        elif file == "codelists.yaml" and steps == ("maps",) and isinstance(value, dict) and value:
            for name, one in value.items():
                keys = one if isinstance(one, dict) else {}
                own = [k for k in keys if k not in ("values", "query", "blank")]
                yield from ((("maps", name, k), ("maps", name, k)) for k in own)
        else:
            yield steps, path


def is_shown(key: str, value: object) -> bool:
    """Whether the sheets of sources and raw columns show a key of a source."""
    if key == "not-submitted":
        return isinstance(value, dict)
    return key in OF_A_SOURCE.values() and isinstance(value, str)
