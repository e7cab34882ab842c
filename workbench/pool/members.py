"""The studies of a pool: where each lies, what is known of it, which data sets it has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from specs import Finding, SpecificationError, Study, finding, load_study
from specs.findings import SpecPlace
from specs.foreign.grants import given, raw_is_known, remember_raw
from specs.foreign.inside import check_inside, is_inside
from specs.language.pool import Pool, PoolStudy
from transport.folder import DatasetHeader, folder_headers
from transport.publish import MANIFEST, reading

BUILT = ("sdtm", "adam", "adam/sdtm")
"""Where the data sets of a build lie."""


@dataclass(slots=True)
class Member:
    """One study of a pool.

    ``home`` is its build, or (``foreign``) a folder that nobody here built; ``root`` is its
    specification, where that is at hand, and ``study`` what it says (``unread``: why it could not
    be read). ``files`` are its data sets by name, ``problems`` what is wrong with files.
    """

    name: str
    said: PoolStudy
    place: SpecPlace
    home: Path
    root: Path | None = None
    study: Study | None = None
    unread: str = ""
    files: dict[str, DatasetHeader] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    base: Path = field(default_factory=Path)
    """The folder of the pooled study."""

    @property
    def foreign(self) -> bool:
        """Whether nothing is recorded of how its data were made."""
        return self.said.folder is not None

    @property
    def encoding(self) -> str | None:
        """The encoding of its transport files: declared, or its specification's."""
        if self.said.encoding is not None:
            return self.said.encoding
        return self.study.spec.encoding if self.study is not None else None

    @property
    def raw(self) -> Path | None:
        """The folder of its raw exports, where the pool names another than the study does."""
        return None if self.said.raw is None else Path(os.path.normpath(self.base / self.said.raw))


def pool_of(study: Study) -> Pool:
    """The pool that a study declares. Raises SpecificationError POOL101 for none, or an empty
    one."""
    pool = study.spec.pool
    if pool is None:
        message = f"{study.id} pools no studies: study.yaml has no `pool`"
        raise SpecificationError(finding("POOL101", message, spec=SpecPlace("study.yaml")))
    parts = {"studies": pool.studies, "data sets": pool.data_sets}
    lacks = [word for word, said in parts.items() if not said]
    if lacks:
        message = f"the pool has no {' and no '.join(lacks)}"
        place = study.document.place(("pool",), key=True)
        raise SpecificationError(finding("POOL101", message, spec=place))
    return pool


def members(study: Study, pool: Pool) -> list[Member]:
    """The studies of a pool in their order, with the headers of their data sets.

    Raises SpecificationError POOL102, POOL103 and SPEC156 with all that is wrong.
    """
    problems = list(_twice(study, pool))
    if problems:
        raise SpecificationError(problems)
    out: list[Member] = []
    for name, said in pool.studies.items():
        place = study.document.place(("pool", "studies", name), key=True)
        try:
            out.append(_member(study, name, said, place))
        except SpecificationError as error:
            problems += error.findings
    if problems:
        raise SpecificationError(problems)
    return out


def _member(study: Study, name: str, said: PoolStudy, place: SpecPlace) -> Member:
    named = Path(os.path.normpath(study.root / _home(said)))
    _allowed(study, named, _home(said), place)
    root = _root(study, said, named)
    if root is not None:
        _allowed(study, root, str(said.study or said.build), place)
    one = Member(name, said, place, named, root, base=study.root)
    if one.raw is not None:
        _allowed(study, one.raw, str(said.raw), place)
    if not named.is_dir():
        message = f"{name}: there is no folder {_home(said)}"
        raise SpecificationError(finding("POOL103", message, spec=place))
    if not one.foreign and not any((named / part).is_dir() for part in BUILT):
        message = f"{name}: there is no build in {_home(said)}"
        hint = "build the study, or say `folder` for data sets that were not built here"
        raise SpecificationError(finding("POOL103", message, spec=place, hint=hint))
    _load(one)
    with held([one]):
        _headers(one)
    return one


def _home(said: PoolStudy) -> str:
    """The build or folder, as it is written."""
    return said.folder or said.build or f"{said.study}/build"


def _root(study: Study, said: PoolStudy, home: Path) -> Path | None:
    """The folder of its specification: named, or the one that the build lies in."""
    if said.study is not None:
        return Path(os.path.normpath(study.root / said.study))
    beside = home.parent
    ours = said.folder is None and (beside / "study.yaml").is_file()
    return beside if ours else None


def _allowed(study: Study, path: Path, shown: str, place: SpecPlace) -> None:
    """Raises SpecificationError SPEC156 for a folder outside the pooled study's that the person at
    the keyboard has not allowed; what was allowed with a call is known from then on."""
    if is_inside(path, study.root) or raw_is_known(study.root, path):
        return
    check_inside(path, study.root, shown, given(), place)
    remember_raw(study.root, path)


def _load(one: Member) -> None:
    if one.root is None:
        return
    try:
        one.study = load_study(one.root)
    except SpecificationError as error:
        one.unread = f"its specification cannot be read: {error.findings[0].message}"
        if any(each.rule == "SPEC155" for each in error.findings):
            raise  # a program that waits for its permission is no fault of the specification
        return
    if one.study.id != one.name:
        message = f"{one.name}: the study there is {one.study.id}"
        raise SpecificationError(finding("POOL232", message, spec=one.place))


def _headers(one: Member) -> None:
    folders = [one.home] if one.foreign else [one.home / part for part in BUILT]
    for folder in folders:
        if not folder.is_dir() or not (one.foreign or any(folder.glob("*.xpt"))):
            continue
        found = folder_headers(folder, on_error=one.problems, encoding=one.encoding)
        for name, header in found.items():
            if name in one.files:
                message = f"{one.name} has {name} twice"
                one.problems.append(finding("POOL235", message, dataset=name, spec=one.place))
            one.files.setdefault(name, header)


def _twice(study: Study, pool: Pool) -> Iterator[Finding]:
    """Studies that are one by name, or lie in one folder."""
    names: dict[str, str] = {}
    homes: dict[str, str] = {}
    own = {os.path.realpath(path) for path in (study.root, study.root / "build")}
    for name, said in pool.studies.items():
        place = study.document.place(("pool", "studies", name), key=True)
        first = names.setdefault(name.casefold(), name)
        if first != name:
            yield finding("POOL102", f"{first} and {name} are one name", spec=place)
        if os.path.realpath(study.root / _home(said)) in own:
            yield finding("POOL102", f"{name} is the pooled study itself", spec=place)
        first = homes.setdefault(os.path.realpath(study.root / _home(said)), name)
        if first != name:
            yield finding("POOL102", f"{first} and {name} lie in one folder", spec=place)


@contextmanager
def held(those: list[Member]) -> Iterator[None]:
    """Hold the builds of studies: nothing takes their place while they are read."""
    with ExitStack() as stack:
        for one in those:
            places = [one.home] if one.foreign else [one.home, one.home / "adam"]
            stack.enter_context(reading(*(place for place in places if place.is_dir())))
        yield


def origin(one: Member, name: str) -> str:
    """The file of a data set as it is shown: below the study's build or folder."""
    path = one.files[name].path
    return path.relative_to(one.home).as_posix()


def is_build(home: Path) -> bool:
    """Whether a folder says itself how it was built."""
    return (home / MANIFEST).is_file() or (home / "adam" / MANIFEST).is_file()
