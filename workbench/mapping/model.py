"""What a mapping workbook is made of: sheets, their rows, and the files that they come from."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace
from workbench.mapping.texts.csv_text import CsvText
from workbench.mapping.texts.plain import EditError
from workbench.mapping.texts.yaml_text import YamlText

Key = tuple[str, ...]
Place = tuple[str, tuple[str | int, ...]]
"""A file of the specification, and the path of a node in it."""
FOLDERS = ("sdtm", "adam")
LEDGERS = ("answers.csv", "queries.csv", "queries_history.csv")


class Column(NamedTuple):
    """A column of a sheet. ``told``: nobody reads it, it says what is known."""

    name: str
    width: int = 14
    told: bool = False


@dataclass(slots=True)
class Row:
    """A row: ``key`` says which one it is, ``cells`` are what can be edited (a column that is in
    neither cannot), ``told`` what is only shown."""

    key: Key
    cells: dict[str, str]
    told: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A short name of the key."""
        return row_id(self.key)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, self.told.get(column, ""))


def row_id(key: Key) -> str:
    """A short name of a row's key."""
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]


class Files:
    """The files of a study that a mapping workbook holds, as they are now and with edits."""

    def __init__(self, root: Path) -> None:
        """Raises SpecificationError SPEC10x for a file that cannot be read."""
        self.root = root
        self.before: dict[str, str] = {}
        self.yaml: dict[str, YamlText] = {}
        self.csv: dict[str, CsvText] = {}
        self._marked: set[str] = set()
        for path in _paths(root):
            self._read(path, path.relative_to(root).as_posix())

    def _read(self, path: Path, name: str) -> None:
        try:
            text = path.read_bytes().decode("utf-8")
            if text[:1] == "\ufeff":
                self._marked.add(name)
                text = text[1:]
            if name.endswith(".csv"):
                self.csv[name] = CsvText(text)
            else:
                self.yaml[name] = YamlText(text, name)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            message = f"{name} cannot be read: {error}"
            raise SpecificationError(finding("SPEC101", message, spec=SpecPlace(name))) from error
        self.before[name] = text

    def after(self) -> dict[str, bytes]:
        """The files that edits changed, with their new bytes."""
        now = {name: one.text for name, one in self.yaml.items()}
        now |= {name: one.written() for name, one in self.csv.items()}
        return {
            name: (("\ufeff" if name in self._marked else "") + text).encode()
            for name, text in now.items()
            if text != self.before[name]
        }


def _paths(root: Path) -> Iterator[Path]:
    yield from (root / name for name in ("study.yaml", "codelists.yaml") if (root / name).is_file())
    for folder in FOLDERS:
        yield from sorted((root / folder).glob("*.yaml"))
    for folder in ("", *FOLDERS):
        found = sorted((root / folder).glob("*.csv"))
        yield from (path for path in found if folder or _is_table(path))


def _is_table(path: Path) -> bool:
    """A table beside study.yaml that lines look things up in; not the ledger of questions, and not
    what is held against a build."""
    return path.name not in LEDGERS and not path.stem.startswith(("answer_key", "items"))


class Sheet(ABC):
    """A sheet: its columns, its rows as the files say them, and how an edit of it is one of a file.

    Edits raise EditError with the reason why they cannot be.
    """

    columns: Sequence[Column] = ()
    keys: Sequence[str] = ()
    """The columns whose texts say which row it is."""
    repeats = False
    """Whether several rows may be alike (the rows of a table): they are counted."""
    fixed = False
    """Whether rows can be neither added nor taken out."""

    def __init__(self, files: Files, title: str, purpose: str) -> None:
        self.files, self.title, self.purpose = files, title, purpose

    @abstractmethod
    def rows(self) -> list[Row]:
        """The rows, in the order of the file."""

    @abstractmethod
    def place(self, key: Key) -> Place:
        """Where a row stands."""

    def key_of(self, cells: Mapping[str, str]) -> Key:
        """The key that a row's cells say."""
        return tuple(cells.get(name, "") for name in self.keys)

    @abstractmethod
    def edit(self, row: Row, column: str, text: str) -> None:
        """Another text in a cell that is no key; "" takes it away."""

    @abstractmethod
    def rename(self, row: Row, key: Key) -> None:
        """Another key."""

    @abstractmethod
    def add(self, cells: Mapping[str, str], after: Key | None) -> None:
        """A new row, behind the row of that key where that makes sense."""

    @abstractmethod
    def delete(self, row: Row) -> None:
        """Take a row out."""

    def yaml(self, file: str) -> YamlText:
        """A YAML file. Raises EditError where the study has none of the name."""
        if file not in self.files.yaml:
            raise EditError(f"the study has no file {file}")
        return self.files.yaml[file]
