"""`tracelock doctor`: is this an environment that tracelock can be trusted in?"""

from __future__ import annotations

import importlib.util
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from specs import Finding, finding

OUR_PACKAGES = (
    "specs",
    "transport",
    "sdtm",
    "adam",
    "define",
    "validation",
    "submission",
    "tracelock",
)
_LOWEST = (3, 11)


def diagnose() -> list[Finding]:
    """What is wrong with this environment; empty when nothing is."""
    return [*_python(), *_packages(), *_names(), *_data()]


def _python() -> list[Finding]:
    if sys.version_info[:2] >= _LOWEST:
        return []
    message = f"Python {sys.version.split()[0]} is too old"
    return [finding("PKG011", message, hint="use Python 3.11 or newer")]


def _packages() -> list[Finding]:
    """Declared dependencies that are not installed."""
    out = []
    for line in _requirements():
        name = _name(line)
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            out.append(
                finding("PKG011", f"{name} is not installed", hint=f"tracelock needs {line}")
            )
    return out


def _requirements() -> list[str]:
    try:
        lines = metadata.requires("tracelock") or []
    except metadata.PackageNotFoundError:
        return []
    return [line for line in lines if "extra ==" not in line]


def _name(requirement: str) -> str:
    end = next(
        (i for i, c in enumerate(requirement) if not (c.isalnum() or c in "-_.")), len(requirement)
    )
    return requirement[:end]


def _names() -> list[Finding]:
    """Packages of other origin that own one of our names."""
    home = Path(__file__).resolve().parents[1]
    distributions = metadata.packages_distributions()  # reads what every package says of itself
    out = []
    for name in OUR_PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if origin is None or home not in origin.parents:
            owner = _owner(distributions.get(name, []))
            message = f"the name {name!r} belongs to {owner or 'a package that is not ours'}"
            out.append(
                finding("PKG010", message, hint="install tracelock into an environment of its own")
            )
            continue
        owner = _owner(distributions.get(name, []))
        if owner and owner != "tracelock":
            message = f"the distribution {owner!r} also installs a package {name!r}"
            out.append(finding("PKG010", message, hint=f"pip uninstall {owner}"))
    return out


def _owner(owners: list[str]) -> str:
    return next((owner for owner in owners if owner != "tracelock"), owners[0] if owners else "")


def _data() -> list[Finding]:
    """The tables that ship with the product."""
    from specs import TracelockError
    from specs.standards import load_ct, load_ig

    out: list[Finding] = []
    for load in (lambda: load_ig("sdtmig", "3.4"), lambda: load_ct("sdtmct-2025-03-28")):
        try:
            load()
        except TracelockError as error:
            out.extend(error.findings)
    return out


def show_diagnosis(found: list[Finding], form: str) -> int:
    """Print the diagnosis; 0 when the environment is sound, 2 when it is not."""
    from workbench.terminal import print_json, render

    facts: dict[str, Any] = {
        "python": sys.version.split()[0],
        "tracelock": metadata.version("tracelock"),
        "packages": {_name(line): _version(_name(line)) for line in _requirements()},
        "findings": [f.to_dict() for f in found],
    }
    if form == "json":
        print_json(facts)
        return 2 if found else 0
    click.echo(f"Python {facts['python']}, tracelock {facts['tracelock']}")
    for name, installed in facts["packages"].items():
        click.echo(f"  {name:<20} {installed}")
    for one in found:
        click.echo(render(one))
    click.echo(f"{len(found)} problem(s)" if found else "The environment is sound.")
    return 2 if found else 0


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
