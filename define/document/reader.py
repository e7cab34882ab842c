"""define.xml 2.0 or 2.1 -> model, and the list of what the model does not hold.

The parser resolves no entity, loads no DTD and opens no network connection; a document with a
document type declaration is refused before it is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

from lxml import etree

from define.document.binding import DEF, ODM, Bound, Kind, Node, bindings, clark, element_name
from define.model import Define
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace

MAX_BYTES = 100 * 1024 * 1024
"""Largest file that is read. Real define.xml files have 0.1 to 20 MB."""

OLDEST = "http://www.cdisc.org/ns/def/v1.0"
"""The namespace of Define-XML 1.0 (CRT-DDS), an extension of ODM 1.2."""
PROLOG = 64 * 1024
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something in the document that the model does not hold. ``path`` is the element's tag below
    its parent's; ``what`` names the attribute, child or text."""

    line: int
    path: str
    what: str


@dataclass(slots=True)
class Reading:
    """What :func:`read_define` returns. ``tree`` keeps the document for schema validation."""

    define: Define
    unknown: list[Unknown]
    tree: Any
    path: str

    def findings(self) -> list[Finding]:
        """The unknown parts as findings DEF006."""
        return [
            _finding("DEF006", f"{u.what} in {u.path} is not kept", self.path, u.line)
            for u in self.unknown
        ]


def read_define(path: Path | str, max_bytes: int = MAX_BYTES) -> Reading:
    """Read a define.xml (or the one in a folder).

    Raises:
        SpecificationError: DEF001 not XML, DEF002 not Define-XML 2.0/2.1, DEF003 a DOCTYPE,
            DEF004 above ``max_bytes``, DEF005 not readable.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "define.xml"
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise _error("DEF004", f"the file has {size:,} bytes; the limit is {max_bytes:,}", path)
        data = path.read_bytes()
    except OSError as error:
        raise _error("DEF005", f"cannot be read: {error.strerror}", path) from error
    return read_define_bytes(data, path.name)


def read_define_bytes(data: bytes, name: str = "define.xml") -> Reading:
    """As :func:`read_define`, from bytes; ``name`` appears in messages."""
    tree = parse(data, name)
    version = _version(tree, name)
    walk = _Walk(version)
    define = walk.read(tree.getroot(), Define)
    define.version = version
    define.stylesheet = _stylesheet(tree)
    if define.study is None or define.study.metadata is None:
        raise _error("DEF002", "it has no Study/MetaDataVersion", name)
    return Reading(define, walk.unknown, tree, name)


def parse(data: bytes, name: str) -> Any:
    """The document as an lxml tree, without entities, DTD, network or comments."""
    if _declares_doctype(data):
        raise _error("DEF003", "it has a DOCTYPE; entities are never resolved", name)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        tree = etree.ElementTree(etree.fromstring(data, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise _error("DEF001", f"not well-formed XML: {error}", name, line) from error
    if tree.getroot().getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise _error("DEF003", "it has a DOCTYPE; entities are never resolved", name)
    return tree


def _declares_doctype(data: bytes) -> bool:
    """Whether the prolog has a DOCTYPE, in any encoding that puts ASCII letters in order."""
    head = data[:PROLOG].replace(b"\x00", b"")
    head = re.sub(rb"<!--.*?-->", b"", head, flags=re.DOTALL)
    root = re.search(rb"<[A-Za-z_]", head)
    return b"<!DOCTYPE" in (head[: root.start()] if root else head)


def _version(tree: Any, name: str) -> str:
    root = tree.getroot()
    if OLDEST in root.nsmap.values():
        message = "it is Define-XML 1.0; 2.0 and 2.1 are read, and accepted by the agencies"
        raise _error("DEF002", message, name, root.sourceline)
    if root.tag != f"{{{ODM}}}ODM":
        raise _error(
            "DEF002", f"the root element is {root.tag}, not ODM 1.3", name, root.sourceline
        )
    used = [version for version, uri in DEF.items() if _speaks(root, uri)]
    if len(used) == 1:
        return used[0]
    others = sorted({uri for uri in root.nsmap.values() if "/ns/def/" in (uri or "")})
    said = f"the namespace {', '.join(others)}" if others else "no Define-XML namespace"
    raise _error("DEF002", f"it declares {said}; 2.0 and 2.1 are read", name, root.sourceline)


def _speaks(root: Any, uri: str) -> bool:
    """Whether the MetaDataVersion carries a DefineVersion of this namespace."""
    return root.find(f".//{{{ODM}}}MetaDataVersion[@{{{uri}}}DefineVersion]") is not None


def _stylesheet(tree: Any) -> str:
    node = tree.getroot().getprevious()
    while node is not None:
        if getattr(node, "target", "") == "xml-stylesheet":
            return unescape(str(node.get("href") or ""), {"&quot;": '"', "&apos;": "'"})
        node = node.getprevious()
    return ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the attributes and children of one class are read in one version."""

    attributes: dict[str, str]
    elements: dict[str, tuple[str, Bound]]
    content: str


_PLANS: dict[tuple[type[Node], str], _Plan] = {}


