"""`tracelock doctor`: each thing that can be wrong with an environment, and how it is shown."""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib import metadata
from importlib.machinery import ModuleSpec

import pytest

from specs import SpecificationError, finding, standards
from workbench import doctor
from workbench.doctor import diagnose, show_diagnosis

_version, _find_spec = metadata.version, importlib.util.find_spec


def messages() -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in diagnose()]


def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 14))
    monkeypatch.setattr(sys, "version", "3.10.14 (main)")
    assert ("PKG011", "Python 3.10.14 is too old") in messages()


def test_a_package_that_is_not_installed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def version(name: str) -> str:
        if name == "pyreadstat":
            raise metadata.PackageNotFoundError(name)
        return _version(name)

    lines = ["pyreadstat<2,>=1.3", "numpy>=2.2", 'hypothesis>=6; extra == "dev"']
    monkeypatch.setattr(metadata, "requires", lambda _name: lines)
    monkeypatch.setattr(metadata, "version", version)
    (missing,) = [one for one in diagnose() if one.rule == "PKG011"]
    assert missing.message == "pyreadstat is not installed"
    assert missing.hint == "tracelock needs pyreadstat<2,>=1.3"
    assert show_diagnosis([missing], "concise") == 2
    said = capsys.readouterr().out
    assert "  pyreadstat           not installed\n" in said
    assert "hypothesis" not in said
    assert said.endswith("1 problem(s)\n")


def test_a_name_that_belongs_to_others_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        if name == "transport":
            return ModuleSpec(name, None, origin="/elsewhere/transport/__init__.py")
        return None if name == "define" else _find_spec(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    monkeypatch.setattr(metadata, "packages_distributions", lambda: {"transport": ["freight"]})
    assert messages() == [
        ("PKG010", "the name 'transport' belongs to freight"),
        ("PKG010", "the name 'define' belongs to a package that is not ours"),
    ]


def test_tables_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_name: str) -> object:
        raise SpecificationError(finding("STD201", "the terminology is damaged"))

    monkeypatch.setattr(standards, "load_ct", damaged)
    assert ("STD201", "the terminology is damaged") in messages()


def test_a_sound_environment(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_diagnosis([], "concise") == 0
    assert capsys.readouterr().out.endswith("The environment is sound.\n")
    assert show_diagnosis([], "json") == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_without_metadata_nothing_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", absent)
    assert doctor._requirements() == []
