"""Arithmetic of a specification line: parsed with Python's grammar, never evaluated as Python."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": np.fmin,
    "max": np.fmax,
    "abs": np.abs,
    "round": np.round,
    "floor": np.floor,
    "ceil": np.ceil,
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
}


class ExpressionError(ValueError):
    """An expression is not of the small arithmetic language."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression, its text and the names it uses (``DM.AGE`` is one name)."""

    text: str
    tree: ast.expr
    names: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


def parse_expression(text: str) -> Expression:
    """Parse; raises ExpressionError for anything but numbers, names, operators and functions."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"not an expression: {text!r}") from error
    names: dict[str, None] = {}
    _check(tree, names)
    return Expression(text.strip(), tree, tuple(names))


def _check(node: ast.AST, names: dict[str, None]) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        _check(node.left, names)
        _check(node.right, names)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _check(node.operand, names)
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FUNCTIONS
    ):
        for argument in node.args:
            _check(argument, names)
    elif isinstance(node, ast.Name | ast.Attribute):
        names[_name(node)] = None
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        known = ", ".join(_FUNCTIONS)
        raise ExpressionError(f"only numbers, names, + - * / // % ** and {known} are arithmetic")


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ExpressionError("a name is needed before the full stop")


def evaluate(expression: Expression, resolve: Callable[[str], Any]) -> Any:
    """Float vector; ``resolve`` gives the float vector of a name. Missing in, missing out;
    what is not finite (a division by zero) becomes missing."""
    with np.errstate(all="ignore"):
        out = np.asarray(_value(expression.tree, resolve), dtype=np.float64)
    return np.where(np.isfinite(out), out, np.nan)


def _value(node: ast.AST, resolve: Callable[[str], Any]) -> Any:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, resolve), _value(node.right, resolve)
        return _BINARY[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, resolve)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, [_value(a, resolve) for a in node.args])
    return resolve(_name(node))


def _call(name: str, arguments: list[Any]) -> Any:
    function = _FUNCTIONS[name]
    if name in ("min", "max"):
        out = arguments[0]
        for other in arguments[1:]:
            out = function(out, other)
        return out
    if name == "round" and len(arguments) == 2:
        return np.round(arguments[0], int(arguments[1]))
    return function(*arguments)
