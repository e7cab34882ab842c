"""The documentation keeps up: pages made by programs are current, and every snippet is read."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from adam.model import AnalysisDataSet
from derive.verbs.registry import read_line
from sdtm import verbs as _verbs  # noqa: F401 - registers the verbs that raw data need
from sdtm.model import Domain
from sdtm.standard import derivation_names
from specs.codes import all_codes
from specs.language import Codelists, StudySpec
from specs.reading.named import expand
from specs.reading.yaml_source import YamlDocument, parse_yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TEXT = "\n".join(p.read_text(encoding="utf-8") for p in sorted(DOCS.glob("*.md")))
_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OTHER_LANGUAGES = (
    "contracts.md",
    "waivers.md",
    "figures.md",
    "install.md",
    "portfolio.md",
    "results.md",
    "rules.md",
    "tutorial.md",
)
"""Pages whose snippets are not of the specification of data sets: their rooms' tests read them."""
FILES: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (Domain, {"domain": "XX", "keys": "USUBJID", "records": {"source": "xx"}}),
    (AnalysisDataSet, {"dataset": "ADXX", "label": "X", "keys": "A", "records": {"from": "DM"}}),
    (StudySpec, {"study": "S1"}),
    (Codelists, {}),
]


def made_by(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_the_command_line_is_up_to_date() -> None:
    page = made_by("make_cli").page()
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == page, "run: python docs/make_cli.py"


def test_the_pages_of_codes_and_patterns_are_up_to_date() -> None:
    codes, patterns = made_by("make_codes"), made_by("make_patterns")
    assert codes.PAGE.read_text(encoding="utf-8") == codes.page(), "run: python docs/make_codes.py"
    assert patterns.PAGE.read_text(encoding="utf-8") == patterns.page(), (
        "run: python docs/make_patterns.py"
    )


def test_every_family_of_codes_has_a_title() -> None:
    codes = made_by("make_codes")
    assert {codes.family(name) for name in all_codes()} == set(codes.FAMILIES)


def test_the_site_names_every_page() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    named = set(re.findall(r"[\w/-]+\.md", nav))
    assert named == {p.relative_to(DOCS).as_posix() for p in DOCS.glob("*.md")} | {
        "patterns/index.md"
    }


def test_the_number_of_patterns_is_the_one_that_is_told() -> None:
    number = len(list((DOCS / "patterns").glob("*/README.md")))
    for page in (ROOT / "README.md", DOCS / "index.md"):
        assert f"[{number} patterns]" in page.read_text(encoding="utf-8"), page.name


def test_the_files_of_a_pattern_stand_on_its_page() -> None:
    made = made_by("make_patterns")
    text = made.shown(DOCS / "patterns" / "wide-form", "# A wide form\n")
    names = re.findall(r'title="([^"]+)"', text)
    assert names[:3] == ["raw/vs.csv", "sdtm/vs.yaml", "sdtm/vs_tests.csv"]
    assert set(names[-3:]) == {"study.yaml", "raw/dm.csv", "sdtm/dm.yaml"}


def test_the_table_of_verbs_and_the_examples_are_up_to_date() -> None:
    made = made_by("make_language")
    hint = "run: python docs/make_language.py"
    assert (DOCS / "language.md").read_text(encoding="utf-8") == made.page(), hint
    assert (DOCS / "examples.md").read_text(encoding="utf-8") == made.examples_page(), hint


def test_the_lines_of_the_seed_study_are_those_that_stand_there() -> None:
    from bench.spec_lines import SEED, table

    assert table(SEED) in (DOCS / "seed-study.md").read_text(encoding="utf-8")


def test_every_command_says_what_it_does() -> None:
    from workbench.cli import cli

    found = list(made_by("make_cli").commands(cli, "tracelock"))
    assert len(found) > 8
    assert [path for path, command in found if not command.help] == []


def snippets() -> Iterator[tuple[str, str]]:
    """(page and line, text) of every snippet of a specification."""
    pages = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for found in _YAML.finditer(text):
            if page.name not in OTHER_LANGUAGES:
                yield f"{page.name}:{text[: found.start()].count(chr(10)) + 1}", found[1]


def read(text: str) -> None:
    """A file, some keys of one, steps of a table, or lines by their variables."""
    document, _ = expand(parse_yaml(text, "x.yaml"))
    data = _settled(document)
    keys = set(data)
    for model, needed in FILES:
        model.model_rebuild()
        if keys <= {field.alias or name for name, field in model.model_fields.items()}:
            missing = {} if keys & {"domain", "dataset"} else needed
            try:
                model.model_validate({**missing, **data})
            except ValueError:
                if model is not Domain or "domain" in keys:
                    raise
                continue  # the same keys of an analysis data set
            return
    if keys <= {"nca"}:
        AnalysisDataSet.model_validate({**FILES[1][1], "records": {"from": "PC", **data}})
        return
    assert all(name.isupper() for name in keys), f"no file has these keys: {sorted(keys)}"
    for line in data.values():
        assert read_line(line) is not None


def _settled(document: YamlDocument) -> Any:
    """The first alternative of each decision."""

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "by-decision" in node:
            return plain(next(v for k, v in node.items() if k not in ("by-decision", "only-if")))
        return {key: plain(value) for key, value in node.items() if key != "only-if"}

    return plain(document.data)


@pytest.mark.parametrize(("place", "text"), list(snippets()), ids=lambda part: part[:40])
def test_every_snippet_of_a_specification_is_read(place: str, text: str) -> None:
    read(text)


@pytest.mark.parametrize("text", ["variables: {A: {compute: 1}}", "A: {from: B, wher: C}", "a: 1"])
def test_a_snippet_that_is_wrong_is_not(text: str) -> None:
    with pytest.raises((ValueError, AssertionError)):
        read(text)


def test_every_standard_derivation_has_its_words() -> None:
    from adam.standard import standard_names

    page = (DOCS / "language.md").read_text(encoding="utf-8")
    names = {name.removeprefix("XX") for name in derivation_names("XX")} | set(standard_names())
    assert sorted(name for name in names if name not in page) == []


def test_no_page_names_a_machine() -> None:
    for word in ("/home/", "/Users/", "/tmp/", "localhost"):
        assert word not in TEXT


def test_the_readme_leads_to_every_page_and_to_no_other() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(docs/([^)#]+)", readme)
    assert set(linked) == {p.name for p in DOCS.glob("*.md")} | {"patterns/index.md"}


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
