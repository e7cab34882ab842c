"""One line on a few records: plain lists in, values, findings, steps and links out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import adam.codes  # noqa: F401 - registers codes that lines raise
import sdtm.codes  # noqa: F401 - registers codes that lines raise
from derive.evaluate import evaluate_line
from derive.findings import Report
from derive.line import Line, Made
from derive.planning.types import LineKinds, TypedLine, Types
from derive.records import Records
from derive.scope import Scope, Shared
from derive.values import moment
from derive.values.column import Column, Kind
from derive.values.number import Number
from derive.values.text import Text
from derive.verbs.registry import read_line
from derive.view import RecordsView
from specs import Finding, SpecPlace, Study
from specs.foreign.functions import FunctionError
from specs.language import Codelists, StudySpec
from specs.reading.yaml_source import YamlDocument, parse_yaml
from specs.standards import ControlledTerminology

Values = Sequence[str | float | None] | Column
Table = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Dates:
    """Values that are moments: ``Dates(["2020-01"])``, ``Dates([...], Kind.SECOND)``."""

    values: Sequence[str | None]
    kind: Kind = Kind.DAY

    def column(self) -> Column:
        made, bad = moment.of_text(Text.of(self.values), self.kind)
        assert bad == []
        return made


def days(*values: str | None) -> Column:
    """Dates of ISO texts."""
    return Dates(values).column()


def seconds(*values: str | None) -> Column:
    """Date-times of ISO texts."""
    return Dates(values, Kind.SECOND).column()


def column(values: Values) -> Column:
    """Texts, or numbers (None: missing), as a column."""
    if not isinstance(values, Sequence):
        return values
    if any(isinstance(value, str) for value in values):
        return Text.of([None if value is None else str(value) for value in values])
    return Number.of([np.nan if value is None else float(value) for value in values])


def records(name: str, table: Table) -> Records:
    """A table as records that come from themselves."""
    columns = {key: column(values) for key, values in table.items()}
    size = len(next(iter(columns.values()))) if columns else 0
    out = Records(name, size, columns)
    out.origin[name] = np.arange(size, dtype=np.int64)
    return out


@dataclass(slots=True)
class Found:
    """Records by name."""

    known: dict[str, Records] = field(default_factory=dict)

    def find(self, name: str) -> Records | None:
        return self.known.get(name)

    def names(self) -> list[str]:
        return list(self.known)


@dataclass(slots=True)
class Outcome:
    """What a line gave."""

    made: Made
    variable: str
    findings: list[Finding]
    steps: list[str]
    scope: Scope

    @property
    def texts(self) -> list[str]:
        """The variable's values as text, missing as ''."""
        return self.of(self.variable)

    def of(self, name: str) -> list[str]:
        """The values of any variable that the line made, as text."""
        return [str(text) for text in self.made[name].texts()]

    @property
    def numbers(self) -> list[float | None]:
        """The variable's numbers, missing as None."""
        found = self.made[self.variable]
        assert isinstance(found, Number)
        return [None if np.isnan(value) else float(value) for value in found.values]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings."""
        return [one.rule for one in self.findings]

    @property
    def links(self) -> dict[str, list[int]]:
        """The rows that were recorded, by data set."""
        kept = self.scope.links.get(self.variable, [])
        return {link.data_set: link.rows.tolist() for link in kept}


def study(
    functions: Mapping[str, Callable[..., Any]] | None = None, codelists: str = "{}"
) -> Study:
    """A study of nothing but a name, its own functions, and its maps."""
    document = parse_yaml("study: S1\n", "study.yaml")
    lists = parse_yaml(codelists, "codelists.yaml")
    return Study(
        Path(),
        StudySpec(study="S1"),
        document,
        codelists=Codelists.model_validate(lists.data),
        codelists_document=lists,
        _functions={name: _Called(f) for name, f in (functions or {}).items()},  # type: ignore[misc]
    )


class _Called:
    """A function of the test in place of one that a process of its own runs."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.__doc__ = function, function.__doc__

    def results(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """What it gives for each row of arguments."""
        return [self._result(number, row) for number, row in enumerate(rows)]

    def _result(self, number: int, row: Sequence[Any]) -> Any:
        try:
            return self.function(*row)
        except Exception as error:
            raise FunctionError(f"{type(error).__name__}: {error}", number) from error


def no_terms() -> ControlledTerminology:
    raise AssertionError("the line asked for the terminology")


@dataclass(slots=True)
class Small:
    """A line of variable ``variable`` of data set XX, and what it stands on."""

    document: YamlDocument
    line: Line
    view: RecordsView
    others: Found
    variable: str = "V"
    declared: Kind | None = None
    iso: bool = False
    raw: bool = False
    of_study: Study = field(default_factory=study)
    load_terms: Callable[[], ControlledTerminology] = no_terms
    codelist: str | None = None

    def types(self) -> Types:
        """What is known of every name before a row is read."""
        types = Types()
        own = self.view.of.columns
        names = {} if self.raw else {name: own[name].kind for name in own}
        types.fix("XX", names)
        for name, other in self.others.known.items():
            if name != "XX":
                types.fix(name, {key: value.kind for key, value in other.columns.items()})
        return types

    def place(self, *steps: str | int, offset: int = 0) -> SpecPlace:
        return self.document.place(steps, offset=offset)

    def typed(self) -> TypedLine:
        own = {name: value.kind for name, value in self.view.of.columns.items()}
        raw = own if self.raw else {}
        return TypedLine(
            "XX", self.variable, self.line, self.place, raw, frozenset(raw), self.declared,
            self.iso,
        )  # fmt: skip

    def kind(self) -> Kind:
        """The kind that the line says it gives. Raises KindError."""
        return self.line.kind(LineKinds(self.types(), self.typed(), self.declared))

    def refused(self) -> list[Finding]:
        """What is refused before a row is read."""
        types = self.types()
        types.add(self.typed())
        return types.check()

    def run(self, *, trace: bool = False) -> Outcome:
        """The line executed. Its kind must be the one that it said."""
        kind = self.kind()
        report = Report()
        shared = Shared(
            self.of_study, self.others, report, self.load_terms, lambda _set, _name: self.codelist
        )
        steps: list[str] = []
        scope = Scope(
            shared, self.view, self.variable, (), self.document.place, self.declared,
            trace=steps if trace else None,
        )  # fmt: skip
        made = evaluate_line(self.line, scope)
        assert made[self.variable].kind in (kind, self.declared)
        made_beside = self.line.makes(self.variable, "XX")
        assert {n: c.kind for n, c in made.items() if n != self.variable} == made_beside
        return Outcome(made, self.variable, report.findings, steps, scope)


def small(line: str, own: Table, others: Mapping[str, Table] | None = None, **more: Any) -> Small:
    """A line, written in YAML, on own records, beside others by name.

    ``raw=True``: the own columns are what people wrote.
    """
    document = parse_yaml(line, "xx.yaml")
    made = read_line(document.data)
    assert made is not None
    mine = records("XX", own)
    known = {name: records(name, table) for name, table in (others or {}).items()}
    found = Found({"XX": mine, **known})
    view = RecordsView(mine, raw_columns=more.get("raw", False))
    return Small(document, made, view, found, **more)


def run(line: str, own: Table, others: Mapping[str, Table] | None = None, **more: Any) -> Outcome:
    """The line executed, see :func:`small`."""
    return small(line, own, others, **more).run()


def words(line: str) -> str:
    """A line in words."""
    from derive.verbs.words import line_words

    made = read_line(parse_yaml(line, "xx.yaml").data)
    assert made is not None
    return line_words(made)
