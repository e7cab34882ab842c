"""The lock files are closed: installed without a resolver, they lack nothing on any Python named.

What the registry says on the day of an installation plays no part, so what every distribution in it
requires has to be in the lock: read here from the installed distributions' own metadata.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "darwin": {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
}
MACHINES = ("x86_64", "aarch64", "arm64")
LOCKS = {"requirements.lock": None, "requirements.core.lock": {"build"}}
"""Lock file to the extras that it holds; None for all."""


@dataclass(frozen=True)
class Locked:
    """An entry of a lock file."""

    requirement: Requirement
    hashes: int

    @property
    def version(self) -> Version:
        (pin,) = self.requirement.specifier
        return Version(pin.version)


def entries(name: str) -> list[Locked]:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return [
        Locked(Requirement(line.split("--hash")[0]), line.count("--hash=sha256:")) for line in lines
    ]


def environments() -> Iterator[dict[str, str]]:
    for python, system, machine in itertools.product(PYTHONS, SYSTEMS.values(), MACHINES):
        here = {str(k): str(v) for k, v in default_environment().items()}
        yield (
            here
            | system
            | {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "platform_machine": machine,
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
            }
        )


def applies(requirement: Requirement, environment: Mapping[str, str], extras: set[str]) -> bool:
    return requirement.marker is None or any(
        requirement.marker.evaluate({**environment, "extra": extra}) for extra in (extras or {""})
    )


def project(extras: set[str] | None) -> list[Requirement]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = table["optional-dependencies"]
    chosen = optional if extras is None else extras
    texts = [*table["dependencies"], *(text for extra in chosen for text in optional[extra])]
    return [Requirement(text) for text in texts]


def required_by(name: str) -> list[Requirement]:
    """What an installed distribution requires; what belongs to no system of ours is not here."""
    try:
        return [Requirement(text) for text in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return []


def missing(lock: str, environment: Mapping[str, str]) -> set[str]:
    """Requirements that the lock does not meet, starting from the project's own."""
    held = {
        canonicalize_name(e.requirement.name): e.version
        for e in entries(lock)
        if applies(e.requirement, environment, set())
    }
    found = set()
    todo = [(requirement, {""}, "tracelock") for requirement in project(LOCKS[lock])]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        requirement, extras, by = todo.pop()
        if not applies(requirement, environment, extras):
            continue
        name = canonicalize_name(requirement.name)
        if name not in held or not requirement.specifier.contains(held[name], prereleases=True):
            found.add(f"{by}: {requirement}, locked is {held.get(name)}")
        key = (name, frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            todo += [(r, {"", *requirement.extras}, name) for r in required_by(name)]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_of_every_locked_distribution_is_met(lock: str) -> None:
    assert set().union(*(missing(lock, environment) for environment in environments())) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_is_locked_that_is_not_asked_for_here(lock: str) -> None:
    """What is installed is what is locked: the test above has read the right metadata."""
    here = {str(k): str(v) for k, v in default_environment().items()}
    wrong = {}
    for entry in entries(lock):
        if applies(entry.requirement, here, set()):
            installed = metadata.version(entry.requirement.name)
            if Version(installed) != entry.version:
                wrong[entry.requirement.name] = installed
    assert wrong == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_its_hashes(lock: str) -> None:
    found = entries(lock)
    assert len(found) > 50
    assert [str(e.requirement) for e in found if e.hashes == 0 or e.requirement.url] == []
    assert all(re.fullmatch("==[^*]+", str(e.requirement.specifier)) for e in found)
    assert len({canonicalize_name(e.requirement.name) for e in found}) == len(found)
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_the_product_is_locked_as_it_is_tested() -> None:
    whole = {e.requirement.name: e for e in entries("requirements.lock")}
    core = {e.requirement.name: e for e in entries("requirements.core.lock")}
    assert {name: whole[name].version for name in core} == {n: e.version for n, e in core.items()}
    assert set(core) < set(whole)


def test_what_installs_resolves_nothing_and_builds_nothing() -> None:
    """``--no-deps``: no resolver; wheels only: no build tool of the day; hashes: these bytes."""
    for name in (".ci/venv", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        calls = re.findall(r"^.*\bpip install\b.*$", text, re.MULTILINE)
        ours = [c for c in calls if not c.lstrip().startswith("#") and "echo" not in c]
        assert len(ours) >= 2
        assert [c for c in ours if "--no-deps" not in c] == []
        (locked,) = [c for c in ours if ".lock" in c or "$lock" in c]
        assert "--require-hashes" in locked
        assert "--only-binary :all:" in locked
        assert [c for c in ours if c is not locked and "--no-build-isolation" not in c] == []
        assert re.search(r"\bpip check\b", text)


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_locked_runs_on_every_python_that_is_named(python: str) -> None:
    wrong = {}
    for environment in (e for e in environments() if e["python_version"] == python):
        for entry in entries("requirements.lock"):
            if applies(entry.requirement, environment, set()):
                wanted = wants_python(entry.requirement.name)
                if not SpecifierSet(wanted).contains(f"{python}.9"):
                    wrong[entry.requirement.name] = wanted
    assert wrong == {}


def wants_python(name: str) -> str:
    try:
        return metadata.metadata(name).get("Requires-Python", "")
    except metadata.PackageNotFoundError:
        return ""
