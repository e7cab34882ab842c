"""The sheet of a data set: a row per line of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.mapping.model import Column, Files, Key, Place, Row, Sheet
from workbench.mapping.rows.streams import ARROW, resolve, sections
from workbench.mapping.texts.plain import EditError, flow
from workbench.mapping.texts.scalars import scalar
from workbench.mapping.texts.yaml_text import YamlText

READERS = ("from", "date", "datetime", "number", "result", "visit")
"""Verbs whose own value is what is read."""
PART, VARIABLE, LABEL, RAW, LINE = "Part", "Variable", "Label", "Raw column", "Line"
_PARTS = {"Map": "map", "Condition": "when", "Comment": "note", "Label": "label"}


class DataSetSheet(Sheet):
    """A row per line; ``Line`` is the line as it is written, the other columns are parts of it."""

    columns = (
        Column(PART, 18), Column(VARIABLE, 12), Column(LABEL, 26), Column("Core", 6, told=True),
        Column("Codelist", 12, told=True), Column("Raw file", 20, told=True), Column(RAW, 18),
        Column("Rule in words", 44, told=True), Column(LINE, 48), Column("Map", 14),
        Column("Condition", 28), Column("Comment", 28),
    )  # fmt: skip
    keys = (PART, VARIABLE)

    def __init__(self, files: Files, title: str, file: str) -> None:
        super().__init__(files, title, f"lines of {file}")
        self.file = file
        self.teller: Callable[[Row, tuple[str | int, ...]], dict[str, str]] | None = None
        """What is known of a line beside what it says; nobody, while a workbook is read."""

    @property
    def text(self) -> YamlText:
        """The file."""
        return self.yaml(self.file)

    def rows(self) -> list[Row]:
        """A row per line, in the order of the file."""
        return [
            self._row(ARROW.join(steps), (*path, name), value)
            for steps, path, lines in sections(self.text.data)
            for name, value in lines.items()
        ]

    def _row(self, part: str, path: tuple[str | int, ...], value: Any) -> Row:
        name = str(path[-1])
        cells = {PART: part, VARIABLE: name, LINE: self.text.source(path)}
        if isinstance(value, str):
            cells |= {RAW: value, "Map": "", "Condition": "", "Comment": ""}
        elif isinstance(value, dict) and "by-decision" not in value and "use" not in value:
            read = reader(value)
            if read:
                cells[RAW] = value[read]
            for column, key in _PARTS.items():
                said = value.get(key, "")
                if isinstance(said, str) and (said or column != LABEL):
                    cells[column] = said
        row = Row((part, name), cells)
        if self.teller is not None:
            row.told = {k: v for k, v in self.teller(row, path).items() if k not in cells}
        return row

    def place(self, key: Key) -> Place:
        """The file, and the path of the line."""
        steps = tuple(key[0].split(ARROW))
        return self.file, (*resolve(self.text.data, steps), key[1])

    def edit(self, row: Row, column: str, text: str) -> None:
        """The line itself, or a part of it."""
        path = self.place(row.key)[1]
        value = self.text.get(path)
        if column == LINE:
            if not text.strip():
                raise EditError("a line says something; delete the row to take it out")
            self.text.set_source(path, text)
        elif column == RAW:
            self._read_from(path, value, text)
        elif isinstance(value, str):
            if text:
                made = {"from": value, _PARTS[column]: text}
                self.text.set_source(path, flow(made))
        elif text:
            self.text.set_text((*path, _PARTS[column]), text)
        elif _PARTS[column] in value:
            self.text.delete((*path, _PARTS[column]))

    def _read_from(self, path: tuple[str | int, ...], value: Any, text: str) -> None:
        if not text:
            raise EditError("a line reads something; delete the row to take it out")
        if isinstance(value, str):
            self.text.set_text(path, text)
        else:
            self.text.set_text((*path, reader(value)), text)

    def rename(self, row: Row, key: Key) -> None:
        """Another name; in another part it is taken out and put in there."""
        if key[0] == row.key[0]:
            self.text.rename(self.place(row.key)[1], _named(key[1]))
            return
        self.add({**row.cells, PART: key[0], VARIABLE: key[1]}, None)
        self.delete(row)

    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """A new line: as it is written, or made of its parts."""
        key = self.key_of(cells)
        steps = tuple(key[0].split(ARROW))
        if steps[-1] not in ("working", "variables", "supplemental"):
            message = "the part of a line ends in working, variables or supplemental"
            raise EditError(f"{message}, as in the rows above")
        _named(key[1])
        behind = after[1] if after is not None and after[0] == key[0] else None
        path = (*resolve(self.text.data, steps), key[1])
        if self.text.get(path) is not None:
            raise EditError(f"{key[1]} is there already")
        self.text.insert(path, _new_line(cells), behind)

    def delete(self, row: Row) -> None:
        """Take the line out."""
        self.text.delete(self.place(row.key)[1])


def reader(value: Any) -> str:
    """The verb of a line that reads one column or variable, as plain text; "" for another line."""
    if not isinstance(value, dict):
        return ""
    return next((verb for verb in READERS if isinstance(value.get(verb), str)), "")


def _named(name: str) -> str:
    if not name or name != name.strip():
        raise EditError("a variable has a name, without blanks around it")
    return name


def _new_line(cells: Mapping[str, str]) -> str:
    """The line that a new row says; of a date or number by the name of its variable."""
    if cells.get(LINE, "").strip():
        return cells[LINE]
    raw = cells.get(RAW, "")
    if not raw:
        raise EditError("a new row says a line, or a raw column that it is read from")
    variable = cells[VARIABLE]
    verb = "date" if variable.endswith("DTC") else "from"
    line = {key: cells[column] for column, key in _PARTS.items() if cells.get(column)}
    if "supplemental" not in cells[PART]:
        line.pop("label", None)
    return flow({verb: raw, **line}) if line or verb != "from" else scalar(raw)
