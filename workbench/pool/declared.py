"""What a pool declares, held against the studies' headers before a record is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from specs import Finding, Study, finding
from specs.findings import SpecPlace
from specs.language.pool import Pool, PoolDataSet
from specs.suggest import did_you_mean
from workbench.pool.members import Member, members, pool_of

_NAME = re.compile(r"[A-Z][A-Z0-9]{0,7}")
KEYS = ("STUDYID", "USUBJID")
"""What every study's records are told apart by."""


def check_declared(study: Study, pool: Pool, members: Sequence[Member]) -> list[Finding]:
    """Everything that is wrong with the declaration of a pool: POOL104 to POOL106."""
    at = _Places(study)
    out = [*_of_pool(at, pool)]
    for name, said in pool.data_sets.items():
        place = at.of("data-sets", name)
        if not _NAME.fullmatch(name):
            message = f"{name!r} is no name of a data set"
            out.append(finding("POOL105", message, dataset=name, spec=place))
        if name in _analysis_names(study):
            message = f"{name} is pooled, and adam/ builds a data set of that name"
            hint = f"name the pooled one otherwise, such as P{name}"[:60]
            out.append(finding("POOL105", message, dataset=name, spec=place, hint=hint))
        out += _studies_of(at, pool, name, said)
        out += _there(at, name, said, members)
        out += _variables(at, name, said, members)
    return out


def check_pool(study: Study) -> list[Finding]:
    """What is wrong with the pool that a study declares, without reading a record.

    Raises SpecificationError as :func:`workbench.pool.members.members` does.
    """
    pool = pool_of(study)
    return check_declared(study, pool, members(study, pool))


class _Places:
    """Where the words of the pool stand."""

    def __init__(self, study: Study) -> None:
        self.study = study

    def of(self, *path: str) -> SpecPlace:
        """The place of a key below ``pool``."""
        return self.study.document.place(("pool", *path), key=True)

    def unknown(self, what: str, name: str, known: Iterable[str], *path: str) -> Finding:
        """A name that is none of those that there are."""
        hint = did_you_mean(name, known)
        return finding("POOL104", f"{name!r} is no {what}", spec=self.of(*path), hint=hint)


def _analysis_names(study: Study) -> set[str]:
    read = (document.data for document in study.documents.get("adam", ()))
    return {str(one.get("dataset", "")).upper() for one in read if isinstance(one, dict)}


def _of_pool(at: _Places, pool: Pool) -> Iterator[Finding]:
    for standard, said in pool.standards.items():
        for name in said.mapped:
            if name not in pool.studies:
                path = ("standards", standard, "mapped", name)
                yield at.unknown("study of the pool", name, pool.studies, *path)
    for person, by_study in pool.same_person.items():
        for name in by_study:
            if name not in pool.studies:
                yield at.unknown(
                    "study of the pool", name, pool.studies, "same-person", person, name
                )


def _studies_of(at: _Places, pool: Pool, name: str, said: PoolDataSet) -> Iterator[Finding]:
    """Names of studies in a data set's declaration that are none."""
    by_study: dict[str, Mapping[str, object]] = {
        "rename": said.rename,
        "values": said.values,
        "constants": said.constants,
        "without": said.without,
    }
    for key, told in by_study.items():
        for one in told:
            if one not in pool.studies:
                path = ("data-sets", name, key, one)
                yield at.unknown("study of the pool", one, pool.studies, *path)


def _there(
    at: _Places, name: str, said: PoolDataSet, members: Sequence[Member]
) -> Iterator[Finding]:
    """Studies that lack the data set, or have it though it is said that they have not."""
    for one in members:
        wrong = [each for each in one.problems if each.dataset == said.from_.upper()]
        has = said.from_.upper() in one.files
        if one.name in said.without:
            if has:
                message = f"{one.name} has {said.from_}, which is to be without it"
                path = ("data-sets", name, "without", one.name)
                yield finding("POOL104", message, dataset=name, spec=at.of(*path))
        elif not has:
            message = f"{one.name} has no data set {said.from_}"
            hint = wrong[0].message if wrong else did_you_mean(said.from_.upper(), one.files)
            place = at.of("data-sets", name, "from")
            yield finding("POOL106", message, dataset=name, spec=place, hint=hint)
    if all(one.name in said.without for one in members):
        message = f"every study is without {said.from_}"
        yield finding("POOL101", message, dataset=name, spec=at.of("data-sets", name))


