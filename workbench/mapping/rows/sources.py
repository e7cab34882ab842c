"""The sheets of raw sources, and of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.mapping.model import Column, Files, Key, Place, Row, Sheet
from workbench.mapping.texts.plain import EditError, flow

STUDY = "study.yaml"
SOURCE, COLUMN, WHY = "Source", "Column", "Not submitted because"
OF_A_SOURCE = {
    "File": "file", "Format": "format", "Encoding": "encoding", "Delimiter": "delimiter",
    "Member": "member", "Sheet": "sheet", "Form": "item-group", "Header row": "header-row",
    "Label rows": "label-rows", "Row id": "row-id", "Subject": "subject", "Contract": "contract",
    "Collected by": "collected-by", "Comment": "note",
}  # fmt: skip


class SourcesSheet(Sheet):
    """A row per source of study.yaml, how it is read."""

    columns = (Column(SOURCE, 16), *(Column(name, 12) for name in OF_A_SOURCE))
    keys = (SOURCE,)

    def rows(self) -> list[Row]:
        """A row per source."""
        return [
            Row((name,), {SOURCE: name, **_plain_parts(one)})
            for name, one in sources_of(self.files).items()
        ]

    def place(self, key: Key) -> Place:
        """The source in study.yaml."""
        return STUDY, ("sources", key[0])

    def edit(self, row: Row, column: str, text: str) -> None:
        """Another value of a key, or none."""
        study, path = self.yaml(STUDY), (*self.place(row.key)[1], OF_A_SOURCE[column])
        if text:
            study.set_text(path, text)
        elif study.get(path) is not None:
            study.delete(path)

    def rename(self, row: Row, key: Key) -> None:
        """Another name."""
        self.yaml(STUDY).rename(self.place(row.key)[1], key[0])

    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """A new source."""
        (name,) = self.key_of(cells)
        made = {key: cells[column] for column, key in OF_A_SOURCE.items() if cells.get(column)}
        if not name or "file" not in made:
            raise EditError("a new source has a name and a file")
        if name in sources_of(self.files):
            raise EditError(f"{name} is there already")
        behind = after[0] if after else None
        self.yaml(STUDY).insert(("sources", name), flow(made), behind)

    def delete(self, row: Row) -> None:
        """Take the source out, with all that is said of it."""
        self.yaml(STUDY).delete(self.place(row.key)[1])


class ColumnsSheet(Sheet):
    """A row per column of a raw source: what stands in it, what uses it, why it is not submitted.

    ``seen`` are the columns that are known from the raw data, or from the workbook itself.
    """

    columns = (
        Column(SOURCE, 14), Column("File", 20, told=True), Column(COLUMN, 18),
        Column("Label", 22, told=True), Column("Filled", 8, told=True),
        Column("Distinct", 8, told=True), Column("Examples", 32, told=True),
        Column("Values by frequency", 40, told=True), Column("Used by", 34, told=True),
        Column(WHY, 40),
    )  # fmt: skip
    keys = (SOURCE, COLUMN)
    fixed = True

    def __init__(self, files: Files, title: str, purpose: str) -> None:
        super().__init__(files, title, purpose)
        self.seen: list[tuple[str, str]] = []
        self.told: Mapping[tuple[str, str], dict[str, str]] = {}

    def rows(self) -> list[Row]:
        """The columns that are seen, and those that study.yaml does not submit."""
        sources = sources_of(self.files)
        declared = [(n, c) for n, one in sources.items() for c in _not_submitted(one)]
        known = [pair for pair in dict.fromkeys((*self.seen, *declared)) if pair[0] in sources]
        order = {name: at for at, name in enumerate(sources)}
        return [
            Row(
                (name, column),
                {SOURCE: name, COLUMN: column, WHY: self._why(name, column)},
                self.told.get((name, column), {}),
            )
            for name, column in sorted(known, key=lambda pair: order[pair[0]])
        ]

    def _why(self, source: str, column: str) -> str:
        path = ("sources", source, "not-submitted", column)
        value = self.yaml(STUDY).get(path)
        return value if isinstance(value, str) else self.yaml(STUDY).source(path)

    def place(self, key: Key) -> Place:
        """The reason in study.yaml."""
        return STUDY, ("sources", key[0], "not-submitted", key[1])

    def edit(self, row: Row, column: str, text: str) -> None:
        """Another reason, or none."""
        study, path = self.yaml(STUDY), self.place(row.key)[1]
        if not text:
            parent = study.get(path[:-1])
            study.delete(path[:-1] if isinstance(parent, dict) and len(parent) == 1 else path)
        elif text[:1] == "{":
            study.set_source(path, text)
        else:
            study.set_text(path, text)

    def rename(self, row: Row, key: Key) -> None:
        """Columns are what the export has."""
        raise EditError("the raw data have their columns; none is renamed here")

    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """Columns are what the export has."""
        raise EditError("the raw data have their columns; none is added here")

    def delete(self, row: Row) -> None:
        """Columns are what the export has."""
        raise EditError("the raw data have their columns; none is taken out here")


def sources_of(files: Files) -> dict[str, Any]:
    """The sources of study.yaml as it is written."""
    found = files.yaml[STUDY].get(("sources",)) if STUDY in files.yaml else None
    return found if isinstance(found, dict) else {}


def _not_submitted(source: Any) -> list[str]:
    found = source.get("not-submitted") if isinstance(source, dict) else None
    return list(found) if isinstance(found, dict) else []


def _plain_parts(source: Any) -> dict[str, str]:
    keys = source if isinstance(source, dict) else {}
    said = {column: keys.get(key, "") for column, key in OF_A_SOURCE.items()}
    return {column: value for column, value in said.items() if isinstance(value, str)}
