"""Length, parts of text, regular expressions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from validation.engine.columns import Column, Mask, to_number
from validation.engine.operators import operator
from validation.engine.operators.comparison import equality
from validation.engine.ruleset.regexes import extracting, matches
from validation.engine.view import Call

Cut = Callable[[str], str]


def _prefix(call: Call) -> Cut:
    """The first ``prefix`` characters; the whole text when there is no such number."""
    size = call.whole_number("prefix") or None
    return lambda text: text[:size]


def _suffix(call: Call) -> Cut:
    """The last ``suffix`` characters; the whole text when there is no such number."""
    size = call.whole_number("suffix") or call.whole_number("prefix")
    return lambda text: text[-size:]


def cut_column(column: Column, cut: Cut) -> Column:
    """The column with every distinct value cut."""
    numbers: dict[str, int] = {}
    table = [*(numbers.setdefault(cut(text), len(numbers)) for text in column.texts), -1]
    return Column(np.array(table, dtype=np.int32)[column.codes], list(numbers))


def _matching(call: Call, column: Column) -> Mask:
    return column.spread(matches(str(call.leaf.value), column.texts))


@operator("matches_regex")
def matches_regex(call: Call) -> Mask:
    """The value starts with a match; a blank matches nothing."""
    return _matching(call, call.target)


@operator("not_matches_regex")
def not_matches_regex(call: Call) -> Mask:
    """The value, where there is one, does not start with a match."""
    found = matches(str(call.leaf.value), call.target.texts)
    return call.target.spread([not each for each in found])


@operator("prefix_matches_regex", "not_prefix_matches_regex")
def prefix_matches_regex(call: Call) -> Mask:
    """The first characters match."""
    return _matching(call, cut_column(call.target, _prefix(call)))


@operator("suffix_matches_regex", "not_suffix_matches_regex")
def suffix_matches_regex(call: Call) -> Mask:
    """The last characters match."""
    return _matching(call, cut_column(call.target, _suffix(call)))


@operator("starts_with")
def starts_with(call: Call) -> Mask:
    """The text begins so."""
    return _with_text(call, str.startswith)


@operator("ends_with")
def ends_with(call: Call) -> Mask:
    """The text ends so."""
    return _with_text(call, str.endswith)


def _with_text(call: Call, test: Callable[[str, str], bool]) -> Mask:
    other = call.comparator()
    if other is None or not len(other.values):
        return False
    if other.is_constant:
        return call.target.where_text(lambda text: test(text, other.texts[0]))
    return pairwise_answer(call.target, other, lambda a, b: test(str(a), str(b)))


def pairwise_answer(left: Column, right: Column, test: Callable[[object, object], bool]) -> Mask:
    """Ask each distinct pair of values; a blank on either side answers no."""
    width = len(right.values) + 1
    pairs = (left.codes.astype(np.int64) + 1) * width + (right.codes + 1)
    distinct, inverse = np.unique(pairs, return_inverse=True)
    answers = [
        bool(
            left_code
            and right_code
            and test(left.values[left_code - 1], right.values[right_code - 1])
        )
        for left_code, right_code in (divmod(int(pair), width) for pair in distinct)
    ]
    out: Mask = np.array(answers, dtype=np.bool_)[inverse]
    return out


@operator("prefix_equal_to", "prefix_not_equal_to")
def prefix_equal_to(call: Call) -> Mask:
    """The first characters are the other value."""
    return _cut_equal(call, _prefix(call))


@operator("suffix_equal_to", "suffix_not_equal_to")
def suffix_equal_to(call: Call) -> Mask:
    """The last characters are the other value."""
    return _cut_equal(call, _suffix(call))


def _cut_equal(call: Call, cut: Cut) -> Mask:
    other = call.comparator()
    return other is not None and equality(cut_column(call.target, cut), other)[0]


@operator("equals_string_part", "does_not_equal_string_part")
def equals_string_part(call: Call) -> Mask:
    """The value is the part of the other value that the first group of ``regex`` picks."""
    other = call.comparator()
    pattern = extracting(str(call.option("regex") or "(.*)"))

    def pick(text: str) -> str:
        match = pattern.match(text)
        return "" if match is None else match.group(1 if pattern.groups else 0)

    return other is not None and equality(call.target, cut_column(other, pick))[0]


def _lengths(call: Call, test: Callable[[int, float], bool]) -> Mask:
    other = call.comparator()
    limit = to_number(other.values[0]) if other is not None and len(other.values) else float("nan")
    return call.target.where_text(lambda text: test(len(text), limit))


@operator("longer_than")
def longer_than(call: Call) -> Mask:
    """More characters than ``value``."""
    return _lengths(call, lambda size, limit: size > limit)


@operator("longer_than_or_equal_to")
def longer_than_or_equal_to(call: Call) -> Mask:
    """At least as many characters as ``value``."""
    return _lengths(call, lambda size, limit: size >= limit)


@operator("shorter_than")
def shorter_than(call: Call) -> Mask:
    """Fewer characters than ``value``."""
    return _lengths(call, lambda size, limit: size < limit)


@operator("shorter_than_or_equal_to")
def shorter_than_or_equal_to(call: Call) -> Mask:
    """At most as many characters as ``value``."""
    return _lengths(call, lambda size, limit: size <= limit)


@operator("has_equal_length", "has_not_equal_length")
def has_equal_length(call: Call) -> Mask:
    """As many characters as the other variable (or as the number says)."""
    other = call.comparator()
    if other is None:
        return False
    if other.is_constant and not np.isnan(to_number(other.values[0] if len(other.values) else "")):
        return _lengths(call, lambda size, limit: size == limit)
    sizes = [np.array([*(len(t) for t in c.texts), 0])[c.codes] for c in (call.target, other)]
    out: Mask = sizes[0] == sizes[1]
    return out


@operator("split_parts_have_equal_length")
def split_parts_have_equal_length(call: Call) -> Mask:
    """Both sides of the separator have the same number of characters."""
    return call.target.where_text(lambda text: _even(text, call) is True)


@operator("split_parts_have_unequal_length")
def split_parts_have_unequal_length(call: Call) -> Mask:
    """The sides of the separator differ in their number of characters."""
    return call.target.where_text(lambda text: _even(text, call) is False)


def _even(text: str, call: Call) -> bool | None:
    left, separator, right = text.partition(str(call.option("separator") or "/"))
    return len(left) == len(right) if separator else None