def having(said: PoolDataSet, members: Sequence[Member]) -> list[Member]:
    """The studies whose records a pooled data set has."""
    name = said.from_.upper()
    return [one for one in members if one.name not in said.without and name in one.files]


def columns(said: PoolDataSet, one: Member) -> list[str]:
    """The variables of a study under their names in the pool."""
    header = one.files[said.from_.upper()]
    renamed = said.rename.get(one.name, {})
    names = [renamed.get(v.name, v.name) for v in header.variables]
    return [*names, *(n for n in said.constants.get(one.name, {}) if n not in names)]


def _variables(
    at: _Places, name: str, said: PoolDataSet, members: Sequence[Member]
) -> Iterator[Finding]:
    """Variables that a declaration names and no study has, or that would be there twice."""
    those = having(said, members)
    pooled: set[str] = set()
    for one in those:
        own = [v.name for v in one.files[said.from_.upper()].variables]
        now = columns(said, one)
        pooled |= {*now}
        yield from _renamed(at, name, said, one)
        twice = sorted({n for n in now if now.count(n) > 1})
        if twice:
            message = f"{one.name} would have {', '.join(twice)} twice"
            place = at.of("data-sets", name, "rename", one.name)
            yield finding("POOL104", message, dataset=name, spec=place)
        for variable in said.values.get(one.name, {}):
            if variable not in now:
                path = ("data-sets", name, "values", one.name, variable)
                yield at.unknown(f"variable of {one.name} in the pool", variable, now, *path)
        for variable in said.constants.get(one.name, {}):
            if variable in [said.rename.get(one.name, {}).get(n, n) for n in own]:
                path = ("data-sets", name, "constants", one.name, variable)
                message = f"{one.name} has a {variable} of its own"
                yield finding("POOL104", message, dataset=name, spec=at.of(*path))
            elif not _NAME.fullmatch(variable):
                path = ("data-sets", name, "constants", one.name, variable)
                message = f"{variable!r} is no name of a variable"
                yield finding("POOL104", message, dataset=name, spec=at.of(*path))
    yield from _named(at, name, said, pooled)


def _renamed(at: _Places, name: str, said: PoolDataSet, one: Member) -> Iterator[Finding]:
    """Variables to rename that the study has not got, or that keep their name, and new names that
    are none."""
    own = [v.name for v in one.files[said.from_.upper()].variables]
    for old, new in said.rename.get(one.name, {}).items():
        path = ("data-sets", name, "rename", one.name, old)
        if old not in own:
            yield at.unknown(f"variable of {one.name} {said.from_}", old, own, *path)
        elif not _NAME.fullmatch(new):
            message = f"{new!r} is no name of a variable"
            yield finding("POOL104", message, dataset=name, spec=at.of(*path))
        elif old in KEYS:
            message = f"{old} tells the records of a pool apart and keeps its name"
            yield finding("POOL104", message, dataset=name, spec=at.of(*path))


def _named(at: _Places, name: str, said: PoolDataSet, pooled: set[str]) -> Iterator[Finding]:
    told: dict[str, Iterable[str]] = {
        "variables": said.variables,
        "leave-out": said.leave_out,
        "labels": said.labels,
        "formats": said.formats,
        "differs": said.differs,
        "only-some": said.only_some if isinstance(said.only_some, dict) else (),
    }
    for key, names in told.items():
        for one in names:
            if one not in pooled:
                path = ("data-sets", name, key) + ((one,) if key != "variables" else ())
                yield at.unknown(f"variable of the pooled {name}", one, pooled, *path)
    for key in KEYS:
        lost = key in said.leave_out or (said.variables and key not in said.variables)
        if lost and key in pooled:
            message = f"{key} tells the records of a pool apart and stays"
            place = at.of("data-sets", name)
            yield finding("POOL104", message, dataset=name, spec=place)
