"""Each word of the SDTM language, verbs, answers, derivations and settings, stands in a test."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from sdtm.evaluate import _VERBS as EVALUATED

from sdtm.standard import derivation_names
from specs import language
from specs.language import VERBS, Domain, LineBase, Records

TESTS = Path(__file__).parent
TEXT = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("sdtm", "specs", "submission")
    for path in sorted((TESTS / folder).rglob("test_*.py"))
)
ENUMS = [e for e in vars(language).values() if isinstance(e, type) and issubclass(e, StrEnum)]


def literals(annotation: Any) -> set[str]:
    """The texts of every Literal in an annotation."""
    if isinstance(annotation, str):
        return {annotation}
    return set().union(*(literals(inner) for inner in get_args(annotation)))


def test_every_verb_can_be_evaluated() -> None:
    kinds = {model.verb for model in LineBase.__subclasses__()}
    assert set(EVALUATED) == kinds
    assert {"first", "last"} < set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_verbs(verb: str) -> None:
    assert f"{{{verb}:" in TEXT


@pytest.mark.parametrize("kind", ENUMS, ids=lambda e: e.__name__)
def test_answers(kind: type[StrEnum]) -> None:
    assert [value for value in kind if str(value) not in TEXT] == []


def test_derivations() -> None:
    names = [name.removeprefix("XX") for name in derivation_names("XX")]
    assert [name for name in names if name not in TEXT] == []


@pytest.mark.parametrize(
    "model", [Domain, Records, *LineBase.__subclasses__()], ids=lambda m: m.__name__
)
def test_settings(model: Any) -> None:
    model.model_rebuild()
    named = {field.alias or name: field for name, field in model.model_fields.items()}
    told = ("note", "label", "class", "structure", "pages", "source", "origin")
    absent = [a for a in named if f"{a}:" not in TEXT and a not in told]
    assert absent == []
    values = {v for f in named.values() for v in literals(f.annotation)}
    assert [v for v in sorted(values) if v not in TEXT] == []
