"""A specification becomes a Define model and a specification workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define.model import Define
from define.workbook import write_workbook
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.yaml_source import read_yaml
from submission.exchange.importing import UNPLACED
from submission.exchange.skeleton import load


@dataclass(slots=True)
class ExchangeExport:
    """The workbook written, and in words what it has no cell for."""

    path: Path
    lost: list[str] = field(default_factory=list)


def export_workbook(folder: Path, target: Path, data: Path | None = None) -> ExchangeExport:
    """Write the specification workbook of a study: from its data sets (``data``), or - of a study
    that was imported - from what the document said and the specification says now.

    Raises SpecificationError, BuildError.
    """
    if target.suffix.lower() != ".xlsx":
        message = f"{target.name}: a specification is exported to a .xlsx file"
        raise SpecificationError(finding("DEF005", message))
    define = imported_define(folder) if data is None else _built(folder, data)
    written = write_workbook(define, target)
    return ExchangeExport(target, written.lost)


def _built(folder: Path, data: Path) -> Define:
    from specs.study import load_study
    from submission.define_step import study_define

    return study_define(load_study(folder), data, "adamig" if _is_analysis(data) else "sdtmig")


def _is_analysis(data: Path) -> bool:
    return any(p.stem.lower() == "adsl" for p in data.iterdir())


def imported_define(folder: Path) -> Define:
    """The Define model of a study that was imported, as its specification stands now.

    Raises SpecificationError: DEF005 the study was not imported, DEF062 a place is gone.
    """
    path = folder / UNPLACED
    if not path.is_file():
        message = f"{folder.name} was not imported; name its data sets with --data"
        raise SpecificationError(finding("DEF005", message, spec=SpecPlace(UNPLACED)))
    study = _Places(folder)
    data = read_yaml(path, UNPLACED).data
    define: Define = load(Define, data["define"], study.resolve)
    if study.problems:
        raise SpecificationError(study.problems)
    return define


class _Places:
    """Follows places into the files of a study."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Any] = {}
        self.problems: list[Finding] = []

    def _file(self, name: str) -> Any:
        if name not in self.files:
            path = self.folder / name
            inside = path.resolve().is_relative_to(self.folder.resolve())
            self.files[name] = read_yaml(path, name).data if inside and path.is_file() else None
        return self.files[name]

    def resolve(self, place: Mapping[str, Any]) -> str:
        """The text at a place. What is not there is a problem, except a key that was removed."""
        try:
            value = _at(self._file(place["in"]), place["at"])
        except (KeyError, IndexError, TypeError, ValueError):
            where = f"{place.get('in')}: {' > '.join(place.get('at', []))}"
            message = f"{where} is not in the specification any more"
            spec = SpecPlace(str(place.get("in", UNPLACED)))
            self.problems.append(finding("DEF062", message, spec=spec))
            return ""
        if "number-of" in place:
            name = place["number-of"]
            return str(value.index(name) + 1) if name in value else ""
        if "joined" in place:
            return " ".join(value)
        return str(place.get("words", {}).get(value, value))


def _at(held: Any, steps: list[str]) -> Any:
    for step in steps:
        held = held[int(step)] if isinstance(held, list) else held[step]
    return held
