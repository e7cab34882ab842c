"""The study tagging file and the leafs it refers to.

ICH, The eCTD Backbone File Specification for Study Tagging Files 2.6.1: title and study-id of the
study, then for each file a reference to its leaf in the backbone and its file-tag. The backbone
(``index.xml``) holds the whole application and is made by the publishing tool; ``leafs.csv`` gives
it the rows of this study.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from submission.package.layout import Layout, Leaf

ECTD = "http://www.ich.org/ectd"
XLINK = "http://www.w3.org/1999/xlink"
COLUMNS = ("id", "href", "title", "file_tag", "operation", "checksum", "checksum_type")


def tagging_file(layout: Layout, title: str, study_id: str, leafs: Sequence[Leaf]) -> bytes:
    """The document. Its references climb to the folder that holds m5."""
    from lxml import etree

    up = "../" * layout.tagging_file.count("/")
    root = etree.Element(f"{{{ECTD}}}study", nsmap={"ectd": ECTD, "xlink": XLINK})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    root.set("dtd-version", "2.2")
    identifier = etree.SubElement(root, "study-identifier")
    etree.SubElement(identifier, "title").text = title
    etree.SubElement(identifier, "study-id").text = study_id
    documents = etree.SubElement(root, "study-document")
    for leaf in leafs:
        content = etree.SubElement(documents, "doc-content")
        content.set(f"{{{XLINK}}}href", f"{up}index.xml#{leaf.id}")
        tag = etree.SubElement(content, "file-tag")
        tag.set("name", leaf.tag)
        tag.set("info-type", "us")
    return bytes(
        etree.tostring(
            root,
            xml_declaration=True,
            encoding="UTF-8",
            pretty_print=True,
            doctype=f'<!DOCTYPE ectd:study SYSTEM "{up}util/dtd/ich-stf-v2-2.dtd">',
        )
    )


def leaf_rows(leafs: Sequence[Leaf], root: Path) -> bytes:
    """``leafs.csv``: what the backbone says of each file, with its MD5 checksum."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for leaf in leafs:
        digest = md5(root / leaf.relative)
        rows.writerow([leaf.id, leaf.relative, leaf.title, leaf.tag, "new", digest, "md5"])
    return out.getvalue().encode()


def md5(path: Path) -> str:
    """The MD5 checksum of a file, which is what the backbone asks for."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
