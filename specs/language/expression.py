"""Arithmetic of a specification line: read into a tree, never evaluated here.

Names are variables or columns (``AVAL``), those of another data set or of the raw source
(``DM.AGE``, ``raw.AGE``), or any text in back-ticks. Between them stand ``+ - * / // % **`` and
parentheses; functions are ``min max abs round floor ceil log exp sqrt``. A unit after a value makes
a duration: ``TRTSDTM + 6 hours``. Every part knows the 0-based character where it begins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from specs.suggest import did_you_mean

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
FUNCTIONS = {
    "min": (2, 99),
    "max": (2, 99),
    "abs": (1, 1),
    "round": (1, 2),
    "floor": (1, 1),
    "ceil": (1, 1),
    "log": (1, 1),
    "exp": (1, 1),
    "sqrt": (1, 1),
}
"""Each function, and how few and how many values it takes."""


class ExpressionError(ValueError):
    """An expression cannot be read. ``offset`` is the 0-based character where it goes wrong."""

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.hint = message, offset, hint


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as written."""

    value: float
    offset: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A name, back-ticks taken off: ``AVAL``, ``DM.AGE``, ``raw.AGE``."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A value with the other sign."""

    inner: Node
    offset: int


@dataclass(frozen=True, slots=True)
class Binary:
    """``left op right``; ``offset`` is that of the operator."""

    op: str
    left: Node
    right: Node
    offset: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A value and its unit, one of UNITS."""

    amount: Node
    unit: str
    offset: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values; the name is one of FUNCTIONS and the number of values fits it."""

    function: str
    arguments: tuple[Node, ...]
    offset: int


Node = Constant | Reference | Negative | Binary | Duration | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, its text and its tree."""

    text: str
    tree: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it uses, in order of first use."""
        return tuple(dict.fromkeys(node.name for node in walk_references(self.tree)))

    def __str__(self) -> str:
        return self.text


def parse_expression(text: str) -> Expression:
    """Read an expression. Raises ExpressionError with the offset of what is wrong."""
    if len(text) > _MOST_CHARACTERS:
        raise ExpressionError(f"an expression may hold {_MOST_CHARACTERS} characters at most")
    return Expression(text.strip(), _Reader(text).whole())


def walk_references(node: Node) -> Iterator[Reference]:
    """Every name of a tree, from left to right."""
    match node:
        case Reference():
            yield node
        case Binary():
            yield from walk_references(node.left)
            yield from walk_references(node.right)
        case Negative():
            yield from walk_references(node.inner)
        case Duration():
            yield from walk_references(node.amount)
        case Call():
            for argument in node.arguments:
                yield from walk_references(argument)


_MOST_CHARACTERS = 4000
_DEEPEST = 50
_MOST_OPERATIONS = 200
_PART = r"(?:[^\W\d]\w*|`[^`\n]+`)"
_TOKEN = re.compile(
    rf"(?P<space>\s+)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>{_PART}(?:\.{_PART})*)|(?P<sign>\*\*|//|[-+*/%(),])"
)
_TIMES = ("*", "/", "//", "%")
_EXAMPLE = "for example: AVAL - BASE, WEIGHT / (HEIGHT / 100) ** 2, TRTSDTM + 6 hours"


class _Token(NamedTuple):
    what: str
    text: str
    offset: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"{text[at]!r} is not arithmetic", at, _character_hint(text[at]))
        if match.lastgroup != "space":
            yield _Token(match.lastgroup or "", match.group(), at)
        at = match.end()
    yield _Token("end", "", len(text.rstrip()))


def _character_hint(character: str) -> str:
    if character in "<>=!":
        return "a comparison is a condition: write it in when or where"
    if character == "`":
        return "a name in back-ticks ends with a back-tick"
    return _EXAMPLE