def _plan(node: type[Node], version: str) -> _Plan:
    known = _PLANS.get((node, version))
    if known is None:
        known = _PLANS[node, version] = _planned(node, version)
    return known


def _planned(node: type[Node], version: str) -> _Plan:
    attributes, elements, content = {}, {}, ""
    for name, bound in bindings(node):
        if bound.only not in ("", version):
            continue
        if bound.kind is Kind.ATTRIBUTE:
            attributes[clark(bound.attribute, version)] = name
        elif bound.kind is Kind.CONTENT:
            content = name
        else:
            tag = bound.attribute if bound.kind is Kind.WRAPPED else bound.tag
            elements[element_name(tag, version)] = (name, bound)
    return _Plan(attributes, elements, content)


class _Walk:
    """Reads elements into nodes and remembers what no field took."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.unknown: list[Unknown] = []

    def read(self, element: Any, node: type[Any]) -> Any:
        plan = _plan(node, self.version)
        made = node(line=element.sourceline or 0)
        for key, value in element.attrib.items():
            field = plan.attributes.get(key)
            if field is None or not value:
                self._lost(element, f"attribute {_short(key)}" + ("" if value else " (empty)"))
            else:
                setattr(made, field, value)
        if plan.content:
            setattr(made, plan.content, element.text or "")
        elif (element.text or "").strip():
            self._lost(element, f"text {element.text.strip()[:40]!r}")
        for child in element.iterchildren():
            self._child(made, child, plan)
        return made

    def _child(self, made: Any, child: Any, plan: _Plan) -> None:
        known = plan.elements.get(child.tag) if isinstance(child.tag, str) else None
        if (child.tail or "").strip():
            self._lost(child.getparent(), f"text {child.tail.strip()[:40]!r}")
        if known is None:
            self._lost(child.getparent(), f"element {_short(child.tag)}", child)
            return
        field, bound = known
        before = getattr(made, field)
        single = bound.kind in (Kind.CHILD, Kind.CHILD_TEXT, Kind.REFERENCE, Kind.WRAPPED)
        if single and before:
            self._lost(child.getparent(), f"repeated element {_short(child.tag)}", child)
            return
        value = self._value(child, bound)
        if isinstance(before, list):
            before.extend(value if bound.kind is Kind.WRAPPED else [value])
        else:
            setattr(made, field, value)

    def _value(self, child: Any, bound: Bound) -> Any:
        if bound.kind in (Kind.CHILD_TEXT, Kind.CHILD_TEXTS):
            return self._bare(child)
        if bound.kind in (Kind.REFERENCE, Kind.REFERENCES):
            return self._referenced(child, bound)
        if bound.kind is Kind.WRAPPED:
            return self._wrapped(child, bound)
        return self.read(child, bound.of)  # type: ignore[arg-type] # CHILD and CHILDREN name a class

    def _bare(self, child: Any) -> str:
        for key in child.attrib:
            self._lost(child, f"attribute {_short(key)}")
        for inner in child.iterchildren():
            self._lost(child, f"element {_short(inner.tag)}", inner)
        return child.text or ""

    def _referenced(self, child: Any, bound: Bound) -> str:
        wanted = clark(bound.attribute, self.version)
        for key in child.attrib:
            if key != wanted:
                self._lost(child, f"attribute {_short(key)}")
        for inner in child.iterchildren():
            self._lost(child, f"element {_short(inner.tag)}", inner)
        return child.get(wanted) or ""

    def _wrapped(self, wrapper: Any, bound: Bound) -> list[Any]:
        for key in wrapper.attrib:
            self._lost(wrapper, f"attribute {_short(key)}")
        inside = element_name(bound.tag, self.version)
        made = []
        for inner in wrapper.iterchildren():
            if inner.tag == inside:
                made.append(self.read(inner, bound.of))  # type: ignore[arg-type] # names a class
            else:
                self._lost(wrapper, f"element {_short(inner.tag)}", inner)
        if not made:
            self._lost(wrapper, "empty element")
        return made

    def _lost(self, element: Any, what: str, at: Any = None) -> None:
        parent = element.getparent()
        path = f"{_short(parent.tag)}/" if parent is not None else ""
        line = (element if at is None else at).sourceline or 0
        self.unknown.append(Unknown(line, path + _short(element.tag), what))


def _short(tag: Any) -> str:
    """``{http://.../def/v2.1}Origin`` as ``def:Origin``."""
    if not isinstance(tag, str):
        return "processing instruction"
    name = etree.QName(tag)
    part = re.search(r"/ns/(def|arm)/", name.namespace or "")
    if tag.startswith(XSI):
        return f"xsi:{name.localname}"
    return f"{part.group(1)}:{name.localname}" if part else str(name.localname)


def _finding(code: str, message: str, path: Path | str, line: int = 0) -> Finding:
    place = SpecPlace(file=Path(path).name, line=line, column=1 if line else 0)
    return finding(code, f"{Path(path).name}: {message}", spec=place)


def _error(code: str, message: str, path: Path | str, line: int = 0) -> SpecificationError:
    return SpecificationError(_finding(code, message, path, line))
