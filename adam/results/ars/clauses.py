"""Conditions as where clauses of ARS."""

from __future__ import annotations

from typing import Any

from adam.results.conditions import checks, shown
from specs.conditions import Among, Comparison, Condition, Contains, Joined, Missing, Node, Not

Clause = dict[str, Any]


def clause(condition: Condition, dataset: str) -> Clause:
    """``condition`` or ``compoundExpression`` of a condition; only a description where ARS has no
    word for it (a text that is contained in another)."""
    if _unsayable(condition.tree):
        return {"description": condition.text}
    return _clause(condition.tree, dataset)


def _unsayable(node: Node) -> bool:
    if isinstance(node, Joined):
        return any(map(_unsayable, node.parts))
    return _unsayable(node.inner) if isinstance(node, Not) else isinstance(node, Contains)


def _clause(node: Node, dataset: str) -> Clause:
    if isinstance(node, Joined):
        return _compound(node.op.upper(), node.parts, dataset)
    if isinstance(node, Not):
        return _compound("NOT", (node.inner,), dataset)
    if isinstance(node, Missing):
        return simple(dataset, node.name.text, "NE" if node.negated else "EQ", ())
    if isinstance(node, Among):
        word = "NOTIN" if node.negated else "IN"
        return simple(dataset, node.name.text, word, tuple(shown(v) for v in node.values))
    assert isinstance(node, Comparison)  # noqa: S101 - Contains has been told
    ((name, word, values),) = checks(Condition("", node))[0]
    return simple(dataset, name, word, values)


def _compound(word: str, parts: tuple[Node, ...], dataset: str) -> Clause:
    clauses = [
        {"level": 2, "order": order, **_clause(part, dataset)}
        for order, part in enumerate(parts, 1)
    ]
    return {"compoundExpression": {"logicalOperator": word, "whereClauses": clauses}}


def simple(dataset: str, variable: str, comparator: str, values: tuple[str, ...]) -> Clause:
    """One comparison. ARS has no word for missing: it is EQ to an empty list."""
    said = {"dataset": dataset, "variable": variable, "comparator": comparator}
    return {"condition": {**said, "value": list(values)}}
