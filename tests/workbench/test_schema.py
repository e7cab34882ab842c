"""The JSON Schema takes every shipped specification, and refuses what the models refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from workbench.schema import KINDS, json_schema


class Loader(yaml.CSafeLoader):
    """YAML 1.2 as editors read it: ``on`` and ``no`` are text, and so is a date."""


_PLAIN = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
Loader.yaml_implicit_resolvers = {
    first: [one for one in found if one[0] not in _PLAIN]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])
STUDIES = Path(__file__).parents[2] / "specs" / "studies"
DOMAIN = {"domain": "AE", "keys": ["AETERM"], "records": {"source": "ae"}}


@cache
def validator(what: str) -> Any:
    schema = json_schema(what)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def shipped() -> Iterator[tuple[str, Path]]:
    """(kind, path) of every file of both studies that a schema is about."""
    for study in sorted(path for path in STUDIES.iterdir() if (path / "study.yaml").is_file()):
        yield "study", study / "study.yaml"
        yield "codelists", study / "codelists.yaml"
        yield from (("domain", path) for path in sorted(study.glob("sdtm/*.yaml")))
        yield from (("analysis", path) for path in sorted(study.glob("adam/*.yaml")))
        yield from (("contract", path) for path in sorted(study.glob("contracts/*.yaml")))
        for name in ("analyses", "figures", "waivers"):
            yield from ((name, path) for path in study.glob(f"{name}.yaml"))


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a safe loader


def errors(what: str, data: Any) -> list[str]:
    found = validator(what).iter_errors(data)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:80]}" for one in found]


@pytest.mark.parametrize(
    ("what", "path"), list(shipped()), ids=lambda part: getattr(part, "stem", part)
)
def test_every_shipped_file_is_valid(what: str, path: Path) -> None:
    assert errors(what, read(path)) == []


@pytest.mark.parametrize("what", KINDS)
def test_a_key_that_is_none_is_refused(what: str) -> None:
    assert errors(what, {"nonsense": 1})


def test_every_file_of_a_specification_has_a_schema() -> None:
    """No YAML file that we ship is left without one."""
    known = {path for _, path in shipped()}
    left = [p for s in STUDIES.iterdir() for p in s.glob("**/*.yaml") if p not in known]
    assert [p.relative_to(STUDIES).as_posix() for p in left if "build" not in p.parts] == []


def test_a_portfolio_as_the_page_shows_it_is_valid() -> None:
    page = (STUDIES.parents[1] / "docs" / "portfolio.md").read_text(encoding="utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    data = yaml.load(text, Loader)  # noqa: S506 - a safe loader
    assert errors("portfolio", data) == []
    assert errors("portfolio", {**data, "memory": 7})
    assert errors("portfolio", {**data, "studies": [{"study": "a", "colour": "red"}]})


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("contract", {"contract": "x", "columns": {"A": {"type": "number"}}}),
        ("contract", {"contract": "x", "columns": {"A": {"min-value": 1}}}),
        ("figures", {"figures": [{"kind": "pie", "title": "x", "dataset": "ADTTE"}]}),
        ("waivers", {"waivers": [{"rule": "X", "dataset": "AE"}]}),
        ("waivers", {"waiver": []}),
        ("analyses", {"displays": {"T1": {"rows": {"A": {"median": "AVAL"}}}}}),
    ],
)
def test_what_the_reader_refuses_the_schema_does(what: str, data: Any) -> None:
    assert errors(what, data)


def with_line(line: Any) -> dict[str, Any]:
    return {**DOMAIN, "variables": {"AETERM": line}}


@pytest.mark.parametrize(
    "line",
    [
        "TERM",
        {"from": "TERM"},
        {"from": ["A", "B"], "case": "upper"},
        {"from": "A", "when": "B > 1", "else": {"constant": "x"}},
        {"choose": [{"when": "A > 1", "from": "B"}, {"else": "C"}]},
        {"by-decision": "d", "one": {"from": "A"}, "two": {"constant": "x"}},
        {"use": "common", "note": "why"},
        {"flag": "A > 1", "else": "N"},
    ],
)
def test_a_line_is_a_name_or_a_mapping_with_one_verb(line: Any) -> None:
    assert errors("domain", with_line(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        {"from": "A", "wher": "B > 1"},
        {"form": "A"},
        {"note": "no verb"},
        {},
        {"from": "A", "constant": "x"},
        {"first": "EX.EXSTDTC", "last": "EX.EXENDTC"},
        {"compute": "A + 1"},
        {"from": "A", "case": "sideways"},
        {"from": "A", "when": "B > 1", "else": {"form": "x"}},
        ["A"],
        5,
    ],
)
def test_a_misspelt_key_no_verb_or_two_are_refused(line: Any) -> None:
    assert errors("domain", with_line(line))


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("study", {"agncy": "fda"}),
        ("study", {"agency": "ema"}),
        ("codelists", {"map": {}}),
        ("domain", {"record": {"source": "ae"}}),
        ("domain", {"standard": {"a": "b"}}),
        ("analysis", {"clas": "other"}),
        ("analysis", {"class": "any"}),
        ("analysis", {"records": {"from": "DM", "havving": "A > 1"}}),
    ],
)
def test_a_key_or_word_of_a_file_that_is_none_is_refused(what: str, change: Any) -> None:
    bases: dict[str, dict[str, Any]] = {
        "study": {"study": "S1"},
        "codelists": {},
        "domain": DOMAIN,
        "analysis": {"dataset": "ADSL", "label": "x", "keys": "A", "records": {"from": "DM"}},
    }
    base = bases[what]
    assert errors(what, base) == []
    assert errors(what, {**base, **change})
