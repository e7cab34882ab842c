"""``result`` and ``visit``: every key has an example that needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.line import Line
from derive.verbs.registry import verb_class
from specs import SpecificationError
from specs.reading.yaml_source import parse_yaml
from tests.language.example import paths, without
from tests.language.raw import EXAMPLES, RawExample, built, told, values
from tests.language.test_examples import keys


def outcome(folder: Path, example: RawExample, line: str) -> object:
    """What comes of a line: values and codes, or what stops it."""
    try:
        made = built(folder, example, line)
    except SpecificationError as error:
        return [one.rule for one in error.findings]
    if made.failed:
        return sorted(made.failed)
    return values(made, example), told(made)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.line)
def test_it_gives_what_it_says(tmp_path: Path, example: RawExample) -> None:
    made = built(tmp_path, example, f"{{{example.line}}}")
    assert bool(made.failed) == example.stops
    if not example.stops:
        found = values(made, example)
        said = {name: list(cells) for name, cells in example.gives.items()}
        assert {name: found.get(name, [""]) for name in said} == said
        assert [code for code in example.told if code not in told(made)] == []


@pytest.fixture(scope="module")
def needed(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, ...]]:
    """(verb, key ...) of which an example gives something else when the key is taken away."""
    import json

    out: set[tuple[str, ...]] = set()
    for example in EXAMPLES:
        data = parse_yaml(f"{{{example.line}}}", "x").data
        mine = outcome(tmp_path_factory.mktemp("a"), example, f"{{{example.line}}}")
        for path in paths(data):
            found = (example.verb, *(step for step in path if isinstance(step, str)))
            if found in out or path == (example.verb,):
                continue
            text = json.dumps(without(data, path), ensure_ascii=False)
            if outcome(tmp_path_factory.mktemp("b"), example, text) != mine:
                out.add(found)
    return out


@pytest.mark.parametrize("verb", ["result", "visit"])
def test_every_key_has_an_example_that_needs_it(verb: str, needed: set[tuple[str, ...]]) -> None:
    wanted = {(verb, *path) for path in keys(verb_class(verb), set(Line.model_fields))}
    assert sorted(wanted - needed - {(verb, verb)}) == []
