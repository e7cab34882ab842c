"""The operations of a rule, by name; one module per kind.

An operation takes a :class:`Request` and gives a column for the table that is checked: one value
(or collection) for all records, or one per record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from validation.engine.columns import Column
from validation.engine.reading.library import MissingStandardError
from validation.engine.reading.study import Study, Submitted
from validation.engine.ruleset.rules import Operation, Rule
from validation.engine.tables import Table
from validation.engine.view import NotRunError, View


@dataclass(frozen=True)
class Request:
    """What an operation gets: its parameters, the view it works for, the data set and the study."""

    operation: Operation
    view: View
    submitted: Submitted
    study: Study

    @property
    def length(self) -> int:
        """Records of the table that is checked."""
        return self.view.table.length

    @property
    def name(self) -> str:
        """The variable that the operation is about; ``--`` resolved for the data set that is
        checked."""
        return self.view.resolve(str(self.operation.get("name") or ""))

    def constant(self, value: Any) -> Column:
        """One value for all records; a collection is a tuple."""
        return Column.constant(
            tuple(value) if isinstance(value, (list, set)) else value, self.length
        )

    def source(self) -> Table:
        """The data set named by ``domain``; the one that is checked when there is none."""
        domain = self.operation.get("domain")
        if domain is None:
            return self.study.whole(self.study.parts(self.submitted.domain)) or self.submitted.table
        submitted = self.submitted
        own = submitted.name[4:6] if submitted.is_supplemental else submitted.domain
        name = str(domain).replace("--", own)
        table = self.study.table(name)
        if table is None:
            raise NotRunError(f"{name} is not in the study")
        return table

    def source_column(self, table: Table) -> Column:
        """The variable in the source."""
        column = table.column(self.name)
        if column is None:
            raise NotRunError(f"{self.name} is not in {table.name}")
        return column


Function = Callable[[Request], Column]
_OPERATIONS: dict[str, Function] = {}


def operation(name: str) -> Callable[[Function], Function]:
    """Register a function as an operation."""

    def wrap(function: Function) -> Function:
        _OPERATIONS[name] = function
        return function

    return wrap


def known() -> list[str]:
    """The names of all operations, sorted."""
    return sorted(_OPERATIONS)


def unknown_operations(rule: Rule) -> list[str]:
    """The operations of a rule that this engine does not have."""
    return [each.operator for each in rule.operations if each.operator not in _OPERATIONS]


def perform(rule: Rule, view: View, submitted: Submitted, study: Study) -> View:
    """The view with the results of the rule's operations. Raises NotRunError."""
    results: dict[str, Column] = {}
    keys: dict[str, Hashable] = {}
    described = submitted.table if "metadata" in rule.type.lower() else None
    current = View(view.table, view.prefix, view.related_prefix, results, keys, described)
    for each in rule.operations:
        options = json.dumps(dict(each.options), sort_keys=True, default=str)
        owner = rule.id if "$" in options else ""
        key = (view.table.id, submitted.name, each.operator, options, owner)
        request = Request(each, current, submitted, study)
        function = _OPERATIONS[each.operator]
        try:
            results[each.id] = study.memo.get(key, lambda f=function, r=request: f(r))  # type: ignore[misc]
        except MissingStandardError as error:
            raise NotRunError(f"{each.operator}: {error}") from None
        keys[each.id] = key
    return current


from validation.engine.operations import (  # noqa: E402 - they register themselves here
    aggregates,
    arithmetic,
    define,
    lists,
    standards,
    submission,
    terminology,
)

__all__ = [
    "Request",
    "aggregates",
    "arithmetic",
    "define",
    "known",
    "lists",
    "operation",
    "perform",
    "standards",
    "submission",
    "terminology",
    "unknown_operations",
]
