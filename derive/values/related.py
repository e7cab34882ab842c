"""How two values meet: the only comparison in the house.

Text meets text by ``==``, ``!=`` and ``in``; it has no order. Numbers compare as decimals. Moments
compare to the precision that both have: ``a < b`` if every moment that ``a`` may mean lies before
every one that ``b`` may mean, ``a <= b`` if not ``b < a`` (2020-03-20 is not after 2020-03), and
``a == b`` if both say the same to the same precision. So of ``<``, ``==`` and ``>`` at most one
holds. Where both have an offset from UTC they compare in UTC, else by the clock they were
recorded by. A comparison with missing never holds, ``!=`` neither.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from derive.values.column import Codes, Column, Kind, KindError, Mask
from derive.values.moment import Moment, Moments, literal
from derive.values.number import Number, compared
from derive.values.text import Text, is_number
from derive.values.time import iso

EQUAL = ("==", "!=")
ORDERED = ("<", "<=", ">", ">=")
MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_COMPARE: dict[str, Callable[..., Mask]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_NUMBER: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison as the specification knows it, before a row is read.

    ``raw``: the text of a raw export, which a number in the line reads as a number. ``value``: what
    stands in the line itself, in place of a name.
    """

    kind: Kind
    name: str = ""
    raw: bool = False
    value: str | float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name or 'it'} is a {self.kind.value}"
        shown = repr(self.value) if isinstance(self.value, str) else f"{self.value:g}"
        return f"{shown} is a {self.kind.value}"


class Refusal(NamedTuple):
    """Why two sides may not meet, and what to write instead."""

    message: str
    hint: str


def side(value: Side | Kind | str | float, name: str = "") -> Side:
    """A name's kind, or a text or number of the line, as a side."""
    if isinstance(value, Side):
        return value
    if isinstance(value, Kind):
        return Side(value, name)
    kind = Kind.TEXT if isinstance(value, str) else Kind.NUMBER
    return Side(kind, "", value=value)


def check(left: Side, op: str, right: Side) -> Refusal | None:
    """Whether the two may be compared so; None if they may."""
    if left.value is not None:
        if right.value is not None:
            return Refusal("a comparison needs the name of a column or variable", "")
        left, op, right = right, MIRROR[op], left
    if right.value == "":
        return Refusal("blank text does not exist", f"{left.name or 'NAME'} is missing")
    if left.kind.is_moment:
        return _of_moment(left, op, right)
    if right.kind.is_moment:
        return _of_moment(right, MIRROR[op], left)
    if left.kind is not right.kind:
        return _text_and_number(left, right)
    return _text_order(left, right) if left.kind is Kind.TEXT and op in ORDERED else None


def _text_order(left: Side, right: Side) -> Refusal:
    name = left.name or "NAME"
    hint = f"make a number or a date of it: {{number: {name}}}, {{date: {name}}}"
    return Refusal(f"text has no order: {left}, {right}", hint)


def _text_and_number(left: Side, right: Side) -> Refusal | None:
    if left.raw and isinstance(right.value, float | int):
        return None
    name = (left if left.kind is Kind.TEXT else right).name or "NAME"
    if left.kind is Kind.TEXT and right.value is not None:
        hint = f'write "{right.value:g}" for the text, or make a number of it: {{number: {name}}}'
    elif isinstance(right.value, str) and is_number(right.value):
        hint = f"write the number without quotes: {right.value}"
    else:
        hint = f"make a number of the text: {{number: {name}}}"
    return Refusal(f"{left}, {right}", hint)


def _of_moment(left: Side, op: str, right: Side) -> Refusal | None:
    kind = right.kind
    if isinstance(right.value, str):
        moment = literal(right.value, left.kind)
        if moment is None:
            message = f"{left}, {right.value!r} is no date"
            return Refusal(message, 'dates are written "2024-01-31" or "2024-01-31T14:30"')
        kind = moment.kind
    elif not kind.is_moment:
        hint = f"make a date of it: {{date: {right.name}}}" if right.name else ""
        return Refusal(f"{left}, {right}", hint)
    if op in EQUAL and kind is not left.kind:
        name = (left if left.kind is Kind.SECOND else right).name or "NAME"
        return Refusal(f"{left}, {right}: never the same", f"take the day: {{date-of: {name}}}")
    return None


