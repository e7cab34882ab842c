"""Packages of controlled terminology as compact files.

``<package>.tsv.gz``: a head line ``ct<TAB>package``, then for each codelist a line
``L<TAB>code<TAB>submission value<TAB>name<TAB>Yes|No|<TAB>preferred term``, followed by its terms,
``code<TAB>submission value<TAB>preferred term<TAB>synonym;synonym``. Facts only, no definitions.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards.rows import TABLES, write_bytes

PACKAGE_NAME = re.compile(r"[a-z]+(?:-xml)?ct-\d{4}-\d{2}-\d{2}")


@dataclass
class PackageCodelist:
    """A codelist on its way into a file. ``terms``: (code, value, preferred, synonyms joined)."""

    code: str
    value: str
    name: str
    extensible: str
    preferred: str
    terms: list[tuple[str, str, str, str]] = field(default_factory=list)


def write_package(folder: Path, package: str, codelists: Iterable[PackageCodelist]) -> Path:
    """Write ``<package>.tsv.gz`` into ``folder``; the same content gives the same bytes."""
    lines = [f"ct\t{package}"]
    for item in codelists:
        lines.append(
            "\t".join(("L", item.code, item.value, item.name, item.extensible, item.preferred))
        )
        lines.extend("\t".join(term) for term in item.terms)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{package}.tsv.gz"
    write_bytes(path, gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0))
    return path


def read_text(path: Path) -> str:
    """The text of a package file. Raises SpecificationError STD203 if it is damaged."""
    try:
        text = gzip.decompress(path.read_bytes()).decode()
    except (OSError, EOFError, ValueError) as error:
        message = f"{path.name} is damaged: {error}"
        raise SpecificationError(finding("STD203", message)) from error
    if not text.startswith("ct\t"):
        message = f"{path.name} is not a controlled terminology package"
        raise SpecificationError(finding("STD203", message))
    return text


def how_to_import(package: str) -> str:
    """How a package that is not held is brought in: NCI EVS keeps all that were published."""
    standard = package.rpartition("ct-")[0]
    named = {"adam": "ADaM", "define-xml": "Define-XML"}.get(standard, standard.upper())
    date = package[-10:]
    return (
        f"take '{named} Terminology {date}.txt' from the archive of NCI EVS and run `tracelock "
        f"standards import FILE --package {package} --into STUDY/standards`"
    )


def available(extra_dir: Path | None = None) -> list[str]:
    """The names of the packages that can be pinned."""
    folders = [TABLES] if extra_dir is None else [TABLES, extra_dir]
    return sorted(
        {path.name.removesuffix(".tsv.gz") for f in folders for path in f.glob("*.tsv.gz")}
    )


def locate(package: str, extra_dir: Path | None) -> Path:
    """The file of a package. Raises SpecificationError STD201, or STD205 if two copies differ."""
    folders = [TABLES] if extra_dir is None else [TABLES, extra_dir]
    paths = [folder / f"{package}.tsv.gz" for folder in folders]
    found = [path for path in paths if PACKAGE_NAME.fullmatch(package) and path.is_file()]
    if not found:
        message = f"controlled terminology {package!r} is not here"
        hint = f"here are: {', '.join(available(extra_dir))}"
        if PACKAGE_NAME.fullmatch(package):
            hint = f"{how_to_import(package)}; {hint}"
        raise SpecificationError(finding("STD201", message, value=package, hint=hint))
    if len(found) == 2 and read_text(found[0]) != read_text(found[1]):
        message = f"{found[1].name} in the standards folder differs from the shipped one"
        raise SpecificationError(finding("STD205", message, value=package))
    return found[0]
