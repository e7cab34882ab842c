"""The account of lines: what a build says of every variable that it made.

``lineage/account.json`` beside the record vectors holds, per data set, its records' parts (raw
streams, tables), and per variable its kind, the line of each part with place, verb, reads, origin
and method in words, and the vectors that say where values were taken. define.xml, the guides and
``explain`` read this, and never the engine. The file is plain data in one shape for tabulation and
analysis data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import BuildError

SCHEMA = "tracelock-account/1"
FILE = "account.json"
ALL = "*"
"""The part name of a line that serves all records."""


@dataclass(frozen=True, slots=True)
class LineAccount:
    """One line as it was executed.

    ``reads`` are names: ``AE.AESTDTC`` of a data set, ``raw.ST_DT`` of the part's raw source, a
    bare name of the data set itself. ``origin`` is a Define-XML origin type, ``predecessor`` the
    variable that a Predecessor is copied from. ``possible`` are the values that a line can give,
    where it says them all (constants, targets of maps). ``takes`` are the names whose value is
    taken, of those that are read (the others are keys and conditions). ``names`` are further names
    that the method tells of (``TABLE.`` of a table).
    """

    verb: str
    spec: str = ""
    text: str = ""
    path: tuple[str | int, ...] = ()
    reads: tuple[str, ...] = ()
    origin: str = "Derived"
    source: str = ""
    pages: tuple[int, ...] = ()
    predecessor: str = ""
    method: str = ""
    note: str = ""
    codelist: str = ""
    possible: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableAccount:
    """One variable. ``lines`` by part; ``taken`` maps a data set to the vector of
    ``lineage/<data set>.parquet`` that holds the records its values were taken from."""

    kind: str
    lines: Mapping[str, LineAccount] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
    published: bool = True
    label: str = ""
    evaluator: str = ""
    by_value: Mapping[str, str] = field(default_factory=dict)
    """Methods by a value of the test or parameter code, where they differ (time to event)."""
    by_value_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names that each of them tells of."""


@dataclass(frozen=True, slots=True)
class PartAccount:
    """Records that one stream or table gave. ``kind``: raw, table, data set, derived."""

    name: str
    kind: str = "derived"
    source: str = ""
    files: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    spec: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class TableAccount:
    """A table of records on the way to a data set: where its records come from, and its lines.

    Of one with ``events``, each is a table of its own: the vector ``event`` says which of them,
    from 1, a record was made by; ``reads`` are then the names that its condition asks about.
    ``method`` says in words which records they are, ``names`` are those that it tells of; ``where``
    are the conditions that its records (of an event: the deciding one) meet.
    """

    sources: tuple[str, ...] = ()
    spec: str = ""
    text: str = ""
    lines: Mapping[str, LineAccount] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    events: tuple[TableAccount, ...] = ()
    method: str = ""
    names: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationAccount:
    """What a data set says of its relation to another one (RELREC): link names, own to theirs."""

    to: str
    on: Mapping[str, str] = field(default_factory=dict)
    spec: str = ""


@dataclass(frozen=True, slots=True)
class DataSetAccount:
    """One data set. ``tables`` are its tables of records, those on the way among them."""

    name: str
    cls: str = ""
    sub_class: str = ""
    structure: str = ""
    label: str = ""
    keys: tuple[str, ...] = ()
    note: str = ""
    spec: str = ""
    parts: tuple[PartAccount, ...] = ()
    sources: tuple[str, ...] = ()
    variables: Mapping[str, VariableAccount] = field(default_factory=dict)
    qualifiers: Mapping[str, VariableAccount] = field(default_factory=dict)
    relations: tuple[RelationAccount, ...] = ()
    tables: Mapping[str, TableAccount] = field(default_factory=dict)
    domain: str = ""
    """Where it is a part of a split domain, the domain."""


def write_accounts(accounts: Mapping[str, DataSetAccount], folder: Path) -> None:
    """Write ``account.json`` below a lineage folder."""
    data = {"schema": SCHEMA, "data_sets": {n: _plain(a) for n, a in sorted(accounts.items())}}
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _plain(account: DataSetAccount) -> dict[str, Any]:
    return dict(_without_empty(asdict(account)))


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: _without_empty(v) for k, v in value.items()}
        return {k: v for k, v in kept.items() if v not in ("", (), [], {}) or k == "lines"}
    if isinstance(value, list | tuple):
        return [_without_empty(item) for item in value]
    return value


def read_accounts(folder: Path) -> dict[str, DataSetAccount]:
    """Read ``account.json`` of a lineage folder.

    Raises BuildError LIN101 for a file that is not there or not of this shape.
    """
    path = folder / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        known = {SCHEMA: data["data_sets"]}[data["schema"]]
        return {name: _data_set(name, one) for name, one in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path.name} of the build cannot be read: {type(error).__name__}: {error}"
        hint = "build again"
        raise BuildError(finding("LIN101", message, hint=hint)) from error


def _data_set(name: str, data: dict[str, Any]) -> DataSetAccount:
    return DataSetAccount(
        name,
        data.get("cls", ""),
        data.get("sub_class", ""),
        data.get("structure", ""),
        data.get("label", ""),
        tuple(data.get("keys", ())),
        data.get("note", ""),
        data.get("spec", ""),
        tuple(_part(one) for one in data.get("parts", ())),
        tuple(data.get("sources", ())),
        {n: _variable(v) for n, v in data.get("variables", {}).items()},
        {n: _variable(v) for n, v in data.get("qualifiers", {}).items()},
        tuple(RelationAccount(**one) for one in data.get("relations", ())),
        {n: _table(t) for n, t in data.get("tables", {}).items()},
        data.get("domain", ""),
    )


def _table(data: dict[str, Any]) -> TableAccount:
    return TableAccount(
        tuple(data.get("sources", ())),
        data.get("spec", ""),
        data.get("text", ""),
        {n: _line(line) for n, line in data.get("lines", {}).items()},
        tuple(data.get("reads", ())),
        tuple(_table(one) for one in data.get("events", ())),
        data.get("method", ""),
        tuple(data.get("names", ())),
        tuple(data.get("where", ())),
    )


def _part(data: dict[str, Any]) -> PartAccount:
    lists = {name: tuple(data.get(name, ())) for name in ("files", "cells")}
    return PartAccount(**{**data, **lists})


def _variable(data: dict[str, Any]) -> VariableAccount:
    lines = {part: _line(line) for part, line in data.get("lines", {}).items()}
    named = {value: tuple(names) for value, names in data.get("by_value_names", {}).items()}
    return VariableAccount(**{**data, "lines": lines, "by_value_names": named})


def _line(data: dict[str, Any]) -> LineAccount:
    names = ("path", "reads", "pages", "possible", "takes", "names")
    return LineAccount(**{**data, **{name: tuple(data.get(name, ())) for name in names}})
