"""The rule types that bring in a define.xml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from validation.engine.columns import Bools, Column, as_text, to_number
from validation.engine.joins import joined
from validation.engine.operations import perform
from validation.engine.reading.define_source import Define, Row, WhereClause
from validation.engine.reading.study import Study, Submitted
from validation.engine.ruleset.rule_types import (
    STUDY,
    Subject,
    ValuesTable,
    dataset_row,
    library_row,
    need_define,
    rule_type,
    values_subject,
    variable_rows,
)
from validation.engine.ruleset.rules import Rule
from validation.engine.tables import JoinedTable, MetadataTable, Table
from validation.engine.view import NotRunError, View

_DATA_TYPES = {
    "integer": re.compile(r"[-+]?\d+"),
    "float": re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "datetime": re.compile(
        r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:\d{2})?"
    ),
    "partialDate": re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?"),
    "durationDatetime": re.compile(r"-?P[0-9YMWDTHS.,]+"),
}


def _subject(
    rule: Rule, study: Study, submitted: Submitted, table: Table, name: str = ""
) -> Subject:
    view = perform(rule, View(table, submitted.prefix), submitted, study)
    return Subject(view, name or submitted.name, submitted)


def _of_rows(study: Study, name: str, rows: list[Row]) -> MetadataTable:
    return MetadataTable.of_records(name, rows, study.memo)


@rule_type("Domain Presence Check against Define XML")
def domain_presence(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """A row per data set of the define.xml, with the name of the file that was submitted for it."""
    define: Define = need_define(study)
    present = {each.name: each.filename for each in study.datasets.values()}
    rows = [
        row | present | {"filename": present.get(str(row["define_dataset_name"]))}
        for row in define.datasets
    ]
    yield _subject(rule, study, submitted, _of_rows(study, STUDY, rows), STUDY)


@rule_type("Dataset Metadata Check against Define XML", "Define Item Group Metadata Check")
def dataset_metadata(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """One row: the data set, and what the define.xml says of it."""
    row = dataset_row(submitted) | need_define(study).dataset(submitted.name)
    yield _subject(rule, study, submitted, _of_rows(study, submitted.name, [row]))


def _library(study: Study, submitted: Submitted, variable: str) -> dict[str, Any]:
    standard = study.library.dataset(submitted.domain, submitted.class_name)
    return library_row(standard.variable(variable) if standard is not None else None)


@rule_type("Define Item Metadata Check", "Define Item Metadata Check against Library Metadata")
def define_items(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """A row per variable of the define.xml."""
    rows = list(need_define(study).variables(submitted.name))
    if not rows:
        raise NotRunError(f"the define.xml does not describe {submitted.name}")
    if "library" in rule.type.lower():
        rows = [row | _library(study, submitted, str(row["define_variable_name"])) for row in rows]
    yield _subject(rule, study, submitted, _of_rows(study, submitted.name, rows))


@rule_type(
    "Variable Metadata Check against Define XML",
    "Variables Metadata Check against Define XML and Library Metadata",
    "Variable Metadata Check against Define XML and Library Metadata",
)
def variable_metadata(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """A row per variable of the data set or the define.xml."""
    said = {
        str(row["define_variable_name"]): row
        for row in need_define(study).variables(submitted.name)
    }
    rows = [row | said.pop(row["variable_name"], {}) for row in variable_rows(submitted)]
    rows += said.values()
    for row in rows:
        name = str(row.get("variable_name") or row.get("define_variable_name"))
        column = submitted.table.column(name)
        row["variable_has_empty_values"] = column is None or bool(np.any(column.missing))
        if "library" in rule.type.lower():
            row.update(_library(study, submitted, name))
    yield _subject(rule, study, submitted, _of_rows(study, submitted.name, rows))


@rule_type("Value Check against Define XML Variable")
def values(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """Every value, with what the define.xml says of its variable."""
    for row in need_define(study).variables(submitted.name):
        name = str(row["define_variable_name"])
        if submitted.table.column(name) is not None:
            yield values_subject(rule, study, submitted, name, {"variable_name": name} | row)


@rule_type("Value Check against Define XML VLM")
def values_at_value_level(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """Every value that value-level metadata is about, with what it says."""
    for clause in need_define(study).value_level(submitted.name):
        values = submitted.table.column(clause.variable)
        if values is None:
            continue
        applies = _records(clause, submitted.table)
        constants = {
            "variable_name": clause.variable,
            "define_variable_name": clause.variable,
        } | clause.row
        table = ValuesTable(submitted, clause.variable, constants)
        rows = np.flatnonzero(applies)
        checks = MetadataTable(
            submitted.name, _conformity(clause.row, values), table.memo, table.length
        )
        both = JoinedTable(table, rows, checks, rows, "CHECK")
        yield Subject(
            perform(rule, View(both, submitted.prefix), submitted, study),
            submitted.name,
            submitted,
            both,
        )


@rule_type("Value Level Metadata Check against Define XML")
def records_at_value_level(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """The records that value-level metadata is about, one clause at a time."""
    for clause in need_define(study).value_level(submitted.name):
        values = submitted.table.column(clause.variable)
        if values is None or clause.variable not in {leaf.name for leaf in rule.leaves()}:
            continue
        rows = np.flatnonzero(_records(clause, submitted.table))
        table = submitted.table
        checks = MetadataTable(
            table.name, _conformity(clause.row, values), table.memo, table.length
        )
        both = JoinedTable(table, rows, checks, rows, "CHECK")
        yield Subject(
            perform(rule, View(both, submitted.prefix), submitted, study),
            submitted.name,
            submitted,
            both,
        )


@rule_type(
    "Dataset Contents Check against Define XML",
    "Dataset Contents Check against Define XML and Library Metadata",
)
def dataset_contents(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """The records, with what the define.xml says of the data set on each."""
    row = dataset_row(submitted) | need_define(study).dataset(submitted.name)
    del row["DOMAIN"]
    for each in joined(rule, study, submitted, submitted.table):
        length = each.table.length
        said = {name: Column.constant(value, length) for name, value in row.items()}
        about = MetadataTable(submitted.name, said, study.memo, length)
        table = JoinedTable(each.table, None, about, np.arange(length), "DEFINE")
        view = perform(rule, View(table, submitted.prefix), submitted, study)
        yield Subject(view, submitted.name, submitted, each.table)


def _records(clause: WhereClause, table: Table) -> Bools:
    """The records that a where clause is about."""
    found = np.ones(table.length, dtype=np.bool_)
    for name, comparator, wanted in clause.checks:
        column = table.column(name)
        if column is None:
            return np.zeros(table.length, dtype=np.bool_)
        found &= np.asarray(_holds(column, comparator, wanted))
    return found


def _holds(column: Column, comparator: str, wanted: tuple[str, ...]) -> Any:
    if comparator in ("EQ", "IN"):
        return column.where_text(lambda text: text in wanted, missing="" in wanted)
    if comparator in ("NE", "NOTIN"):
        return column.where_text(lambda text: text not in wanted, missing="" not in wanted)
    limit = to_number(wanted[0] if wanted else "")
    tests = {
        "LT": column.floats < limit,
        "LE": column.floats <= limit,
        "GT": column.floats > limit,
        "GE": column.floats >= limit,
    }
    return tests.get(comparator, np.zeros(len(column), dtype=np.bool_))


def _conformity(row: Row, values: Column) -> dict[str, Column]:
    """Per record: whether type and length are as stated."""
    pattern = _DATA_TYPES.get(str(row.get("define_vlm_data_type")))
    length = row.get("define_vlm_length")
    types = values.where_text(
        lambda text: pattern is None or pattern.fullmatch(text) is not None, missing=True
    )
    sizes = values.where_text(
        lambda text: length is None or len(as_text(text)) <= int(length), missing=True
    )
    return {"type_check": _flags(types, len(values)), "length_check": _flags(sizes, len(values))}


def _flags(mask: Any, length: int) -> Column:
    if isinstance(mask, bool):
        return Column.constant(mask, length)
    return Column(mask.astype(np.int32), [False, True])
