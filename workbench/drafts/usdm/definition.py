"""A USDM 4 study definition (CDISC, JSON): objects by id, in their own order, texts plain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace

Node = Mapping[str, Any]
_TAG = re.compile(r'<usdm:tag\s+name="([^"]*)"\s*/?>(?:\s*</usdm:tag>)?')
_REF = re.compile(r'<usdm:ref\s+[^>]*?id="([^"]*)"[^>]*?attribute="([^"]*)"[^>]*>(?:</usdm:ref>)?')
_MOST_BYTES = 100_000_000


class Definition:
    """The first version and the first design of a study definition. ``told`` are things that a
    person has to look at, in words."""

    def __init__(self, path: Path) -> None:
        """Raises SpecificationError DEF075 for what is no USDM 4 study definition."""
        self.file = path.name
        data = _read(path)
        version = str(data.get("usdmVersion") or "")
        if not version.startswith("4"):
            raise _refused(path, f"says USDM version {version or 'nothing'}; version 4 is read")
        try:
            self.version: Node = data["study"]["versions"][0]
            self.design: Node = self.version["studyDesigns"][0]
        except (KeyError, IndexError, TypeError) as error:
            raise _refused(path, "has no study version with a study design") from error
        if not isinstance(self.design, dict):
            raise _refused(path, "has no study version with a study design")
        self.told: list[str] = []
        for name, found in (
            ("study versions", data["study"]["versions"]),
            ("study designs", self.version["studyDesigns"]),
        ):
            if len(found) > 1:
                self.told.append(f"{len(found)} {name}: the first is taken")
        self.nodes = {one["id"]: one for one in _nodes(data) if isinstance(one.get("id"), str)}
        self.tags = {
            one["tag"]: one["reference"]
            for one in self.nodes.values()
            if one.get("instanceType") == "ParameterMap"
        }

    def listed(self, name: str, holder: Node | None = None) -> list[Node]:
        """The objects of a list of the design (or of another object)."""
        found = (self.design if holder is None else holder).get(name)
        return [one for one in found or [] if isinstance(one, dict)]

    def chained(self, name: str) -> list[Node]:
        """The objects of a list in the order of their ``nextId``; as listed where they have none,
        or where the chain does not hold them all."""
        found = self.listed(name)
        by_id = {one.get("id"): one for one in found}
        follows = {one.get("nextId") for one in found}
        heads = [one for one in found if one.get("id") not in follows]
        out: list[Node] = []
        at = heads[0] if len(heads) == 1 else None
        while at is not None and at not in out:
            out.append(at)
            at = by_id.get(at.get("nextId"))
        if len(out) == len(found):
            return out
        if any(one.get("nextId") for one in found):
            self.told.append(f"{name}: their order is not one chain; they stand as listed")
        return found

    def of(self, identifier: Any) -> Node:
        """The object of an id; nothing for an unknown one."""
        return self.nodes.get(identifier, {}) if isinstance(identifier, str) else {}

    def plain(self, text: Any, depth: int = 0) -> str:
        """A text without markup, what its tags refer to in their place."""
        if not isinstance(text, str):
            return ""
        if depth < 4:
            text = _TAG.sub(lambda m: self.plain(self.tags.get(m[1], f"[{m[1]}]"), depth + 1), text)
            text = _REF.sub(lambda m: self._referred(m[1], m[2], depth), text)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split()).replace(" .", ".")

    def _referred(self, identifier: str, attribute: str, depth: int) -> str:
        value = self.of(identifier).get(attribute)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is None or isinstance(value, dict | list):
            return f"[{attribute}]"
        return self.plain(str(value), depth + 1)


def code_of(node: Any) -> Node:
    """The code of a Code, or of an AliasCode's standard one."""
    if not isinstance(node, dict):
        return {}
    inner = node.get("standardCode")
    return inner if isinstance(inner, dict) else node


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _refused(path, "is larger than 100 MB")
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"is no JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("study"), dict):
        raise _refused(path, "is no USDM study definition: it has no `study`")
    return data


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _nodes(one)


def _refused(path: Path, message: str) -> SpecificationError:
    place = SpecPlace(path.name)
    return SpecificationError(finding("DEF075", f"{path.name} {message}", spec=place))
