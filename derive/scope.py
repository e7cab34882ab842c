"""What a line sees: its own records, every other records by name, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn, Protocol

import numpy as np

from derive.findings import LineFailed, Message, More, Report, View
from derive.line import SUBJECT, Answer, Read
from derive.records import Link, Records
from derive.values.column import Column, Kind, KindError, Mask, Rows
from derive.values.keys import match_one, shared_codes
from derive.values.masks import mask
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.text import Text
from derive.witness import How, Witness
from specs import Finding, SpecificationError, SpecPlace, finding
from specs.suggest import did_you_mean

if TYPE_CHECKING:
    from specs import Study
    from specs.conditions import Condition
    from specs.reading.yaml_source import NodePath
    from specs.standards import ControlledTerminology


class Others(Protocol):
    """Records by name: data sets, working tables, CSV tables and raw sources in one name space."""

    def find(self, name: str) -> Records | None:
        """The records of a name; None where it is nothing."""
        ...

    def names(self) -> list[str]:
        """Every name that can be found."""
        ...


@dataclass(slots=True)
class Shared:
    """What all lines of a build share."""

    study: Study
    others: Others
    report: Report
    load_terms: Callable[[], ControlledTerminology]
    codelist_of: Callable[[str, str], str | None] = lambda _dataset, _variable: None
    """The codelist that the standard gives a variable of a data set."""
    matches: dict[tuple[int, str], tuple[View, Rows]] = field(default_factory=dict)
    """The subject's record in another data set, by view (which is kept, so that its id stays its
    own) and data set."""
    several: dict[tuple[int, str], tuple[View, list[Finding]]] = field(default_factory=dict)
    """What was told of subjects with several records, which other lines need not tell again."""
    witness: Witness = field(default_factory=Witness)
    """Who is told what lines read."""

    @property
    def terms(self) -> ControlledTerminology:
        """The study's controlled terminology."""
        return self.load_terms()


