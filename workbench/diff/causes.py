"""Why a value changed, or a record came or went: backwards through what the builds recorded.

From a changed value to the raw cell of its own row, to changed values of its own record, to the
records that it was taken from. A line that looks at many records (count, last, a flag) changed by
those that came, went or changed among what it reads: such a cause is *possible*, not recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from specs.account import DataSetAccount, LineAccount, PartAccount, VariableAccount
from workbench.diff.changes import Changes, Event, merged
from workbench.diff.roots import Roots
from workbench.diff.standing import Standing, differs, line_at, part_at
from workbench.explain.walk import line_of

Causes = dict[int, bool]
"""Roots by number, and whether the way to them is recorded."""
_SEVERAL = ("mark", "count", "count-distinct", "sum", "exists", "sequence", "nca", "summary", "last")
_DEEPEST = 40


class Walk:
    """Finds the roots of changes; each is worked out once."""

    def __init__(self, changes: Changes, roots: Roots) -> None:
        self.changes, self.roots = changes, roots
        self.match = changes.match
        self._known: dict[tuple[str, str, int], Causes] = {}
        self._open: set[tuple[str, str, int]] = set()
        self._lines: set[tuple[str, str, int, str]] = set()

    def cell(self, data_set: str, variable: str, at: int) -> Causes:
        """The roots of a changed value; ``at`` is the position of its pair."""
        return self._once((data_set, variable, at), lambda: self._cell(data_set, variable, at))

    def event(self, data_set: str, event: Event) -> Causes:
        """The roots of a record that came or went."""
        sign, record = event
        return self._once((data_set, sign, record), lambda: self._event(data_set, sign, record))

    def _once(self, key: tuple[str, str, int], find: object) -> Causes:
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > _DEEPEST:
            return {}
        self._open.add(key)
        try:
            found: Causes = find()  # type: ignore[operator]
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
            return self._of_parent(data_set, records, variable)
        here = Standing(data_set, account, records, self.changes.subject(data_set, records[1]))
        known = account.variables.get(variable)
        line = line_at(self.match.new, here, known, new=True)
        before = self.match.old.account(data_set)
        if before is not None:
            was = line_at(self.match.old, here, before.variables.get(variable), new=False)
            if differs(was, line):
                return {self.roots.line(data_set, variable, was, line): True}
        if line is None:
            return self._taken(here, variable, None, known) or self._without_line(here, variable)
        return (
            self._by_line(here, variable, line, known)
            or self._taken(here, variable, line, known)
            or self._around(here, line)
        )

    def _taken(
        self,
        here: Standing,
        variable: str,
        line: LineAccount | None,
        known: VariableAccount | None,
    ) -> Causes:
        """The records that the value was taken from, whatever of them was taken."""
        fields = (variable, *(n.rpartition(".")[2] for n in _names(line)))
        out: list[Mapping[int, bool]] = []
        for name in known.taken if known is not None else ():
            links = self._link(here, name, known)
            if links is not None:
                out += [self._linked(here, name, (one,), links) for one in fields]
        return merged(out)

    def _without_line(self, here: Standing, variable: str) -> Causes:
        """A value that came along with its record."""
        own = self._own_row(here, "")
        if own:
            return own
        return merged(
            self._linked(here, name, (variable,), links)
            for name, links in self._bases(here).items()
        ) or self._around(here, None)

    def _by_line(
        self, here: Standing, variable: str, line: LineAccount, known: VariableAccount | None
    ) -> Causes:
        """What a line read that changed. Where nothing of the record itself did, the records that
        the line looks at."""
        key = (here.data_set, f"{variable} {line.spec}", here.records[1], here.mode)
        if key in self._lines:
            return {}
        self._lines.add(key)
        try:
            names = _names(line)
            found = merged(self._name(here, name, line, known, names) for name in names)
            if line.verb == "visit":
                found = merged([found, self._other_visits(here)]) if not found else found
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
            return self._raw(here, name.removeprefix("raw."))
        if not dot or head == here.data_set and here.mode == "record" and not self._link(here, head, known):
            return self._own(here, field, line)
        if head in here.account.tables:
            return self._table(here, head, field, known)
        links = self._link(here, head, known)
        if links is None or here.mode == "set":
            return self._set(head, field, here.subject)
        fields = tuple(n.rpartition(".")[2] for n in names if n.rpartition(".")[0] in (head, ""))
        return self._linked(here, head, (field, *fields), links)

    def _raw(self, here: Standing, name: str) -> Causes:
        """A raw column: of the record's own row, or of the row of another source."""
        source, dot, column = name.partition(".")
        if dot and source in self.match.raw.tables:
            table = self.match.raw.tables[source].new_table
            subject = here.subject if table.subject else ""
            found = self.changes.edits_of(source, subject, table.header(column))
            return {self.roots.edit(number): True for number in found}
        if here.mode == "set":
            return self._raw_of_subject(here, name)
        return self._own_row(here, name)

    def _raw_of_subject(self, here: Standing, column: str) -> Causes:
        out: Causes = {}
        for part in here.account.parts:
            table = self.match.raw.tables.get(part.source) if part.kind == "raw" else None
            if table is not None:
                header = table.new_table.header(column)
                known = header if header in table.new_table.columns else ""
                for number in self.changes.edits_of(part.source, here.subject, known):
                    out[self.roots.edit(number)] = False
        return out

    def _own_row(self, here: Standing, name: str) -> Causes:
        """The edit of the record's own raw row, if it is in that column ('': in any)."""
        part, number = self._edit(here)
        if number is None or part is None:
            return {}
        edit, columns = self.changes.edits.rows[number], self._columns(here, part, name)
        touched = not columns or edit.kind != "cell" or any(c.column in columns for c in edit.cells)
        return {self.roots.edit(number): True} if touched else {}

    def _columns(self, here: Standing, part: PartAccount, name: str) -> set[str]:
        """The file's columns that a name stands for: its own, or that of the record's cell."""
        table = self.match.raw.tables[part.source].new_table
        header = table.header(name)
        if not name or header in table.columns:
            return {header} if name else set()
        cell = self.match.new.vectors(here.data_set).get("cell")
        at = int(cell[here.records[1]]) if cell is not None else -1
        if 0 <= at < len(part.cells):
            return {table.header(part.cells[at])}
        return set()  # what a table of tests names: any cell of the row

    def _edit(self, here: Standing) -> tuple[PartAccount | None, int | None]:
        """The part of a record and the edit of its raw row."""
        for side, record, new in (
            (self.match.new, here.records[1], True), (self.match.old, here.records[0], False),
        ):  # fmt: skip
            part = part_at(side, here.data_set, record) if record >= 0 else None
            if part is None or part.kind != "raw" or part.source not in side.raw:
                continue
            vectors = side.vectors(here.data_set)
            import numpy as np

            row = self.match.raw_rows(
                side, part.source, vectors, np.array([record]), is_old=not new
            )[0]
            number = self.changes.by_row.get((part.source, new, int(row)))
            if number is not None:
                return part, number
        return None, None

    def _own(self, here: Standing, field: str, line: LineAccount) -> Causes:
        """A name of the record itself: published, worked out on the way, or come along."""
        if here.mode == "set":
            return self._set_own(here, field)
        at = self.changes.position(here.data_set, here.records[1])
        if self.changes.changed(here.data_set, field, at):
            return self.cell(here.data_set, field, at)
        out: list[Mapping[int, bool]] = []
        for known, other in self._working(here, field, line):
            out.append(self._by_line(here, field, other, known))
        if not out or not any(out):
            out += [
                self._linked(here, name, (field,), links)
                for name, links in self._bases(here).items()
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
            links = self._link(here, data_set, known)
            fields = {field, *table_reads(here.account, table)}
            if links is not None and here.mode == "record":
                out.append(self._linked(here, data_set, tuple(fields), links))
            elif any(self.changes.events_of(data_set, here.subject)) or here.mode == "set":
                out += [self._set(data_set, name, here.subject) for name in fields]
            else:
                out += [self._set(data_set, name, here.subject) for name in fields]
        return merged(out)

    # other records

    def _link(
        self, here: Standing, data_set: str, known: VariableAccount | None
    ) -> tuple[int, int] | None:
        """The records (0-based, -1: none) of a data set that a value was taken from, old and new;
        None where that is not recorded."""
        vector = known.taken.get(data_set) if known is not None else None
        for name in (vector, f"from:{data_set}"):
            found = self._numbers(here, name) if name else None
            if found is not None:
                return found
        return None

    def _numbers(self, here: Standing, vector: str) -> tuple[int, int] | None:
        one = self.match.old.vectors(here.data_set).get(vector)
        two = self.match.new.vectors(here.data_set).get(vector)
        if one is None or two is None or here.records[0] < 0 or here.records[1] < 0:
            return None
        return int(one[here.records[0]]) - 1, int(two[here.records[1]]) - 1

    def _bases(self, here: Standing) -> dict[str, tuple[int, int]]:
        """The records that this one was made of, by data set."""
        out = {}
        for name in self.match.new.vectors(here.data_set):
            if name.startswith("from:"):
                found = self._numbers(here, name)
                if found is not None:
                    out[name.removeprefix("from:")] = found
        part = part_at(self.match.new, here.data_set, here.records[1])
        if part is not None and part.kind == "data set":
            found = self._numbers(here, "row")
            if found is not None:
                out[part.source] = found
        return out

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
        for one in (x for x in looked if x >= 0):
            for field in fields if not same else fields[:1]:
                out.append(self._value(data_set, field, one))
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
        return self._by_line(there, field, line, known) if line is not None else {}

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
            found = merged(self._by_line(there, field, line, known) for line in lines)
        return dict.fromkeys(found, False)

    def _other_visits(self, here: Standing) -> Causes:
        """Unscheduled visits are numbered by the days that all data sets know."""
        sets = [n for n in self.match.names if self.match.new.records[n].has("VISITNUM")]
        dates = ((n, f"{n}DTC" if n != "SV" else "SVSTDTC") for n in sets if n != here.data_set)
        return merged(self._set(name, date, here.subject) for name, date in dates)

    def _around(self, here: Standing, line: LineAccount | None) -> Causes:
        """Nothing that is recorded changed: the subject's records in what the data set is made
        of, and the edits of its raw rows."""
        names = base_sets(here.account, "") or [
            n.rpartition(".")[0] for n in _names(line) if "." in n and not n.startswith("raw.")
        ] if line is not None else base_sets(here.account, "")
        out: list[Mapping[int, bool]] = []
        for name in dict.fromkeys(names):
            if name not in self.changes.sets or name == here.data_set:
                continue
            out += [self.event(name, e) for e in self.changes.events_of(name, here.subject)]
            for variable in self.changes.sets[name].cells:
                cells = self.changes.cells_of(name, variable, here.subject)
                out += [self.cell(name, variable, at) for at in cells]
        return dict.fromkeys(merged(out), False)

    # records that came or went

    def _event(self, data_set: str, sign: str, record: int) -> Causes:
        side = self.match.new if sign == "+" else self.match.old
        account = side.account(data_set)
        records = (-1, record) if sign == "+" else (record, -1)
        if account is None:
            return self._of_parent(data_set, records, "")
        subject = self.changes.subject(data_set, record, is_old=sign == "-")
        here = Standing(data_set, account, records, subject)
        own = self._own_row(here, "")
        if own:
            return own
        found = merged(self._event_links(data_set, sign, record))
        if found:
            return found
        around = self._around(here, None)
        part = part_at(side, data_set, record)
        if not around and part is not None and part.kind == "raw":
            edits = self.changes.edits_of(part.source, subject)
            around = {self.roots.edit(number): False for number in edits}
        return around or self._read_by(here)

    def _read_by(self, here: Standing) -> Causes:
        """Of a derived record: what its lines read."""
        out: list[Mapping[int, bool]] = []
        there = replace(here, mode="set")
        for name, known in here.account.variables.items():
            for line in known.lines.values():
                out.append(self._by_line(there, name, line, known))
        return dict.fromkeys(merged(out), False)

    def _event_links(self, data_set: str, sign: str, record: int) -> Iterable[Causes]:
        """The records that a record was made of or took values from, as far as they came, went or
        changed."""
        side = self.match.new if sign == "+" else self.match.old
        account = side.account(data_set)
        assert account is not None  # noqa: S101 - asked by the caller
        vectors = side.vectors(data_set)
        taken = {v: n for k in account.variables.values() for n, v in k.taken.items()}
        for vector, numbers in vectors.items():
            name = vector.removeprefix("from:") if vector.startswith("from:") else taken.get(vector)
            at = int(numbers[record]) - 1
            if name is None or name not in self.changes.sets or at < 0:
                continue
            paired = (
                self.changes.position(name, at) >= 0
                if sign == "+"
                else self.changes.old_position(name, at) >= 0
            )
            if not paired:
                yield self.event(name, (sign, at))

    def _of_parent(self, data_set: str, records: tuple[int, int], variable: str) -> Causes:
        """SUPP-- and RELREC: of the record that they speak of."""
        out: list[Mapping[int, bool]] = []
        for side, record, sign in ((self.match.new, records[1], "+"), (self.match.old, records[0], "-")):
            parents = self.roots.parents(self.match, side, data_set)
            if record < 0 or parents is None:
                continue
            parent = int(parents[record])
            domain = side.records[data_set].text(record, "RDOMAIN")
            if parent < 0 or domain not in self.changes.sets:
                continue
            at = (
                self.changes.position(domain, parent)
                if sign == "+"
                else self.changes.old_position(domain, parent)
            )
            if at < 0:
                out.append(self.event(domain, (sign, parent)))
            else:
                out.append(self._qualifier(domain, at, side.records[data_set].text(record, "QNAM")))
        return merged(out)

    def _qualifier(self, domain: str, at: int, name: str) -> Causes:
        account = self.match.new.account(domain)
        known = account.qualifiers.get(name) if account is not None else None
        pairs = self.changes.sets[domain].pairs
        records = int(pairs.old[at]), int(pairs.new[at])
        if account is None or known is None:
            return {}
        here = Standing(domain, account, records, self.changes.subject(domain, records[1]))
        line = line_at(self.match.new, here, known, new=True)
        before = self.match.old.account(domain)
        if before is not None:
            was = line_at(self.match.old, here, before.qualifiers.get(name), new=False)
            if differs(was, line):
                return {self.roots.line(f"SUPP{domain}", name, was, line): True}
        return self._by_line(here, f"+{name}", line, known) if line is not None else {}


def _names(line: LineAccount | None) -> tuple[str, ...]:
    """The names that a line reads, takes, or is a copy of; who it is about apart."""
    if line is None:
        return ()
    names = (*line.reads, *line.takes, *((line.predecessor,) if line.predecessor else ()))
    known = dict.fromkeys(names)
    return tuple(n for n in known if n.rpartition(".")[2] not in ("STUDYID", "USUBJID"))


def base_sets(account: DataSetAccount, table: str) -> list[str]:
    """The data sets that a table ('': the data set) is made of, through the tables on the way."""
    if not table:
        names = [n for one in account.tables for n in base_sets(account, one)]
        return [*dict.fromkeys([*account.sources, *names])]
    out: list[str] = []
    open_, seen = [table], set()
    while open_:
        name = open_.pop()
        if name in seen:
            continue
        seen.add(name)
        here = account.tables.get(name)
        if here is None:
            out.append(name)
        else:
            open_ += [*here.sources, *(s for e in here.events for s in e.sources)]
    return out


def table_reads(account: DataSetAccount, table: str) -> set[str]:
    """The bare names that the lines of a table and of those behind it read."""
    here = account.tables.get(table)
    if here is None:
        return set()
    out = {n.rpartition(".")[2] for line in here.lines.values() for n in _names(line)}
    out |= {n.rpartition(".")[2] for n in here.reads}
    for source in here.sources:
        if source != table and source in account.tables:
            out |= table_reads(account, source)
    return out
