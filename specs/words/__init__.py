"""What people are asked, by finding code and language: plain YAML, one file a language.

A text may hold placeholders in braces, plain names only; no text is ever executed or formatted by
anything else. :func:`fault` holds what every text, of ours or of a study, has to fulfil.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from specs.reading.yaml_source import read_yaml

LANGUAGES = ("en", "zh")
"""Languages that come along; a study adds others by words.csv."""
PLACEHOLDERS = (
    *("item", "value", "subject", "visit", "form", "term", "start", "end", "detail", "n"),
)
"""What a text may name; beside them ``other.NAME``, a value that the check compared."""
LONGEST = 300
"""Characters of a question: more is not read in a cell."""
_HOLE = re.compile(r"\{([^{}]*)\}")
_OTHER = re.compile(r"other\.[A-Za-z_][\w.]*")


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one code in one language: ``odd`` says what is, ``ask`` is the question."""

    odd: str
    ask: str


@cache
def words_of(language: str) -> Mapping[str, Words]:
    """The texts of a language by finding code; "" is the question for any other code.

    Raises KeyError for a language that does not come along.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    read = read_yaml(Path(__file__).with_name(f"{language}.yaml"), f"words/{language}.yaml").data
    return {
        "" if code == "other" else str(code): Words(str(one["odd"]), str(one["ask"]))
        for code, one in read["questions"].items()
    }


@cache
def labels_of(language: str) -> Mapping[str, str]:
    """The words of workbooks and pages in a language. Raises KeyError as :func:`words_of`."""
    if language not in LANGUAGES:
        raise KeyError(language)
    read = read_yaml(Path(__file__).with_name(f"{language}.yaml"), f"words/{language}.yaml").data
    return {str(name): str(text) for name, text in read["labels"].items()}


def placeholders(text: str) -> set[str]:
    """The names that a text has in braces."""
    return set(_HOLE.findall(text))


def fill(text: str, value_of: Callable[[str], str]) -> str:
    """A text with its placeholders replaced, each once: what they give is not looked into."""
    return _HOLE.sub(lambda found: value_of(found[1]), text)


def fault(text: str, others: set[str] | None = None) -> str:
    """Why a text is no question; "" when it is one.

    ``others`` are the names that ``other.`` may stand before; None where they are not known.
    """
    if not text.rstrip().endswith(("?", "？")):
        return "a question ends with ? or ？"
    if len(text) > LONGEST:
        return f"a question has at most {LONGEST} characters, this one has {len(text)}"
    if text.count("{") != len(_HOLE.findall(text)) or text.count("}") != text.count("{"):
        return "a brace without its partner"
    for name in sorted(placeholders(text)):
        known = name in PLACEHOLDERS or (_OTHER.fullmatch(name) is not None)
        if not known:
            return f"{{{name}}} is no placeholder ({', '.join(PLACEHOLDERS)}, other.NAME)"
        bare = name.removeprefix("other.")
        if bare != name and others is not None and bare not in others:
            return f"{{{name}}}: the check does not compare {bare}"
    return ""


def differing(texts: Mapping[str, str]) -> str:
    """Which languages of a text name other placeholders than the first; "" for none."""
    first = next(iter(texts), None)
    if first is None:
        return ""
    wanted = placeholders(texts[first])
    other = [name for name, text in texts.items() if placeholders(text) != wanted]
    return f"{', '.join(other)} names other placeholders than {first}" if other else ""


__all__ = [
    "LANGUAGES",
    "LONGEST",
    "PLACEHOLDERS",
    "Words",
    "differing",
    "fault",
    "fill",
    "labels_of",
    "placeholders",
    "words_of",
]
