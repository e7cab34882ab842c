"""ODM-XML 1.3, streamed: one wide table per item group.

Lenient, as exports of EDC systems need: metadata may be absent, repeat keys may be absent,
transactions (ODM 1.3.2, section 2.5) are applied in document order, vendor attributes are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd
from lxml import etree

from sdtm.raw._choose import choose
from sdtm.raw._columns import choose_columns, header_names
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo
from sdtm.raw.codes import error, note
from sdtm.raw.formats._odm_document import KEYS, Document
from specs.errors import RawDataError

_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)""")
_BLOCK = 1 << 18
_PROLOG = 1 << 20
_START = ("SubjectData", "StudyEventData", "FormData", "ClinicalData")
_END = ("ItemGroupData", "SiteRef", "ItemDef", "ItemGroupDef", "Study", "AuditRecord", "AuditLog")


def read(source: RawFile, options: ReadOptions) -> list[RawTable]:
    """One table per item group that ``options.item_group`` names; rows are the ordinals of their
    ItemGroupData elements in the document."""
    document = _stream(source, options.item_group)
    names = choose(source.file, "item group", options.item_group, document.group_names())
    return [_table(source, document, name, options) for name in names]


def tables(source: RawFile, options: ReadOptions) -> list[TableInfo]:
    """Every item group with its items; ODM has no index, so the document is streamed."""
    document = _stream(source, "*")
    return [
        TableInfo(
            name=name,
            file=source.file,
            format="odm",
            columns=tuple(_column_names(document, name)),
            rows=len(document.records(name).rows()),
            exact=True,
            item_group=name,
            labels=document.labels(name),
        )
        for name in document.group_names()
    ]


def sizes(source: RawFile, options: ReadOptions) -> dict[str, int]:
    """Of each item group how many records it has."""
    return {one.name: one.rows or 0 for one in tables(source, options)}


def _table(source: RawFile, document: Document, name: str, options: ReadOptions) -> RawTable:
    place = f"{source.file}[{name}]"
    records = document.records(name)
    findings = document.findings_of(name)
    names = _column_names(document, name)
    shown = [document.item_names.get(n, n) for n in names] if options.item_names else names
    header = header_names(place, shown, 1, findings)
    wanted = choose_columns(place, header, options.columns)
    oids = dict(zip(header.names, names, strict=True))
    rows = records.rows()
    columns = records.columns(oids[column] for column in wanted)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
    frame.columns = pd.Index(wanted, dtype="str")
    if not len(rows):
        findings.append(note("RAW104", "an item group without records", place))
    return RawTable(
        name=name,
        file=source.file,
        frame=frame,
        rows=rows,
        encoding=document.encoding,
        sheet=name,
        sha256=source.sha256,
        findings=findings,
        technical=tuple(key for key in KEYS if key != "LocationOID"),  # a site is collected
        null_reasons=True,
        beside=tuple(document.group_names()),
    )


def _column_names(document: Document, name: str) -> list[str]:
    """Keys, vendor attributes, then items: in the order of the metadata, else of appearance."""
    records = document.records(name)
    vendor = [key for key in records.key_names() if key not in KEYS]
    items = dict.fromkeys([*document.item_refs.get(name, ()), *records.items])
    return [*KEYS, *vendor, *items]


def _stream(source: RawFile, wanted: str | None) -> Document:
    """Walk the document once; elements are dropped as soon as they are read."""
    root, encoding = _root(source)

    def matches(name: str) -> bool:
        return wanted is None or name == wanted or fnmatchcase(name, wanted)

    document = Document(source.file, root, encoding, matches)
    tags = [f"{{*}}{name}" for name in (*_START, *_END)]
    parser: Any = etree.XMLPullParser(
        ("start", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _ in _fed(source, parser):
        for event, element in parser.read_events():
            name = element.tag.rpartition("}")[2]
            if event == "start":
                if name in _START:
                    document.enter(name, element)
            else:
                document.leave(name, element)
                if name not in ("SiteRef", "AuditLog"):
                    _drop(element)
    return document


def _fed(source: RawFile, parser: Any) -> Iterator[None]:
    """Feed the file block by block; yields after each, and once at the end."""
    try:
        with source.path.open("rb") as handle:
            while block := handle.read(_BLOCK):
                parser.feed(block)
                yield
        parser.close()
        yield
    except etree.XMLSyntaxError as problem:
        raise _malformed(source, problem) from None


def _malformed(source: RawFile, problem: etree.XMLSyntaxError) -> RawDataError:
    row = problem.lineno or None
    message = f"not well-formed XML: {problem.msg}"
    hint = "the file may be cut short; export it again"
    return error("RAW102", message, source.file, row, hint=hint)


def _drop(element: Any) -> None:
    """Forget an element and those before it, so that memory stays bounded."""
    if element.tag.endswith("}AuditRecord") and not element.getparent().tag.endswith("Records"):
        return
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _root(source: RawFile) -> tuple[dict[str, str], str]:
    """Attributes of the root element and encoding; refuses what is no ODM 1.x, or has a DOCTYPE."""
    if source.path.stat().st_size == 0:
        raise error("RAW103", "the file is empty", source.file)
    parser: Any = etree.XMLPullParser(("start",), resolve_entities=False, no_network=True)
    with source.path.open("rb") as handle:
        head = handle.read(_PROLOG)
    try:
        parser.feed(head)
    except etree.XMLSyntaxError as problem:
        if b"<!DOCTYPE" in head:
            raise _doctype(source) from None
        raise _malformed(source, problem) from None
    _, root = next(iter(parser.read_events()), (None, None))
    if root is None:
        raise error("RAW102", "no XML element in the first megabyte", source.file, 1)
    if root.getroottree().docinfo.doctype:
        raise _doctype(source)
    name = root.tag.rpartition("}")[2]
    version = root.get("ODMVersion", "1.3")
    if name != "ODM" or not version.startswith("1."):
        what = f"ODM {version}" if name == "ODM" else f"an XML document of <{name}>"
        raise error("RAW102", f"{what}, not ODM 1.3", source.file, root.sourceline)
    declared = _ENCODING.search(head[:200])
    return dict(root.attrib), declared.group(1).decode().lower() if declared else "utf-8"


def _doctype(source: RawFile) -> RawDataError:
    return error("RAW130", "the file has a document type declaration", source.file, 1)
