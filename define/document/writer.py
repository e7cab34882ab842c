"""Model -> define.xml, the same bytes for the same model.

Elements and attributes stand in the order in which :mod:`define.model` declares them, which is the
order of the schema. The document is UTF-8, indented by two blanks, with ``\\n`` line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from define.document.binding import (
    ARM,
    DEF,
    ODM,
    XLINK,
    Bound,
    Kind,
    Node,
    bindings,
    clark,
    element_name,
)
from define.model import Define
from specs.codes import finding
from specs.errors import BuildError

STYLESHEETS = {"2.0": "define2-0.xsl", "2.1": "define2-1.xsl"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


def write_define(define: Define, path: Path | str) -> Path:
    """Write the document, or nothing: it is made beside ``path`` and moved into place.

    Raises:
        BuildError: DEF010 content that ``define.version`` cannot say, DEF011 a character that XML
            cannot hold, DEF014 a document that the schema or our own checks of references and
            names refuse.
    """
    from define.document.fit import refuse_unfit  # the checks import this module
    from transport.atomic import whole_file  # transport brings numpy; --help must not

    path = Path(path)
    data = to_bytes(define)
    refuse_unfit(data, path.name)
    with whole_file(path) as file:
        file.write(data)
    return path


def to_bytes(define: Define) -> bytes:
    """The document as bytes. Raises as :func:`write_define`."""
    root = to_element(define)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    if define.stylesheet:
        href = define.stylesheet.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        lines.append(f'<?xml-stylesheet type="text/xsl" href="{href}"?>')
    head = "\n".join(lines) + "\n"
    return head.encode() + bytes(etree.tostring(root, encoding="UTF-8")) + b"\n"


def to_element(define: Define) -> Any:
    """The ODM element, indented. Raises as :func:`write_define`."""
    spaces = {None: ODM, "def": DEF[define.version], "xlink": XLINK}
    if define.study and define.study.metadata and define.study.metadata.displays:
        spaces["arm"] = ARM
    return _Pen(define.version).element("ODM", define, spaces, depth=0)


class _Pen:
    """Writes nodes as elements of one version."""

    def __init__(self, version: str) -> None:
        self.version = version

    def element(self, tag: str, node: Node, spaces: Any = None, depth: int = 0) -> Any:
        made = etree.Element(element_name(tag, self.version), nsmap=spaces)
        self._fill(made, node, depth)
        return made

    def _fill(self, made: Any, node: Node, depth: int) -> None:
        inner: list[Any] = []
        for name, bound in bindings(type(node)):
            value = getattr(node, name)
            if not value:
                continue
            if bound.only not in ("", self.version):
                raise self._cannot_say(node, name, bound)
            if bound.kind is Kind.ATTRIBUTE:
                made.set(clark(bound.attribute, self.version), _checked(value, node))
            elif bound.kind is Kind.CONTENT:
                made.text = _checked(value, node)
            else:
                inner.extend(self._children(made, node, bound, value, depth + 1))
        _indent(made, inner, depth)

    def _children(
        self, parent: Any, node: Node, bound: Bound, value: Any, depth: int
    ) -> Iterator[Any]:
        if bound.kind is Kind.WRAPPED:
            wrapper = self._sub(parent, bound.attribute)
            inside = [self._below(wrapper, bound.tag, v, depth + 1) for v in value]
            _indent(wrapper, inside, depth)
            yield wrapper
            return
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Node):
                yield self._below(parent, bound.tag, one, depth)
                continue
            made = self._sub(parent, bound.tag)
            if bound.kind in (Kind.REFERENCE, Kind.REFERENCES):
                made.set(clark(bound.attribute, self.version), _checked(one, node))
            else:
                made.text = _checked(one, node)
            yield made

    def _sub(self, parent: Any, tag: str) -> Any:
        return etree.SubElement(parent, element_name(tag, self.version))

    def _below(self, parent: Any, tag: str, node: Node, depth: int) -> Any:
        made = self._sub(parent, tag)
        self._fill(made, node, depth)
        return made

    def _cannot_say(self, node: Node, name: str, bound: Bound) -> BuildError:
        where = getattr(node, "oid", "") or getattr(node, "name", "")
        what = f"{bound.tag or bound.attribute} of {type(node).__name__} {where}".rstrip()
        message = f"{what} ({name}) exists in Define-XML {bound.only} only, not in {self.version}"
        hint = "convert the model first: define.document.convert.to_version(model, version)"
        return BuildError(finding("DEF010", message, hint=hint))


def _indent(made: Any, inner: list[Any], depth: int) -> None:
    """White space between the children; an element with text keeps its text untouched."""
    if not inner:
        return
    made.text = "\n" + "  " * (depth + 1)
    for one in inner[:-1]:
        one.tail = "\n" + "  " * (depth + 1)
    inner[-1].tail = "\n" + "  " * depth


def _checked(text: str, node: Node) -> str:
    bad = CONTROL.search(text)
    if bad is None:
        return text
    where = getattr(node, "oid", "") or type(node).__name__
    shown = text[max(0, bad.start() - 20) : bad.end() + 20]
    message = f"{where}: {shown!r} holds U+{ord(bad.group()):04X}, which XML cannot hold"
    raise BuildError(finding("DEF011", message, value=shown))
