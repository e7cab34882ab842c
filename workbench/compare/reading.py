"""What is compared: a folder of data sets, one file, or a build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specs import SpecificationError, finding
from transport import Dataset, read_dataset, read_folder

_OF_A_BUILD = ("sdtm", "adam")


@dataclass(frozen=True, slots=True)
class Side:
    """One side. ``places`` are the folders that its data sets lie in; ``single`` is one file."""

    shown: str
    data: dict[str, Dataset]
    places: tuple[Path, ...]
    single: bool = False


def read_side(path: Path, encoding: str | None) -> Side:
    """Read one side. Of a build, SDTM and ADaM. Raises RawDataError."""
    shown = str(path)
    if path.is_file():
        dataset = read_dataset(path, encoding=encoding)
        dataset.name = dataset.name.upper()
        return Side(shown, {dataset.name: dataset}, (path.parent,), single=True)
    if not path.is_dir():
        raise SpecificationError(finding("FILE001", f"there is no {path}"))
    inner = tuple(path / name for name in _OF_A_BUILD if (path / name).is_dir())
    data: dict[str, Dataset] = {}
    for place in inner or (path,):
        data |= read_folder(place, encoding=encoding)
    if not data:
        raise SpecificationError(finding("PKG190", f"{shown} holds no data set"))
    return Side(shown, data, inner or (path,))