@dataclass(slots=True)
class Scope:
    """One line on the records of a view. ``active`` limits it to some of them; ``trace`` collects
    steps for ``explain``; ``links`` says where values were taken; ``kind`` is the kind that the
    variable has by the standard or by the line's ``as`` (None: as the line gives it)."""

    shared: Shared
    view: View
    variable: str
    path: NodePath
    place_of: Callable[[NodePath], SpecPlace]
    kind: Kind | None = None
    active: Mask | None = None
    trace: list[str] | None = None
    links: dict[str, list[Link]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of records."""
        return self.view.size

    @property
    def study(self) -> Study:
        """The study."""
        return self.shared.study

    def at(self, *steps: str | int) -> Scope:
        """The same, for a line inside this one."""
        return replace(self, path=(*self.path, *steps))

    def narrowed(self, holds: Mask) -> Scope:
        """The same, for the records where the mask holds (too)."""
        return replace(self, active=holds if self.active is None else self.active & holds)

    def on(self) -> Mask:
        """The active records."""
        return np.ones(self.size, np.bool_) if self.active is None else self.active

    def step(self, text: str) -> None:
        """Say what was done, for ``explain``."""
        if self.trace is not None:
            self.trace.append(text)

    # values

    def column(self, name: str) -> Column:
        """A raw column, a variable of this data set, or one value per subject of another (whose
        record is linked).

        Values of records that are not active are missing. Raises SpecificationError SPEC114
        (no such name), SPEC117 (no such variable of a data set), SPEC120 (a name that is two
        things), BuildError MAP317 (several records of a subject).
        """
        found = self._find(name, linked=True)
        self.shared.witness.read(self, str(Read.of(name)), How.VALUE)
        return found if self.active is None else found.keep(self.active)

    def peek(self, name: str) -> Column:
        """Like :meth:`column`, before it is known on which records the line takes it: nobody is
        told that it was read. Who takes values asks :meth:`column` for them, :meth:`narrowed`."""
        found = self._find(name)
        return found if self.active is None else found.keep(self.active)

    def text(self, name: str) -> Text:
        """Like :meth:`column`, as text: numbers in their shortest form, moments in ISO 8601."""
        return as_text(self.column(name))

    def number(self, name: str) -> Number:
        """Like :meth:`column`, of a number. Raises KindError for another kind."""
        found = self.column(name)
        if isinstance(found, Number):
            return found
        raise KindError(f"{name} is no number", names=(name,))

    def moment(self, name: str) -> Moment:
        """Like :meth:`column`, of a day or date-time. Raises KindError for another kind."""
        found = self.column(name)
        if isinstance(found, Moment):
            return found
        raise KindError(f"{name} is no date", hint="make one with {date: ...}", names=(name,))

    def is_raw(self, name: str) -> bool:
        """Whether a name is a raw column, which people wrote."""
        return self.view.raw(str(Read.of(name)))

    def allowed_ties(self, records: int) -> None:
        """Count how often ``ties: allow`` took one of several records."""
        if records:
            self.shared.witness.answered(self, "ties", "allow", records)

    def mask(self, condition: Condition | None) -> Mask:
        """Where a condition on own records holds, among the active ones."""
        if condition is None:
            return self.on()
        compared = condition.compared
        return mask(condition, lambda n: self._tested(n, compared), self.is_raw) & self.on()

    def _tested(self, name: str, compared: Set[str]) -> Column:
        found = self._find(name)
        self.shared.witness.read(self, str(Read.of(name)), how_tested(name, compared))
        return found

    def _find(self, name: str, *, linked: bool = False) -> Column:
        read = Read.of(name)
        try:
            found = self.view.find(str(read), self.variable)
        except SpecificationError as error:
            first = error.findings[0]
            raise self.wrong(first.rule, first.message, first.hint) from error
        if found is not None:
            return found
        if read.data_set == self.view.name:
            found = self.view.find(read.name, read.name)
            if found is not None:
                return found
        if read.data_set:
            other = self.other(read.data_set)
            rows = self.subject_rows(read.data_set)
            if linked:
                self.link(read.data_set, rows)
            return other.column(read.name).take(rows)
        raise self.unknown(name)

    def subject_rows(self, data_set: str) -> Rows:
        """Per record the only kept record of the subject in another data set (-1: none)."""
        key = (id(self.view), data_set)
        if key in self.shared.several:
            raise LineFailed(self.shared.several[key][1])
        if key not in self.shared.matches:
            other = self.other(data_set)
            mine = self.view.find(SUBJECT, SUBJECT)
            if mine is None:
                raise self.unknown(SUBJECT)
            ours, theirs = shared_codes([[mine], [other.column(SUBJECT)]])
            found = match_one(ours, theirs, other.kept())
            if found.several.any():
                message = f"{data_set} has several records of a subject, so this is not one value"
                hint = f"say which: {{first: {data_set}.X, by: ...}}"
                try:
                    self.fail("MAP317", message, np.flatnonzero(found.several), hint=hint)
                except LineFailed as error:
                    self.shared.several[key] = (self.view, list(error.findings))
                    raise
            self.shared.matches[key] = (self.view, found.rows)
        return self.shared.matches[key][1]

    def other(self, name: str) -> Other:
        """Other records by name ("" or the own data set's name: the own data set's records).

        Raises SpecificationError SPEC117 for a name that is nothing.
        """
        found = self.shared.others.find(name or self.view.name)
        if found is None:
            known = self.shared.others.names()
            raise self.wrong(
                "SPEC117", f"there is no data set or table {name!r}", did_you_mean(name, known)
            )
        return Other(found, self)

    def own(self) -> Other:
        """The records that the line stands on, as a verb looks at them."""
        return Other(self.view.table(), self)

    # what is said

    def link(self, data_set: str, rows: Rows, variable: str = "") -> None:
        """Keep which record of ``data_set`` each value was taken from (-1: none)."""
        self.shared.witness.linked(self, data_set, rows)
        kept = self.links.setdefault(variable or self.variable, [])
        if not any(link.data_set == data_set and link.rows is rows for link in kept):
            kept.append(Link(data_set, rows))

    def place(self, *steps: str | int) -> SpecPlace:
        """The place in the specification of the line (or of a node in it)."""
        return self.place_of((*self.path, *steps))

    def wrong(self, code: str, message: str, hint: str = "") -> SpecificationError:
        """The error for a line that is wrong, at its place."""
        return SpecificationError(
            finding(
                code,
                message,
                dataset=self.view.name,
                variable=self.variable,
                spec=self.place(),
                hint=hint,
            )
        )

    def unknown(self, name: str) -> SpecificationError:
        """The error for a name that is nothing here."""
        message = f"{name!r} is neither a variable of {self.view.name} nor a column of its source"
        return self.wrong("SPEC114", message, did_you_mean(name, self.view.names()))

    def tell(
        self,
        code: str,
        message: str,
        rows: Rows,
        *,
        name: str = "",
        hint: str = "",
        done: str = "",
        value: str = "",
        more: More | None = None,
    ) -> None:
        """Report records by their position in the view."""
        self.shared.report.rows(
            code,
            message,
            self.view,
            rows,
            self.place(),
            column=name,
            variable=self.variable,
            hint=hint,
            done=done,
            value=value,
            more=more,
        )

    def fail(
        self, code: str, message: str, rows: Rows, *, name: str = "", hint: str = ""
    ) -> NoReturn:
        """Report the records and stop the data set."""
        before = len(self.shared.report.findings)
        self.tell(code, message, rows, name=name, hint=hint, done=f"{self.view.name} was not built")
        raise LineFailed(self.shared.report.findings[before:])

    def answer(
        self,
        answer: Answer,
        code: str,
        message: str,
        rows: Rows,
        *,
        name: str = "",
        hint: str = "",
        done: str = "left blank",
    ) -> None:
        """Do what a line answers for these records: stop, ask, or leave it at that."""
        if len(rows):
            self.shared.witness.answered(self, code, answer.value, len(rows))
        if not len(rows) or answer is Answer.BLANK:
            return
        if answer is Answer.ERROR:
            self.fail(code, message, rows, name=name, hint=hint)
        self.tell(code, message, rows, name=name, hint=hint, done=done)

    def problem(
        self,
        answer: Answer,
        code: str,
        message: Message,
        column: Text,
        bad: Sequence[int],
        *,
        name: str = "",
        hint: str = "",
        done: str = "left blank",
    ) -> None:
        """Like :meth:`answer`, value by value: ``bad`` are codes of ``column``."""
        for one in bad:
            text = message if isinstance(message, str) else message(column.values[one])
            rows = np.flatnonzero((column.codes == one) & self.on())
            self.answer(answer, code, text, rows, name=name, hint=hint, done=done)


@dataclass(slots=True)
class Other:
    """Records that a line looks at: another data set's, a table's, or its own data set's."""

    records: Records
    scope: Scope

    @property
    def name(self) -> str:
        """Its name."""
        return self.records.name

    def kept(self) -> Mask:
        """Which of its records count."""
        return self.records.in_cut()

    def column(self, name: str, how: How = How.VALUE) -> Column:
        """One of its variables. Raises SpecificationError SPEC117."""
        read = Read.of(name)
        if read.data_set not in ("", self.name) or read.name not in self.records.columns:
            hint = did_you_mean(read.name, self.records.columns)
            raise self.scope.wrong("SPEC117", f"{self.name} has no variable {name!r}", hint)
        witness = self.scope.shared.witness
        witness.looked(self.scope, self.records, read.name, how)
        return self.records.columns[read.name]

    def mask(self, condition: Condition | None) -> Mask:
        """Which of its records count and fulfil a condition on its own variables."""
        if condition is None:
            return self.kept()
        compared = condition.compared
        return mask(condition, lambda n: self.column(n, how_tested(n, compared))) & self.kept()


def how_tested(name: str, compared: Set[str]) -> How:
    """How a condition that looks at the values of ``compared`` reads a name."""
    return How.TESTED if name in compared else How.PRESENCE


def as_text(column: Column) -> Text:
    """Any column as text: numbers in their shortest form, moments in ISO 8601."""
    if isinstance(column, Text):
        return column
    if isinstance(column, Moment):
        return column.iso()
    assert isinstance(column, Number)  # noqa: S101 - there are three kinds of columns
    return column.to_text()


def narrowed_columns(columns: Mapping[str, Column], active: Mask | None) -> dict[str, Column]:
    """Columns with missing values outside the active records."""
    return {n: c if active is None else c.keep(active) for n, c in columns.items()}
