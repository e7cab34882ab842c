"""Study tagging files: what they say, and which files of the package they mean.

ICH STF 2.6.1: ``study-identifier`` with ``title`` and ``study-id``, then one ``doc-content`` with a
``file-tag`` per file; it refers to a leaf of the backbone (``index.xml#ID``).
"""

from __future__ import annotations

import csv
import io
import posixpath
from dataclasses import dataclass, field
from typing import Any

from define.document.reader import parse
from specs import Finding, SpecificationError
from submission.package_check.tree import Package, PackageFile, about

XLINK = "{http://www.w3.org/1999/xlink}href"
MAX_BYTES = 20 << 20
LEAFS = "leafs.csv"


@dataclass(slots=True)
class TaggingFile:
    """One study tagging file; ``tags`` maps a path of the package to its file-tag."""

    file: PackageFile
    study: str = ""
    title: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    dangling: list[str] = field(default_factory=list)
    unresolved: int = 0


@dataclass(slots=True)
class Tagging:
    """All study tagging files of a package, and what is wrong with them."""

    files: list[TaggingFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tag(self, relative: str) -> str:
        """The file-tag of a file; "" when no study tagging file refers to it."""
        return next((f.tags[relative] for f in self.files if relative in f.tags), "")


def read_tagging(package: Package) -> Tagging:
    """Every ``stf-*.xml`` (or ``stf.xml``) of the modules."""
    out = Tagging()
    leafs = _leafs(package, out)
    for file in package.submitted:
        if file.suffix == ".xml" and file.stem.lower().startswith("stf") and not file.link:
            try:
                out.files.append(_read(package, file, leafs))
            except SpecificationError as error:
                message = f"{file.name}: {error.findings[0].message}"
                out.findings.append(about("PKG111", file, message))
    for one in out.files:
        if not one.study:
            out.findings.append(about("PKG111", one.file, f"{one.file.name} names no study-id"))
        if one.unresolved:
            message = f"{one.unresolved} references of {one.file.name} name leafs that are not here"
            out.findings.append(about("PKG113", one.file, message))
    return out


def _read(package: Package, file: PackageFile, leafs: dict[str, str]) -> TaggingFile:
    root = _root(file)
    out = TaggingFile(file)
    out.study = _text(root, "study-id")
    out.title = _text(root, "title")
    base = file.relative.rpartition("/")[0]
    for content in root.iter("doc-content"):
        href = content.get(XLINK) or ""
        tag = content.find("file-tag")
        name = tag.get("name") or "" if tag is not None else ""
        path, _, leaf = href.partition("#")
        if leaf:
            if leaf not in leafs:
                out.unresolved += 1
                continue
            target = leafs[leaf]
        else:
            target = posixpath.normpath(posixpath.join(base, path))
        if target in package.by_path:
            out.tags[target] = name
        else:
            out.dangling.append(target)
    return out


def _root(file: PackageFile) -> Any:
    from lxml import etree

    from specs import finding

    if file.size > MAX_BYTES:
        raise SpecificationError(finding("PKG111", f"it has {file.size:,} bytes"))
    data = file.path.read_bytes()
    # the DTD that every tagging file declares is neither loaded nor resolved
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    if b"<!ENTITY" in data:
        raise SpecificationError(finding("PKG111", "it declares entities; they are never resolved"))
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SpecificationError(finding("PKG111", f"not well-formed XML: {error}")) from error
    if etree.QName(root).localname != "study":
        raise SpecificationError(finding("PKG111", f"the root element is {root.tag}, not study"))
    return root


def _text(root: Any, name: str) -> str:
    found = root.find(f"study-identifier/{name}")
    return (found.text or "").strip() if found is not None else ""


def _leafs(package: Package, out: Tagging) -> dict[str, str]:
    """Leaf ID to path, of the backbone ``index.xml`` or of our ``leafs.csv``."""
    backbone = package.by_path.get("index.xml")
    if backbone is not None:
        try:
            tree = parse(_without_doctype(backbone.path.read_bytes()), "index.xml")
        except SpecificationError as error:
            out.findings.append(about("PKG111", backbone, error.findings[0].message))
            return {}
        nodes = tree.getroot().iter("leaf")
        return {n.get("ID") or "": posixpath.normpath(n.get(XLINK) or "") for n in nodes}
    table = package.by_path.get(LEAFS)
    if table is None:
        return {}
    return leaf_table(table.path.read_text("utf-8", errors="replace"))


def leaf_table(text: str) -> dict[str, str]:
    """Leaf ID to path of a ``leafs.csv``; rows without both are left out."""
    try:
        rows = list(csv.DictReader(io.StringIO(text.replace("\0", ""), newline=None)))
    except csv.Error:
        return {}
    pairs = ((row.get("id"), row.get("href")) for row in rows)
    return {name: path for name, path in pairs if name and path}


def _without_doctype(data: bytes) -> bytes:
    """The backbone without its document type, which names a DTD that is never loaded."""
    import re

    return re.sub(rb"<!DOCTYPE[^>\[]*>", b"", data, count=1)
