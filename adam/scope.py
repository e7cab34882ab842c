"""What a line sees: the columns of its own table, and those of every other data set by subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from adam import columns, merge
from adam.arithmetic import Expression
from adam.arithmetic import evaluate as evaluate_expression
from adam.frame import Frame
from adam.language import SUBJECT, ref
from specs.codes import finding
from specs.conditions import Condition, ConditionError, Operand, evaluate
from specs.errors import BuildError
from specs.findings import Finding
from specs.suggest import did_you_mean


def failure(code: str, message: str, **fields: Any) -> BuildError:
    """A BuildError with one finding."""
    return BuildError(finding(code, message, **fields))


Functions = Callable[[str], Callable[..., Any]]
"""Gives the study's function of a name; raises SpecificationError for an unknown one."""


@dataclass
class Scope:
    """The table ``frame`` and the other tables by name; ``notes`` collects findings
    that do not stop, ``function`` finds the functions of the study."""

    frame: Frame
    others: dict[str, Frame]
    notes: list[Finding] = field(default_factory=list)
    function: Functions | None = None
    matches: dict[str, Any] = field(default_factory=dict)

    def of(self, dataset: str) -> Scope:
        """The scope of another data set ("" is this one)."""
        if not dataset or dataset == self.frame.name:
            return self
        if dataset not in self.others:
            hint = did_you_mean(dataset, self.others)
            raise failure(
                "ADAM101", f"there is no data set {dataset}", dataset=self.frame.name, hint=hint
            )
        return Scope(self.others[dataset], self.others, self.notes)

    def column(self, name: str) -> pd.Series:
        """A column of the own table, or ``DATASET.VARIABLE`` of the subject's only record there."""
        if name in self.frame.columns:
            return self.frame.columns[name]
        dataset, variable = ref(name)
        if dataset and dataset != self.frame.name:
            return columns.take(self.of(dataset).column(variable), self.match(dataset))
        if dataset and variable in self.frame.columns:
            return self.frame.columns[variable]
        hint = did_you_mean(variable, self.frame.columns)
        message = f"{self.frame.name} has no variable {variable}"
        raise failure("ADAM102", message, dataset=self.frame.name, variable=variable, hint=hint)

    def match(self, dataset: str) -> Any:
        """The record of another data set with the same subject, per record of the own table."""
        if dataset not in self.matches:
            other = self.of(dataset)
            try:
                found = merge.match_one(
                    {SUBJECT: self.column(SUBJECT)},
                    {SUBJECT: other.column(SUBJECT)},
                    [SUBJECT],
                    np.ones(other.frame.size, dtype=bool),
                )
            except merge.SeveralRecordsError as error:
                raise self.several(dataset, error) from error
            self.matches[dataset] = found.rows
        return self.matches[dataset]

    def several(self, dataset: str, error: merge.SeveralRecordsError) -> BuildError:
        """The failure for a match that is not unique."""
        row = int(error.rows[0])
        subject = columns.take(self.column(SUBJECT), np.array([row])).iloc[0]
        message = f"{dataset} has several records of subject {subject}"
        if len(error.rows) > 1:
            message += f" (and of {len(error.rows) - 1} more records of {self.frame.name})"
        return failure("ADAM201", message, dataset=self.frame.name, key=((SUBJECT, str(subject)),))

    def mask(self, condition: Condition | None) -> Any:
        """Where a condition holds; True everywhere for None."""
        if condition is None:
            return np.ones(self.frame.size, dtype=bool)
        try:
            return evaluate(condition, lambda name: ColumnOperand(name, self.column(name)))
        except ConditionError as error:
            raise failure("ADAM105", f"{condition}: {error.message}") from error

    def numbers(self, name: str) -> Any:
        """A column as floats: numbers as they are, dates as days since 1970."""
        column = self.column(name)
        if columns.is_text(column):
            if columns.missing(column).all():
                return np.full(len(column), np.nan)
            raise failure("ADAM203", f"{name} is text, a number is needed", variable=name)
        return (
            columns.days(column) if columns.is_date(column) else column.to_numpy(dtype=np.float64)
        )

    def compute(self, expression: Expression) -> Any:
        """An arithmetic expression as a float vector of the table's length."""
        out = evaluate_expression(expression, self.numbers)
        return out if out.ndim else np.full(self.frame.size, float(out))

    def text(self, name: str) -> pd.Series:
        """A column that must be text (an all-missing column of another kind is taken as
        blank text)."""
        column = self.column(name)
        if columns.is_text(column):
            return column
        if columns.missing(column).all():
            return columns.constant_text(None, len(column))
        raise failure(
            "ADAM203", f"{name} is a {columns.kind(column)}, text is needed", variable=name
        )

    def date(self, name: str) -> pd.Series:
        """A column that must be a date (an all-missing column of another kind is taken
        as blank)."""
        column = self.column(name)
        if columns.is_date(column):
            return column
        if columns.missing(column).all():
            return pd.Series(np.full(len(column), columns.MISSING_DATE))
        hint = "make a date of it with {date: ...}"
        raise failure(
            "ADAM203",
            f"{name} is {columns.kind(column)}, a date is needed",
            variable=name,
            hint=hint,
        )


