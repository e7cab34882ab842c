"""The PDFs of a package: readable, unprotected, an accepted version, bookmarks, nothing active."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from specs import Finding
from submission.package_check.tree import Package, PackageFile, about

_ACTIVE = {
    "/JavaScript": "scripts",
    "/JS": "scripts",
    "/Launch": "links to programs",
    "/EmbeddedFiles": "attachments",
    "/RichMedia": "media",
}


def pdf_findings(package: Package) -> Iterator[Finding]:
    """Everything about the PDFs."""
    for file in package.submitted:
        if file.suffix == ".pdf" and file.size and not file.link:
            yield from check_pdf(package, file)


def check_pdf(package: Package, file: PackageFile) -> Iterator[Finding]:
    """One PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports by exception as well
    try:
        reader = PdfReader(file.path)
        if reader.is_encrypted:
            yield about("PKG151", file, f"{file.name} has security settings")
            return
        found = list(_content(package, file, reader))
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        yield about("PKG150", file, f"{file.name} cannot be read: {error or type(error).__name__}")
        return
    yield from found


def _content(package: Package, file: PackageFile, reader: Any) -> Iterator[Finding]:
    profile = package.profile
    version = str(reader.pdf_header).removeprefix("%PDF-").strip()
    if version not in profile.pdf_versions:
        known = ", ".join(profile.pdf_versions)
        yield about("PKG152", file, f"{file.name} is PDF {version}; accepted are {known}")
    pages = len(reader.pages)
    if pages > profile.bookmarks_from_pages and not reader.outline:
        yield about("PKG153", file, f"{file.name} has {pages} pages and no bookmarks")
    active = sorted(_active(reader))
    if active:
        yield about("PKG154", file, f"{file.name} has {', '.join(active)}")


def _active(reader: Any) -> set[str]:
    """Active content named in the catalogue, in actions of pages, and in actions of annotations."""
    root = reader.root_object
    found = set()
    names = root.get("/Names")
    held = names.get_object() if names is not None else {}
    found |= {what for key, what in _ACTIVE.items() if key in held}
    actions = [root.get("/OpenAction")]
    for page in reader.pages:
        actions += [note.get_object().get("/A") for note in page.get("/Annots") or []]
    for action in actions:
        kind = action.get_object() if action is not None else None
        if isinstance(kind, dict) and kind.get("/S") in _ACTIVE:
            found.add(_ACTIVE[str(kind["/S"])])
    return found
