"""Where a line is evaluated: one variable of one record stream, with what it may refer to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn
from sdtm.report import Report
from sdtm.sources import Sources
from sdtm.state import DomainState, Stream, number_text
from specs import SpecificationError, SpecPlace, Study, finding
from specs.conditions import Condition, Mask, evaluate
from specs.suggest import did_you_mean
from specs.yaml_source import NodePath

if TYPE_CHECKING:
    from specs.standards import (
        ControlledTerminology,
        DatasetStandard,
        ImplementationGuide,
        VariableStandard,
    )


class Elsewhere(Protocol):
    """How a line sees other data sets."""

    def state(self, domain: str) -> DomainState:
        """Another data set's state."""
        ...


@dataclass(slots=True)
class Kitchen:
    """What all lines of a build share."""

    study: Study
    sources: Sources
    guide: ImplementationGuide
    load_terms: Callable[[], ControlledTerminology]
    report: Report
    states: dict[str, DomainState] = field(default_factory=dict)
    unscheduled: dict[str, dict[str, float]] | None = None
    """Numbers of unscheduled visits by subject and day, once they are worked out."""

    @property
    def terms(self) -> ControlledTerminology:
        """The study's controlled terminology."""
        return self.load_terms()

    def standard(self, domain: str) -> DatasetStandard:
        """What the standard says of a data set, or of a custom one of the class it declares."""
        source = self.study.domains.get(domain)
        if domain not in self.guide and source is not None and source.model.class_ is not None:
            return self.guide.custom(domain, source.model.class_, source.model.label or "")
        return self.guide.dataset(domain)

    def variable(self, domain: str, name: str) -> VariableStandard | None:
        """What the standard says of a variable; None if it has no such variable."""
        return self.standard(domain).variable(name)


