"""Answer the check of a rule for every record of a view."""

from __future__ import annotations

import re
from collections.abc import Hashable

from validation.engine import operators
from validation.engine.columns import Column, Mask, both, either, negated, nowhere
from validation.engine.ruleset.rules import Leaf, Node
from validation.engine.view import Call, View

_CHEAP = {
    "exists": 0,
    "not_exists": 0,
    "empty": 1,
    "non_empty": 1,
    "equal_to": 2,
    "not_equal_to": 2,
}
_ACROSS_RECORDS = (
    "unique",
    "inconsistent",
    "multiple_rows",
    "sorted",
    "ordered",
    "row",
    "next",
    "same_values",
    "different_values",
    "contains_all",
    "element",
)
"""Parts of the names of operators that look at more than one record."""
_NEED_NO_VALUE = frozenset(
    [
        *("empty", "non_empty", "exists", "not_exists", "is_title_case", "is_not_title_case"),
        *("is_complete_date", "is_incomplete_date", "invalid_date", "invalid_duration"),
        *("has_same_values", "has_different_values", "is_unique_set", "is_not_unique_set"),
        *("present_on_multiple_rows_within", "not_present_on_multiple_rows_within"),
        *("is_ordered_by", "is_not_ordered_by", "inconsistent_enumerated_columns"),
        *("split_parts_have_equal_length", "split_parts_have_unequal_length"),
        *("conformant_value_data_type", "non_conformant_value_data_type"),
        *("conformant_value_length", "non_conformant_value_length"),
        *("references_correct_codelist", "does_not_reference_correct_codelist"),
    ]
)
"""Operators about the variable alone."""
_SETS = ("is_not_unique_set", "is_unique_set")
_NAME = re.compile(r"[$]?[A-Za-z0-9_.*-]+")
"""What a variable, the result of an operation, or a column of metadata can be called."""


def unknown_operators(node: Node) -> list[str]:
    """The operators of a check that this engine does not have."""
    if isinstance(node, Leaf):
        return [] if operators.find(node.operator) else [node.operator]
    return list(dict.fromkeys(name for child in node.children for name in unknown_operators(child)))


def without_value(node: Node) -> list[str]:
    """The conditions of a check that compare with nothing: their ``value`` is not there."""
    if isinstance(node, Leaf):
        lacks = node.value is None and node.operator not in _NEED_NO_VALUE
        return [f"{node.operator!r} on {node.name}"] if lacks else []
    return [each for child in node.children for each in without_value(child)]


def impossible_names(node: Node) -> list[str]:
    """The names in a check that no variable can have: prose of a draft, ``root(variable)``."""
    if isinstance(node, Leaf):
        return [] if _NAME.fullmatch(node.name) else [node.name]
    return list(dict.fromkeys(name for child in node.children for name in impossible_names(child)))


def looks_across_records(node: Node) -> bool:
    """Whether the answer for one record depends on others."""
    if isinstance(node, Leaf):
        return any(part in node.operator for part in _ACROSS_RECORDS)
    return any(looks_across_records(child) for child in node.children)


def answer(node: Node, view: View) -> Mask:
    """The records for which the check is true: the rule is broken there.

    A condition about a variable that is not there is false, ``not_exists`` apart. Raises
    NotRunError.
    """
    if isinstance(node, Leaf):
        return _leaf(node, view)
    if node.kind == "not":
        return negated(answer(node.children[0], view))
    result: Mask = node.kind == "all"
    for child in sorted(node.children, key=_cost):
        if node.kind == "all":
            result = both(result, answer(child, view))
            if nowhere(result):
                return False
        else:
            result = either(result, answer(child, view))
            if result is True:
                return True
    return result


def _cost(node: Node) -> int:
    if isinstance(node, Leaf):
        return _CHEAP.get(node.operator, 5 if looks_across_records(node) else 3)
    return 1 + max((_cost(child) for child in node.children), default=0)


def _leaf(leaf: Leaf, view: View) -> Mask:
    if leaf.operator in ("exists", "not_exists"):
        return view.exists(leaf.name) == (leaf.operator == "exists")
    target = view.column(leaf.name)
    if target is None and leaf.operator in _SETS:
        target = _of_set(leaf, view)
    if target is None:
        return False
    function = operators.find(leaf.operator)
    if function is None:
        raise AssertionError(f"operator {leaf.operator} was not checked for")
    call = Call(view, leaf, target)
    options = tuple(sorted((name, repr(value)) for name, value in leaf.options.items()))
    key: Hashable = (
        view.table.id,
        leaf.operator,
        view.key(leaf.name),
        _value_key(leaf, view),
        options,
    )
    return view.table.memo.get(key, lambda: function(call))


def _of_set(leaf: Leaf, view: View) -> Column | None:
    """What stands for a member of a set that is not there: nothing, when others are. The set is
    then that of the variables that the data set has."""
    there = any(view.table.column(name) is not None for name in view.expand(leaf.value) if name)
    return Column.constant(None, view.table.length) if there else None


def _value_key(leaf: Leaf, view: View) -> Hashable:
    if leaf.literal or not isinstance(leaf.value, (str, tuple)):
        return repr(leaf.value)
    if isinstance(leaf.value, tuple) and not all(isinstance(each, str) for each in leaf.value):
        return repr((leaf.value, view.prefix))
    return view.key(leaf.value)