class _Reader:
    """Reads by precedence: sums of products of signed powers, as Python has it."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0
        self.operations = 0

    def whole(self) -> Node:
        """The whole text as one value."""
        tree = self.sum()
        if self.next.what != "end":
            raise self.unexpected()
        return tree

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> _Token | None:
        """The next token, taken, if it is one of the signs."""
        token = self.next
        if token.what != "sign" or token.text not in signs:
            return None
        self.at += 1
        return token

    def sum(self) -> Node:
        left = self.product()
        while token := self.take("+", "-"):
            left = self.binary(token, left, self.product())
        return left

    def product(self) -> Node:
        left = self.signed()
        while token := self.take(*_TIMES):
            left = self.binary(token, left, self.signed())
        return left

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            message = "the expression is nested too deep"
            raise ExpressionError(message, self.next.offset, "write it in several lines")
        token = self.take("-")
        node = Negative(self.signed(), token.offset) if token else self.power()
        self.depth -= 1
        return node

    def power(self) -> Node:
        base = self.measured()
        token = self.take("**")
        return self.binary(token, base, self.signed()) if token else base

    def binary(self, token: _Token, left: Node, right: Node) -> Node:
        """An operation; how many there may be is limited, for each may stand inside the next."""
        self.operations += 1
        if self.operations > _MOST_OPERATIONS:
            message = f"an expression may hold {_MOST_OPERATIONS} operations at most"
            raise ExpressionError(message, token.offset, "write it in several lines")
        return Binary(token.text, left, right, token.offset)

    def measured(self) -> Node:
        """A value, with its unit if there is one."""
        node = self.value()
        token = self.next
        if token.what != "name":
            return node
        unit = token.text if token.text.endswith("s") else f"{token.text}s"
        if unit not in UNITS:
            hint = did_you_mean(token.text, UNITS) or "an operator is missing before it"
            raise ExpressionError(f"{token.text!r} is no unit of time", token.offset, hint)
        self.at += 1
        return Duration(node, unit, token.offset)

    def value(self) -> Node:
        token = self.next
        if token.what == "number":
            self.at += 1
            return Constant(_finite(token), token.offset)
        if token.what == "name":
            self.at += 1
            return self.call(token) if self.take("(") else _reference(token)
        if self.take("("):
            inner = self.sum()
            self.close()
            return inner
        raise self.unexpected()

    def call(self, name: _Token) -> Node:
        """The values of a function, its opening parenthesis taken."""
        if name.text not in FUNCTIONS:
            hint = did_you_mean(name.text, FUNCTIONS) or f"functions are {', '.join(FUNCTIONS)}"
            raise ExpressionError(f"there is no function {name.text!r}", name.offset, hint)
        arguments: list[Node] = []
        if not self.take(")"):
            arguments.append(self.sum())
            while self.take(","):
                arguments.append(self.sum())
            self.close()
        return _checked(Call(name.text, tuple(arguments), name.offset))

    def close(self) -> None:
        if not self.take(")"):
            raise self.unexpected("a closing parenthesis is missing before it")

    def unexpected(self, hint: str = "") -> ExpressionError:
        token = self.next
        if token.what == "end":
            message = "the expression ends where a value is needed"
            return ExpressionError(
                "a closing parenthesis is missing" if hint else message, token.offset, _EXAMPLE
            )
        return ExpressionError(f"{token.text!r} is not expected here", token.offset, hint)


def _finite(token: _Token) -> float:
    value = float(token.text)
    if not math.isfinite(value):
        raise ExpressionError(f"{token.text} is too large a number", token.offset)
    return value


def _reference(token: _Token) -> Reference:
    parts = re.findall(_PART, token.text)
    if len(parts) > 2:
        hint = "a name that holds full stops stands in back-ticks"
        raise ExpressionError(f"{token.text!r} has more than one full stop", token.offset, hint)
    return Reference(".".join(part.strip("`") for part in parts), token.offset)


def _checked(call: Call) -> Call:
    fewest, most = FUNCTIONS[call.function]
    number = len(call.arguments)
    if not fewest <= number <= most:
        wanted = f"{fewest} or more values" if most > 2 else "one value"
        wanted = "one value and a number of decimals" if call.function == "round" else wanted
        raise ExpressionError(f"{call.function} takes {wanted}, not {number}", call.offset)
    if call.function == "round" and number == 2:
        decimals_of(call)
    return call


def decimals_of(call: Call) -> int:
    """The decimals of ``round(x, decimals)``, 0 where none are said.

    Raises ExpressionError for anything but a whole number from -15 to 15.
    """
    if len(call.arguments) == 1:
        return 0
    node, sign = call.arguments[1], 1
    if isinstance(node, Negative):
        node, sign = node.inner, -1
    if not isinstance(node, Constant) or not node.value.is_integer() or node.value > 15:
        message = "decimals are a whole number from -15 to 15"
        raise ExpressionError(message, call.arguments[1].offset, "for example: round(AVAL, 2)")
    return sign * int(node.value)
