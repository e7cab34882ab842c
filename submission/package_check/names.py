"""Names, paths and types of the files of a package, whatever they hold."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from specs import Finding
from submission.package_check.tree import (
    ADAM,
    LEGACY,
    OTHER,
    PROGRAMS,
    SDTM,
    Package,
    PackageFile,
    about,
)

_ALLOWED = re.compile(r"[a-z0-9_-]+(\.[a-z0-9]+)?")
_PLACES = {
    "",
    SDTM,
    f"{SDTM}/split",
    ADAM,
    f"{ADAM}/split",
    PROGRAMS,
    *LEGACY,
    *OTHER,
}


def name_findings(package: Package) -> Iterator[Finding]:
    """Everything about names, sizes and types."""
    seen: set[str] = set()
    for file in package.submitted:
        for part in file.relative.split("/"):
            if part not in seen:
                seen.add(part)
                yield from _part(file, part, package.profile.name_length)
        yield from _file(package, file)
    yield from _twice(package)


def _part(file: PackageFile, part: str, longest: int) -> Iterator[Finding]:
    if not part.isascii():
        yield about("PKG122", file, f"{part!r} has letters that are not ASCII", value=part)
    elif part != part.lower():
        yield about("PKG120", file, f"{part!r} has upper-case letters", value=part)
    elif not _ALLOWED.fullmatch(part):
        odd = "".join(sorted(set(re.sub(r"[a-z0-9._-]", "", part)))) or "."
        yield about("PKG121", file, f"{part!r} has {odd!r}, which a name may not have", value=part)
    if len(part) > longest:
        message = f"{part!r} has {len(part)} characters; {longest} are allowed"
        yield about("PKG123", file, message, value=part)


def _file(package: Package, file: PackageFile) -> Iterator[Finding]:
    profile = package.profile
    if len(file.relative) > profile.path_length:
        length = len(file.relative)
        message = f"the path has {length} characters; {profile.path_length} are allowed"
        yield about("PKG124", file, message)
    if file.link:
        yield about("PKG128", file, f"{file.name} is a symbolic link")
        return
    if file.size == 0:
        yield about("PKG126", file, f"{file.name} is empty")
    if file.study and file.suffix not in profile.extensions:
        known = ", ".join(profile.extensions)
        message = f"{file.name}: {file.suffix or 'no extension'} is none of {known}"
        yield about("PKG125", file, message, value=file.suffix)
    if file.study and file.place not in _PLACES:
        yield about("PKG129", file, f"{file.name} lies in {file.place}, which has no meaning")
    if file.suffix == ".xpt" and len(file.stem) > profile.dataset_name_length:
        message = f"{file.name}: a data set's name has {profile.dataset_name_length} characters"
        yield about("PKG123", file, message, value=file.stem)


def _twice(package: Package) -> Iterator[Finding]:
    """The same bytes under two names, and names that differ in case alone."""
    folded = Counter(f.relative.lower() for f in package.submitted)
    for file in package.submitted:
        if folded[file.relative.lower()] > 1:
            yield about("PKG127", file, f"{file.name} is there in two ways of writing")
    sizes = Counter(f.size for f in package.submitted)
    alike: dict[tuple[int, str], PackageFile] = {}
    for file in package.submitted:
        shared = file.suffix in (".xsl", ".xml") or file.link or not file.size
        if shared or sizes[file.size] < 2:
            continue
        with file.path.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        first = alike.setdefault((file.size, digest), file)
        if first is not file:
            yield about("PKG127", file, f"{file.relative} has the content of {first.relative}")
