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
from specs.reading.yaml_source import read_yaml
from workbench.drafts.importing import UNPLACED
from workbench.drafts.skeleton import load
from workbench.drafts.vocabulary import DATA_SUFFIXES


@dataclass(slots=True)
class ExchangeExport:
    """The workbook written, and in words what it has no cell for."""

    path: Path
    lost: list[str] = field(default_factory=list)


def export_workbook(
    folder: Path, target: Path, data: Path | None = None, standard: str = ""
) -> ExchangeExport:
    """Write the specification workbook of a study: from its data sets (``data``, else those of its
    build), or - of a study that was imported - from what the document said and the specification
    says now.

    ``standard`` is sdtmig or adamig; blank, the data sets tell. Raises SpecificationError (DEF005,
    DEF066 data sets of both kinds, or of none), BuildError.
    """
    if target.suffix.lower() != ".xlsx":
        message = f"{target.name}: a specification is exported to a .xlsx file"
        raise SpecificationError(finding("DEF005", message))
    data = data or _own_build(folder, standard)
    define = imported_define(folder) if data is None else _built(folder, data, standard)
    written = write_workbook(define, target)
    return ExchangeExport(target, written.lost)


def _own_build(folder: Path, standard: str) -> Path | None:
    """The study's own build, of a study that was not imported."""
    if (folder / UNPLACED).is_file():
        return None
    built = folder / "build" / ("adam" if standard == "adamig" else "sdtm")
    return built if built.is_dir() else None


def _built(folder: Path, data: Path, standard: str) -> Define:
    from specs.study import load_study
    from workbench.steps.define import study_define

    return study_define(load_study(folder), data, standard or _standard(folder, data))


def _standard(folder: Path, data: Path) -> str:
    """Which of the study's data sets lie in ``data``: tabulations or analysis data."""
    analysis = {p.stem.lower() for p in (folder / "adam").glob("*.yaml")} | {"adsl"}
    names = {p.stem.lower() for p in data.iterdir() if p.suffix.lower() in DATA_SUFFIXES}
    ours, others = names & analysis, names - analysis
    if names and bool(ours) != bool(others):
        return "adamig" if ours else "sdtmig"
    said = f"{len(ours)} analysis data sets and {len(others)} others" if names else "no data sets"
    hint = "name the folder by --data, and say --standard sdtmig or adamig"
    message = f"{data.name} holds {said}"
    raise SpecificationError(finding("DEF066", message, spec=SpecPlace(data.name), hint=hint))


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
