"""Which records of another data set stand beside an own one: keys, conditions, order.

``on: [K]`` or ``on: {theirs: own}`` are keys (nothing said: the subject; ``on: study``: none, all
records count). ``where`` is a condition on the records that are looked at; ``own.X`` in it is the
own record's variable. ``by`` is their order: names, ``-NAME`` for downwards, or lines such as
``{number: VERSION}``. A missing key matches nothing; text has no order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator

from derive.evaluate import evaluate_line
from derive.line import SUBJECT, Kinds, Line, Read, all_reads, condition_reads
from derive.scope import Other, Scope
from derive.values.column import Column, Kind, KindError, Mask, Ranks, Rows
from derive.values.keys import shared_codes
from derive.values.masks import mask
from derive.values.order import turned
from derive.verbs.words import lowered, ordered
from derive.view import RecordsView
from specs.conditions import Condition
from specs.language.base import Text

STUDY = "study"


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


On = Annotated[dict[str, Text] | list[Text], BeforeValidator(_many)]
"""Keys: names that both sides have, or ``{theirs: own}``."""
type_on = Mapping[str, str] | Sequence[str]


def own_keys(on: type_on) -> list[str]:
    """The keys' names on the own side; none for the whole study."""
    if list(on) == [STUDY]:
        return []
    return (list(on.values()) if isinstance(on, Mapping) else list(on)) or [SUBJECT]


def their_keys(on: type_on) -> list[str]:
    """The keys' names on the other side."""
    return [] if list(on) == [STUDY] else (list(on) or [SUBJECT])


def key_reads(on: type_on, data_set: str) -> list[Read]:
    """What keys read on both sides."""
    theirs = [Read.of(name, data_set) for name in their_keys(on)]
    return [*map(Read.of, own_keys(on)), *theirs]


def check_keys(on: type_on, data_set: str, kinds: Kinds) -> None:
    """Refuse keys of two kinds. Raises KindError."""
    for own, theirs in zip(own_keys(on), their_keys(on), strict=True):
        mine, other = kinds.of(Read.of(own)), kinds.of(Read.of(theirs, data_set))
        if mine is not other:
            message = (
                f"the key {own} is a {mine.value}, {data_set or 'its'} {theirs} a {other.value}"
            )
            raise KindError(message, "keys meet by value, of one kind", (own, theirs))


def shown_keys(on: type_on) -> str:
    """The keys as people read them."""
    names = own_keys(on)
    return "subject" if names == [SUBJECT] else ", ".join(names) or "study"


def where_reads(condition: Condition | None, data_set: str) -> list[Read]:
    """What a condition on other records reads, the own record's variables among it."""
    return condition_reads(condition, data_set)


def check_where(condition: Condition | None, data_set: str, kinds: Kinds) -> None:
    """Refuse a condition that mixes kinds. Raises KindError."""
    if condition is not None:
        kinds.condition(condition, data_set)


@dataclass(frozen=True, slots=True)
class By:
    """One thing to order by: a name or a line, and whether downwards."""

    name: str = ""
    line: Line | None = None
    down: bool = False

    def __str__(self) -> str:
        shown = self.name if self.line is None else ", ".join(map(str, self.line.reads()))
        return f"-{shown}" if self.down else shown


