"""The small language of conditions: a subset of Python's expressions, parsed and never evaluated.

Names, literals, ``== != < <= > >= in``, ``contains "rash"`` (letter for letter), ``and or not``,
``is missing``, parentheses. A name is a
raw column or a variable (``AESTDTC``), or one of another data set (``DM.RFSTDTC``); a name that is
no identifier stands in back-ticks. A comparison with missing is false; ``is missing`` asks.

What a condition compiles to is up to the caller: :func:`evaluate` walks the tree with an
:class:`Operand` per name and gives a boolean vector.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class ConditionError(ValueError):
    """A condition cannot be read. ``offset`` is the 0-based character where it goes wrong."""

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.hint = message, offset, hint


@dataclass(frozen=True, slots=True)
class Name:
    """A reference to a column or variable. ``text`` is as written, back-ticks taken off."""

    text: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left op right``; ``op`` is one of == != < <= > >=. ``failed`` is one that was turned round
    because its opposite does not hold."""

    left: Name | Literal
    op: str
    right: Name | Literal
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """``name in (...)`` or ``name not in (...)``."""

    name: Name
    values: tuple[str | float, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Contains:
    """``name contains "text"`` or ``name not contains "text"``."""

    name: Name
    text: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """``name is missing`` or ``name is not missing``."""

    name: Name
    negated: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Negation, of two-valued logic."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Joined:
    """``and`` or ``or`` over two or more parts."""

    op: str
    parts: tuple[Node, ...]


Node = Comparison | Among | Contains | Missing | Not | Joined


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition: its text and its tree."""

    text: str
    tree: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it uses, in order of first use."""
        return tuple(dict.fromkeys(name.text for name in walk_names(self.tree)))

    @property
    def compared(self) -> frozenset[str]:
        """The names whose values it looks at; of the others it asks whether there is a value."""
        return frozenset(name.text for name in walk_names(self.tree, missing=False))

    def __str__(self) -> str:
        return self.text


_MISSING = re.compile(r"\bis(\s+not)?\s+missing\b")
_CONTAINS = re.compile(r"\b(not\s+)?contains(?=\s*$)")
"""Before a quoted text."""
_HOLDS: dict[type[ast.operator], bool] = {ast.MatMult: False, ast.Mod: True}
"""Operators that stand for ``contains`` and ``not contains`` while Python parses."""
_OPS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""The operator when its two sides change places."""
_MAX_LENGTH = 4000
_BACKSLASH = "\ue05c"
"""Stands for a backslash while Python parses: texts of a condition have no escapes."""


def parse_condition(text: str) -> Condition:
    """Parse a condition. Raises ConditionError with the offset of what is wrong."""
    if len(text) > _MAX_LENGTH:
        raise ConditionError(f"a condition may hold {_MAX_LENGTH} characters at most")
    prepared, quoted = _prepare(text)
    plain = prepared.lstrip()
    shift = len(prepared) - len(plain)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            body = ast.parse(plain, mode="eval").body
        return Condition(text.strip(), _Reader(plain, quoted, shift).node(body))
    except (SyntaxError, RecursionError, MemoryError, OverflowError) as error:
        offset = (getattr(error, "offset", None) or 1) - 1 + shift
        raise ConditionError(f"not a condition: {_reason(error)}", offset, _hint(text)) from error
    except ValueError as error:
        if isinstance(error, ConditionError):
            raise
        raise ConditionError(f"not a condition: {error}", 0, _hint(text)) from error


def _reason(error: BaseException) -> str:
    return getattr(error, "msg", None) or "it cannot be parsed"


def _hint(text: str) -> str:
    if re.search(r"[^=!<>]=[^=]", text):
        return "equality is written =="
    if "&&" in text or "||" in text:
        return "write 'and' and 'or'"
    return 'for example: AESTDTC >= DM.RFSTDTC and AEYN == "Y"'


def _prepare(text: str) -> tuple[str, dict[str, str]]:
    """Same-length text that Python can parse; back-ticked names become place-holders."""
    quoted: dict[str, str] = {}
    out: list[str] = []
    position, mark = 0, "_"
    while f"{mark}0q" in text:
        mark += "_"
    for match in re.finditer(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]+`", text):
        piece = match.group()
        part = _plain_part(text[position : match.start()], position)
        out.append(part if piece[0] == "`" else _CONTAINS.sub(_held, part))
        if piece[0] == "`":
            holder = f"{mark}{len(quoted)}q".ljust(len(piece), "_")
            quoted[holder] = piece[1:-1]
            piece = holder
        else:
            piece = piece.replace("\\", _BACKSLASH)
        out.append(piece)
        position = match.end()
    out.append(_plain_part(text[position:], position))
    return "".join(out).replace("\n", " "), quoted


def _held(match: re.Match[str]) -> str:
    return ("%" if match.group(1) else "@").ljust(len(match.group()))


def _plain_part(text: str, position: int) -> str:
    sign = re.search("[@%]", text)
    if sign is not None:
        message = f"{sign.group()!r} is not expected here"
        raise ConditionError(message, position + sign.start(), _hint(""))
    return _MISSING.sub(
        lambda m: ("is not None" if m.group(1) else "is None").ljust(len(m.group())), text
    )


class _Reader:
    """Turns Python's tree into ours; refuses everything else."""

    def __init__(self, text: str, quoted: dict[str, str], shift: int) -> None:
        self.bytes, self.quoted, self.shift = text.encode(), quoted, shift

    def _offset(self, at: int) -> int:
        """The character at a byte of the text (Python's tree counts bytes)."""
        return len(self.bytes[:at].decode("utf-8", "ignore")) + self.shift

    def _written(self, end: int, length: int) -> str:
        """The text as written before a byte; Python's tree holds a normalised form of names."""
        return self.bytes[end - length : end].decode("utf-8", "ignore")

    def node(self, tree: ast.expr) -> Node:
        if isinstance(tree, ast.BoolOp):
            op = "and" if isinstance(tree.op, ast.And) else "or"
            return Joined(op, tuple(self.node(value) for value in tree.values))
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
            return Not(self.node(tree.operand))
        if isinstance(tree, ast.Compare):
            return self._compare(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in _HOLDS:
            return self._contains(tree)
        raise self._error(tree, "a condition is made of comparisons, and, or, not")

    def _compare(self, tree: ast.Compare) -> Node:
        parts: list[Node] = []
        left = tree.left
        for op, right in zip(tree.ops, tree.comparators, strict=True):
            parts.append(self._one(left, op, right))
            left = right
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def _one(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(op, ast.Is | ast.IsNot):
            if not (isinstance(right, ast.Constant) and right.value is None):
                raise self._error(right, "'is' is only used as 'is missing' or 'is not missing'")
            return Missing(self._name(left), isinstance(op, ast.IsNot))
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set):
                raise self._error(right, '\'in\' needs a list: AEOUT in ["FATAL", "UNKNOWN"]')
            values = tuple(self._literal(item).value for item in right.elts)
            return Among(self._name(left), values, isinstance(op, ast.NotIn))
        return Comparison(self._operand(left), _OPS[type(op)], self._operand(right))

    def _contains(self, tree: ast.BinOp) -> Contains:
        text = self._literal(tree.right).value
        if not isinstance(text, str) or not text:
            raise self._error(tree.right, 'what it contains is a text: AETERM contains "RASH"')
        return Contains(self._name(tree.left), text, _HOLDS[type(tree.op)])

    def _operand(self, tree: ast.expr) -> Name | Literal:
        if isinstance(tree, ast.Name | ast.Attribute):
            return self._name(tree)
        return self._literal(tree)

    def _name(self, tree: ast.expr) -> Name:
        end = tree.end_col_offset or 0
        if isinstance(tree, ast.Name):
            word = self._written(end, end - tree.col_offset)
            return Name(self.quoted.get(word, word), self._offset(tree.col_offset))
        if isinstance(tree, ast.Attribute):
            inner = self._name(tree.value)
            word = self._written(end, end - (tree.value.end_col_offset or 0)).lstrip(". ")
            return Name(f"{inner.text}.{self.quoted.get(word, word)}", inner.offset)
        raise self._error(tree, "a name of a column or variable is needed here")

    def _literal(self, tree: ast.expr) -> Literal:
        sign = 1
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            sign, tree = -1, tree.operand
        if isinstance(tree, ast.Constant):
            value = tree.value
            if isinstance(value, str) and sign == 1:
                return Literal(value.replace(_BACKSLASH, "\\"))
            if isinstance(value, int | float) and not isinstance(value, bool):
                return Literal(float(sign * value))
        raise self._error(tree, "a text or a number is needed here")

    def _error(self, tree: ast.expr, message: str) -> ConditionError:
        return ConditionError(message, self._offset(tree.col_offset))


def walk_names(node: Node | Name | Literal, *, missing: bool = True) -> Iterator[Name]:
    """Every Name in a tree, from left to right; those of ``is missing`` where ``missing``."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Comparison):
        yield from walk_names(node.left)
        yield from walk_names(node.right)
    elif isinstance(node, Among | Contains) or (isinstance(node, Missing) and missing):
        yield node.name
    elif isinstance(node, Not):
        yield from walk_names(node.inner, missing=missing)
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from walk_names(part, missing=missing)


@dataclass(frozen=True, slots=True)
class Atom:
    """A name compared with texts or numbers of the condition, by ``==``, ``!=``, ``in`` ..."""

    name: Name
    op: str
    values: tuple[str | float, ...]


def walk_atoms(node: Node) -> Iterator[Atom]:
    """Every comparison of a name with what stands in the condition, from left to right."""
    if isinstance(node, Among):
        yield Atom(node.name, "not in" if node.negated else "in", node.values)
    elif isinstance(node, Comparison):
        left, right = node.left, node.right
        if isinstance(left, Name) and isinstance(right, Literal):
            yield Atom(left, node.op, (right.value,))
        elif isinstance(right, Name) and isinstance(left, Literal):
            yield Atom(right, MIRROR[node.op], (left.value,))
    elif isinstance(node, Not):
        yield from walk_atoms(node.inner)
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from walk_atoms(part)


class Operand(Protocol):
    """A vector that can be compared. Missing values never compare true."""

    def missing(self) -> Mask:
        """Which values are missing."""
        ...

    def among(self, values: tuple[str | float, ...]) -> Mask:
        """Which values are one of ``values``."""
        ...

    def compare(self, op: str, other: Operand | str | float) -> Mask:
        """Which values stand in the relation ``op`` to another vector or one value."""
        ...


def evaluate(condition: Condition, resolve: Callable[[str], Operand]) -> Mask:
    """A boolean vector; ``resolve`` gives the operand of a name (and raises for an unknown one)."""
    return _evaluate(condition.tree, resolve)


def _evaluate(node: Node, resolve: Callable[[str], Operand]) -> Mask:
    if isinstance(node, Joined):
        parts = (_evaluate(part, resolve) for part in node.parts)
        combine = np.logical_and if node.op == "and" else np.logical_or
        result = next(parts)
        for part in parts:
            result = combine(result, part)
        return result
    if isinstance(node, Not):
        return ~_evaluate(node.inner, resolve)
    if isinstance(node, Missing):
        missing = resolve(node.name.text).missing()
        return ~missing if node.negated else missing
    if isinstance(node, Among):
        operand = resolve(node.name.text)
        hit = operand.among(node.values)
        return ~hit & ~operand.missing() if node.negated else hit
    if isinstance(node, Contains):
        raise ConditionError("`contains` is not known here", node.name.offset)
    return _comparison(node, resolve)


def _comparison(node: Comparison, resolve: Callable[[str], Operand]) -> Mask:
    left, right = node.left, node.right
    if isinstance(left, Name):
        other = resolve(right.text) if isinstance(right, Name) else right.value
        return resolve(left.text).compare(node.op, other)
    if isinstance(right, Name):
        return resolve(right.text).compare(MIRROR[node.op], left.value)
    raise ConditionError("a comparison needs the name of a column or variable")
