"""``first`` and ``last``: the value in the first or last record in an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from derive.line import SUBJECT, Answer, Kinds, Made, Read, condition_reads
from derive.scope import Scope
from derive.values.column import NO_RANK, Column, Kind, KindError, Mask, Ranks, Rows, filled
from derive.values.keys import of_groups
from derive.values.moment import Moment
from derive.values.order import extreme_rows, ties
from derive.values.related import compare
from derive.values.text import Text
from derive.values.time.imputation import Imputation, impute
from derive.verbs.across.looking import Looking, answer_unmatched, counted
from derive.verbs.doubt import partial_text, rows_in_doubt, sources_in_doubt
from derive.verbs.matching import (
    Beside,
    Order,
    check_order,
    order_columns,
    order_reads,
    ranks_of,
    true_rows,
)
from derive.verbs.picking import tell_uneven_offsets
from derive.verbs.time.moment import Impute
from derive.verbs.words import answered, listed, ordered, said
from specs.language.base import SpecModel, Where
from specs.language.base import Text as Words

_WIDTHS = (1, 60, 3_600, 86_400, 31 * 86_400, 366 * 86_400)
"""Seconds in which a moment is known to the second, minute, hour, day, month, year."""


class PickSource(SpecModel):
    """A source of ``first`` or ``last``: a name as it is, or its ``date`` or ``datetime``, with a
    condition and imputation of its own."""

    from_: Words | None = None
    date: Words | None = None
    datetime: Words | None = None
    where: Where | None = None
    impute: Impute | None = None

    @model_validator(mode="after")
    def _one_name(self) -> PickSource:
        if sum(n is not None for n in (self.from_, self.date, self.datetime)) != 1:
            message = "a source says one of `from`, `date`, `datetime`"
            raise PydanticCustomError("source", message, {})
        return self

    @property
    def read(self) -> Read:
        """What it looks at."""
        return Read.of(self.from_ or self.date or self.datetime or "")

    @property
    def grain(self) -> Kind | None:
        """What moments are made to be; None: they stay as they are."""
        return Kind.DAY if self.date else Kind.SECOND if self.datetime else None


def _sources(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return [{"from": item} if isinstance(item, str) else item for item in items]


Sources = Annotated[list[PickSource], BeforeValidator(_sources)]


@dataclass(frozen=True, slots=True)
class Found:
    """What one source gives: per own record its value, the imputation flags, the record taken."""

    value: Column
    key: Ranks
    date_flag: Text
    time_flag: Text
    rows: Rows
    data_set: str
    matched: Mask | None = None
    """Whether any record counts, with or without a value; None: no other records are looked at."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One source on its data set: what it gives per record, and which records count."""

    source: PickSource
    found: Beside
    value: Column
    keep: Mask
    original: Column