def _by(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return tuple(_one_by(item) for item in items)


def _one_by(item: Any) -> By:
    if isinstance(item, By):
        return item
    if isinstance(item, str):
        return By(item.removeprefix("-"), down=item.startswith("-"))
    from derive.verbs.registry import read_line

    return By(line=read_line(item))


Order = Annotated[tuple[By, ...], BeforeValidator(_by)]
"""``by: [ADT, -LBSEQ]``, ``by: {number: VERSION}``."""


def order_reads(order: Sequence[By], data_set: str = "") -> list[Read]:
    """What an order reads."""
    out: list[Read] = []
    for by in order:
        if by.line is None:
            out.append(Read.of(by.name, data_set))
        else:
            out += [r if r.data_set else Read(r.name, data_set) for r in all_reads(by.line)]
    return out


def order_words(order: Sequence[By]) -> str:
    """``ADT, then LBSEQ downwards``; of a line what it reads."""
    return ordered([f"{'-' if by.down else ''}{_by_words(by)}" for by in order])


def _by_words(by: By) -> str:
    return by.name if by.line is None else lowered(by.line.words()).rstrip(".")


def check_order(order: Sequence[By], data_set: str, kinds: Kinds, *, texts: bool = False) -> None:
    """Refuse an order by text, which has none (``texts``: a total order may fall back on it).

    Raises KindError.
    """
    for by in order:
        if by.line is not None:
            continue  # its kind is asked for when it is executed: it reads the other's columns
        kind = kinds.of(Read.of(by.name, data_set))
        if kind is Kind.TEXT and not texts:
            hint = f"say what it is: {{number: {by.name}}} or {{date: {by.name}}}"
            raise KindError(f"{by.name} is text, which has no order", hint, (by.name,))


def order_keys(order: Sequence[By], other: Other, *, raw: bool = False) -> list[Ranks]:
    """A sort key per item of an order, for the records of ``other``; missing is last.

    Raises SpecificationError SPEC131 for a line that gives text.
    """
    return ranks_of(order, order_columns(order, other, raw=raw))


def ranks_of(order: Sequence[By], columns: Sequence[Column]) -> list[Ranks]:
    """The sort keys of what an order names; missing is last whichever way."""
    keys = [column.ranks() for column in columns]
    return [turned(key) if by.down else key for by, key in zip(order, keys, strict=True)]


def order_columns(order: Sequence[By], other: Other, *, raw: bool = False) -> list[Column]:
    """What an order names, for the records of ``other``.

    Raises SpecificationError SPEC131 for a line that gives text.
    """
    out = []
    for by in order:
        column = other.column(by.name) if by.line is None else _line_column(by.line, other, raw=raw)
        if by.line is not None and column.kind is Kind.TEXT:
            hint = "read it as what it is: {number: ...} or {date: ...}"
            raise other.scope.wrong("SPEC131", "text has no order", hint)
        out.append(column)
    return out


def _line_column(line: Line, other: Other, *, raw: bool) -> Column:
    scope = other.scope
    view = RecordsView(other.records, raw_columns=raw)
    inner = Scope(scope.shared, view, "·by", scope.path, scope.place_of)
    return evaluate_line(line, inner)["·by"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Own records and those looked at, by key: ``mine`` and ``theirs`` are codes (-1: no match),
    ``keep`` the records that count."""

    mine: Rows
    theirs: Rows
    keep: Mask
    other: Other

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(max(self.mine.max(initial=-1), self.theirs.max(initial=-1))) + 1


def beside(scope: Scope, other: Other, on: type_on, where: Condition | None) -> Beside:
    """The records of ``other`` that may stand beside each own one.

    Where the condition names own variables (``own.X``), every own record is a group of its own, and
    the records that are looked at are repeated for each (`Beside.other` are those pairs).
    """
    mine, theirs = _codes(scope, other, on)
    mine = np.where(scope.on(), mine, -1)
    if where is None or not any(name.startswith("own.") for name in where.names):
        return Beside(mine, theirs, other.mask(where), other)
    return _paired(scope, other, mine, theirs, where)


def _codes(scope: Scope, other: Other, on: type_on) -> tuple[Rows, Rows]:
    names = own_keys(on)
    if not names:
        return np.zeros(scope.size, np.int64), np.zeros(other.records.size, np.int64)
    left = [scope.column(name) for name in names]
    right = [other.column(name) for name in their_keys(on)]
    mine, theirs = shared_codes([left, right])
    return mine, theirs


def _paired(scope: Scope, other: Other, mine: Rows, theirs: Rows, where: Condition) -> Beside:
    """One group per own record, since what counts depends on it."""
    order = np.argsort(theirs, kind="stable")
    starts = np.searchsorted(theirs[order], mine, side="left")
    stops = np.searchsorted(theirs[order], mine, side="right")
    counts = np.where(mine >= 0, stops - starts, 0)
    own = np.repeat(np.arange(scope.size, dtype=np.int64), counts)
    within = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = order[np.repeat(starts, counts) + within].astype(np.int64)

    def column_of(name: str) -> Column:
        head, dot, tail = name.partition(".")
        if dot and head == "own":
            return scope.column(tail).take(own)
        return other.column(name).take(rows)

    pairs = Other(other.records.take(rows), scope)
    pairs.records.origin["·pairs"] = rows
    keep = mask(where, column_of) & pairs.kept()
    return Beside(np.arange(scope.size, dtype=np.int64), own, keep, pairs)


def true_rows(found: Beside, rows: Rows) -> Rows:
    """Rows of the records that are looked at, as rows of the data set itself."""
    pairs = found.other.records.origin.get("·pairs")
    if pairs is None:
        return rows
    return np.where(rows < 0, -1, pairs[np.maximum(rows, 0)] if len(pairs) else -1)


__all__ = [
    "STUDY",
    "Beside",
    "By",
    "On",
    "Order",
    "beside",
    "check_keys",
    "check_order",
    "check_where",
    "key_reads",
    "order_columns",
    "order_keys",
    "order_reads",
    "order_words",
    "own_keys",
    "ranks_of",
    "shown_keys",
    "their_keys",
    "true_rows",
    "where_reads",
]
