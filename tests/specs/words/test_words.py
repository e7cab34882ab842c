"""Every code that asks people has a question in each language, and every question is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.codes import all_codes
from specs.findings import Owner, Severity
from specs.words import (
    LANGUAGES,
    LONGEST,
    differing,
    fault,
    fill,
    labels_of,
    placeholders,
    words_of,
)

_STOPS = {
    *(f"RAW{n}" for n in range(100, 200)),  # files that cannot be read: nobody's question
    *("RAW501", "RAW502", "RAW509", "RAW510"),  # the layout of a transfer, not a value
}


def asking() -> list[str]:
    """Codes of the build that a site, a laboratory or data management answers."""
    return [
        code.id
        for code in all_codes().values()
        if code.id[:3] in ("MAP", "RAW")
        and code.owner in (Owner.SITE, Owner.DATA_MANAGEMENT)
        and code.severity is not Severity.INFO
        and code.id not in _STOPS
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_asks_people_has_a_question(language: str) -> None:
    assert [code for code in asking() if code not in words_of(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_one(language: str) -> None:
    assert {c: why for c, one in words_of(language).items() if (why := fault(one.ask))} == {}
    ends = {one.ask[-1] for one in words_of(language).values()}
    assert ends == ({"？"} if language == "zh" else {"?"})


def test_the_languages_say_the_same_things_with_the_same_placeholders() -> None:
    codes = {language: set(words_of(language)) for language in LANGUAGES}
    assert len({frozenset(names) for names in codes.values()}) == 1
    for code in words_of("en"):
        one = {language: words_of(language)[code] for language in LANGUAGES}
        assert differing({name: words.ask for name, words in one.items()}) == "", code
        assert differing({name: words.odd for name, words in one.items()}) == "", code
    assert set(labels_of("en")) == set(labels_of("zh"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("What", "ends with"),
        ("x" * LONGEST + "?", "at most 300"),
        ("{nothing}?", "{nothing} is no placeholder"),
        ("{other.A}?", "does not compare A"),
        ("{item?", "brace"),
        ("{item.__class__}?", "no placeholder"),
        ("{0}?", "no placeholder"),
        ("{}?", "no placeholder"),
    ],
)
def test_a_text_that_is_no_question_says_why(text: str, why: str) -> None:
    assert why in fault(text, {"B"})


@given(st.text(max_size=40))
def test_what_is_filled_in_is_not_looked_into(value: str) -> None:
    assert fill("{item} is {value}?", lambda name: f"{{{value}}}" if name == "value" else "x") == (
        f"x is {{{value}}}?"
    )


@given(st.text(max_size=60))
def test_no_text_at_all_is_more_than_text(text: str) -> None:
    filled = fill(text, lambda _: "")
    assert placeholders(filled) <= placeholders(text) | placeholders(filled)
    assert len(filled) <= len(text)
