"""Conditions of analyses taken apart: the literals in them, and the form that metadata can say."""

from __future__ import annotations

from collections.abc import Iterator

from specs.conditions import Among, Comparison, Condition, Joined, Literal, Missing, Name, Node, Not

Check = tuple[str, str, tuple[str, ...]]
"""Variable, comparator of Define-XML (EQ, NE, LT, LE, GT, GE, IN, NOTIN), values."""
_WORDS = {"==": "EQ", "!=": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def shown(value: str | float) -> str:
    """A literal as text."""
    return value if isinstance(value, str) else f"{value:.15g}"


def equalities(condition: Condition | None) -> Iterator[tuple[str, str]]:
    """(variable, text) of every text that a variable is held equal to."""
    for node in _leaves(condition.tree) if condition is not None else ():
        if isinstance(node, Comparison) and node.op == "==":
            left, right = node.left, node.right
            if isinstance(left, Name) and isinstance(right, Literal):
                yield left.text, shown(right.value)
        elif isinstance(node, Among) and not node.negated:
            yield from ((node.name.text, shown(value)) for value in node.values)


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, Joined):
        for part in node.parts:
            yield from _leaves(part)
    elif not isinstance(node, Not):
        yield node


def checks(condition: Condition | None) -> tuple[list[Check], list[str]]:
    """What of a condition can be said as checks that all hold, and the rest in words."""
    out: list[Check] = []
    rest: list[str] = []
    if condition is not None:
        tree = condition.tree
        for part in tree.parts if isinstance(tree, Joined) and tree.op == "and" else (tree,):
            _part(part, out, rest)
    return out, rest


def _part(node: Node, out: list[Check], rest: list[str]) -> None:
    if isinstance(node, Joined) and node.op == "and":
        for part in node.parts:
            _part(part, out, rest)
    elif isinstance(node, Among):
        word = "NOTIN" if node.negated else "IN"
        out.append((node.name.text, word, tuple(shown(v) for v in node.values)))
    elif isinstance(node, Comparison) and _is_plain(node):
        name, op, value = _turned(node)
        out.append((name, _WORDS[op], (shown(value),)))
    elif isinstance(node, Missing):
        rest.append(f"{node.name.text} is {'not ' if node.negated else ''}missing")
    else:
        rest.append(_in_words(node))


def _is_plain(node: Comparison) -> bool:
    return isinstance(node.left, Name) != isinstance(node.right, Name)


def _turned(node: Comparison) -> tuple[str, str, str | float]:
    left, right = node.left, node.right
    if isinstance(left, Name) and isinstance(right, Literal):
        return left.text, node.op, right.value
    assert isinstance(right, Name)  # noqa: S101 - asked by _is_plain
    assert isinstance(left, Literal)  # noqa: S101
    return right.text, _MIRROR[node.op], left.value


def _in_words(node: Node) -> str:
    if isinstance(node, Joined):
        return f" {node.op} ".join(f"({_in_words(part)})" for part in node.parts)
    if isinstance(node, Not):
        return f"not ({_in_words(node.inner)})"
    if isinstance(node, Comparison):
        sides = [
            n.text if isinstance(n, Name) else repr(shown(n.value)) for n in (node.left, node.right)
        ]
        return f"{sides[0]} {node.op} {sides[1]}"
    if isinstance(node, Among):
        values = ", ".join(repr(shown(v)) for v in node.values)
        return f"{node.name.text} {'not ' if node.negated else ''}in [{values}]"
    if isinstance(node, Missing):
        return f"{node.name.text} is {'not ' if node.negated else ''}missing"
    return f"{node.name.text} {'not ' if node.negated else ''}contains {node.text!r}"
