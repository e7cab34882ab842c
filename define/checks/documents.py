"""Documents: leafs that exist, inside the tree, with destinations that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from define.checks.document import Examined
from define.checks.numbers import number
from define.checks.origins import physical_pages
from define.checks.registry import Hit, check
from define.page.links import may_be_followed
from specs.findings import Severity

PAGE_TYPES = ("PhysicalRef", "NamedDestination")


def href_path(href: str) -> str:
    """The path of an href: without fragment, with blanks instead of %20."""
    return unquote(href.split("#", maxsplit=1)[0])


@check(
    "DEF240",
    "document that is not on disk",
    family="leafs",
    why="The link opens nothing.",
    fix="Put the file where the href says, or correct the href.",
    needs=("files",),
)
def leafs_exist(doc: Examined) -> Iterator[Hit]:
    """Leafs inside the folder name files that exist; one finding when none of them does."""
    named = [(leaf, doc.file(href_path(leaf.href))) for leaf in doc.lookup.leafs.values()]
    inside = [(leaf, path) for leaf, path in named if path is not None]
    absent = [leaf for leaf, path in inside if not path.is_file()]
    if len(absent) > 1 and len(absent) == len(inside):
        message = f"none of the {len(absent)} files that the document names is there"
        yield Hit(doc.metadata, message, value=absent[0].href)
        return
    for leaf in absent:
        yield Hit(leaf, f"{leaf.id}: {leaf.href} is not there", value=leaf.href)


@check(
    "DEF241",
    "document outside the tree",
    family="leafs",
    why="An absolute path or a web address is not part of the submission; a '..' may leave it.",
    fix="Use a relative path to a file in the submission.",
)
def leafs_stay_inside(doc: Examined) -> Iterator[Hit]:
    """Leafs are relative paths without drive, scheme or '..' (but ADaM's ../programs)."""
    for leaf in doc.lookup.leafs.values():
        path = href_path(leaf.href)
        outside = (
            path.startswith("/")
            or "\\" in path
            or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path)
            or _climbs(doc, path)
        )
        if outside or not may_be_followed(leaf.href):
            hint = "" if may_be_followed(leaf.href) else LEFT_OUT
            message = f"{leaf.id}: {leaf.href} leads out of the folder"
            yield Hit(leaf, message, value=leaf.href, hint=hint)


def _climbs(doc: Examined, path: str) -> bool:
    """Whether a path goes up. ADaM's ``../programs`` is where the eCTD has them."""
    parts = PurePosixPath(path).parts
    if doc.lookup.is_analysis and parts[:2] == ("..", "programs"):
        parts = parts[2:]
    return ".." in parts


LEFT_OUT = "define.html shows the words without the link"


@check(
    "DEF232",
    "link of a dictionary that is neither https nor a relative path",
    family="leafs",
    why="javascript: runs in the page, file: opens what lies elsewhere, http: can be changed on "
    "the way; define.html leaves such a link out.",
    fix="Give the https address, or none.",
)
def dictionaries_are_linked_safely(doc: Examined) -> Iterator[Hit]:
    """Links of external code lists are https or relative paths."""
    for codelist in doc.lookup.codelists.values():
        external = codelist.external
        if external is not None and not may_be_followed(external.href):
            message = f"{codelist.oid}: {external.href} is no link that a page should have"
            yield Hit(external, message, value=external.href, hint=LEFT_OUT)


@check(
    "DEF242",
    "data set without file",
    family="leafs",
    why="A reviewer opens the data from the document.",
    fix="Give the data set a leaf and an ArchiveLocationID; a data set without data has neither.",
)
def datasets_have_files(doc: Examined) -> Iterator[Hit]:
    """Every data set that has data has a leaf, and its ArchiveLocationID names it."""
    for dataset in doc.metadata.datasets:
        if dataset.has_no_data == "Yes":
            continue
        if dataset.leaf is None:
            yield Hit(dataset, f"{dataset.name} has no leaf", dataset=dataset.name)
        elif dataset.archive_location_id != dataset.leaf.id:
            said = dataset.archive_location_id
            message = (
                f"{dataset.name}: ArchiveLocationID {said!r} is not its leaf {dataset.leaf.id!r}"
            )
            yield Hit(dataset, message, dataset.name, value=said)


@check(
    "DEF243",
    "file name that is not the data set's",
    family="leafs",
    why="Agencies want lower-case names, and the file of AE is ae.xpt.",
    fix="Use the lower-case name of the data set with .xpt.",
)
def file_names_fit(doc: Examined) -> Iterator[Hit]:
    """The file is the lower-case name of the data set with .xpt."""
    for dataset in doc.metadata.datasets:
        if dataset.leaf is None or not dataset.leaf.href:
            continue
        name = PurePosixPath(href_path(dataset.leaf.href)).name
        if name != f"{dataset.name.lower()}.xpt":
            message = f"{dataset.name}: the file is {name!r}"
            yield Hit(dataset.leaf, message, dataset.name, value=name)


