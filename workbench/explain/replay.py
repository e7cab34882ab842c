"""A line run again on its one raw row, with a trace: the cells, and what was done with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from derive.evaluate import evaluate_line
from derive.records import Records
from derive.scope import Scope
from derive.values.column import Column, Kind, Rows
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.text import Text
from sdtm.build import new_making
from sdtm.making import Making
from sdtm.planning.plan import Planner
from sdtm.records.beside.working_tables import make_table
from sdtm.records.sources import SourceTable
from sdtm.records.stream import RAW_TEST, RESULT, StreamRecords
from sdtm.records.streams import opened
from sdtm.tabulation import Recipe, widened
from specs import Study, TracelockError
from specs.account import DataSetAccount, LineAccount
from workbench.explain.reading.build_folder import BuildFolder
from workbench.explain.reading.raw_rows import source_row

if TYPE_CHECKING:
    from workbench.explain.walk import Standing


class Replay:
    """Runs lines of one study again, each on the row that a record came from."""

    def __init__(self, study: Study, raw_dir: Path, build: BuildFolder) -> None:
        self.study, self.raw_dir, self.build = study, raw_dir, build
        self._rows: dict[tuple[str, str, int], SourceTable] = {}

    def run(self, at: Standing, name: str, line: LineAccount) -> None:
        """Add the cells and the steps of a line. Of a line that cannot be run again, why.

        Raises SpecificationError PKG004 when the raw file is not the one of the build.
        """
        part = at.part
        assert part is not None  # noqa: S101 - asked for raw parts only
        file = part.files[at.vectors.get("file", 0)]
        self.build.check_raw(self.raw_dir, file)
        try:
            _OneRow(self, at, file).run(name, line)
        except TracelockError as error:
            at.say(error.findings[0].message)

    def row(self, source: str, file: str, row: int) -> SourceTable:
        """A row of a raw file, read once."""
        key = (source, file, row)
        if key not in self._rows:
            self._rows[key] = source_row(self.study, self.raw_dir, source, file, row)
        return self._rows[key]


_OF_GROUPS = ("sequence", "mark", "baseline", "episode")
"""Verbs that look at the other records of their data set."""


class _OneRow:
    """One record of a data set, on its raw row, with its values as they were built.

    ``whole``: no line so far looks at other records of the data set, which are not made again.
    """

    def __init__(self, replay: Replay, at: Standing, file: str) -> None:
        self.at, self.build, self.whole = at, replay.build, True
        self.making = new_making(replay.study, replay.raw_dir, terms_later=True)
        planner = Planner(self.making)
        self.recipes, self.owner = planner.recipes, planner.table_owner
        part = at.part
        assert part is not None  # noqa: S101 - as in run()
        row = replay.row(part.source, file, at.vectors["row"])
        self.making.sources.read[part.source] = row
        self.tabulation = self.making.sets[at.dataset]
        self.stream = self._stream(at.vectors.get("stream", 0), at.vectors.get("cell", -1))

    def _stream(self, number: int, cell: int) -> StreamRecords:
        """The stream of the record, with this record alone."""
        planned = self.tabulation.streams[number]
        found = opened(self.making, self.tabulation, planned)
        position = 0
        if found.value_of is not None and cell >= 0:
            hits = self._of_test(found, np.flatnonzero(found.value_of == cell))
            position = int(hits[0]) if len(hits) else len(found)
        found.select(np.array([position] if position < len(found) else [], np.int64))
        self.tabulation.set_streams([found])
        rows = np.array([self.at.record] * len(found), np.int64)
        _fill(self.making, self.build, self.at.account, self.tabulation.records, rows)
        return found

    def _of_test(self, found: StreamRecords, hits: Rows) -> Rows:
        """Of records that one cell gave (a composite result), that of the record's own test."""
        name = f"{self.at.dataset}TESTCD"
        code = found.own.get(name)
        if len(hits) < 2 or code is None:
            return hits
        built = self.build.view(self.at.dataset).text(self.at.record, name)
        same = np.array([text == built for text in code.take(hits).texts()], np.bool_)
        return np.asarray(hits[same], np.int64)

    def run(self, name: str, line: LineAccount) -> None:
        """The line on the record, after the working names that it reads."""
        recipe = self._recipe(name)
        if recipe is None or not len(self.stream):
            self.at.say("the record cannot be made again of its raw row")
            return
        self._others(line)
        self._cells(line)
        self._working(line, set())
        scope = self._scope(name, recipe)
        scope.trace = []
        try:
            made = evaluate_line(recipe.line, scope)
        finally:
            for step in scope.trace:
                self.at.say(step)
        self._looked_up(scope, line)
        self._compare(made.get(name.lstrip("+")))

    def _recipe(self, name: str) -> Recipe | None:
        """The line of a name on the record's stream, by the variable that it is written under."""
        number = self.stream.index
        own = self.recipes.get((self.at.dataset, name), [])
        found = next((r for r in own if r.stream == number), None)
        path = self._path(name)
        if found is not None and (not path or found.path == path):
            return found
        every = (r for (data_set, _), rs in self.recipes.items() if data_set == self.at.dataset
                 for r in rs)  # fmt: skip
        return next((r for r in every if r.stream == number and r.path == path), found)

    def _path(self, name: str) -> tuple[str | int, ...]:
        from workbench.explain.walk import line_of

        account = self.at.account
        known = account.qualifiers if name.startswith("+") else account.variables
        line = line_of(known.get(name.lstrip("+")), self.at.part)
        return line.path if line is not None else ()

    def _scope(self, name: str, recipe: Recipe) -> Scope:
        written = str(recipe.path[-1])
        scope = self.making.scope(self.tabulation, self.stream, written, recipe.path)
        if name.startswith("+"):
            scope.kind = None
        return scope

    def _cells(self, line: LineAccount) -> None:
        for name in line.reads:
            shown = name.removeprefix("raw.")
            joined = shown.partition(".")[0] in self.stream.joins
            if (shown == name and not joined) or shown == RAW_TEST:
                continue
            if shown == RESULT or self.stream.is_raw(shown):
                cell = self.stream.cell(0, shown)
                if cell is not None and cell not in self.at.out.cells:
                    self.at.out.cells.append(cell)

    def _working(self, line: LineAccount, seen: set[str]) -> None:
        """Make the working names that a line reads, and those that they read."""
        for name in line.reads:
            known = self.at.account.variables.get(name)
            if known is None or known.published or name in seen or self.stream.has(name):
                continue
            seen.add(name)
            recipe = self._recipe(name)
            own = known.lines.get(str(self.stream.index))
            if recipe is None or own is None:
                continue
            self._others(own)
            self._cells(own)
            self._working(own, seen)
            scope = self._scope(name, recipe)
            made = evaluate_line(recipe.line, scope)
            self._looked_up(scope, own)
            for one, column in made.items():
                kind = self.making.declared(self.at.dataset, one)
                self.tabulation.columns[one] = widened(column, kind)

    def _others(self, line: LineAccount) -> None:
        """Of the data sets that a line looks at, the records that the build noted; where it noted
        none (a count, a condition), those of the subject."""
        linked = {
            data_set: self.at.vectors.get(vector, 0)
            for known in self.at.account.variables.values()
            for data_set, vector in known.taken.items()
            if line in known.lines.values()
        }
        heads = dict.fromkeys(n.partition(".")[0] for n in line.reads if "." in n)
        self.whole = self.whole and self.at.dataset not in heads and line.verb not in _OF_GROUPS
        for name in heads:
            if name in self.making.tables and not self.making.tables[name].size:
                make_table(self.making, self.making.sets[self.owner[name]], name)
            account = self.build.sdtm.get(name)
            if account is None or name == self.at.dataset or self.making.sets[name].size:
                continue
            view = self.build.view(name)
            if linked.get(name):
                rows = np.array([linked[name] - 1], np.int64)
            else:
                mine = self.build.view(self.at.dataset)
                rows = np.arange(view.records)
                if "USUBJID" in mine.metas:
                    rows = view.of_subject(mine.text(self.at.record, "USUBJID"))
            _fill(self.making, self.build, account, self.making.sets[name].records, rows)

    def _looked_up(self, scope: Scope, line: LineAccount) -> None:
        """The raw cells that a value was looked up in, through a working table if need be."""
        for link in (one for links in scope.links.values() for one in links):
            for name in line.takes:
                head, _, column = name.partition(".")
                row = int(link.rows[0])
                if head == link.data_set and row >= 0:
                    self._cell_of(head, column, row)

    def _cell_of(self, head: str, column: str, row: int) -> None:
        origin = {head: row}
        if head in self.making.tables:
            known = self.making.tables[head].records.origin
            origin = {source: int(rows[row]) for source, rows in known.items()}
        for name, at in origin.items():
            if name not in self.making.study.spec.sources or at < 0:
                continue
            source = self.making.sources.get(name)
            for one in self._columns(head, column, set()):
                if source.has(one):
                    cell = source.cell(at, one)
                    place = f"{cell.file} row {cell.row}, {cell.column} = {cell.text!r}"
                    self.at.say(f"{column} of {head}: {place}")
                    self.at.cells_of.add(head)

    def _columns(self, table: str, name: str, seen: set[str]) -> list[str]:
        """The raw columns that a variable of a working table is made from; of a raw source the
        column itself."""
        if table not in self.making.tables or name in seen:
            return [name]
        seen.add(name)
        line = self.making.sets[self.owner[table]].model.tables[table].variables.get(name)
        if line is None:
            return [name]
        reads = (one.name for one in line.reads() if not one.data_set or one.data_set == "raw")
        return list(dict.fromkeys(c for one in reads for c in self._columns(table, one, seen)))

    def _compare(self, column: Column | None) -> None:
        """Say where the line gives something else now than it gave in the build."""
        if not isinstance(column, Text) or not len(column):
            return
        now, then = str(column.texts()[0] or ""), self.at.out.value
        if self.whole and now and then and then not in ("(not published)", now):
            self.at.say(f"run again, the line gives {now!r}")


def _fill(
    making: Making,
    build: BuildFolder,
    account: DataSetAccount,
    records: Records,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> None:
    """Set records as they were built, by their kinds."""
    view = build.view(account.name)
    for name in view.names:
        if view.metas[name].type == "Num":
            records.columns[name] = Number.of([view.number(int(row), name) for row in rows])
            continue
        texts = Text.of([view.text(int(row), name) for row in rows])
        known = account.variables.get(name)
        kind = Kind(known.kind) if known is not None else making.declared(account.name, name)
        records.columns[name] = _typed(texts, kind)
    records.size = len(rows)
    records.kept = np.ones(len(rows), np.bool_)


def _typed(texts: Text, kind: Kind | None) -> Column:
    if kind in (Kind.DAY, Kind.SECOND):
        return of_text(texts, kind)[0]
    return texts


__all__ = ["Replay"]
