"""A package as it lies there: every file, safely listed, and the studies in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from specs import Finding, RawCell, SpecificationError, TracelockError, finding
from submission.package.profiles import Profile
from transport import XptHeader, read_xpt_header

STUDY = re.compile(r"m[45]/datasets/([^/]+)/", re.IGNORECASE)
SDTM, ADAM, PROGRAMS = "tabulations/sdtm", "analysis/adam/datasets", "analysis/adam/programs"
LEGACY = ("tabulations/legacy", "analysis/legacy/datasets")
OTHER = (
    "tabulations/send",
    "analysis/legacy/programs",
    "analysis/adam/programs",
    "misc",
    "profiles",
    "listings",
)
MODULES = ("m1", "m2", "m3", "m4", "m5", "util")


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file: its place below the package with ``/``, its size, and whether it is a link."""

    relative: str
    path: Path
    size: int
    link: bool = False

    @property
    def name(self) -> str:
        """The file's name."""
        return self.relative.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """Its extension in lower case, with the full stop."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """Its name without the extension."""
        return PurePosixPath(self.name).stem

    @property
    def study(self) -> str:
        """The study whose folder it lies in; "" outside m5/datasets."""
        match = STUDY.match(self.relative)
        return match[1] if match else ""

    @property
    def place(self) -> str:
        """Its folder below the study's folder, in lower case."""
        match = STUDY.match(self.relative)
        return self.relative[match.end() :].rpartition("/")[0].lower() if match else ""


@dataclass
class Package:
    """A package and what was read of it. Headers and documents are read once."""

    root: Path
    profile: Profile
    files: tuple[PackageFile, ...]
    own: frozenset[str] = frozenset()
    """Files outside m1 to m5 that packaging writes for people, by path."""
    _headers: dict[str, XptHeader | TracelockError] = field(default_factory=dict)

    @cached_property
    def submitted(self) -> tuple[PackageFile, ...]:
        """The files of the modules: what goes to the agency."""
        return tuple(f for f in self.files if f.relative.partition("/")[0].lower() in MODULES)

    @cached_property
    def by_path(self) -> dict[str, PackageFile]:
        """Every file by its path in the package."""
        return {f.relative: f for f in self.files}

    @cached_property
    def studies(self) -> tuple[str, ...]:
        """The studies with data, sorted."""
        return tuple(sorted({f.study for f in self.files if f.study and "/" in f.relative}))

    def at(self, study: str, place: str, suffix: str = "") -> list[PackageFile]:
        """The files of a study's folder (not below it), optionally of one type."""
        return [
            f
            for f in self.submitted
            if f.study == study and f.place == place and suffix in ("", f.suffix)
        ]

    def header(self, file: PackageFile) -> XptHeader | TracelockError:
        """The description of a transport file, or why there is none."""
        known = self._headers.get(file.relative)
        if known is None:
            try:
                known = read_xpt_header(file.path)
            except TracelockError as error:
                known = error
            self._headers[file.relative] = known
        return known


def scan(root: Path, profile: Profile) -> Package:
    """List a folder without following links. Raises SpecificationError PKG100."""
    if not root.is_dir():
        raise SpecificationError(finding("PKG100", f"{root.name or root} is no folder"))
    files = tuple(sorted(_walk(root), key=lambda f: f.relative))
    if root.name.lower() in MODULES and not any(f.relative.startswith("m5/") for f in files):
        message = f"{root.name} is a module of a package"
        raise SpecificationError(
            finding("PKG100", message, hint=f"name the folder above {root.name}")
        )
    if not files:
        raise SpecificationError(finding("PKG100", f"{root.name or root} holds no files"))
    return Package(root, profile, files)


def _walk(root: Path) -> Iterator[PackageFile]:
    for folder, names, files in os.walk(root, followlinks=False):
        here = Path(folder)
        linked = [name for name in names if (here / name).is_symlink()]
        for name in [*files, *linked]:
            path = here / name
            status = path.lstat()
            link = path.is_symlink()
            yield PackageFile(path.relative_to(root).as_posix(), path, status.st_size, link)


def about(code: str, file: PackageFile | str, message: str, **fields: Any) -> Finding:
    """A finding about a file of the package."""
    relative = file if isinstance(file, str) else file.relative
    return finding(code, message, raw=RawCell(relative), **fields)
