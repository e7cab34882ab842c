"""Expressions on columns: what kinds may be calculated with, and the result.

============================  ==========================================================
number op number              a number; decimals exactly (see derive.values.number)
date - date                   days; of date-times days with a fraction; of one grain only
date + number, date - number  a date; whole days
moment + duration             ``TRTSDTM + 6 hours``; parts of a day need a date-time
min, max                      of numbers, dates or date-times; those that are not missing
everything else               refused, before a row is read
============================  ==========================================================

Missing in, missing out (but for min and max). Where values that are there give none (a division by
zero, a date not known to the day) the result is missing, and told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np

from derive.values.column import Column, Kind, KindError, Mask, stack
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.time import calendar
from specs.language.expression import (
    Binary,
    Call,
    Constant,
    Duration,
    Expression,
    Negative,
    Node,
    Reference,
    decimals_of,
    walk_references,
)

Told = Callable[[str, Mask], None]
"""Told why rows have no result though every value was there."""
_CLOCK = ("seconds", "minutes", "hours")
_MOST_DAYS = 1e9 - 1
"""More days than the calendar has; so many seconds it has."""


class _Span(NamedTuple):
    """A duration while kinds are found (``amount`` None) and while it is calculated with."""

    unit: calendar.Unit
    amount: Number | None = None


def kind_of(expression: Expression, kind_of_name: Callable[[str], Kind]) -> Kind:
    """The kind of the result. Raises KindError, with the offset, where kinds must not meet."""
    return _single(_kind(expression.tree, kind_of_name), expression.tree)


def calculate(
    expression: Expression,
    column_of: Callable[[str], Column],
    size: int | None = None,
    told: Told | None = None,
) -> Column:
    """The expression of each row, of the kind that :func:`kind_of` says.

    ``size`` is the number of rows where the expression uses no name (else 1). ``told`` is called
    with a reason and the rows whose values give no result. Raises KindError as :func:`kind_of`.
    """
    columns = {name: column_of(name) for name in expression.names}
    kind_of(expression, lambda name: columns[name].kind)
    rows = len(next(iter(columns.values()))) if columns else size or 1
    out = _Rows(columns, rows, told or (lambda *_: None)).column(expression.tree)
    return out if len(out) == rows else out.take(np.zeros(rows, np.int64))


# kinds


def _kind(node: Node, kind_of_name: Callable[[str], Kind]) -> Kind | _Span:
    match node:
        case Constant():
            return Kind.NUMBER
        case Reference():
            kind = kind_of_name(node.name)
            if kind is Kind.TEXT:
                hint = f"make a number or a date of it: {{number: {node.name}}}"
                raise _refused(f"{node.name} is text, which has no arithmetic", hint, node)
            return kind
        case Negative():
            _number(_kind(node.inner, kind_of_name), "a minus sign", node)
            return Kind.NUMBER
        case Duration():
            _number(_kind(node.amount, kind_of_name), f"a number of {node.unit}", node)
            return _Span(cast("calendar.Unit", node.unit))
        case Call():
            return _call_kind(node, [_kind(part, kind_of_name) for part in node.arguments])
        case _:
            left, right = _kind(node.left, kind_of_name), _kind(node.right, kind_of_name)
            return _binary_kind(node, left, right)


def _call_kind(node: Call, kinds: list[Kind | _Span]) -> Kind:
    if node.function not in ("min", "max"):
        _number(kinds[0], node.function, node)
        return Kind.NUMBER
    found = {_single(kind, node) for kind in kinds}
    if len(found) > 1:
        words = " and a ".join(sorted(kind.value for kind in found))
        raise _refused(f"{node.function} of a {words}", _grains(found), node)
    return found.pop()


def _binary_kind(node: Binary, left: Kind | _Span, right: Kind | _Span) -> Kind:
    if left is Kind.NUMBER and right is Kind.NUMBER:
        return Kind.NUMBER
    if node.op == "+" and (left is Kind.NUMBER or isinstance(left, _Span)):
        left, right = right, left
    if node.op in ("+", "-") and isinstance(left, Kind) and left.is_moment:
        if isinstance(right, _Span):
            return _moved_kind(node, left, right)
        if right is Kind.NUMBER and left is Kind.DAY:
            return _moved_kind(node, left, _Span("days"))
        if right is Kind.NUMBER:
            hint = "name the unit: + 6 hours, + 2 days"
            raise _refused("a number beside a date-time says no unit", hint, node)
        if node.op == "-" and left is right:
            return Kind.NUMBER
    hint = _grains({left, right}) or "numbers are calculated with; dates are subtracted or moved"
    raise _refused(f"{_words(left)} {node.op} {_words(right)} has no meaning", hint, node)


def _moved_kind(node: Binary, moment: Kind, span: _Span) -> Kind:
    if moment is Kind.DAY and span.unit in _CLOCK:
        hint = "add to a date-time, or add whole days"
        raise _refused(f"{span.unit} cannot be added to a date", hint, node)
    for part in (node.left, node.right):
        amount = part.amount if isinstance(part, Duration) else part
        broken = isinstance(amount, Constant) and not amount.value.is_integer()
        if broken and (moment is Kind.DAY or span.unit in ("months", "years")):
            hint = "add hours to a date-time" if moment is Kind.DAY else "add days or hours"
            raise _refused(f"only whole {span.unit} can be added", hint, node)
    return moment


def _number(kind: Kind | _Span, what: str, node: Node) -> None:
    if kind is not Kind.NUMBER:
        raise _refused(f"{what} needs a number, not {_words(kind)}", "", node)


def _single(kind: Kind | _Span, node: Node) -> Kind:
    if isinstance(kind, _Span):
        hint = "add it to a date or date-time: TRTSDTM + 6 hours"
        raise _refused("a duration is no value by itself", hint, node)
    return kind


def _words(kind: Kind | _Span) -> str:
    return f"a number of {kind.unit}" if isinstance(kind, _Span) else f"a {kind.value}"


def _grains(kinds: set[Kind] | set[Kind | _Span]) -> str:
    both = {Kind.DAY, Kind.SECOND} <= kinds
    return "take the day of the date-time with date-of" if both else ""


def _refused(message: str, hint: str, node: Node) -> KindError:
    names = tuple(dict.fromkeys(part.name for part in walk_references(node)))
    return KindError(message, hint, names, node.offset)


# rows


class _Rows:
    """The values of a tree whose kinds are known to fit; a constant is a column of length 1."""

    def __init__(self, columns: dict[str, Column], size: int, told: Told) -> None:
        self.columns, self.size, self.told = columns, size, told

    def column(self, node: Node) -> Column:
        match node:
            case Constant():
                return Number.of([node.value])
            case Reference():
                return self.columns[node.name]
            case Negative():
                return self.number(node.inner).negate()
            case Call():
                return self.call(node)
            case Binary():
                return self.binary(node)
            case _:
                raise AssertionError(node)

    def number(self, node: Node) -> Number:
        return cast("Number", self.column(node))

    def side(self, node: Node) -> Column | _Span:
        if isinstance(node, Duration):
            return _Span(cast("calendar.Unit", node.unit), self.number(node.amount))
        return self.column(node)

    def binary(self, node: Binary) -> Column:
        left, right = self.side(node.left), self.side(node.right)
        if isinstance(left, Number) and isinstance(right, Number):
            return self.numbers(node.op, left, right)
        if node.op == "+" and not isinstance(left, Moment):
            left, right = right, left
        assert isinstance(left, Moment)  # noqa: S101 (the kinds say so)
        if isinstance(right, Moment):
            return self.between(left, right)
        span = right if isinstance(right, _Span) else _Span("days", cast("Number", right))
        assert span.amount is not None  # noqa: S101 (None only while kinds are found)
        amount = span.amount.negate() if node.op == "-" else span.amount
        return self.moved(left, amount, span.unit)

    def numbers(self, op: str, left: Number, right: Number) -> Number:
        out = _OPERATIONS[op](left, right)
        reason = "division by zero" if op in ("/", "//", "%") else "too large, or no number"
        self.lost(reason, left.present() & right.present() & out.missing())
        return out

    def between(self, left: Moment, right: Moment) -> Number:
        out = Number.of(calendar.difference(left, right))
        both = left.present() & right.present()
        self.lost("not known to the same precision", both & out.missing())
        return Number(out.values, 0) if left.kind is Kind.DAY else out.apply(lambda days: days)

    def moved(self, moment: Moment, amount: Number, unit: calendar.Unit) -> Moment:
        there = moment.present() & amount.present()
        amounts = np.broadcast_to(amount.comparable(), (len(moment),))
        with np.errstate(invalid="ignore"):
            if unit not in _CLOCK:
                amounts = np.where(np.abs(amounts) < _MOST_DAYS, amounts, np.nan)
            broken = amounts > np.floor(amounts)
        if moment.kind is Kind.DAY or unit in ("months", "years"):
            self.lost(f"a part of {_ONE[unit]} cannot be added", there & broken)
            amounts, there = np.where(broken, np.nan, amounts), there & ~broken
        out = calendar.add(moment, amounts, unit)
        self.lost("not known well enough, or outside the years 1 to 9999", there & out.missing())
        return out

    def call(self, node: Call) -> Column:
        first = self.column(node.arguments[0])
        if node.function in ("min", "max"):
            for part in node.arguments[1:]:
                first = self.extreme(first, self.column(part), largest=node.function == "max")
            return first
        number = cast("Number", first)
        if node.function == "round":
            return number.round(decimals_of(node))
        out = _FUNCTIONS[node.function](number)
        self.lost(f"{node.function} has no value", number.present() & out.missing())
        return out

    def extreme(self, left: Column, right: Column, *, largest: bool) -> Column:
        """The smaller (larger) of two; the other where one is missing, as SAS has it."""
        if isinstance(left, Number) and isinstance(right, Number):
            return left.extreme(right, largest=largest)
        stacked, rows = stack([left, right]), len(left)
        ranks, missing = stacked.ranks(), stacked.missing()
        mine, theirs = ranks[:rows], ranks[rows:]
        better = theirs > mine if largest else theirs < mine
        take = (better | missing[:rows]) & ~missing[rows:]
        return stacked.take(np.arange(rows) + np.where(take, rows, 0))

    def lost(self, reason: str, rows: Mask) -> None:
        if rows.any():
            self.told(reason, np.array(np.broadcast_to(rows, (self.size,))))


_ONE = {"days": "a day", "weeks": "a week", "months": "a month", "years": "a year"}
_OPERATIONS: dict[str, Callable[[Number, Number], Number]] = {
    "+": Number.add,
    "-": Number.subtract,
    "*": Number.multiply,
    "/": Number.divide,
    "//": Number.floor_divide,
    "%": Number.remainder,
    "**": Number.power,
}
_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "abs": Number.absolute,
    "floor": Number.floor,
    "ceil": Number.ceil,
    "log": lambda number: number.apply(np.log),
    "exp": lambda number: number.apply(np.exp),
    "sqrt": lambda number: number.apply(np.sqrt),
}
