"""What the account says of the way from a record to others: links, bases, tables on the way."""

from __future__ import annotations

from specs.account import DataSetAccount, LineAccount, VariableAccount
from workbench.diff.records import RecordMatch
from workbench.diff.why.standing import Standing, part_at


class Links:
    """The records that the builds noted."""

    def __init__(self, match: RecordMatch) -> None:
        self.match = match

    def link(
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

    def bases(self, here: Standing) -> dict[str, tuple[int, int]]:
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


def names_of(line: LineAccount | None) -> tuple[str, ...]:
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
    out = {n.rpartition(".")[2] for line in here.lines.values() for n in names_of(line)}
    out |= {n.rpartition(".")[2] for n in here.reads}
    for source in here.sources:
        if source != table and source in account.tables:
            out |= table_reads(account, source)
    return out
