"""Why a value changed, or a record came or went: backwards through what the builds recorded.

From a changed value to the raw cell of its own row, to changed values of its own record, to the
records that it was taken from. A line that looks at many records (count, last, a flag) changed by
those that came, went or changed among what it reads: such a cause is *possible*, not recorded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from specs.account import LineAccount, VariableAccount
from workbench.diff.why.alike import Alike
from workbench.diff.why.changes import Causes, Changes, Event, merged
from workbench.diff.why.events import Events
from workbench.diff.why.links import Links, base_sets, names_of, table_reads
from workbench.diff.why.raw_cells import RawCells
from workbench.diff.why.roots import Roots
from workbench.diff.why.standing import Standing, differs, line_at, part_at
from workbench.explain.walk import line_of

_DEEPEST = 40
_FRAMES = 24
"""Calls of ours that one step back takes at most, through a value and a line."""


@contextmanager
def deep_enough() -> Iterator[None]:
    """Room for the deepest walk, whatever called it: where all of a subject changed, changes lead
    to one another through many data sets."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + _DEEPEST * _FRAMES * 2)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Walk:
    """Finds the roots of changes; each is worked out once."""

    def __init__(self, changes: Changes, roots: Roots) -> None:
        self.changes, self.roots = changes, roots
        self.match = changes.match
        self.raw, self.links = RawCells(changes, roots), Links(changes.match)
        self.alike = Alike(changes)
        changes.alike = self.alike.first
        self.events = Events(self)
        self._known: dict[tuple[str, str, int], Causes] = {}
        self._open: set[tuple[str, str, int]] = set()
        self._lines: set[tuple[str, str, int, str]] = set()

    def cell(self, data_set: str, variable: str, at: int) -> Causes:
        """The roots of a changed value; ``at`` is the position of its pair."""
        at = self.alike.one(data_set, at)
        return self._once((data_set, variable, at), lambda: self._cell(data_set, variable, at))

    def event(self, data_set: str, event: Event) -> Causes:
        """The roots of a record that came or went."""
        sign, record = event
        key = (data_set, sign, record)
        return self._once(key, lambda: self.events.event(data_set, sign, record))

    def _once(self, key: tuple[str, str, int], find: Callable[[], Causes]) -> Causes:
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > _DEEPEST:
            return {}
        self._open.add(key)
        try:
            found = find()
        finally:
            self._open.discard(key)
        if found or not self._open:  # what a circle left open is asked again
            self._known[key] = found
        return found

    # a value

    def _cell(self, data_set: str, variable: str, at: int) -> Causes:
        pairs = self.changes.sets[data_set].pairs
        records = int(pairs.old[at]), int(pairs.new[at])
        account = self.match.new.account(data_set)
        if account is None:
            return self.events.of_parent(data_set, records, variable)
        here = Standing(data_set, account, records, self.changes.subject(data_set, records[1]))
        known = account.variables.get(variable)
        line = line_at(self.match.new, here, known, new=True)
        before = self.match.old.account(data_set)
        if before is not None:
            was = line_at(self.match.old, here, before.variables.get(variable), new=False)
            if differs(was, line):
                return {self.roots.line(data_set, variable, was, line): True}
        if line is None:
            return (
                self._taken(here, variable, None, known)
                or self._moved(here, variable, at)
                or self._without_line(here, variable)
            )
        own = self.raw.own_row(here, "")
        return (
            self.by_line(here, variable, line, known)
            or self._taken(here, variable, line, known)
            or self._moved(here, variable, at)
            or self.around(here, line)
            or dict.fromkeys(own, False)  # the row was edited, in what no line is known to read
        )

    def _moved(self, here: Standing, variable: str, at: int) -> Causes:
        """A record that belongs to another subject now looks at that one's records."""
        if variable == "USUBJID":
            return self.raw.own_row(here, "")
        moved = self.changes.changed(here.data_set, "USUBJID", at)
        return self.cell(here.data_set, "USUBJID", at) if moved else {}

    def _taken(
        self,
        here: Standing,
        variable: str,
        line: LineAccount | None,
        known: VariableAccount | None,
    ) -> Causes:
        """The records that the value was taken from, whatever of them was taken."""
        fields = (variable, *(n.rpartition(".")[2] for n in names_of(line)))
        out: list[Mapping[int, bool]] = []
        for name in known.taken if known is not None else ():
            links = self.links.link(here, name, known)
            if links is not None:
                out += [self._linked(here, name, (one,), links) for one in fields]
        return merged(out)

    def _without_line(self, here: Standing, variable: str) -> Causes:
        """A value that came along with its record."""
        own = self.raw.own_row(here, "")
        if own:
            return own
        return merged(
            self._linked(here, name, (variable,), links)
            for name, links in self.links.bases(here).items()
        ) or self.around(here, None)

    def by_line(
        self, here: Standing, variable: str, line: LineAccount, known: VariableAccount | None
    ) -> Causes:
        """What a line read that changed. Where nothing of the record itself did, the records that
        the line looks at."""
        key = (here.data_set, f"{variable} {line.spec}", here.records[1], here.mode)
        if key in self._lines or len(self._lines) > _DEEPEST:
            return {}
        self._lines.add(key)
        try:
            names = names_of(line)
            found = merged(self._name(here, name, line, known, names) for name in names)
            if line.verb == "visit":
                found = found or self._other_visits(here)
            if found or here.mode == "set" or not here.subject:
                return found
            return merged(
                self._in_set(here, name, line) for name in names if not name.startswith("raw.")
            )
        finally:
            self._lines.discard(key)

    def _name(
        self,
        here: Standing,
        name: str,
        line: LineAccount,
        known: VariableAccount | None,
        names: tuple[str, ...],
    ) -> Causes:
        """One name that a line reads."""
        head, dot, field = name.rpartition(".")
        if name.startswith("raw."):
            return self.raw.read(here, name.removeprefix("raw."))
        own = head == here.data_set and here.mode == "record"
        if not dot or (own and self.links.link(here, head, known) is None):
            return self._own(here, field, line)
        if head in here.account.tables:
            return self._table(here, head, field, known)
        links = self.links.link(here, head, known)
        if links is None or here.mode == "set":
            return self._set(head, field, here.subject)
        fields = tuple(n.rpartition(".")[2] for n in names if n.rpartition(".")[0] in (head, ""))
        return self._linked(here, head, (field, *fields), links)

    def _own(self, here: Standing, field: str, line: LineAccount) -> Causes:
        """A name of the record itself: published, worked out on the way, or come along."""
        if here.mode == "set":
            return self._set_own(here, field)
        at = self.changes.position(here.data_set, here.records[1])
        if self.changes.changed(here.data_set, field, at):
            return self.cell(here.data_set, field, at)
        out: list[Mapping[int, bool]] = []
        for known, other in self._working(here, field, line):
            out.append(self.by_line(here, field, other, known))
        if not out or not any(out):
            out += [
                self._linked(here, name, (field,), links)
                for name, links in self.links.bases(here).items()
            ]
        return merged(out)

    def _working(
        self, here: Standing, field: str, line: LineAccount
    ) -> Iterable[tuple[VariableAccount | None, LineAccount]]:
        """The lines of a name that is not published."""
        account = here.account
        known = account.variables.get(field) or account.qualifiers.get(field)
        published = known is not None and known.published and field not in account.qualifiers
        if known is not None and not published:
            found = line_of(known, part_at(self.match.new, here.data_set, here.records[1]))
            for one in [found] if found is not None else known.lines.values():
                yield known, one
        for table in account.tables.values():
            for made in (table, *table.events):
                if field in made.lines and made.lines[field].spec != line.spec:
                    yield known, made.lines[field]

    def _table(
        self, here: Standing, table: str, field: str, known: VariableAccount | None
    ) -> Causes:
        """A name of a table on the way: of the records that it was made of."""
        out: list[Mapping[int, bool]] = []
        for data_set in base_sets(here.account, table):
            links = self.links.link(here, data_set, known)
            fields = {field, *table_reads(here.account, table)}
            if links is not None and here.mode == "record":
                out.append(self._linked(here, data_set, tuple(fields), links))
            elif any(self.changes.events_of(data_set, here.subject)) or here.mode == "set":
                out += [self._set(data_set, name, here.subject) for name in fields]
            else:
                out += [self._set(data_set, name, here.subject) for name in fields]
        return merged(out)

    # other records

    def _linked(
        self, here: Standing, data_set: str, fields: tuple[str, ...], links: tuple[int, int]
    ) -> Causes:
        """What changed in the record that a value was taken from, or why it is another one."""
        if data_set not in self.changes.sets:
            return {}
        old, new = links
        pairs = self.changes.sets[data_set].pairs
        out: list[Mapping[int, bool]] = []
        at = self.changes.position(data_set, new) if new >= 0 else -1
        if new >= 0 and at < 0:
            out.append(self.event(data_set, ("+", new)))
        before = self.changes.old_position(data_set, old) if old >= 0 else -1
        if old >= 0 and before < 0:
            out.append(self.event(data_set, ("-", old)))
        same = at >= 0 and int(pairs.old[at]) == old
        looked = [at] if same else [at, before]
        told = fields[:1] if same else fields
        out += [self._value(data_set, field, x) for x in looked if x >= 0 for field in told]
        return merged(out)

    def _value(self, data_set: str, field: str, at: int) -> Causes:
        """A value of another record: published, or its line."""
        if self.changes.changed(data_set, field, at):
            return self.cell(data_set, field, at)
        account = self.match.new.account(data_set)
        known = account.variables.get(field) if account is not None else None
        if account is None or known is None or known.published:
            return {}
        pairs = self.changes.sets[data_set].pairs
        records = int(pairs.old[at]), int(pairs.new[at])
        there = Standing(data_set, account, records, self.changes.subject(data_set, records[1]))
        line = line_at(self.match.new, there, known, new=True)
        return self.by_line(there, field, line, known) if line is not None else {}

    # sets of records

    def _in_set(self, here: Standing, name: str, line: LineAccount) -> Causes:
        head, dot, field = name.rpartition(".")
        if not dot:
            return self._set_own(replace(here, mode="set"), field)
        if head in here.account.tables:
            return self._table(replace(here, mode="set"), head, field, None)
        return self._set(head, field, here.subject)

    def _set_own(self, here: Standing, field: str) -> Causes:
        names = [here.data_set, *base_sets(here.account, "")]
        return merged(self._set(name, field, here.subject) for name in dict.fromkeys(names))

    def _set(self, data_set: str, field: str, subject: str) -> Causes:
        """The records of a subject that came or went, and its changed values of a variable."""
        events = (self.event(data_set, one) for one in self.changes.events_of(data_set, subject))
        cells = self.changes.cells_of(data_set, field, subject)
        found = merged([*events, *(self.cell(data_set, field, at) for at in cells)])
        account = self.match.new.account(data_set)
        known = account.variables.get(field) if account is not None else None
        if not found and account is not None and known is not None and not known.published:
            there = Standing(data_set, account, (-1, -1), subject, "set")
            lines = known.lines.values()
            found = merged(self.by_line(there, field, line, known) for line in lines)
        return dict.fromkeys(found, False)

    def _other_visits(self, here: Standing) -> Causes:
        """Unscheduled visits are numbered by the days that all data sets know."""
        sets = [n for n in self.match.names if self.match.new.records[n].has("VISITNUM")]
        dates = ((n, f"{n}DTC" if n != "SV" else "SVSTDTC") for n in sets if n != here.data_set)
        return merged(self._set(name, date, here.subject) for name, date in dates)

    def around(self, here: Standing, line: LineAccount | None) -> Causes:
        """Nothing that is recorded changed: the subject's records in what the data set is made
        of, and the edits of its raw rows."""
        said = [n.rpartition(".")[0] for n in names_of(line) if not n.startswith("raw.")]
        names = base_sets(here.account, "") or [name for name in said if name]
        out: list[Mapping[int, bool]] = []
        for name in dict.fromkeys(names):
            if name not in self.changes.sets or name == here.data_set:
                continue
            out += [self.event(name, e) for e in self.changes.events_of(name, here.subject)]
            for variable in self.changes.sets[name].cells:
                cells = self.changes.cells_of(name, variable, here.subject)
                out += [self.cell(name, variable, at) for at in cells]
        return dict.fromkeys(merged(out), False)
