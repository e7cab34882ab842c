"""Rule types: which table a rule is checked on.

A *subject* is one table with the name that its findings carry; most rule types have one per data
set, a domain presence check has one for the study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from validation.engine.columns import Column, as_text
from validation.engine.joins import joined
from validation.engine.operations import perform
from validation.engine.reading.library import MissingStandardError
from validation.engine.reading.study import Study, Submitted
from validation.engine.ruleset.checks import looks_across_records
from validation.engine.ruleset.rules import Rule
from validation.engine.tables import MetadataTable, Table
from validation.engine.view import NotRunError, View

STUDY = "STUDY"
"""The data set that a finding about the whole study names."""
_GUIDE_STRUCTURES = {
    "SUBJECT LEVEL ANALYSIS DATASET": "ADSL",
    "BASIC DATA STRUCTURE": "BDS",
    "OCCURRENCE DATA STRUCTURE": "OCCDS",
}


@dataclass(frozen=True)
class Subject:
    """A view to check, the name that findings carry, and where the keys of records are."""

    view: View
    name: str
    submitted: Submitted
    keys: Table | None = None


Builder = Callable[[Rule, Study, Submitted], Iterator[Subject]]
_BUILDERS: dict[str, Builder] = {}


def rule_type(*names: str) -> Callable[[Builder], Builder]:
    """Register what builds the tables of a rule type."""

    def wrap(builder: Builder) -> Builder:
        for name in names:
            _BUILDERS[name.lower()] = builder
        return builder

    return wrap


def known() -> list[str]:
    """The names of all rule types, in lower case."""
    return sorted(_BUILDERS)


def is_known(name: str) -> bool:
    """Whether there is a builder for the rule type."""
    return name.lower() in _BUILDERS


def is_about_study(rule: Rule) -> bool:
    """Whether the rule is checked once for the study."""
    return rule.type.lower().startswith("domain presence")


def needs_define(rule: Rule) -> bool:
    """Whether the rule is about a define.xml."""
    return "define" in rule.type.lower()


def _is_about_labels(rule: Rule) -> bool:
    words = {str(each) for leaf in rule.leaves() for each in (leaf.name, leaf.value)}
    return bool(words & {"variable_label", "dataset_label"})


def subjects(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """The tables of a rule for one data set. Raises NotRunError."""
    if not submitted.has_labels and _is_about_labels(rule):
        raise NotRunError(f"{submitted.name} carries no labels")
    return _BUILDERS[rule.type.lower()](rule, study, submitted)


def _view(rule: Rule, study: Study, submitted: Submitted, table: Table, related: str = "") -> View:
    return perform(rule, View(table, submitted.prefix, related), submitted, study)


@rule_type("Record Data")
def record_data(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """The records of the data set; of all its parts when the check looks across records."""
    table: Table = submitted.table
    parts = study.parts(submitted.domain)
    if len(parts) > 1 and looks_across_records(rule.check):
        if parts[0] is not submitted:
            return
        table = study.whole(parts) or table
    for each in joined(rule, study, submitted, table):
        view = _view(rule, study, submitted, each.table, each.related_prefix)
        yield Subject(view, submitted.name, submitted, each.table)


def dataset_row(submitted: Submitted) -> dict[str, Any]:
    """The metadata of a data set under the names that rules use."""
    domain = submitted.table.column("DOMAIN")
    return {
        "dataset_name": submitted.name,
        "dataset_label": submitted.label,
        "dataset_location": submitted.filename,
        "dataset_size": submitted.size,
        "dataset_domain": submitted.domain,
        "dataset_class": submitted.class_name,
        "filename": submitted.filename,
        "record_count": submitted.table.length,
        "DOMAIN": submitted.domain if domain is not None else None,
    }


@rule_type("Dataset Metadata Check")
def dataset_metadata(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """One row: what is known of the data set."""
    table = MetadataTable.of_records(submitted.name, [dataset_row(submitted)], study.memo)
    yield Subject(_view(rule, study, submitted, table), submitted.name, submitted)


def variable_rows(submitted: Submitted) -> list[dict[str, Any]]:
    """The metadata of the variables of a data set, one row each, under the names that rules use."""
    described = {meta.name.upper(): meta for meta in submitted.variables}
    rows = []
    for order, name in enumerate(submitted.table.names, 1):
        meta = described.get(name)
        rows.append(
            {
                "variable_name": name,
                "variable_order_number": order,
                "variable_label": meta.label if meta else "",
                "variable_size": meta.length if meta else None,
                "variable_data_type": meta.type if meta else "Char",
                "variable_format": meta.format if meta else "",
                "dataset_name": submitted.name,
            }
        )
    return rows


@rule_type("Variable Metadata Check")
def variable_metadata(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """A row per variable."""
    table = study.memo.get(
        (submitted.table.id, "variables"),
        lambda: MetadataTable.of_records(submitted.name, variable_rows(submitted), study.memo),
    )
    yield Subject(_view(rule, study, submitted, table), submitted.name, submitted)


@rule_type("Variable Metadata Check against Library Metadata")
def variable_against_library(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """A row per variable, with what the standard says of it."""
    said = _sayings(study, submitted)
    rows = []
    for row in variable_rows(submitted):
        column = submitted.table.column(row["variable_name"])
        row["variable_has_empty_values"] = column is not None and bool(np.any(column.missing))
        row["variable_is_null"] = column is not None and bool(np.all(column.missing))
        rows.append(row | library_row(said(row["variable_name"])))
    table = MetadataTable.of_records(submitted.name, rows, study.memo)
    yield Subject(_view(rule, study, submitted, table), submitted.name, submitted)


def _sayings(study: Study, submitted: Submitted) -> Callable[[str], Any]:
    """What the standard says of a variable of the data set, by its name."""
    library = study.library
    if submitted.structure:
        code = _GUIDE_STRUCTURES.get(submitted.structure)
        if code is None:
            return lambda name: None
        try:
            guide = library.adam
        except MissingStandardError as error:
            raise NotRunError(str(error)) from None
        return lambda name: guide.variable(code, name)
    try:
        library.guide()
    except MissingStandardError as error:
        raise NotRunError(str(error)) from None
    standard = library.dataset(submitted.domain, submitted.class_name)
    return lambda name: None if standard is None else standard.variable(name)


def library_row(said: Any) -> dict[str, Any]:
    """What the standard says of a variable under the names that rules use; empty when it says
    nothing."""
    if said is None:
        return {}
    return {
        "library_variable_name": said.name,
        "library_variable_role": getattr(said, "role", ""),
        "library_variable_label": said.label,
        "library_variable_core": said.core,
        "library_variable_order_number": said.order,
        "library_variable_data_type": said.type,
        "library_variable_ccode": ";".join(said.codelist_codes),
    }


class ValuesTable(MetadataTable):
    """One variable of a data set as (row_number, variable_name, variable_value, ...)."""

    def __init__(self, submitted: Submitted, variable: str, constants: Mapping[str, Any]) -> None:
        table = submitted.table
        values = table.column(variable)
        columns = {name: Column.constant(value, table.length) for name, value in constants.items()}
        if values is not None:
            columns["variable_value"] = values
        super().__init__(table.name, columns, table.memo, table.length)
        self._values = values

    def column(self, name: str) -> Column | None:
        """A column; lengths and row numbers are made when asked for."""
        found = super().column(name)
        if found is not None or self._values is None:
            return found
        if name == "row_number":
            return Column(numbers=np.arange(1, self.length + 1, dtype=np.float64))
        if name == "variable_value_length":
            sizes = np.array([*(len(text) for text in self._values.texts), 0], dtype=np.float64)
            return Column(numbers=sizes[self._values.codes])
        return None


@rule_type("Value Check with Variable Metadata", "Value Check with Dataset Metadata", "Value Check")
def values_with_metadata(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """Every value, with what is known of its variable and data set; one variable at a time."""
    about = dataset_row(submitted)
    del about["DOMAIN"]
    for row in variable_rows(submitted):
        yield values_subject(rule, study, submitted, row["variable_name"], about | row)


def values_subject(
    rule: Rule, study: Study, submitted: Submitted, variable: str, constants: Mapping[str, Any]
) -> Subject:
    """The values of one variable as a subject."""
    key = (submitted.table.id, "values", variable, tuple(map(as_text, constants.values())))
    table = study.memo.get(key, lambda: ValuesTable(submitted, variable, constants))
    return Subject(_view(rule, study, submitted, table), submitted.name, submitted, submitted.table)


@rule_type("Domain Presence Check")
def domain_presence(rule: Rule, study: Study, submitted: Submitted) -> Iterator[Subject]:
    """One row for the study: a column per domain, with the name of its file."""
    present = {each.domain: each.filename for each in reversed(study.datasets.values())}
    present |= {each.name: each.filename for each in study.datasets.values()}
    table = MetadataTable.of_records(STUDY, [present], study.memo)
    yield Subject(_view(rule, study, submitted, table), STUDY, submitted)


def need_define(study: Study) -> Any:
    """The define.xml of the run. Raises NotRunError."""
    if study.define is None:
        raise NotRunError("there is no define.xml")
    return study.define
