"""The way through the tables of an analysis data set, from a record's table back to its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specs.account import LineAccount, TableAccount
from workbench.explain.negative import not_decided

if TYPE_CHECKING:
    from workbench.explain.walk import Explainer, Standing

Found = tuple[str, LineAccount | None]
"""The table that a name is made in, with its line; or the data set that it is copied from."""


class Tables:
    """Follows a name through the tables that a record came through."""

    def __init__(self, walk: Explainer) -> None:
        self.walk = walk

    def of_line(self, at: Standing, line: LineAccount) -> str:
        """The table that a line stands in ("": on the data set's own records)."""
        section = line.path[0] if line.path else ""
        if section not in ("tables", "records") or not at.account.tables:
            return ""
        if len(line.path) > 1 and line.path[1] in at.account.tables:
            return str(line.path[1])
        return at.part.name if at.part is not None and at.part.name in at.account.tables else ""

    def through(self, at: Standing, table: str, field: str, base: Mapping[str, int]) -> bool:
        """Explain a name as a table has it, whose records come from ``base``."""
        if not table or not self._reaches(at, table, base, set()):
            return False
        found = self._made_in(at, table, field, base)
        places = {line.spec if line is not None else name for name, line in found}
        if len(places) > 1:
            told = " or ".join(sorted(places))
            return at.say(f"{field} comes from {told}: which of them is not recorded")
        for name, line in found[:1]:
            if line is None:
                return self.walk.part(at, name, base.get(name, 0), field)
            if base is at.base and not at.within and self._is_final(at, field, line):
                return self.walk.published(at, field)
            self._by_line(at, field, line, name, base)
            return True
        return False

    def _by_line(
        self, at: Standing, field: str, line: LineAccount, table: str, base: Mapping[str, int]
    ) -> None:
        """A line of a table on the way; the records behind it are ``base``."""
        if base is at.base:
            self.walk.by_working_line(at, field, line, at.account.variables.get(field), table)
            return
        outside = at.base, at.within
        at.base, at.within = dict(base), True
        self.walk.by_working_line(at, field, line, None, table)
        at.base, at.within = outside

    def anywhere(self, at: Standing, field: str) -> bool:
        """Explain a working name that a table of the record's part makes."""
        if at.within:
            return False
        part = at.part
        if part is None or part.name not in at.account.tables:
            return False
        return self.through(at, part.name, field, at.base)

    def carried(self, at: Standing, field: str) -> None:
        """A variable that came along with the record: of the record that it comes from."""
        if self.anywhere(at, field) or at.out.parts:
            return
        for name, number in at.base.items():
            if self.walk.part(at, name, number, field):
                return

    def decided(self, at: Standing, line: LineAccount) -> None:
        """A value that an event sets: the event, and what made its record the deciding one."""
        if "events" not in line.path or at.part is None:
            return
        event = self._event(at, at.account.tables.get(at.part.name))
        if event is None:
            return
        if event.spec != at.out.spec and at.out.variable in event.lines:
            own = event.lines[at.out.variable]
            at.out.spec, at.out.line = own.spec, own.text
        at.say(f"the record of {at.part.name} by {event.spec}")
        not_decided(self.walk, at, at.account.tables[at.part.name].events)
        for name in event.reads:
            for source in event.sources:
                if source in at.account.tables:
                    self.through(at, source, name, at.base)
                else:
                    self.walk.part(at, source, at.base.get(source, 0), name)

    @staticmethod
    def _event(at: Standing, table: TableAccount | None) -> TableAccount | None:
        """The event that a record was made by."""
        number = at.vectors.get("event", 0)
        if table is None or not 0 < number <= len(table.events):
            return None
        return table.events[number - 1]

    def _is_final(self, at: Standing, field: str, line: LineAccount) -> bool:
        """Whether the value of that line is the one that is published for the record."""
        known = at.account.variables.get(field)
        if known is None or not known.published or at.part is None:
            return False
        own = known.lines.get(at.part.name)
        return own is not None and own.spec == line.spec

    def _made_in(
        self, at: Standing, table: str, field: str, base: Mapping[str, int]
    ) -> list[Found]:
        """Where a name is made, on every way that the record may have come."""
        here = at.account.tables[table]
        event = self._event(at, here)
        lines = {**here.lines, **(event.lines if event is not None else {})}
        if field in lines and lines[field].spec != at.following:
            return [(table, lines[field])]
        sources = event.sources if event is not None else self._sources(at, table, here)
        out: list[Found] = []
        for source in sources:
            if source in at.account.tables and source != table:
                if not self._reaches(at, source, base, {table}):
                    continue
                out += self._made_in(at, source, field, base)
            elif base.get(source, 0) and self._has(source, field):
                out.append((source, None))
        return out

    def _has(self, dataset: str, field: str) -> bool:
        known = self.walk.build
        return known.is_there(dataset) and field in known.view(dataset).metas

    def _reaches(self, at: Standing, table: str, base: Mapping[str, int], seen: set[str]) -> bool:
        """Whether the records behind a table's are among those that the build noted."""
        here = at.account.tables[table]
        for source in self._all_sources(here):
            if source in at.account.tables:
                if source not in seen and self._reaches(at, source, base, {*seen, table}):
                    return True
            elif base.get(source, 0):
                return True
        return False

    def _sources(self, at: Standing, name: str, table: TableAccount) -> tuple[str, ...]:
        """Where a record of a table comes from: of several sources the one that is noted."""
        number = 0 if at.within else at.vectors.get(f"source:{name}", 0)
        if 0 < number <= len(table.sources):
            return (table.sources[number - 1],)
        return self._all_sources(table)

    @staticmethod
    def _all_sources(table: TableAccount) -> tuple[str, ...]:
        further = (source for event in table.events for source in event.sources)
        return tuple(dict.fromkeys((*table.sources, *further)))


__all__ = ["Tables"]
