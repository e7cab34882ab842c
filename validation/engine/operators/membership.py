"""Is a value in a collection; what do two collections share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from validation.engine.columns import Column, Mask, as_text, either, to_number
from validation.engine.operators import operator
from validation.engine.operators.text import _prefix, _suffix, cut_column, pairwise_answer
from validation.engine.view import Call

Fold = Callable[[str], str]


def _same(text: str) -> str:
    return text


def _member_test(members: Iterable[Any], fold: Fold) -> Callable[[Any], bool]:
    """A test for membership: as text, and as a number where both sides are numbers."""
    held = [each for each in members if each is not None]
    texts = {fold(as_text(each)) for each in held}
    numbers = {
        to_number(each)
        for each in held
        if isinstance(each, (int, float)) and not isinstance(each, bool)
    }

    def test(value: Any) -> bool:
        if fold(as_text(value)) in texts:
            return True
        return bool(numbers) and to_number(value) in numbers

    return test


def contained(target: Column, collection: Column, fold: Fold = _same) -> Mask:
    """Where the value is a member; a blank is one when the collection lists a blank."""
    if collection.is_constant or not len(collection.values):
        members = collection.values[0] if len(collection.values) else ()
        inside = target.where(_member_test(members, fold))
        return either(inside, target.missing) if "" in members else inside
    tests = {members: _member_test(members, fold) for members in collection.values}
    return pairwise_answer(target, collection, lambda value, members: tests[members](value))


@operator("is_contained_by", "is_not_contained_by")
def is_contained_by(call: Call) -> Mask:
    """The value is in the collection."""
    return _contained(call, call.target, _same)


@operator("is_contained_by_case_insensitive", "is_not_contained_by_case_insensitive")
def is_contained_by_case_insensitive(call: Call) -> Mask:
    """The value is in the collection, upper and lower case apart."""
    return _contained(call, call.target, str.casefold)


@operator("prefix_is_contained_by", "prefix_is_not_contained_by")
def prefix_is_contained_by(call: Call) -> Mask:
    """The first characters are in the collection."""
    return _contained(call, cut_column(call.target, _prefix(call)), _same)


@operator("suffix_is_contained_by", "suffix_is_not_contained_by")
def suffix_is_contained_by(call: Call) -> Mask:
    """The last characters are in the collection."""
    return _contained(call, cut_column(call.target, _suffix(call)), _same)


def _contained(call: Call, target: Column, fold: Fold) -> Mask:
    collection = call.collection()
    if target.is_list:
        return pairwise_answer(
            target,
            collection,
            lambda a, b: all(map(_member_test(b, fold), a)),  # type: ignore[call-overload, arg-type]
        )
    return contained(target, collection, fold)


@operator("contains", "does_not_contain")
def contains(call: Call) -> Mask:
    """The value is an element of the collection in the target, or a part of its text."""
    return _contains(call, _same)


@operator("contains_case_insensitive", "does_not_contain_case_insensitive")
def contains_case_insensitive(call: Call) -> Mask:
    """As ``contains``, upper and lower case apart."""
    return _contains(call, str.casefold)


def _contains(call: Call, fold: Fold) -> Mask:
    other = call.comparator()
    if other is None or not len(other.values):
        return False
    if other.is_constant:
        return call.target.where(lambda held: _holds(held, other.values[0], fold))
    return pairwise_answer(call.target, other, lambda held, value: _holds(held, value, fold))


def _holds(held: Any, value: Any, fold: Fold) -> bool:
    if isinstance(held, tuple):
        return _member_test(held, fold)(value)
    return fold(as_text(value)) in fold(as_text(held))


def _held_by_target(call: Call) -> Column:
    """The target as collections: its own, or all of its values as one."""
    if call.target.is_list:
        return call.target
    used = set(call.target.codes.tolist())
    values = tuple(v for at, v in enumerate(call.target.values) if at in used)
    return Column.constant(values, call.table.length)


def _compare_collections(call: Call, test: Callable[[set[str], set[str]], bool]) -> Mask:
    left, right = _held_by_target(call), call.collection()
    if left.is_constant and right.is_constant:
        sides = [{as_text(v) for each in side.values[:1] for v in each} for side in (left, right)]
        return test(*sides)
    as_sets = lambda a, b: test(set(map(as_text, a)), set(map(as_text, b)))  # noqa: E731
    return pairwise_answer(left, right, as_sets)


@operator("contains_all", "not_contains_all")
def contains_all(call: Call) -> Mask:
    """Every member of the collection is among the target's values."""
    return _compare_collections(call, lambda held, wanted: wanted <= held)


@operator("shares_at_least_one_element_with")
def shares_at_least_one_element_with(call: Call) -> Mask:
    """One element or more in common."""
    return _compare_collections(call, lambda a, b: len(a & b) >= 1)


@operator("shares_exactly_one_element_with")
def shares_exactly_one_element_with(call: Call) -> Mask:
    """One element in common."""
    return _compare_collections(call, lambda a, b: len(a & b) == 1)


@operator("shares_no_elements_with")
def shares_no_elements_with(call: Call) -> Mask:
    """Nothing in common."""
    return _compare_collections(call, lambda a, b: not a & b)


@operator("is_ordered_subset_of", "is_not_ordered_subset_of")
def is_ordered_subset_of(call: Call) -> Mask:
    """The elements come in the order that the other collection has them in."""
    left, right = _held_by_target(call), call.collection()
    if left.is_constant and right.is_constant:
        return _ordered_subset(
            *(side.values[0] if len(side.values) else () for side in (left, right))
        )
    return pairwise_answer(left, right, _ordered_subset)  # type: ignore[arg-type]


def _ordered_subset(part: tuple[Any, ...], whole: tuple[Any, ...]) -> bool:
    places = {value: at for at, value in enumerate(whole)}
    found = [places[value] for value in part if value in places]
    return len(found) == len(part) and found == sorted(found)
