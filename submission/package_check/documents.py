"""What stands beside the data sets: define.xml, stylesheet, annotated CRF, guides, programs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from define.document.reader import read_define
from define.document.schema import schema_errors
from specs import Finding, TracelockError
from submission.package_check.tree import ADAM, PROGRAMS, SDTM, Package, PackageFile, about

_GUIDES = {SDTM: "csdrg", ADAM: "adrg"}


def document_findings(package: Package) -> Iterator[Finding]:
    """Everything about documents, study by study."""
    for study in package.studies:
        for place in (SDTM, ADAM):
            data = package.at(study, place, ".xpt")
            if data and {f.stem.lower() for f in data} != {"ts"}:
                yield from _beside(package, study, place)
                yield from _define(package, study, place, data)


def _beside(package: Package, study: str, place: str) -> Iterator[Finding]:
    names = {f.name.lower() for f in package.at(study, place)}
    where = f"m5/datasets/{study}/{place}"
    asked = package.profile.required
    if place == SDTM and "acrf" in asked and "acrf.pdf" not in names:
        yield about("PKG141", where, f"acrf.pdf is not in {where}")
    guide = _GUIDES[place]
    kinds = [n.rpartition(".")[2] for n in names if n.rpartition(".")[0] == guide]
    if guide in asked and not kinds:
        yield about("PKG142", where, f"{guide}.pdf is not in {where}")
    elif guide in asked and "pdf" not in kinds:
        yield about("PKG143", where, f"{guide} is there as {', '.join(sorted(kinds))}, not as PDF")
    if place == ADAM and "programs" in asked and not package.at(study, PROGRAMS):
        yield about("PKG149", where, f"m5/datasets/{study}/{PROGRAMS} holds no programs")


def _define(package: Package, study: str, place: str, data: list[PackageFile]) -> Iterator[Finding]:
    file = next((f for f in package.at(study, place) if f.name.lower() == "define.xml"), None)
    if file is None or file.link:
        return
    try:
        reading = read_define(file.path)
    except TracelockError as error:
        yield about("PKG146", file, error.findings[0].message)
        return
    yield from _schema(file, reading)
    yield from _stylesheet(package, file, reading.define.stylesheet)
    yield from _data_sets(file, reading, data)
    for leaf in _leafs(reading):
        yield from _reference(package, file, leaf.href, f"leaf {leaf.id}")


def _schema(file: PackageFile, reading: Any) -> Iterator[Finding]:
    """One finding, however much the schema objects to: `define check` lists it all."""
    errors = schema_errors(reading.tree, reading.define.version)
    if errors:
        line, said = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        yield about("PKG182", file, f"{file.relative}:{line}: {said}{more}")


def _stylesheet(package: Package, file: PackageFile, href: str) -> Iterator[Finding]:
    target = posixpath.join(file.relative.rpartition("/")[0], href)
    if not href:
        yield about("PKG140", file, f"{file.relative} names no stylesheet")
    elif posixpath.normpath(target) not in package.by_path:
        yield about("PKG140", file, f"{file.relative} names {href}, which is not there", value=href)


def _data_sets(file: PackageFile, reading: Any, data: list[PackageFile]) -> Iterator[Finding]:
    held = {f.stem.upper(): f for f in data}
    described = {d.sas_name or d.name: d for d in reading.define.metadata.datasets}
    for name in sorted(set(held) - {n.upper() for n in described}):
        yield about("PKG144", held[name], f"define.xml does not describe {name}", dataset=name)
    for name, group in described.items():
        if name.upper() not in held and group.has_no_data != "Yes":
            message = f"define.xml describes {name}, which has no file here"
            yield about("PKG145", file, message, dataset=name)


def _leafs(reading: Any) -> list[Any]:
    metadata = reading.define.metadata
    return [*metadata.leafs, *(d.leaf for d in metadata.datasets if d.leaf and not d.has_no_data)]


def _reference(package: Package, file: PackageFile, href: str, what: str) -> Iterator[Finding]:
    address = urlsplit(href)
    if address.scheme or address.netloc:
        return  # an address of a dictionary or a guideline is no file of the package
    base = file.relative.rpartition("/")[0]
    target = posixpath.normpath(posixpath.join(base, unquote(address.path)))
    if address.path.startswith("/") or target.startswith("../"):
        yield about("PKG147", file, f"{what} refers to {href!r}, outside the package", value=href)
    elif target not in package.by_path:
        yield about("PKG148", file, f"{what} refers to {href!r}, which is not there", value=href)
