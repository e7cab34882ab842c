"""What a word of another language is told, where a verb should be."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from derive.verbs.registry import read_line


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("coalesce", "write from: [A, B], the first that is not missing"),
        ("upcase", "write from: A with case: upper, lower or title"),
        ("catx", 'write text: "{A} {B}", or join: [A, B] of those that are there'),
        ("compute", "write calculate"),
    ],
)
def test_it_is_told_what_says_it_here(word: str, hint: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        read_line({word: "A"})
    assert caught.value.context is not None
    assert (caught.value.context["code"], caught.value.context["hint"]) == ("SPEC111", hint)