@check(
    "DEF244",
    "annotated CRF that is missing",
    family="documents",
    why="An SDTM document with collected values points to the annotated CRF.",
    fix="Add def:AnnotatedCRF with a reference to the leaf of acrf.pdf.",
)
def crf_is_named(doc: Examined) -> Iterator[Hit]:
    """SDTM with collected values names its annotated CRF."""
    if doc.lookup.is_analysis or doc.lookup.is_nonclinical or doc.metadata.annotated_crf:
        return
    types = {o.type for item in doc.metadata.items for o in item.origins}
    if types & {"Collected", "CRF"}:
        message = "values are collected and there is no def:AnnotatedCRF"
        hint = next((x.id for x in doc.metadata.leafs if "crf" in x.href.lower()), "")
        yield Hit(doc.metadata, message, hint=hint and f"the leaf {hint} looks like it")


@check(
    "DEF245",
    "named destination that the PDF does not have",
    family="pages",
    why="The link opens the first page instead of the place.",
    fix="Add the destination to the PDF, or use a page number.",
    needs=("pdf",),
)
def destinations_exist(doc: Examined) -> Iterator[Hit]:
    """Named destinations exist in the PDF."""
    for holder, document in doc.lookup.document_refs:
        pdf = doc.pdfs.get(document.leaf_id)
        if pdf is None or pdf.problem:
            continue
        for pages in document.pages:
            if pages.type != "NamedDestination":
                continue
            for name in pages.pages.split():
                if unquote(name) not in pdf.destinations and name not in pdf.destinations:
                    where = getattr(holder, "oid", document.leaf_id)
                    message = f"{where}: {pdf.path.name} has no destination {name!r}"
                    yield Hit(pages, message, value=name)


@check(
    "DEF246",
    "page reference that cannot be followed",
    family="pages",
    why="Pages are numbers separated by blanks, or a first and a last page.",
    fix="Write PageRefs='6 12 13', or FirstPage and LastPage.",
)
def page_refs_are_pages(doc: Examined) -> Iterator[Hit]:
    """PDFPageRefs have a known type and either pages or a rising range."""
    for _holder, document in doc.lookup.document_refs:
        for pages in document.pages:
            problem = ""
            if pages.type not in PAGE_TYPES:
                problem = f"the type is {pages.type!r}"
            elif bool(pages.pages) == bool(pages.first_page or pages.last_page):
                problem = "either PageRefs, or FirstPage and LastPage"
            elif pages.type == "PhysicalRef" and not _numbered(pages.pages):
                problem = f"{pages.pages!r} are no page numbers"
            elif pages.first_page and not _rising(pages.first_page, pages.last_page):
                problem = f"pages {pages.first_page} to {pages.last_page}"
            if problem:
                yield Hit(pages, f"{document.leaf_id}: {problem}", value=pages.pages)


def _numbered(pages: str) -> bool:
    return all(number(p) is not None for p in pages.split())


def _rising(first: str, last: str) -> bool:
    one, other = number(first), number(last)
    return one is not None and other is not None and one <= other


@check(
    "DEF247",
    "PDF that cannot be opened",
    family="documents",
    why="A reviewer cannot open it either.",
    fix="Write the PDF again; it must not need a password.",
    severity=Severity.BLOCKS,
    needs=("pdf",),
)
def pdfs_open(doc: Examined) -> Iterator[Hit]:
    """PDFs that the document names can be read."""
    for leaf_id, pdf in doc.pdfs.items():
        if pdf.problem:
            message = f"{pdf.path.name} cannot be read: {pdf.problem}"
            yield Hit(doc.lookup.leafs[leaf_id], message, value=pdf.path.name)


@check(
    "DEF248",
    "stylesheet that is missing",
    family="documents",
    why="Without it a browser shows bare XML.",
    fix="Put the stylesheet beside the document and name it in xml-stylesheet.",
    severity=Severity.INFO,
)
def stylesheet_is_there(doc: Examined) -> Iterator[Hit]:
    """The document names a stylesheet, and the file exists."""
    href = doc.define.stylesheet
    if not href:
        yield Hit(None, "the document names no stylesheet", line=1)
        return
    path = doc.file(href)
    if doc.folder is not None and (path is None or not path.is_file()):
        yield Hit(None, f"the stylesheet {href} is not there", value=href, line=2)


@check(
    "DEF249",
    "reference to pages of a document that is no PDF",
    family="documents",
    why="Only PDFs have pages that a link can open.",
    fix="Remove the pages, or name the PDF.",
)
def pages_are_of_pdfs(doc: Examined) -> Iterator[Hit]:
    """Page references point to PDFs."""
    for _holder, document in doc.lookup.document_refs:
        leaf = doc.lookup.leafs.get(document.leaf_id)
        if leaf is None or href_path(leaf.href).lower().endswith(".pdf"):
            continue
        for pages in document.pages:
            if physical_pages(pages) or pages.pages:
                yield Hit(pages, f"{leaf.id}: pages of {leaf.href}", value=leaf.href)
