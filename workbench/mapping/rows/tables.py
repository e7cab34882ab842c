"""The sheet of a CSV table (tests, visits, ...): the table as it is."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.mapping.model import Column, Files, Key, Place, Row, Sheet
from workbench.mapping.texts.csv_text import CsvText
from workbench.mapping.texts.plain import EditError


class TableSheet(Sheet):
    """A row per row of the table, a column per column."""

    repeats = True

    def __init__(self, files: Files, title: str, file: str) -> None:
        super().__init__(files, title, f"the table {file}")
        self.file = file
        self.keys = tuple(self.text.head)
        longest = [max((len(v) for v in vs), default=0) for vs in self._values()]
        self.columns = tuple(
            Column(name, max(8, min(40, most + 2)))
            for name, most in zip(self.keys, longest, strict=True)
        )

    def _values(self) -> list[list[str]]:
        rows = [values for _, values in self.text.rows()]
        return [
            [name, *(values[at] for values in rows if at < len(values))]
            for at, name in enumerate(self.keys)
        ]

    @property
    def text(self) -> CsvText:
        """The table's file."""
        return self.files.csv[self.file]

    def rows(self) -> list[Row]:
        """The rows in the order of the file."""
        return [Row(key, dict(zip(self.keys, key, strict=True))) for _, key in self._numbered()]

    def _numbered(self) -> list[tuple[int, Key]]:
        width = len(self.keys)
        rows = ((n, tuple((v + [""] * width)[:width])) for n, v in self.text.rows())
        return [(n, key) for n, key in rows if any(text.strip() for text in key)]

    def _number(self, key: Key) -> int:
        found = (number for number, one in self._numbered() if one == key[: len(self.keys)])
        number = next(found, None)
        if number is None:
            raise EditError("the row is not in the table any more")
        return number

    def place(self, key: Key) -> Place:
        """The file."""
        return self.file, ()

    def edit(self, row: Row, column: str, text: str) -> None:
        """Every column is part of the key."""
        raise EditError("every column says which row it is")

    def rename(self, row: Row, key: Key) -> None:
        """Other values in the row's place."""
        number = self._number(row.key)
        for at, (old, new) in enumerate(zip(row.key, key, strict=False)):
            if old != new:
                self.text.set(number, at, new)

    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """A new row."""
        numbers = [number for number, _ in self._numbered()]
        number = self._number(after) if after is not None else max(numbers, default=0)
        self.text.insert(number, list(self.key_of(cells)))

    def delete(self, row: Row) -> None:
        """Take a row out."""
        self.text.delete(self._number(row.key))