def compare(left: Column, op: str, right: Column | str | float, *, raw: bool = False) -> Mask:
    """Which rows stand in the relation. ``raw``: ``left`` is the text of a raw export.

    Raises KindError where :func:`check` refuses.
    """
    mine = Side(left.kind, raw=raw)
    theirs = side(right) if isinstance(right, str | float | int) else Side(right.kind)
    refused = check(mine, op, theirs)
    if refused is not None:
        raise KindError(refused.message, refused.hint)
    if isinstance(left, Moment):
        return _moments(left, op, right)
    if isinstance(left, Number) and isinstance(right, Number | float | int):
        other = right if isinstance(right, Number) else Number.of([right])
        return _numbers(left, op, other)
    if isinstance(left, Text):
        return _texts(left, op, right)
    raise KindError(f"a {left.kind.value} cannot be compared with {right!r}")


def _numbers(left: Number, op: str, right: Number) -> Mask:
    a, b = compared(left, right)
    with np.errstate(invalid="ignore"):
        holds = _COMPARE[op](a, b)
    return holds & ~(np.isnan(a) | np.isnan(b)) if op == "!=" else holds


def _texts(left: Text, op: str, right: Column | str | float) -> Mask:
    if isinstance(right, str):
        return left.where(lambda text: (text == right) == (op == "=="))
    if isinstance(right, float | int):
        number = float(right)
        return left.where(lambda text: is_number(text) and _NUMBER[op](float(text), number))
    if not isinstance(right, Text):
        raise KindError(f"a {left.kind.value} cannot be compared with {right!r}")
    index = {text: code for code, text in enumerate(right.values)}
    nowhere = np.int32(-2)
    table = np.array([*(index.get(text, nowhere) for text in left.values), -3], np.int32)
    same: Mask = table[left.codes] == right.codes
    return same if op == "==" else ~same & left.present() & right.present()


def _moments(left: Moment, op: str, right: Column | str | float) -> Mask:
    if isinstance(right, str):
        other = literal(right, left.kind)
        if other is None:
            raise KindError(f"{right!r} is no date")
        one = np.arange(-1, len(left.table), dtype=np.int32)
        holds = related(one, left.table, op, np.zeros_like(one), other.table)
        return np.roll(holds, -1)[left.codes]
    if not isinstance(right, Moment):
        raise KindError(f"a {left.kind.value} cannot be compared with {right!r}")
    return related(left.codes, left.table, op, right.codes, right.table)


def related(codes: Codes, mine: Moments, op: str, others: Codes, theirs: Moments) -> Mask:
    """Which pairs of moments stand in the relation (code -1: none does).

    As moments of any grain; that ``==`` needs equal grains is :func:`check`'s business.
    """
    if op == "==":
        return _same(codes, mine, others, theirs)
    if op == "!=":
        return ~_same(codes, mine, others, theirs) & (codes >= 0) & (others >= 0)
    if op in (">", ">="):
        return related(others, theirs, MIRROR[op], codes, mine)
    order = np.less if op == "<" else np.less_equal
    end, start = (mine.high, theirs.low) if op == "<" else (mine.low, theirs.high)
    by_clock = order(_at(end, _MOST, codes), _at(start, _LEAST, others))
    if not (mine.zoned.any() and theirs.zoned.any()):
        return np.asarray(by_clock, np.bool_)
    in_utc = order(_at(end + mine.shift, _MOST, codes), _at(start + theirs.shift, _LEAST, others))
    both = np.append(mine.zoned, False)[codes] & np.append(theirs.zoned, False)[others]
    return np.where(both, in_utc, by_clock)


_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
"""In place of missing: beyond every moment, on the side where no comparison holds."""


def _at(table: iso.Ticks, missing: int, codes: Codes) -> iso.Ticks:
    return np.append(table, missing)[codes]


def _same(codes: Codes, mine: Moments, others: Codes, theirs: Moments) -> Mask:
    """Which pairs say the same to the same precision; one with and one without offset do not."""
    keys = [
        np.stack([table.low + table.shift, table.high + table.shift, table.zoned], axis=1)
        for table in (mine, theirs)
    ]
    _, numbers = np.unique(np.concatenate(keys), axis=0, return_inverse=True)
    at = numbers.reshape(-1).astype(np.int32)
    left = np.append(at[: len(mine)], np.int32(-1))[codes]
    right = np.append(at[len(mine) :], np.int32(-2))[others]
    return np.asarray(left == right, np.bool_)