class Pick(Looking):
    """The value in the first (last) record in the order ``by``; without ``by`` the value is its own
    order, and must be a date. Records without a value do not count. Of a list, the earliest
    (latest) of all, equal ones the first listed.

    ``not-before``, ``not-after``: own moments outside of which a value does not count. A tie with
    another value is an error; ``ties: allow`` takes the first in the data set's order.

    By keys other than the subject it is a look-up: a record whose keys no record has is asked
    about, unless ``unmatched`` says otherwise.
    """

    verb: ClassVar[str] = "first"
    words_of_verb: ClassVar[tuple[str, ...]] = ("first", "last")
    first: Sources | None = None
    last: Sources | None = None
    by: Order = ()
    ties: Literal["error", "allow"] = "error"
    not_before: Words | None = None
    not_after: Words | None = None
    impute: Impute | None = None
    date_flag: Words | None = None
    time_flag: Words | None = None
    unmatched: Answer | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Pick:
        if self.unmatched is not None and not self.looks_up:
            message = "`unmatched` says nothing without keys: say `on`, beside the subject"
            raise PydanticCustomError("unmatched", message, {})
        if self.by and len(self.sources) != 1:
            message = "`by` orders the records of one data set; of a list the dates decide"
            raise PydanticCustomError("by", message, {})
        return self

    @property
    def sources(self) -> list[PickSource]:
        """Where it looks."""
        return [*(self.first or []), *(self.last or [])]

    @property
    def is_last(self) -> bool:
        """Whether the last one is taken."""
        return self.last is not None

    def _own(self, source: PickSource) -> bool:
        """A bare name is the record's own variable, unless ``within`` looks at its data set."""
        return not source.read.data_set and not self.within

    def reads(self) -> list[Read]:
        """Sources, keys, conditions, order, bounds."""
        out = [Read.of(name) for name in (self.not_before, self.not_after) if name]
        for source in self.sources:
            out.append(source.read)
            if not self._own(source):
                out += self.key_and_where_reads(source.read.data_set, source.where)
                out += order_reads(self.by, source.read.data_set)
            elif source.where is not None:
                out += condition_reads(source.where)
        return out

    def kind(self, kinds: Kinds) -> Kind:
        """The one kind of all sources."""
        found = [self._kind_of(source, kinds) for source in self.sources]
        for other in found:
            if other is not found[0]:
                message = f"one source is a {found[0].value}, another one a {other.value}"
                raise KindError(message, "say {date: ...} or {datetime: ...} for each")
        if not self.by and not found[0].is_moment:
            hint = "say in which order: by; the largest number is {max: ...}"
            raise KindError(f"a {found[0].value} is no order of records", hint)
        for bound in (self.not_before, self.not_after):
            if bound is not None and not kinds.of(Read.of(bound)).is_moment:
                raise KindError(f"{bound} is no date, so it bounds none", names=(bound,))
        if (self.not_before or self.not_after) and not found[0].is_moment:
            raise KindError(f"a {found[0].value} cannot be before or after a date")
        return found[0]

    def _kind_of(self, source: PickSource, kinds: Kinds) -> Kind:
        kind = kinds.of(source.read)
        if self._own(source):
            if source.where is not None:
                kinds.condition(source.where)
        else:
            self.check_keys_and_where(source.read.data_set, kinds, source.where)
            check_order(self.by, source.read.data_set, kinds)
        if source.grain is not None and not kind.is_moment:
            hint = "make a date of it in its own data set or table"
            raise KindError(f"{source.read} is a {kind.value}, a date is needed", hint)
        return source.grain or kind

    def makes(self, variable: str, data_set: str) -> dict[str, Kind]:
        """The imputation flags."""
        return {name: Kind.TEXT for name in (self.date_flag, self.time_flag) if name}

    def values(self, scope: Scope) -> Made:
        """The value of the record that is taken, and its imputation flags."""
        picked = [self._found(source, scope) for source in self.sources]
        value, date_flag, time_flag = picked[0].value, picked[0].date_flag, picked[0].time_flag
        key, which = picked[0].key, np.zeros(scope.size, np.int64)
        for number, one in enumerate(picked[1:], start=1):
            better = (one.key < key) if not self.is_last else _after(one.key, key)
            value = filled(value, one.value, better)
            date_flag = date_flag.fill(one.date_flag, better)
            time_flag = time_flag.fill(one.time_flag, better)
            key, which = np.where(better, one.key, key), np.where(better, number, which)
        self._link(scope, picked, which)
        if self.looks_up:
            answer_unmatched(self, scope, [one.matched for one in picked], self.unmatched)
        self._tell_sources(picked, which, scope)
        names = listed([str(source.read) for source in self.sources], "or")
        scope.step(f"{'last' if self.is_last else 'first'} of {names} by {self.shown_keys()}")
        out: Made = {scope.variable: value}
        out |= {self.date_flag: date_flag} if self.date_flag else {}
        return out | ({self.time_flag: time_flag} if self.time_flag else {})

    def _link(self, scope: Scope, picked: Sequence[Found], which: Rows) -> None:
        """Keep which record each value was taken from, one vector per data set."""
        for data_set in dict.fromkeys(one.data_set for one in picked if one.data_set):
            rows = np.full(scope.size, -1, np.int64)
            for number, one in enumerate(picked):
                if one.data_set == data_set:
                    rows = np.where(which == number, one.rows, rows)
            scope.link(data_set, rows)

    def _found(self, source: PickSource, scope: Scope) -> Found:
        if self._own(source):
            return self._own_value(source, scope)
        found = self.beside(scope, source.read.data_set, source.where)
        original = found.other.column(source.read.name)
        value, date_flag, time_flag = self._made(source, original)
        keep = found.keep & value.present()
        keep &= self._inside(value, found, scope)
        asked = _Asked(source, found, value, keep, original)
        rows = self._taken(asked, scope)
        there = true_rows(found, rows)
        data_set = source.read.data_set or scope.view.name
        taken = value.take(rows)
        return Found(
            taken, self._key(taken), date_flag.take(rows), time_flag.take(rows), there, data_set,
            counted(found),
        )  # fmt: skip

    def _own_value(self, source: PickSource, scope: Scope) -> Found:
        value, date_flag, time_flag = self._made(source, scope.column(source.read.name))
        keep = value.present() & scope.mask(source.where)
        for bound, op in ((self.not_before, "<"), (self.not_after, ">")):
            if bound is not None:
                keep &= ~compare(value, op, scope.column(bound))
        value = value.keep(keep)
        none = np.full(scope.size, -1, np.int64)
        return Found(value, self._key(value), date_flag, time_flag, none, "")

    def _made(self, source: PickSource, column: Column) -> tuple[Column, Text, Text]:
        """The value as the source says, with its imputation flags."""
        none = Text.nothing(len(column))
        if source.grain is None or not isinstance(column, Moment):
            return column, none, none
        rule = source.impute or self.impute
        how = rule.rule() if rule else Imputation()
        made = impute(column, how, kind=source.grain, seconds_flag=False)
        return made.moment, made.date_flag, made.time_flag

    def _inside(self, value: Column, found: Beside, scope: Scope) -> Mask:
        """Which records are not outside the bounds of the own record they belong to."""
        inside = np.ones(len(value), np.bool_)
        for bound, op in ((self.not_before, "<"), (self.not_after, ">")):
            if bound is None:
                continue
            place = np.full(found.groups + 1, -1, np.int64)
            place[found.mine] = np.arange(scope.size)
            place[-1] = -1
            self._refuse_several_bounds(found, scope, bound)
            edge = scope.column(bound).take(of_groups(place[:-1], found.theirs))
            inside &= ~compare(value, op, edge)
        return inside

    def _refuse_several_bounds(self, found: Beside, scope: Scope, bound: str) -> None:
        """One group of records has one bound; own records that share it must agree in it."""
        key = scope.column(bound).ranks()
        known = found.mine >= 0
        lowest = np.full(found.groups, NO_RANK, np.int64)
        highest = np.full(found.groups, -1, np.int64)
        np.minimum.at(lowest, found.mine[known], key[known])
        np.maximum.at(highest, found.mine[known], key[known])
        wrong = known & (of_groups(lowest, found.mine) != of_groups(highest, found.mine))
        if wrong.any():
            message = f"records with the same keys have several {bound}"
            hint = f"write it as a condition: where: ... and {bound} as own.{bound}"
            scope.fail("MAP304", message, np.flatnonzero(wrong), hint=hint)

    def _taken(self, asked: _Asked, scope: Scope) -> Rows:
        """Per own record the record that is taken (-1: none)."""
        found = asked.found
        raw = found.other.name in scope.study.spec.sources
        columns = order_columns(self.by, found.other, raw=raw)
        keys = ranks_of(self.by, columns) if self.by else [self._key(asked.value)]
        best = extreme_rows(found.theirs, found.groups, keys, asked.keep, last=self.is_last)
        if self.by:
            self._answer_ties(asked, keys, best, scope)
        moments = columns[0] if self.by else asked.original
        if isinstance(moments, Moment):
            tell_uneven_offsets(scope, found, moments, asked.keep)
        self._tell_overturns(asked, columns, best, scope)
        return of_groups(best, found.mine)

    def _answer_ties(self, asked: _Asked, keys: list[Ranks], best: Rows, scope: Scope) -> None:
        """Records that tie in the order with another value would make the pick a guess."""
        found, ranks = asked.found, asked.value.ranks()
        beside = ties(found.theirs, found.groups, keys, asked.keep, last=self.is_last)
        differing = beside[ranks[beside] != ranks[best[found.theirs[beside]]]]
        if self.ties == "allow":
            scope.allowed_ties(len(differing))
            return
        if not len(differing):
            return
        at = np.flatnonzero(np.isin(found.mine, found.theirs[differing]))
        other = found.other
        message = (
            f"{len(differing)} records of {other.name} tie by {ordered([str(b) for b in self.by])} "
            f"with the one that is taken, and differ in {self.sources[0].read.name}"
        )
        scope.fail("ADAM208", message, at, hint="add a key to `by`, or say `ties: allow`")

    def _tell_overturns(
        self, asked: _Asked, by: Sequence[Column], best: Rows, scope: Scope
    ) -> None:
        """A date that is known in part only and could come before (after) the one that is taken."""
        found = asked.found
        columns, counts = (by, asked.keep) if self.by else ([asked.original], found.keep)
        down = [one.down for one in self.by] or [False]
        values = asked.value.ranks() if self.by else None
        for number, doubtful in rows_in_doubt(
            found.theirs, counts, columns, down, best, last=self.is_last, values=values
        ):
            moments = columns[number]
            assert isinstance(moments, Moment)  # noqa: S101 - nothing else is in doubt
            at = np.flatnonzero(np.isin(found.mine, found.theirs[doubtful]) & scope.on())
            shown = partial_text(moments, doubtful[0], best[found.theirs[doubtful[0]]])
            self._tell_doubt(f"{found.other.name}.{asked.source.read.name}: {shown}", at, scope)

    def _tell_doubt(self, shown: str, at: Rows, scope: Scope) -> None:
        if len(at):
            word = "last" if self.is_last else "first"
            message = f"{shown} is not fully known and may be the {word} one"
            scope.tell("MAP343", message, at, done=f"the {word} of what is certain was taken")

    def _tell_sources(self, picked: Sequence[Found], which: Rows, scope: Scope) -> None:
        """Of a list, a partial date of one source that may come before (after) that of another."""
        rows, shown = sources_in_doubt([one.value for one in picked], which, last=self.is_last)
        self._tell_doubt(shown, rows[scope.on()[rows]], scope)

    def _key(self, value: Column) -> Ranks:
        """A sort key. A moment that is known in part stands where it is certain: for the first
        behind, for the last before the complete ones that it may be."""
        if not isinstance(value, Moment):
            return value.ranks()
        low, high = value.edges()
        width = np.searchsorted(_WIDTHS, np.asarray(high) - np.asarray(low))
        key = np.asarray(low) * 8 - width if self.is_last else np.asarray(high) * 8 + width
        return np.where(value.missing(), NO_RANK, key).astype(np.int64)

    def words(self) -> str:
        """What is taken, of which records, in which order."""
        word = "last" if self.is_last else "first"
        names = []
        for source in self.sources:
            condition = (
                f" (where {said(source.where)})" if source.where and len(self.sources) > 1 else ""
            )
            imputed = f" ({source.impute.words()})" if source.impute is not None else ""
            names.append(f"{source.read}{condition}{imputed}")
        where = self.sources[0].where if len(self.sources) == 1 else None
        text = f"The {word} value of {listed(names, 'and')}{self.looked_at(where)}"
        if self.by:
            text += f", in the order of {ordered([str(b) for b in self.by])}"
        if self.not_before:
            text += f", not before {self.not_before}"
        if self.not_after:
            text += f", not after {self.not_after}"
        grains = {source.grain for source in self.sources} - {None}
        text += ", as a date" if Kind.DAY in grains else ", as a date-time" if grains else ""
        text += f"; {self.impute.words()}" if self.impute is not None else ""
        flags = [name for name in (self.date_flag, self.time_flag) if name]
        text += f" (flagged in {listed(flags)})" if flags else ""
        text += "; of ties the first record" if self.ties == "allow" else ""
        unmatched = f"; without such a record {answered(self.unmatched)}" if self.unmatched else ""
        return f"{text}{unmatched}."


def _after(key: Ranks, other: Ranks) -> Mask:
    """Whether a key is later; missing is never later, and anything is later than missing."""
    later: Mask = (key != NO_RANK) & ((other == NO_RANK) | (key > other))
    return later


__all__ = ["SUBJECT", "Pick", "PickSource"]
