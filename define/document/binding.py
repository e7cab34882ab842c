"""How a dataclass field is bound to XML: one declaration that the reader and the writer share.

A field of a :class:`Node` says where its value stands in the document. Since both directions walk
the same declarations, what is read is what is written, and whatever no field declares is by
definition unknown to the model - the reader lists it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any

XML = "http://www.w3.org/XML/1998/namespace"
ODM = "http://www.cdisc.org/ns/odm/v1.3"
ARM = "http://www.cdisc.org/ns/arm/v1.0"
XLINK = "http://www.w3.org/1999/xlink"
DEF = {"2.0": "http://www.cdisc.org/ns/def/v2.0", "2.1": "http://www.cdisc.org/ns/def/v2.1"}


class Kind(StrEnum):
    """Where the value of a field stands."""

    ATTRIBUTE = "attribute"
    CONTENT = "content"
    CHILD_TEXT = "child text"
    CHILD_TEXTS = "child texts"
    REFERENCE = "reference"
    REFERENCES = "references"
    CHILD = "child"
    CHILDREN = "children"
    WRAPPED = "wrapped"


NESTED = (Kind.CHILD, Kind.CHILDREN, Kind.WRAPPED)
"""The kinds whose values are nodes."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding. ``tag`` and ``attribute`` carry the prefix (``def:``, ``arm:``, ``xlink:``);
    ``only`` is the Define-XML version that knows the construct, blank for both."""

    kind: Kind
    tag: str = ""
    attribute: str = ""
    of: type[Node] | None = None
    only: str = ""


def _field(bound: Bound, many: bool = False, single: bool = False) -> Any:
    metadata = {"bound": bound}
    if many:
        return field(default_factory=list, metadata=metadata)
    return field(default=None if single else "", metadata=metadata)


def attribute(name: str, only: str = "") -> Any:
    """An attribute of the element; "" when absent."""
    return _field(Bound(Kind.ATTRIBUTE, attribute=name, only=only))


def content() -> Any:
    """The text of the element itself, to the character."""
    return _field(Bound(Kind.CONTENT))


def child_text(tag: str) -> Any:
    """The text of one child element."""
    return _field(Bound(Kind.CHILD_TEXT, tag))


def child_texts(tag: str) -> Any:
    """The texts of repeated child elements."""
    return _field(Bound(Kind.CHILD_TEXTS, tag), many=True)


def reference(tag: str, name: str) -> Any:
    """The one attribute of one child element (``CodeListRef/@CodeListOID``)."""
    return _field(Bound(Kind.REFERENCE, tag, name))


def references(tag: str, name: str) -> Any:
    """The one attribute of repeated child elements (``def:WhereClauseRef/@WhereClauseOID``)."""
    return _field(Bound(Kind.REFERENCES, tag, name), many=True)


def child(tag: str, of: type[Node], only: str = "") -> Any:
    """One child element; None when absent."""
    return _field(Bound(Kind.CHILD, tag, of=of, only=only), single=True)


def children(tag: str, of: type[Node], only: str = "") -> Any:
    """Repeated child elements."""
    return _field(Bound(Kind.CHILDREN, tag, of=of, only=only), many=True)


def wrapped(wrapper: str, tag: str, of: type[Node], only: str = "") -> Any:
    """Repeated elements inside one wrapping element (``Description/TranslatedText``)."""
    return _field(Bound(Kind.WRAPPED, tag, wrapper, of, only), many=True)


@dataclass(kw_only=True, slots=True)
class Node:
    """An element. ``line`` is where it was read (1-based; 0 when built); it is never compared."""

    line: int = field(default=0, compare=False)


@cache
def clark(name: str, version: str) -> str:
    """``def:Origin`` as ``{namespace}Origin``. ``xml:`` and unprefixed attributes included."""
    prefix, _, local = name.rpartition(":")
    spaces = {"def": DEF[version], "arm": ARM, "xlink": XLINK, "xml": XML}
    return f"{{{spaces[prefix]}}}{local}" if prefix else local


@cache
def element_name(name: str, version: str) -> str:
    """As :func:`clark`, with the ODM namespace for a name without prefix."""
    return clark(name, version) if ":" in name else f"{{{ODM}}}{name}"


_BINDINGS: dict[type[Node], tuple[tuple[str, Bound], ...]] = {}


def bindings(node: type[Node]) -> tuple[tuple[str, Bound], ...]:
    """The bound fields of a class, in the order in which the schema wants its children."""
    known = _BINDINGS.get(node)
    if known is None:
        pairs = ((f.name, f.metadata.get("bound")) for f in fields(node))
        known = tuple((name, bound) for name, bound in pairs if bound is not None)
        _BINDINGS[node] = known
    return known


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in document order."""
    yield node
    for name, bound in bindings(type(node)):
        if bound.kind in NESTED:
            value = getattr(node, name)
            for one in value if isinstance(value, list) else [value] if value else []:
                yield from walk(one)
