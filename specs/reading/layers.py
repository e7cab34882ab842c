"""Layers: a sponsor's library of data sets, maps and tables that a study extends.

``extends: ../library`` in study.yaml names a folder laid out like a study: ``sdtm/*.yaml``,
``adam/*.yaml``, ``codelists.yaml``, CSV tables, ``contracts/``, ``waivers.yaml``, ``functions.py``.
A study has every data set of its library, but for those of ``without: [sdtm/qs.yaml]``. Where both
have a file, the study's entries replace the library's whole: lines by their variable, maps by their
name; ``NAME: none`` takes the library's entry away; any other key of the file as a whole.

A library may extend another one in ``library.yaml``. Every place names the layer's own file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.reading.yaml_source import NodePath, YamlDocument, read_yaml

EXTENDS, NONE = "extends", "none"
_ENTRIES = (
    "named", "working", "variables", "supplemental", "parameters", "tables", "records",
    "maps", "extensions", "codelists",
)  # fmt: skip
"""Mappings whose entries replace those of the library one by one."""
_OF_A_LIBRARY = (
    "library.yaml", "study.yaml", "codelists.yaml", "sdtm", "adam", "contracts", "waivers.yaml",
    "functions.py",
)  # fmt: skip
"""A folder without any of them is some other folder of this machine."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder of specifications. ``shown`` stands before the paths of its files ("" for the
    study's own); ``without`` are files of the layers below that are left out."""

    root: Path
    shown: str = ""
    without: frozenset[str] = frozenset()


def layers_of(root: Path, document: YamlDocument) -> list[Layer]:
    """The study's own folder and those that it extends, nearest first.

    Raises SpecificationError SPEC152 for a folder that is not there or extends itself.
    """
    out: list[Layer] = []
    at, shown, said = root, "", document
    while True:
        folder, without = _extends(said)
        out.append(Layer(at, shown, frozenset(without)))
        if folder is None:
            return out
        below = at / folder
        place = said.place((EXTENDS,))
        if not below.is_dir():
            raise _refused(f"there is no folder {folder!r} to extend", place)
        if any(below.resolve() == layer.root.resolve() for layer in out):
            raise _refused(f"{folder!r} extends itself", place)
        if not any((below / name).exists() for name in _OF_A_LIBRARY):
            message = f"{folder!r} is no library: it has none of {', '.join(_OF_A_LIBRARY)}"
            raise _refused(message, place)
        shown = f"{shown}{folder.rstrip('/')}/"
        at = below
        path = below / "library.yaml"
        name = f"{shown}library.yaml"
        said = read_yaml(path, name) if path.is_file() else YamlDocument(name, {}, [])


def _extends(document: YamlDocument) -> tuple[str | None, list[str]]:
    data = document.data if isinstance(document.data, dict) else {}
    value = data.get(EXTENDS)
    if value is None:
        return None, []
    if isinstance(value, str):
        return value, []
    folder = value.get("folder") if isinstance(value, dict) else None
    without = value.get("without", []) if isinstance(value, dict) else []
    names = [without] if isinstance(without, str) else without
    if not isinstance(folder, str) or not all(isinstance(name, str) for name in names):
        message = "extends names a folder: ../library, or {folder: ../library, without: [...]}"
        raise _refused(message, document.place((EXTENDS,)))
    return folder, names


def _refused(message: str, place: SpecPlace) -> SpecificationError:
    return SpecificationError(finding("SPEC152", message, spec=place))


def find_file(layers: list[Layer], name: str) -> tuple[Path, str] | None:
    """The nearest layer's file of a name (relative, posix), and the path that people are shown."""
    for layer in layers:
        path = layer.root / name
        if path.is_file():
            return path, f"{layer.shown}{name}"
        if name in layer.without:
            return None
    return None


def file_names(layers: list[Layer], folder: str, pattern: str = "*.yaml") -> list[str]:
    """The files of a folder that any layer has, sorted, those left out taken off."""
    found: set[str] = set()
    left_out: set[str] = set()
    for layer in layers:
        names = {f"{folder}/{p.name}" for p in (layer.root / folder).glob(pattern)}
        found |= names - left_out
        left_out |= layer.without
    return sorted(found)


def read_layered(layers: list[Layer], name: str, told: list[Finding]) -> YamlDocument:
    """A file of the study on the files of that name below it.

    ``told`` takes findings about entries that replace an equal one. Raises SpecificationError.
    """
    documents = list(_documents(layers, name))
    out = documents[0]
    for below in documents[1:]:
        out = _on(out, below, told)
    return out


def _documents(layers: list[Layer], name: str) -> Iterator[YamlDocument]:
    for layer in layers:
        path = layer.root / name
        if path.is_file():
            yield read_yaml(path, f"{layer.shown}{name}")
        if name in layer.without:
            return


def _on(own: YamlDocument, below: YamlDocument, told: list[Finding]) -> YamlDocument:
    """``own`` with what it leaves unsaid taken from ``below``."""
    if not isinstance(own.data, dict) or not isinstance(below.data, dict):
        return own
    out = YamlDocument(own.file, dict(own.data), own.lines, dict(own.values), dict(own.keys))
    out.layers = dict(own.layers)
    for key, value in below.data.items():
        mine = own.data.get(key)
        if key not in own.data:
            out.data[key] = value
            _carry(below, out, (key,))
        elif key in _ENTRIES and isinstance(value, dict) and isinstance(mine, dict):
            out.data[key] = _entries(key, (own, below, out), told)
        elif mine == value and key not in _NAMES:
            told.append(_same(own, (key,), below))
    return out


_NAMES = ("domain", "dataset")
"""What a file is of: said again it overrides nothing."""


def _entries(
    key: str, documents: tuple[YamlDocument, YamlDocument, YamlDocument], told: list[Finding]
) -> dict[str, Any]:
    """The library's entries in their order, the study's in their place and behind them.

    ``documents`` are the study's, the library's, and the one that is put together."""
    own, below, out = documents
    mine, theirs = own.data[key], below.data[key]
    merged: dict[str, Any] = {}
    for name, value in theirs.items():
        if name not in mine:
            merged[name] = value
            _carry(below, out, (key, name))
        elif mine[name] != NONE:
            merged[name] = mine[name]
            if mine[name] == value:
                told.append(_same(own, (key, name), below))
    for name, value in mine.items():
        if name in theirs:
            continue
        if value == NONE:
            message = f"{name} takes away what {below.file} does not have"
            place = own.place((key, name), key=True)
            told.append(finding("SPEC153", message, spec=place))
        else:
            merged[name] = value
    return merged


def _same(own: YamlDocument, path: NodePath, below: YamlDocument) -> Finding:
    message = f"{path[-1]} says what {below.place(path, key=True)} says already"
    return finding("SPEC153", message, spec=own.place(path, key=True))


def _carry(source: YamlDocument, target: YamlDocument, path: NodePath) -> None:
    """The places of a node and of all below it, with the file that they are in."""
    for old, new in ((source.values, target.values), (source.keys, target.keys)):
        new.update({p: place for p, place in old.items() if p[: len(path)] == path})
    target.layers[path] = (source.file, source.lines)
    target.layers.update({p: at for p, at in source.layers.items() if p[: len(path)] == path})
