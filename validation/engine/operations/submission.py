"""What is in the submission: data sets, domains, variables."""

from __future__ import annotations

from collections import Counter

import numpy as np

from validation.engine.columns import Column
from validation.engine.operations import Request, operation
from validation.engine.operations.aggregates import as_counts
from validation.engine.tables import Table
from validation.engine.view import NotRunError


@operation("dataset_names")
def dataset_names(request: Request) -> Column:
    """The names of the submitted data sets."""
    return request.constant(tuple(sorted(request.study.datasets)))


@operation("study_domains")
def study_domains(request: Request) -> Column:
    """The domains of the submitted data sets; a blank for those that belong to none (SUPP--,
    RELREC)."""
    everything = request.study.datasets.values()
    named = [each.domain for each in everything if not each.has_no_domain]
    none = [None] if any(each.has_no_domain for each in everything) else []
    return request.constant(tuple(dict.fromkeys([*none, *named])))


@operation("extract_metadata")
def extract_metadata(request: Request) -> Column:
    """Name, label, size (bytes) or file name of the data set."""
    submitted = request.submitted
    values = {
        "dataset_name": submitted.name,
        "dataset_label": submitted.label,
        "dataset_size": submitted.size,
        "dataset_location": submitted.filename,
        "dataset_domain": submitted.domain,
    }
    name = str(request.operation.get("name"))
    if name not in values:
        raise NotRunError(f"extract_metadata does not know {name}")
    return request.constant(values[name])


@operation("get_column_order_from_dataset")
def get_column_order_from_dataset(request: Request) -> Column:
    """The variables of the data set, in its order."""
    return request.constant(tuple(request.submitted.table.names))


@operation("variable_exists")
def variable_exists(request: Request) -> Column:
    """Whether the data set has the variable."""
    if request.operation.get("domain") is not None:
        return request.constant(request.source().column(request.name) is not None)
    return request.constant(request.submitted.table.column(request.name) is not None)


@operation("variable_is_null")
def variable_is_null(request: Request) -> Column:
    """Whether the variable is absent, or blank on every record."""
    column = request.submitted.table.column(request.name)
    if str(request.operation.get("source")) == "evaluation":
        column = request.view.column(request.name)
    return request.constant(column is None or bool(np.all(column.missing)))


@operation("variable_count")
def variable_count(request: Request) -> Column:
    """In how many data sets the variable is; ``--LNKID`` counts AELNKID and LBLNKID."""
    name = str(request.operation.get("name") or "")
    count = 0
    for each in request.study.datasets.values():
        wanted = name.replace("--", each.prefix) if each.prefix or "--" not in name else ""
        count += bool(wanted) and wanted in each.table.names
    return request.constant(count)


@operation("variable_value_count")
def variable_value_count(request: Request) -> Column:
    """How often each value of the variable is there, over all data sets."""
    counts: Counter[str] = Counter()
    for each in request.study.datasets.values():
        column = _prefixed(each.table, str(request.operation.get("name") or ""), each.prefix)
        if column is not None:
            tally = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
            counts.update({text: int(n) for text, n in zip(column.texts, tally, strict=True)})
    return request.constant(as_counts(counts))


def _prefixed(table: Table, name: str, prefix: str) -> Column | None:
    return table.column(name.replace("--", prefix))
