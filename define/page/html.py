"""define.html beside define.xml, by the official stylesheet, since browsers drop XSLT.

The stylesheet is the one of the package ``defineutils`` (Lex Jansen, MIT). It runs without access
to the network and to other files; the result loads nothing from elsewhere. Its print rules give way
to ours: A4 landscape, tables that keep their columns inside the page.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

from define.document.convert import to_version
from define.document.reader import parse, read_define
from define.document.writer import STYLESHEETS, to_bytes
from define.page.links import without_links
from specs.codes import finding
from specs.errors import BuildError

STYLESHEET = STYLESHEETS["2.1"]

PRINT_CSS = """
@page { size: A4 landscape; margin: 12mm; }
@media print {
  html, body, #main, .main, div, section { overflow: visible !important; height: auto !important; }
  body { font-size: 8pt; }
  #menu, .menu, #toggle, .toggle, button, .linktop { display: none !important; }
  #main, .main { position: static !important; left: 0 !important; margin: 0 !important;
    padding: 0 !important; width: 100% !important; float: none !important; }
  table { width: 100% !important; max-width: 100% !important; table-layout: auto !important;
    border-collapse: collapse; page-break-inside: auto; }
  thead { display: table-header-group; }
  tr { page-break-inside: avoid; }
  th, td { font-size: 7pt !important; padding: 1pt 2pt !important; white-space: normal !important;
    overflow-wrap: break-word; min-width: 0 !important; max-width: none !important; }
  td:nth-last-child(-n+2) { overflow-wrap: anywhere; }
  pre, code, .code, .formalexpression { white-space: pre-wrap !important; overflow-wrap: anywhere; }
  a[href]::after { content: none !important; }
}
"""


def stylesheet() -> bytes:
    """The official stylesheet for Define-XML 2.1, as it is published."""
    return (files("defineutils") / "definehtml" / STYLESHEET).read_bytes()


LOOKUP = re.compile(r"\$g_seq(\w+)\[@(?:OID|ID)\s*=\s*(\$\w+(?:/[\w:@]+)*)\]")
PARENT = re.compile(r"\$g_seqItemGroupDefs/odm:ItemRef\[@ItemOID=(\$\w+)\]")
SIBLING = re.compile(r"(?:\.\./)+odm:ItemDef\[@OID=(\$\w+)\]")
LISTED = re.compile(r"(?:\.\./)+odm:ItemDef/def:ValueListRef\[@ValueListOID=(\$\w+)\]")
INDEXED = {
    "ItemDefs": "odm:ItemDef",
    "ItemGroupDefs": "odm:ItemGroupDef",
    "CodeLists": "odm:CodeList",
    "MethodDefs": "odm:MethodDef",
    "CommentDefs": "def:CommentDef",
    "WhereClauseDefs": "def:WhereClauseDef",
    "ValueListDefs": "def:ValueListDef",
}


def indexed(sheet: str) -> str:
    """The stylesheet with its searches by OID as look-ups in keys: the same page, in linear time.

    The published stylesheet walks through all definitions for each reference: 20 seconds for 60
    data sets of 40 variables.
    """

    def keyed(match: re.Match[str]) -> str:
        known = match[1] in INDEXED
        return f"key('g_seq{match[1]}', {match[2]})" if known else match[0]

    sheet = LOOKUP.sub(keyed, sheet)
    sheet = PARENT.sub(r"key('g_refs', \1)[parent::odm:ItemGroupDef]", sheet)
    sheet = SIBLING.sub(r"key('g_seqItemDefs', \1)", sheet)
    sheet = LISTED.sub(r"key('g_lists', \1)", sheet)
    keys = [
        f'<xsl:key name="g_seq{name}" match="odm:MetaDataVersion/{tag}" use="@OID"/>'
        for name, tag in INDEXED.items()
    ]
    keys.append('<xsl:key name="g_refs" match="odm:ItemRef" use="@ItemOID"/>')
    keys.append('<xsl:key name="g_lists" match="def:ValueListRef" use="@ValueListOID"/>')
    return re.sub(r"(<xsl:output\b[^>]*/>)", lambda m: m[1] + "".join(keys), sheet, count=1)


def write_html(path: Path | str, html: Path | str | None = None) -> Path:
    """Copy the stylesheet next to a define.xml and write ``define.html`` (or ``html``) beside it.

    A 2.0 document is shown as 2.1 (see :mod:`define.document.convert`); the file itself is not
    touched.

    Raises:
        SpecificationError: DEF001 to DEF005, the document cannot be read.
        BuildError: DEF030, the stylesheet fails on it.
    """
    from transport.atomic import whole_file
    from transport.publish import enter

    path = Path(path)
    out = Path(html) if html else path.with_suffix(".html")
    page = to_html(path)
    enter(path.parent / STYLESHEET, out)
    with whole_file(path.parent / STYLESHEET) as file:
        file.write(stylesheet())
    with whole_file(out) as file:
        file.write(page)
    return out


def to_html(path: Path | str) -> bytes:
    """The page as bytes. Raises as :func:`write_html`."""
    reading = read_define(path)
    tree = reading.tree
    if reading.define.version == "2.0":
        tree = parse(to_bytes(to_version(reading.define, "2.1").define), Path(path).name)
    control: Any = etree.XSLTAccessControl
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        transform = etree.XSLT(
            etree.fromstring(indexed(stylesheet().decode()).encode(), parser),
            access_control=control.DENY_ALL,
        )
        page = transform(tree)
    except etree.XSLTError as error:
        message = f"{Path(path).name}: the stylesheet fails: {error}"
        raise BuildError(finding("DEF030", message)) from error
    return _finished(str(page))


def _finished(page: str) -> bytes:
    """The page with our print rules, to which the style sheet's own @page rule gives way, and
    without links that may not be followed."""
    page = re.sub(r"@page\s*\{[^}]*\}", "", page)
    page = without_links(page)
    style = f'<style type="text/css">{PRINT_CSS}</style></head>'
    page = re.sub(r"</head>", lambda _: style, page, count=1, flags=re.IGNORECASE)
    return page.encode()


def external_addresses(page: bytes) -> list[str]:
    """Addresses that opening the page would load: scripts, styles, images from elsewhere."""
    pattern = rb"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*["']([^"']+)"""
    found: list[Any] = re.findall(pattern, page, flags=re.IGNORECASE)
    return sorted({a.decode() for a in found if re.match(rb"(https?:)?//", a)})
