"""What lines read of raw sources, told to the ledger of the build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from derive.line import SUBJECT
from derive.planning.plan import Node
from derive.records import Records
from derive.scope import Scope
from derive.values.column import Mask, Rows
from derive.values.text import Text
from derive.witness import How, Witness
from sdtm.records.ledger import DECLARED, IDENTITY, PRESENCE, TESTED, VALUE
from sdtm.records.sources import Sources, SourceTable
from sdtm.records.stream import RESULT, StreamRecords
from sdtm.records.subjects import subject_rule
from sdtm.tabulation import AUTOMATIC, StreamView, Tabulation


def saw(
    sources: Sources,
    stream: StreamRecords,
    name: str,
    role: str,
    by: str,
    *,
    active: Mask | None = None,
) -> None:
    """A column was read on the rows that a stream holds by now (where ``active``)."""
    if name in stream.own:
        return
    source, column, rows = _located(stream, name)
    if source is None or not source.is_raw:
        return
    if active is not None:
        rows = rows[active]
    elif rows is stream.rows and len(rows) == source.n and stream.value_of is None:
        sources.ledger.every(source.name, [column], role, by)
        return
    sources.ledger.rows(source, column, role, by, rows)


def _located(stream: StreamRecords, name: str) -> tuple[SourceTable | None, str, Rows]:
    """The source, column and rows behind a name of a stream."""
    if stream.source is not None and stream.source.has(name):
        return stream.source, name, stream.rows
    head, _, tail = name.partition(".")
    if tail and head in stream.joins and stream.joins[head][0].has(tail):
        return stream.joins[head][0], tail, stream.joins[head][1]
    return None, name, stream.rows


def saw_cells(sources: Sources, stream: StreamRecords, by: str, not_wanted: Mask) -> None:
    """The cells of a wide form: those that give records, and those of tests that are not wanted."""
    source = stream.source
    if stream.value_of is None or source is None:
        return
    for number, column in enumerate(stream.value_columns):
        mine = stream.value_of == number
        for role, rows in ((VALUE, mine & ~not_wanted), (DECLARED, mine & not_wanted)):
            if rows.any():
                sources.ledger.rows(source, column, role, by, stream.rows[rows])


def saw_terms(
    sources: Sources, stream: StreamRecords, name: str, texts: Text, became: Sequence[str]
) -> None:
    """What the texts of a raw column became, by a map, a table of tests or of visits; RESULT of a
    wide form stands for its columns."""
    if name == RESULT and stream.value_of is not None and stream.source is not None:
        for number, column in enumerate(stream.value_columns):
            cells = texts.keep(stream.value_of == number)
            _saw_terms(sources, (stream.source, column), cells, became)
        return
    source, column, _ = _located(stream, name)
    if source is not None and name not in stream.own:
        _saw_terms(sources, (source, column), texts, became)


def _saw_terms(
    sources: Sources, of: tuple[SourceTable, str], texts: Text, became: Sequence[str]
) -> None:
    source, column = of
    if source.is_raw:
        known = sources.ledger.terms.setdefault((source.name, column), {})
        for code in texts.used():
            known.setdefault(texts.values[code], {}).setdefault(became[code])


def saw_subjects(sources: Sources, stream: StreamRecords, by: str) -> None:
    """The subject numbers of a stream; those of the same person twice are read of all rows."""
    assert stream.source is not None  # noqa: S101 - asked by the caller
    _, column = subject_rule(sources.study, stream.source.name)
    saw(sources, stream, column, VALUE, by)
    saw_people(sources, by)


def saw_people(sources: Sources, by: str) -> None:
    """The two numbers of people who were screened twice."""
    same = sources.study.spec.subject.same_person
    if same is not None:
        sources.ledger.every(same.source, [same.from_, same.is_], VALUE, by)
        if same.where is not None:
            asked = [n.removeprefix("raw.") for n in same.where.names]
            compared = {n.removeprefix("raw.") for n in same.where.compared}
            sources.ledger.tested(same.source, asked, by, compared=compared)


def saw_record_ids(sources: Sources, streams: Iterable[StreamRecords]) -> None:
    """Record ids settle the order of records."""
    for stream in streams:
        source = stream.source
        if source is not None and source.is_raw and source.row_id is not None:
            saw(sources, stream, source.row_id, IDENTITY, "")


_ROLE = {How.VALUE: VALUE, How.TESTED: TESTED, How.PRESENCE: PRESENCE}


@dataclass(slots=True)
class Witnessing(Witness):
    """Posts what lines read to the ledger of the sources. ``tables`` are working tables."""

    sources: Sources
    tables: dict[str, Tabulation]
    reach: dict[Node, str] | None = None
    """What each step is good for; None: everything for something published."""

    def _role(self, scope: Scope, how: How) -> str | None:
        """What a reading of a line counts as; None where the line reaches nothing."""
        variable, name = scope.variable, scope.view.name
        if variable.startswith("*"):
            return IDENTITY
        if how is not How.VALUE:
            return _ROLE[how]
        if scope.path[:1] == ("checks",):
            return TESTED
        if self.reach is None or not variable:
            return VALUE
        own = f"/{scope.path[1]}" if scope.path[:1] == ("tables",) else variable
        for known in ((name, own), (name, f"+{variable}")):
            if known in self.reach:
                return self.reach[known]
        return None

    def read(self, scope: Scope, name: str, how: How) -> None:
        """A column of the stream that a line stands on."""
        view = scope.view
        if not isinstance(view, StreamView):
            return
        stream = view.stream
        bare = name.removeprefix("raw.")
        if not stream.has(bare) or name in AUTOMATIC:
            return
        by = str(scope.place())
        role = self._role(scope, how)
        if role is None:
            return
        rows = _final(stream)
        source, column, _ = _located(stream, bare)
        whole = scope.active is None and scope.variable and role == VALUE
        if whole and source is stream.source and source is not None and source.is_raw:
            if bare not in stream.own:
                self.sources.ledger.stream(source.name, column, role, by, (id(stream), rows))
            return
        saw(self.sources, stream, bare, role, by, active=scope.active)

    def looked(self, scope: Scope, other: Records, name: str, how: How) -> None:
        """A column of a raw source that a line looked at, or of the stream that it stands on."""
        if other.name == scope.view.name:
            self.read(scope, name, how)
        elif other.name in self.sources.study.spec.sources and other.name in self.sources.read:
            if name == SUBJECT:
                _, name = subject_rule(self.sources.study, other.name)
            self.sources.ledger.every(other.name, [name], _ROLE[how], str(scope.place()))
        elif other.name in self.tables:
            stream = self.tables[other.name].streams[0]
            saw(self.sources, stream, name, _ROLE[how], str(scope.place()))

    def linked(self, scope: Scope, data_set: str, rows: Rows) -> None:
        """Rows of a raw source, or of a working table of one, that values were taken from."""
        source = self.sources.read.get(data_set)
        if data_set in self.tables:
            stream = self.tables[data_set].streams[0]
            source = stream.source
            rows = np.append(stream.rows, -1)[rows]
        if source is not None and source.is_raw:
            self.sources.ledger.consult(source, rows)

    def mapped(self, scope: Scope, name: str, texts: Text, became: Sequence[str]) -> None:
        """What the texts of a raw column became."""
        view = scope.view
        if isinstance(view, StreamView):
            saw_terms(self.sources, view.stream, name.removeprefix("raw."), texts, became)

    def answered(self, scope: Scope, what: str, answer: str, records: int) -> None:
        """How often a declared answer was needed."""
        key = (scope.view.name, scope.variable, what, str(scope.place()))
        found = self.sources.ledger.answers.setdefault(key, [answer, 0])
        found[1] = int(str(found[1])) + records


def _final(stream: StreamRecords) -> Callable[[], Rows]:
    """The rows of a stream, once all is made."""
    return lambda: stream.rows
