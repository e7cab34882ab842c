"""An example of the language: a line on a few records, and what it gives. docs/examples.md shows
the same ones.

A column whose name ends in DT holds dates, in DTM or DTC date-times; others hold numbers or texts,
as they are written. Of an example on ``raw`` columns everything is text that people wrote.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

import sdtm.verbs  # noqa: F401 - registers the verbs and readers of raw data
from derive.evaluate import evaluate_line
from derive.findings import Report
from derive.scope import Scope, Shared
from derive.values.column import Column, Kind, KindError
from derive.verbs.registry import one_verb, read_line
from derive.view import RecordsView
from specs import BuildError, SpecificationError
from specs.reading.yaml_source import parse_yaml
from specs.standards import load_ct
from tests.derive.small import Found, Small, Table, days, records, seconds, study

Cells = Sequence[str | float | None]
Columns = Mapping[str, Cells]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Example:
    """A line (without its braces), its own records, others by name, and what comes of it.

    ``gives`` are the values as text ("" is missing), ``also`` those of further variables, ``told``
    the codes of findings, ``stops`` the code of what stops the line.
    """

    line: str
    own: Columns
    gives: Sequence[str] = ()
    others: Mapping[str, Columns] = field(default_factory=dict)
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Sequence[str] = ()
    stops: str = ""
    raw: bool = False
    kind: Kind | None = None
    codelists: str = "{}"
    codelist: str | None = None
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """The line as YAML has it."""
        found: dict[str, Any] = parse_yaml(f"{{{self.line}}}", "xx.yaml").data
        return found

    @property
    def verb(self) -> str:
        """The verb that it shows."""
        return one_verb(self.data)


@dataclass(frozen=True)
class Outcome:
    """What came of a line: values by variable and codes of findings, or what stopped it."""

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    told: tuple[str, ...] = ()
    stops: str = ""


def expected(example: Example) -> Outcome:
    """What the example says."""
    if example.stops:
        return Outcome(stops=example.stops)
    made = {"V": example.gives, **example.also}
    values = tuple(sorted((name, tuple(texts)) for name, texts in made.items()))
    return Outcome(values, tuple(example.told))


def outcome(example: Example, data: Mapping[str, Any] | None = None) -> Outcome:
    """What the line does; or the line ``data`` in its place."""
    try:
        return _run(example, dict(data if data is not None else example.data))
    except (ValidationError, PydanticCustomError):
        return Outcome(stops="not a line")
    except KindError:
        return Outcome(stops="SPEC131")
    except (BuildError, SpecificationError) as error:
        return Outcome(stops=error.findings[0].rule)


def _run(example: Example, data: dict[str, Any]) -> Outcome:
    line = read_line(data)
    assert line is not None
    mine = records("XX", _typed(example.own, raw=example.raw))
    known = {name: records(name, _typed(table)) for name, table in example.others.items()}
    document = parse_yaml(f"{{{example.line}}}", "xx.yaml")
    found = Found({"XX": mine, **known})
    of_study = study(example.functions, example.codelists)
    view = RecordsView(mine, raw_columns=example.raw)
    small = Small(
        document, line, view, found, declared=example.kind, raw=example.raw, of_study=of_study
    )
    small.kind()
    refused = small.refused()
    if refused:
        return Outcome(stops=refused[0].rule)
    report = Report()
    shared = Shared(of_study, found, report, lambda: load_ct("sdtmct-2025-03-28"), _none(example))
    made = evaluate_line(line, Scope(shared, view, "V", (), document.place, example.kind))
    values = tuple(sorted((name, _texts(column)) for name, column in made.items()))
    return Outcome(values, tuple(one.rule for one in report.findings))


def _none(example: Example) -> Callable[[str, str], str | None]:
    return lambda _set, _name: example.codelist


def _texts(column: Column) -> tuple[str, ...]:
    return tuple(str(text) for text in column.texts())


def _typed(table: Columns, *, raw: bool = False) -> Table:
    return {name: cells if raw else _column(name, cells) for name, cells in table.items()}


def _column(name: str, cells: Cells) -> Any:
    texts = [None if cell is None else str(cell) for cell in cells]
    if name.endswith(("DTM", "DTC")):
        return seconds(*texts)
    return days(*texts) if name.endswith("DT") else cells


def paths(data: Any, at: Path = ()) -> Iterator[Path]:
    """Every key of a line, and of what stands in it."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        if isinstance(data, dict):
            yield (*at, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*at, key))


def without(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """A line without one of its keys."""
    out = copy.deepcopy(data)
    node: Any = out
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return out
