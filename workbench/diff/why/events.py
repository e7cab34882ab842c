"""Why a record came or went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.diff.why.changes import Causes, merged
from workbench.diff.why.standing import Standing, differs, line_at, part_at

if TYPE_CHECKING:
    from workbench.diff.why.causes import Walk


class Events:
    """Records of one side alone, and the records of SUPP-- and RELREC that speak of others."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.changes, self.roots, self.match = walk.changes, walk.roots, walk.match

    def event(self, data_set: str, sign: str, record: int) -> Causes:
        """The roots of a record (0-based) that came (``+``) or went (``-``)."""
        side = self.match.new if sign == "+" else self.match.old
        account = side.account(data_set)
        records = (-1, record) if sign == "+" else (record, -1)
        if account is None:
            return self.of_parent(data_set, records, "")
        subject = self.changes.subject(data_set, record, is_old=sign == "-")
        here = Standing(data_set, account, records, subject)
        own = self.walk.raw.own_row(here, "")
        if own:
            return own
        found = merged(self._links(data_set, sign, record))
        if found:
            return found
        around = self.walk.around(here, None)
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
            out += [self.walk.by_line(there, name, one, known) for one in known.lines.values()]
        return dict.fromkeys(merged(out), False)

    def _links(self, data_set: str, sign: str, record: int) -> Iterable[Causes]:
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
                yield self.walk.event(name, (sign, at))

    def of_parent(self, data_set: str, records: tuple[int, int], variable: str) -> Causes:
        """SUPP-- and RELREC: of the record that they speak of."""
        out: list[Mapping[int, bool]] = []
        for side, record, sign in (
            (self.match.new, records[1], "+"),
            (self.match.old, records[0], "-"),
        ):
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
                out.append(self.walk.event(domain, (sign, parent)))
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
        return self.walk.by_line(here, f"+{name}", line, known) if line is not None else {}
