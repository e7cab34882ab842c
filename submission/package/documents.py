"""Documents that people made: the study's ``documents`` folder, checked before it is packaged."""

from __future__ import annotations

import logging
from pathlib import Path

from specs import Finding, SpecificationError, Study, finding

FOLDER = "documents"
KNOWN = ("acrf.pdf", "csdrg.pdf", "adrg.pdf")


def study_documents(study: Study) -> dict[str, Path]:
    """The documents that a package takes, by name. Others in the folder are left alone.

    Raises SpecificationError PKG172 for one that cannot be opened, PKG173 for one that leads out of
    the study folder.
    """
    problems: list[Finding] = []
    found = {}
    for name in KNOWN:
        path = study.root / FOLDER / name
        if not path.exists() and not path.is_symlink():
            continue
        problem = _outside(study.root, path) or _unreadable(path)
        if problem is not None:
            problems.append(problem)
        found[name] = path
    if problems:
        raise SpecificationError(problems)
    return found


def _outside(root: Path, path: Path) -> Finding | None:
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return finding("PKG173", f"{FOLDER}/{path.name} is a link that leads nowhere")
    if root.resolve() not in real.parents:
        return finding("PKG173", f"{FOLDER}/{path.name} leads out of the study folder")
    return None


def _unreadable(path: Path) -> Finding | None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports by exception as well
    try:
        reader = PdfReader(path)
        if not reader.is_encrypted:
            len(reader.pages)
            return None
        reason = "it has security settings"
    except (PyPdfError, OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error) or type(error).__name__
    return finding("PKG172", f"{FOLDER}/{path.name} cannot be used: {reason}")
