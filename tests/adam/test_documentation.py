"""The page on ADaM names every verb and every key of the language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adam import VERBS, language_datasets, lines, lines_across
from specs.language.base import SpecModel

PAGE = (Path(__file__).parents[2] / "docs" / "adam.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[a-z0-9][a-z0-9-]*", PAGE))


def models() -> list[type[SpecModel]]:
    found = []
    for module in (language_datasets, lines, lines_across):
        items = [item for item in vars(module).values() if isinstance(item, type)]
        found += [item for item in items if issubclass(item, SpecModel) and item is not SpecModel]
    return sorted(set(found), key=lambda model: model.__name__)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_on_the_page(verb: str) -> None:
    assert f"`{verb}`" in PAGE


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_key_is_on_the_page(model: type[SpecModel]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert keys - WORDS == set()
