"""Title case of labels: words that carry meaning begin with a capital, small words do not."""

from __future__ import annotations

import re

from validation.engine.columns import Mask
from validation.engine.operators import operator
from validation.engine.view import Call

SMALL = re.compile(
    "an?|and(/or)?|as|at|but|by|en|for|if|in|is|nor|of|on|or|per|the|to|via|vs?|with", re.IGNORECASE
)
"""Articles, conjunctions, short prepositions: in lower case unless they begin or end the text."""
_PARTS = re.compile(r"[^\s/-]+")


@operator("is_title_case", "is_not_title_case")
def is_title_case(call: Call) -> Mask:
    """Every word of the text is in title case; a blank is."""
    return call.target.spread([in_title_case(text) for text in call.target.texts], missing=True)


def in_title_case(text: str) -> bool:
    """Whether the words of a text are in title case.

    A word with a capital or a digit inside it (eGFR, IgG, 2nd) is left as it is; the parts of a
    compound (Follow-Up, Start/End) count as words, and after a colon a text begins again.
    """
    words = text.split()
    for at, word in enumerate(words):
        edge = at in (0, len(words) - 1) or words[at - 1].endswith(":")
        if SMALL.fullmatch(word.strip("(),;:.")) and not edge:
            if word != word.lower():
                return False
        elif not _capitals(_PARTS.findall(word)):
            return False
    return True


def _capitals(parts: list[str]) -> bool:
    return all(
        _is_capital(part.lstrip("(['\""))
        or (at > 0 and part == part.lower() and bool(SMALL.fullmatch(part)))
        for at, part in enumerate(parts)
    )


def _is_capital(part: str) -> bool:
    return not part[:1].isalpha() or any(each.isupper() for each in part)
