"""Conditions, lists and orders in words, as define.xml's methods say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from derive.line import SUBJECT, Answer, Line
from specs import Study
from specs.conditions import Condition

_OPERATORS = (
    ("==", "is"),
    ("!=", "is not"),
    ("<=", "is at most"),
    (">=", "is at least"),
    ("<", "is less than"),
    (">", "is more than"),
)
_DATED = re.compile(r"(DTC|DTM?|date|_date)$")
_ANSWERS = {
    Answer.ERROR: "the data set is not built",
    Answer.QUERY: "it is left blank and asked about",
    Answer.BLANK: "it is left blank",
}


def said(condition: Condition) -> str:
    """A condition in words: ``AEYN == "Y"`` is ``AEYN is "Y"``; quoted texts stay as they are."""
    text = re.sub(r"\s+", " ", condition.text)
    parts = re.split(r'("[^"]*")', text)
    parts[::2] = [_operators(part) for part in parts[::2]]
    return "".join(parts)


def _operators(text: str) -> str:
    for sign, word in _OPERATORS:
        text = re.sub(rf"\s*{re.escape(sign)}(?!=)\s*", rf" {word} ", text)
    text = re.sub(r"(\S+) is (less|more) than ", _earlier, text)
    text = text.replace(" not contains", " does not contain")
    return text.replace(" not in [", " is none of [").replace(" in [", " is one of [")


def _earlier(match: re.Match[str]) -> str:
    """Dates are before or after one another, not less or more."""
    if _DATED.search(match[1]):
        return f"{match[1]} is {'before' if match[2] == 'less' else 'after'} "
    return match[0]


def lowered(sentence: str) -> str:
    """A sentence inside another: its first letter small, unless it begins a name."""
    name = sentence[1:2].isupper() or (sentence[1:2] == " " and sentence[0] != "A")
    return sentence if name else sentence[0].lower() + sentence[1:]


def quoted(text: str) -> str:
    """A written value as a text: in double quotes."""
    return f'"{text}"'


def written(text: str, line: Line) -> str:
    """A value that a line writes: a number stands as it is, a text in double quotes."""
    return text if line.as_ == "number" else quoted(text)


def listed(names: Iterable[str], last: str = "and") -> str:
    """``A, B and C``."""
    items = list(names)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def ordered(names: Sequence[str]) -> str:
    """``ADT, then LBSEQ downwards`` of ``[ADT, -LBSEQ]``."""
    return ", then ".join(
        f"{name[1:]} downwards" if name.startswith("-") else name for name in names
    )


def of_group(keys: Sequence[str]) -> str:
    """`` of the subject`` or `` of the records with the same A and B``."""
    if list(keys) == [SUBJECT]:
        return " of the subject"
    return f" of the records with the same {listed(keys)}"


def keyed(on: Mapping[str, str] | Sequence[str]) -> str:
    """`` of the subject``, `` of the study``, or `` in the record with the same A, and B equal to
    C`` of keys ``on``."""
    pairs = list(on.items()) if isinstance(on, Mapping) else [(key, key) for key in on]
    if pairs in ([], [(SUBJECT, SUBJECT)]):
        return " of the subject"
    if pairs == [("study", "study")]:
        return " of the study"
    shown = [f"the same {key}" if key == own else f"{key} equal to {own}" for key, own in pairs]
    return f" in the record with {listed(shown)}"


def rounded(decimals: int | None, significant: int | None = None) -> str:
    """``, rounded half away from zero to 2 decimals``, or nothing."""
    if decimals is not None:
        return f", rounded half away from zero to {decimals} decimals"
    if significant is not None:
        return f", rounded half away from zero to {significant} significant digits"
    return ""


def answered(answer: Answer) -> str:
    """What happens where a value cannot be had."""
    return _ANSWERS[answer]


def line_words(line: Line, study: Study | None = None) -> str:
    """One or two sentences that say how a line's value comes about, its condition and its
    alternative among them; with a study its functions are said by their docstrings."""
    text = line.words() if study is None else line.words_in(study)
    if line.when is not None:
        text = f"Where {said(line.when)}: {lowered(text)}"
    if line.else_ is not None:
        text = f"{text} Otherwise: {lowered(line_words(line.else_, study))}"
    return text


__all__ = [
    "answered",
    "keyed",
    "line_words",
    "listed",
    "lowered",
    "of_group",
    "ordered",
    "quoted",
    "rounded",
    "said",
]
