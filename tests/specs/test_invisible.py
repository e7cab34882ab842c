"""Blank as people see it: against the categories of the Unicode database."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from specs.text.invisible import INVISIBLE, visible

_DRAWN = {0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD, *range(0x600, 0x606)}
"""Format characters that are drawn: the signs of Arabic, Syriac and Kaithi numbers."""
_LATER = range(0x13439, 0x13456)
"""Egyptian controls that newer databases of Unicode add."""


def test_every_space_control_and_format_character_is_invisible() -> None:
    wanted = {
        code
        for code in range(sys.maxunicode + 1)
        if chr(code).isspace() or unicodedata.category(chr(code)) in ("Cf", "Cc")
    } - _DRAWN.union(_LATER)
    assert {code for code in wanted if chr(code) not in INVISIBLE} == set()


def test_no_letter_digit_sign_or_combining_accent_is_invisible() -> None:
    seen = {c for c in INVISIBLE if unicodedata.category(c)[0] in "LNPS"}
    assert seen == set("\u115f\u1160\u3164\uffa0\u2800")


@pytest.mark.parametrize("blank", ["\u2003", "\u202f", "\u200b", "\ufeff", "\u3164", "\x0c", " \t"])
def test_alone_they_are_blank_and_around_a_text_they_go(blank: str) -> None:
    assert visible(blank * 2) == ""
    assert visible(f"{blank}a{blank}b{blank}") == f"a{blank}b"
