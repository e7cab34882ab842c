"""A table as one rule sees it: names with ``--`` resolved, and the results of the rule's
operations."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from validation.engine.columns import Column, to_number
from validation.engine.ruleset.rules import Leaf
from validation.engine.tables import Table

_VARIABLE = re.compile(r"^(?:--[A-Z0-9]{1,8}|[A-Z][A-Z0-9]*\.[-*A-Z][-*A-Z0-9]*)$")


class NotRunError(Exception):
    """A rule, or its run on one data set, is not possible; the text is the reason."""


@dataclass
class View:
    """A table, what ``--`` and ``**`` stand for, and the results of operations by their ``$``
    names.

    ``result_keys`` identify the results across rules; ``described`` is the data set that a table of
    metadata is about.
    """

    table: Table
    prefix: str = ""
    related_prefix: str = ""
    results: Mapping[str, Column] = field(default_factory=dict)
    result_keys: Mapping[str, Hashable] = field(default_factory=dict)
    described: Table | None = None

    def resolve(self, name: str) -> str:
        """A name of a rule as a name of the table."""
        if name.startswith("--"):
            return self.prefix + name[2:]
        if "**" in name:
            return name.replace("**", self.related_prefix)
        if ".--" in name:
            return name.replace("--", self.prefix)
        return name

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        if name in self.results:
            return self.results[name]
        return self.table.column(self.resolve(name))

    def exists(self, name: str) -> bool:
        """Whether there is such a column, or such a variable of the data set described."""
        if self.column(name) is not None:
            return True
        return self.described is not None and self.described.column(self.resolve(name)) is not None

    def key(self, name: Any) -> Hashable:
        """What identifies a name or value of a condition for sharing its answer."""
        if isinstance(name, tuple):
            return tuple(self.key(each) for each in name)
        if isinstance(name, str):
            return self.result_keys.get(name) or self.resolve(name)
        return repr(name)

    def expand(self, names: Any) -> list[str]:
        """Variable names from a value: one or many, lists of operations taken apart."""
        found: list[str] = []
        for name in names if isinstance(names, tuple) else (names,):
            result = self.results.get(str(name))
            if result is not None and result.is_list:
                found += [each for value in result.values[:1] for each in value]
            elif name is not None:
                found.append(self.resolve(str(name)))
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Call:
    """One condition about to be answered: its target column and how to find what it is compared
    with."""

    view: View
    leaf: Leaf
    target: Column

    @property
    def table(self) -> Table:
        """The table that the condition is about."""
        return self.view.table

    def option(self, name: str, default: Any = None) -> Any:
        """A parameter of the condition."""
        return self.leaf.options.get(name, default)

    def whole_number(self, name: str, default: int = 0) -> int:
        """A parameter (or ``value``) that has to be a whole number. Raises NotRunError."""
        given = self.leaf.value if name == "value" else self.option(name)
        if given is None:
            return default
        number = to_number(given)
        if not number.is_integer():
            raise NotRunError(f"{self.leaf.operator} needs a whole number as {name}, not {given!r}")
        return int(number)

    def comparator(self) -> Column | None:
        """What the target is compared with: a column, or the literal on every record.

        None when the value can only be a variable (``--DTC``, ``SE.EPOCH``) and there is no such
        one.
        """
        value = self.leaf.value
        if isinstance(value, str) and not self.leaf.literal:
            column = self.view.column(value)
            if column is not None:
                return column
            if _VARIABLE.match(value) or value.startswith("$"):
                return None
        return Column.constant(value, self.table.length)

    def collection(self) -> Column:
        """The collection to look in, as a column of tuples (one for all, or one per record)."""
        value = self.leaf.value
        if isinstance(value, str) and not self.leaf.literal:
            column = self.view.column(value)
            if column is not None:
                return column if column.is_list else _whole(column, self.table.length)
            value = (value,)
        members: list[Any] = []
        for each in value if isinstance(value, tuple) else (value,):
            result = self.view.results.get(each) if isinstance(each, str) else None
            if result is not None and result.is_list and len(result.values):
                members.extend(result.values[0])
            else:
                members.append("" if each is None else each)
        return Column.constant(tuple(members), self.table.length)

    def members(self) -> list[Any]:
        """The collection when it is one for all records (its first one otherwise)."""
        values = self.collection().values
        return list(values[0]) if len(values) else []

    def companions(self) -> list[str]:
        """The variables named by the value (grouping, uniqueness)."""
        return [name for name in self.view.expand(self.leaf.value) if name]


def _whole(column: Column, length: int) -> Column:
    used = set(column.codes.tolist())
    return Column.constant(tuple(v for at, v in enumerate(column.values) if at in used), length)
