"""The documentation keeps up: commands, verbs, derivations and settings each stand in a page."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from sdtm.standard import derivation_names
from specs.language import VERBS, Codelists, Domain, Records, Source, StudySpec

DOCS = Path(__file__).parents[1] / "docs"
TEXT = "\n".join(p.read_text(encoding="utf-8") for p in sorted(DOCS.glob("*.md")))


@pytest.fixture(scope="module")
def make_cli() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_cli", DOCS / "make_cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_the_command_line_is_up_to_date(make_cli: ModuleType) -> None:
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == make_cli.page(), (
        "run: python docs/make_cli.py"
    )


def test_every_command_says_what_it_does(make_cli: ModuleType) -> None:
    from submission.cli import cli

    found = list(make_cli.commands(cli, "tracelock"))
    assert len(found) > 8
    assert [path for path, command in found if not command.help] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_words(verb: str) -> None:
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{verb}:|`{verb}`", page)


def test_every_standard_derivation_has_its_words() -> None:
    names = {name.removeprefix("XX") for name in derivation_names("XX")}
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    assert sorted(n for n in names if n not in page) == []


@pytest.mark.parametrize("model", [StudySpec, Source, Codelists, Domain, Records])
def test_every_setting_has_its_words(model: type) -> None:
    aliases = {field.alias or name for name, field in model.model_fields.items()}  # type: ignore[attr-defined]
    assert (
        sorted(
            a
            for a in aliases
            if not re.search(rf"`[^`\n]*\b{a}\b|^ *(- \{{)?{a}:|[{{ ,]{a}:", TEXT, re.MULTILINE)
        )
        == []
    )


def test_no_page_names_a_machine() -> None:
    for word in ("/home/", "/Users/", "/tmp/", "localhost"):
        assert word not in TEXT


def test_the_readme_leads_to_every_page_and_to_no_other() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(docs/([^)#]+)", readme)
    assert set(linked) == {p.name for p in DOCS.glob("*.md")}


def test_links_between_pages_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for name in re.findall(r"\]\(([\w./-]+)\)", page.read_text(encoding="utf-8")):
            assert (DOCS / name).exists(), f"{page.name} links to {name}"


def test_the_page_on_dependencies_has_each_with_its_locked_version() -> None:
    from tests.test_lock import entries, project

    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([\w-]+) \| ([\w.]+) \| (.+?) \| [\d.]+ \| [\d.]+ \|$", page, re.MULTILINE
    )
    locked = {
        entry.requirement.name.lower(): str(entry.version)
        for entry in entries("requirements.core.lock")
    }
    wanted = [requirement.name for requirement in project(set())]
    assert [name for name, _, _ in rows] == wanted, "run: python bench/dependencies.py"
    assert {n.lower(): v for n, v, _ in rows} == {n.lower(): locked[n.lower()] for n in wanted}
