"""Every example gives what it says; every verb and every key of a verb has one that needs it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from derive.line import Line
from derive.verbs.registry import verb_class, words
from specs.language.base import SpecModel
from tests.language import across, group, record, time
from tests.language.example import Example, expected, outcome, paths, without

EXAMPLES = [*record.EXAMPLES, *time.EXAMPLES, *across.EXAMPLES, *group.EXAMPLES]
SAID_ELSEWHERE = {"result", "visit"}
"""Verbs of raw data alone, which stand on a stream: test_raw.py."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.line)
def test_it_gives_what_it_says(example: Example) -> None:
    assert outcome(example) == expected(example)


def needed() -> set[tuple[str, tuple[str, ...]]]:
    """(verb, key path) of which an example gives something else when the key is taken away."""
    out: set[tuple[str, tuple[str, ...]]] = set()
    for example in EXAMPLES:
        data, mine = example.data, outcome(example)
        out.add((example.verb, (example.verb,)))
        for path in paths(data):
            names = tuple(step for step in path if isinstance(step, str))
            found = (example.verb, names)
            if found not in out and outcome(example, without(data, path)) != mine:
                out.add(found)
    return out


NEEDED = needed()


def models(annotation: Any) -> Iterator[type[SpecModel]]:
    """Models in an annotation."""
    if inspect.isclass(annotation) and issubclass(annotation, SpecModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models(inner)


def keys(model: type[SpecModel], leave_out: set[str]) -> Iterator[tuple[str, ...]]:
    """Every key of a model and of the models in it."""
    model.model_rebuild()
    for name, field in model.model_fields.items():
        if name in leave_out:
            continue
        alias = field.alias or name
        yield (alias,)
        for inner in models(field.annotation):
            if not issubclass(inner, Line):
                yield from ((alias, *rest) for rest in keys(inner, set()))


def verbs() -> list[str]:
    return [word for word in words() if word not in SAID_ELSEWHERE]


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_has_an_example(verb: str) -> None:
    assert (verb, (verb,)) in NEEDED


@pytest.mark.parametrize("verb", verbs())
def test_every_key_has_an_example_that_needs_it(verb: str) -> None:
    cls = verb_class(verb)
    mine = cls.words_of_verb or (cls.verb,)
    shown = {path for word, path in NEEDED if word in mine}
    inner = {("choose", "line")}  # any line, by its own verb
    wanted = set(keys(cls, set(Line.model_fields))) - {(word,) for word in mine} - inner
    shown |= {path[:1] + rest for path in shown for rest in [path[1:]]}
    assert sorted(wanted - shown) == []


def test_every_line_has_its_condition_alternative_and_kind() -> None:
    assert {("when",), ("else",), ("as",)} <= {path for _, path in NEEDED}