@dataclass(frozen=True)
class ColumnOperand:
    """A column in a condition. Text compares with text, numbers with numbers, dates with dates."""

    name: str
    values: pd.Series

    def missing(self) -> Any:
        """Which values are missing."""
        return columns.missing(self.values)

    def among(self, values: tuple[str | float, ...]) -> Any:
        """Which values are one of ``values``."""
        out = np.zeros(len(self.values), dtype=bool)
        for value in values:
            out |= self.compare("==", value)
        return out

    def compare(self, op: str, other: Operand | str | float) -> Any:
        """Which values stand in the relation; a comparison with missing is false."""
        if self.missing().all():
            return np.zeros(len(self.values), dtype=bool)
        if isinstance(other, ColumnOperand):
            return self._with_column(op, other)
        if columns.is_text(self.values):
            return self._with_text(op, other)
        if columns.is_date(self.values):
            return _related(columns.seconds(self.values), op, self._stamp(other))
        if isinstance(other, str):
            raise failure("ADAM203", f"{self.name} is a number, compared with the text {other!r}")
        return _related(self.values.to_numpy(dtype=np.float64), op, float(other))  # type: ignore[arg-type]

    def _with_text(self, op: str, other: Any) -> Any:
        if not isinstance(other, str):
            raise failure("ADAM203", f"{self.name} is text, compared with the number {other:g}")
        labels = np.array(list(self.values.cat.categories), dtype=object)
        holds = _related(labels, op, other) if len(labels) else np.zeros(0, dtype=bool)
        return np.append(holds.astype(bool), False)[self.values.cat.codes.to_numpy()]

    def _stamp(self, other: Any) -> float:
        try:
            return float(np.datetime64(str(other), "s").astype(np.int64))
        except ValueError:
            raise failure("ADAM203", f"{self.name} is a date, compared with {other!r}") from None

    def _with_column(self, op: str, other: ColumnOperand) -> Any:
        if other.missing().all():
            return np.zeros(len(self.values), dtype=bool)
        mine, theirs = columns.kind(self.values), columns.kind(other.values)
        if mine != theirs:
            raise failure("ADAM203", f"{self.name} is a {mine}, {other.name} is a {theirs}")
        both = columns.sort_key(columns.stack([self.values, other.values]))
        left, right = np.split(both, 2)
        return _related(left, op, right) & ~self.missing() & ~other.missing()


def _related(left: Any, op: str, right: Any) -> Any:
    if op == "==":
        return left == right
    known = ~np.isnan(left) if left.dtype.kind == "f" else np.ones(len(left), dtype=bool)
    if op == "!=":
        return (left != right) & known
    if op == "<":
        return (left < right) & known
    if op == "<=":
        return (left <= right) & known
    return ((left > right) if op == ">" else (left >= right)) & known
