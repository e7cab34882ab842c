"""By which variables records are paired: asked for, said by the data, or found."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from specs import BuildError, RawDataError, SpecificationError, finding
from specs.suggest import did_you_mean
from transport import Dataset
from workbench.compare.model import Asked
from workbench.compare.pairing import check_kinds, smallest_key
from workbench.compare.reading import Side

_NUMBERED = re.compile(r"[A-Z0-9]{1,2}SEQ")
"""--SEQ is numbered anew by each build: it pairs records only when somebody names it."""


def keys_of(
    sides: tuple[Side, Side],
    base: Dataset,
    other: Dataset,
    *,
    shared: Sequence[str],
    renamed: Mapping[str, str],
    asked: Asked,
) -> tuple[tuple[str, ...], str]:
    """The keys of one data set and where they are from.

    In this order: asked for, the data sets' own, the manifest of the build, KeySequence of
    define.xml, the smallest set that tells all records of both sides apart; else by place.
    Raises SpecificationError PKG191 for a key that is asked for and not on both sides.
    """
    name = base.name
    other = _named_alike(other, shared, renamed)
    given = asked.keys.get(name, asked.keys.get("*"))
    if given is not None:
        for key in given:
            if key not in shared:
                hint = did_you_mean(key, shared)
                message = f"{key} of {name} is not on both sides, with one type"
                raise SpecificationError(finding("PKG191", message, dataset=name, hint=hint))
        check_kinds(name, given, base, other)
        return given, "as asked"
    for known, said in _said(sides, base, other):
        if known and set(known) <= set(shared) and not any(map(_NUMBERED.fullmatch, known)):
            return tuple(known), said
    found = smallest_key(base, other, [n for n in shared if not _NUMBERED.fullmatch(n)])
    if found:
        return found, "the smallest set that tells all records apart"
    return (), "by place: no set of variables tells all records apart"


def _named_alike(other: Dataset, shared: Sequence[str], renamed: Mapping[str, str]) -> Dataset:
    """The shared variables of the other side under the names of the first."""
    if all(renamed[name] == name for name in shared):
        return other
    frame = other.frame[[renamed[name] for name in shared]].set_axis(list(shared), axis=1)
    metas = tuple(replace(other.variable(renamed[name]), name=name) for name in shared)
    keys = tuple(name for name in shared if renamed[name] in other.key_variables)
    return Dataset(other.name, frame, metas, key_variables=keys)


def _said(
    sides: tuple[Side, Side], base: Dataset, other: Dataset
) -> list[tuple[Sequence[str], str]]:
    name = base.name
    found: list[tuple[Sequence[str], str]] = [
        (one.key_variables, "as the data set says") for one in (base, other)
    ]
    places = [place for side in sides for place in side.places]
    found += [(_manifest(place, name), "as the build's manifest says") for place in places]
    found += [(_define(place, name), "as define.xml says") for place in places]
    return found


def _manifest(place: Path, name: str) -> Sequence[str]:
    """Keys by the manifest of the build that data sets lie in."""
    for folder in (place, place.parent):
        path = folder / "manifest.json"
        if not path.is_file():
            continue
        try:
            content: Any = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue  # a manifest of something else: keys may be said elsewhere
        sets = content.get("datasets", []) if isinstance(content, dict) else []
        for one in sets if isinstance(sets, list) else []:
            if isinstance(one, dict) and one.get("name") == name:
                return [str(key) for key in one.get("keys") or []]
    return ()


def _define(place: Path, name: str) -> Sequence[str]:
    """KeySequence of the define.xml beside the data sets."""
    path = place / "define.xml"
    if not path.is_file():
        return ()
    from define.document.reader import read_define

    try:
        body = read_define(path).define.metadata
    except (BuildError, SpecificationError, RawDataError):
        return ()
    items = {item.oid: item.name for item in body.items}
    for group in body.datasets:
        if group.name == name:
            keyed = [
                (int(r.key_sequence), items[r.item_oid]) for r in group.items if r.key_sequence
            ]
            return [key for _, key in sorted(keyed)]
    return ()