@dataclass(slots=True)
class Scene:
    """One line on one stream. ``active`` limits it to some of the stream's records."""

    kitchen: Kitchen
    state: DomainState
    stream: Stream
    variable: str
    path: NodePath
    active: Mask | None = None
    trace: list[str] | None = None

    @property
    def n(self) -> int:
        """Number of records of the stream."""
        return len(self.stream)

    def at(self, *steps: str | int) -> Scene:
        """The same, for a line inside this one."""
        return replace(self, path=(*self.path, *steps))

    def narrowed(self, mask: Mask) -> Scene:
        """The same, for the records where the mask holds (too)."""
        return replace(self, active=mask if self.active is None else self.active & mask)

    def step(self, text: str) -> None:
        """Say what was done, for ``explain``."""
        if self.trace is not None:
            self.trace.append(text)

    def column(self, name: str, *, prefer_raw: bool = True) -> Column:
        """A raw column, a variable of this data set, or one value per subject of another.

        Raises SpecificationError SPEC114, SPEC117, SPEC120.
        """
        column = self._find(name, prefer_raw=prefer_raw)
        return column if self.active is None else column.keep(self.active)

    def text(self, name: str) -> TextColumn:
        """Like :meth:`column`, as text."""
        column = self.column(name)
        return number_text(column) if isinstance(column, NumberColumn) else column

    def mask(self, condition: Condition) -> Mask:
        """Where a condition holds, among the active records."""
        holds = evaluate(condition, lambda name: self.column(name, prefer_raw=False))
        return holds if self.active is None else holds & self.active

    def _find(self, name: str, *, prefer_raw: bool) -> Column:
        head, _, tail = name.partition(".")
        if head == "raw" and tail and self.stream.has(tail):
            return self.stream.column(tail)
        if self.stream.has(name):
            if not prefer_raw:
                self._refuse_ambiguous(name)
            return self.stream.column(name)
        if name in self.state.columns:
            return self.state.slice(name, self.stream)
        if head == self.state.name and tail in self.state.columns:
            return self.state.slice(tail, self.stream)
        if tail and head in self.kitchen.states:
            return self._of_subject(head, tail)
        raise self.unknown(name)

    def _refuse_ambiguous(self, name: str) -> None:
        model = self.state.spec.model
        line = self.stream.entry.variables.get(name) or model.variables.get(name)
        if line is None or self.stream.domain or getattr(line, "from_", None) == [name]:
            return
        message = f"{name!r} is a raw column and a variable of {self.state.name}"
        hint = f"write raw.{name} or {self.state.name}.{name}"
        raise SpecificationError(finding("SPEC120", message, spec=self.place(), hint=hint))

    def _of_subject(self, domain: str, variable: str) -> Column:
        """One value per subject of another data set, beside each record."""
        other = self.kitchen.states[domain]
        if variable not in other.columns or "USUBJID" not in other.columns:
            raise self.unknown(f"{domain}.{variable}")
        mine, theirs = self.subjects(), other.text("USUBJID")
        rows = np.full(len(theirs.values) + 1, -1, np.int64)
        kept = np.flatnonzero(other.kept & (theirs.codes >= 0))
        counts = np.bincount(theirs.codes[kept], minlength=len(theirs.values))
        if len(counts) and counts.max() > 1:
            message = (
                f"{domain} has several records for a subject, "
                f"so {domain}.{variable} is not one value"
            )
            hint = f"say which: {{first: {domain}.{variable}}}"
            raise SpecificationError(finding("MAP317", message, spec=self.place(), hint=hint))
        rows[theirs.codes[kept]] = kept
        lookup = {value: code for code, value in enumerate(theirs.values)}
        table = np.array([*(rows[lookup.get(v, -1)] for v in mine.values), -1], np.int64)
        return other.columns[variable].take(table[mine.codes])

    def subjects(self) -> TextColumn:
        """USUBJID of the stream's records."""
        column = self.state.slice("USUBJID", self.stream)
        assert isinstance(column, TextColumn)  # noqa: S101 - identifiers are text by construction
        return column

    def place(self, *steps: str | int, offset: int = 0) -> SpecPlace:
        """The place in the specification of the line (or of a node in it)."""
        return self.state.spec.place(*self.path, *steps, offset=offset)

    def unknown(self, name: str) -> SpecificationError:
        """The error for a name that is nothing here."""
        head, _, tail = name.partition(".")
        states = self.kitchen.states
        if tail and head in states:
            known: list[str] = [f"{head}.{v}" for v in states[head].columns]
            message = f"{head} has no variable {tail!r}"
            code = "SPEC117"
        else:
            known = [*self.stream.names(), *self.state.columns]
            where = self.stream.source.name if self.stream.source else self.state.name
            message = (
                f"{name!r} is neither a column of {where!r} nor a variable of {self.state.name}"
            )
            code = "SPEC114"
        return SpecificationError(
            finding(
                code,
                message,
                dataset=self.state.name,
                variable=self.variable,
                spec=self.place(),
                hint=did_you_mean(name, known),
            )
        )

    def problem(
        self,
        code: str,
        message: Callable[[str], str] | str,
        column: TextColumn,
        bad: list[int],
        *,
        name: str,
        hint: str = "",
        done: str = "left blank",
    ) -> None:
        """Report the records whose value (by code in ``column``) is bad, value by value."""
        for one in bad:
            rows = np.flatnonzero(column.codes == one)
            text = message if isinstance(message, str) else message(column.values[one])
            self.rows(code, text, rows, name=name, hint=hint, done=done)

    def rows(
        self,
        code: str,
        message: str,
        rows: object,
        *,
        name: str = "",
        hint: str = "",
        done: str = "",
        value: str = "",
    ) -> None:
        """Report records by their position in the stream."""
        self.kitchen.report.rows(
            code,
            message,
            self.state,
            self.stream,
            np.asarray(rows),
            column=name,
            variable=self.variable,
            path=self.path,
            hint=hint,
            done=done,
            value=value,
        )
