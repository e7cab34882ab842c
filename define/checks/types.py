"""Types, lengths and dates against the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from define.checks.document import Examined
from define.checks.numbers import is_number, number
from define.checks.registry import Hit, check
from define.lookup import ValueLevel, Variable
from define.model import ItemDef
from specs.findings import Severity

if TYPE_CHECKING:
    from define.checks.data import Column

NUMERIC = ("integer", "float")
LENGTHY = ("text", "integer", "float")
TEXT_TYPES = ("text", "string")
TIMED = r"T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"
DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
PARTIAL_DAY = r"(\d{4}|-)(-(0[1-9]|1[0-2]|-)(-(0[1-9]|[12]\d|3[01]|-))?)?"
PATTERNS = {
    "date": DAY,
    "datetime": DAY + TIMED,
    "time": TIMED[1:],
    "partialDate": PARTIAL_DAY,
    "partialDatetime": PARTIAL_DAY
    + r"(T(\d{2}|-)(:(\d{2}|-)(:(\d{2}(\.\d+)?|-))?)?(Z|[+-]\d{2}:?\d{2})?)?",
    "partialTime": r"(\d{2}|-)(:(\d{2}|-)(:(\d{2}(\.\d+)?|-))?)?",
    "durationDatetime": r"[+-]?P(?!$)(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?W)?(\d+(\.\d+)?D)?"
    r"(T(?=\d)(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?",
}
PATTERNS["incompleteDate"] = PATTERNS["partialDate"]
PATTERNS["incompleteTime"] = PATTERNS["partialTime"]
PATTERNS["incompleteDatetime"] = PATTERNS["partialDatetime"]
COMPLETE = {"date": "partialDate", "datetime": "partialDatetime", "time": "partialTime"}


def columns(doc: Examined) -> Iterator[tuple[Variable, ItemDef, Column]]:
    """Every variable that is in the document and in the data."""
    for v in doc.lookup.variables:
        view = doc.view(v.dataset)
        column = view.column(v.name) if view and v.item else None
        if v.item is not None and column is not None:
            yield v, v.item, column


def value_columns(doc: Examined) -> Iterator[tuple[ValueLevel, ItemDef, Column]]:
    """Every value-level row with the values that its where clauses select."""
    from define.checks.valuelevel import selection

    for row in doc.lookup.value_levels:
        view = doc.view(row.parent.dataset)
        column = view.column(row.parent.name) if view else None
        mask = selection(doc, row) if column is not None else None
        if row.item is not None and column is not None and mask is not None:
            yield row, row.item, column.at(mask)


def _all_columns(doc: Examined) -> Iterator[tuple[Variable, ItemDef, Column, str]]:
    for v, item, column in columns(doc):
        yield v, item, column, f"{v.dataset.name}.{v.name}"
    for row, item, column in value_columns(doc):
        yield row.parent, item, column, item.oid


@check(
    "DEF160",
    "length that is missing, or stands on a date",
    family="lengths",
    why="text, integer and float need a length; dates and times have none.",
    fix="Give the length of the file for text, the number of digits for numbers.",
)
def lengths_are_stated(doc: Examined) -> Iterator[Hit]:
    """Length is there for text, integer and float, and only there."""
    for item in doc.metadata.items:
        if item.data_type in LENGTHY and not item.length and not item.value_list_oid:
            yield Hit(item, f"{item.oid} is {item.data_type} and has no length", variable=item.name)
        elif item.length and item.data_type not in (*LENGTHY, "string", "double"):
            message = f"{item.oid} is {item.data_type} and has length {item.length}"
            yield Hit(item, message, variable=item.name, value=item.length)


@check(
    "DEF161",
    "value longer than the length",
    family="lengths",
    why="The document promises that no value is longer.",
    fix="Give the length of the longest value.",
    needs=("data",),
)
def values_fit_the_length(doc: Examined) -> Iterator[Hit]:
    """No value of a variable or value-level row is longer (in bytes) than the length."""
    for v, item, column, name in _all_columns(doc):
        length = number(item.length)
        if length is None or item.data_type not in TEXT_TYPES or column.numeric:
            continue
        if column.longest > length:
            longest = max(column.texts, key=lambda t: len(t.encode()))
            message = f"{name}: length {length}, but a value has {column.longest} bytes"
            yield Hit(item, message, v.dataset.name, v.name, longest)


@check(
    "DEF162",
    "type that is not the data's",
    family="types",
    why="A text cannot be a number in the file.",
    fix="Use text or a date type for Char, integer or float for Num.",
    severity=Severity.BLOCKS,
    needs=("data",),
)
def types_agree(doc: Examined) -> Iterator[Hit]:
    """Text and date types are Char (in ADaM dates may be Num), numbers are Num."""
    for v, item, column in columns(doc):
        says_number = item.data_type in NUMERIC
        dated = item.data_type in PATTERNS or item.data_type in COMPLETE
        if (says_number and not column.numeric) or (
            not says_number and column.numeric and not (dated and doc.lookup.is_analysis)
        ):
            message = (
                f"{v.dataset.name}.{v.name} is {item.data_type}; the file has {column.meta.type}"
            )
            yield Hit(item, message, v.dataset.name, v.name, item.data_type)


@check(
    "DEF163",
    "integer that holds decimals",
    family="types",
    why="A reviewer's tool that trusts the type rounds the values.",
    fix="Use float with significant digits.",
    needs=("data",),
)
def integers_are_whole(doc: Examined) -> Iterator[Hit]:
    """Values of integer variables are whole numbers."""
    for v, item, column, name in _all_columns(doc):
        if item.data_type != "integer":
            continue
        wrong = [t for t in column.texts if not re.fullmatch(r"[+-]?\d+", t)]
        if wrong:
            yield Hit(
                item, f"{name} is integer and holds {wrong[0]!r}", v.dataset.name, v.name, wrong[0]
            )


@check(
    "DEF164",
    "float without significant digits, or with too few",
    family="types",
    why="SignificantDigits says how many decimals are meant.",
    fix="Give the largest number of decimals.",
)
def floats_have_digits(doc: Examined) -> Iterator[Hit]:
    """Every float has SignificantDigits."""
    for item in doc.metadata.items:
        if item.data_type == "float" and number(item.significant_digits) is None:
            yield Hit(item, f"{item.oid} is float without SignificantDigits", variable=item.name)


@check(
    "DEF165",
    "value that is not of the date or number type",
    family="dates",
    why="What is no ISO 8601 text cannot be compared or plotted.",
    fix="Mend the value, or correct the type.",
    needs=("data",),
)
def values_are_of_the_type(doc: Examined) -> Iterator[Hit]:
    """Char values of date, time and duration types are ISO 8601; of float, numbers."""
    for v, item, column, name in _all_columns(doc):
        if column.numeric:
            continue
        wrong = [t for t in column.texts if not _is_of(item.data_type, t)]
        if wrong:
            message = f"{name} is {item.data_type} and holds {wrong[0]!r} ({len(wrong)} values)"
            yield Hit(item, message, v.dataset.name, v.name, wrong[0])


def _is_of(data_type: str, text: str) -> bool:
    if data_type == "float":
        return is_number(text)
    if data_type in COMPLETE and re.fullmatch(PATTERNS[COMPLETE[data_type]], text):
        return True
    pattern = PATTERNS.get(data_type)
    return pattern is None or re.fullmatch(pattern, text) is not None


@check(
    "DEF166",
    "date type that cannot hold the partial dates of the data",
    family="dates",
    why="'2022-03' is no date: a date variable that holds it needs a partial type.",
    fix="Use partialDate, partialTime or partialDatetime.",
    needs=("data",),
)
def partials_have_partial_types(doc: Examined) -> Iterator[Hit]:
    """Variables of type date, time or datetime hold complete values only."""
    for v, item, column, name in _all_columns(doc):
        if item.data_type not in COMPLETE or column.numeric:
            continue
        whole, partial = PATTERNS[item.data_type], PATTERNS[COMPLETE[item.data_type]]
        wrong = [t for t in column.texts if not re.fullmatch(whole, t) and re.fullmatch(partial, t)]
        if wrong:
            message = f"{name} is {item.data_type} and holds the partial {wrong[0]!r}"
            yield Hit(item, message, v.dataset.name, v.name, wrong[0])


@check(
    "DEF167",
    "variable that the data do not have",
    family="inventory",
    why="The document describes a column that is not there.",
    fix="Remove the ItemRef, or build the variable.",
    severity=Severity.BLOCKS,
    needs=("data",),
)
def variables_are_in_the_data(doc: Examined) -> Iterator[Hit]:
    """Every variable of a data set that was given is in it."""
    for v in doc.lookup.variables:
        view = doc.view(v.dataset)
        if view is not None and v.name and v.name not in view.names:
            if v.ref.has_no_data == "Yes":
                continue
            message = f"{v.dataset.name}.{v.name} is not in the file"
            yield Hit(v.ref, message, v.dataset.name, v.name)


@check(
    "DEF168",
    "variable that the document does not describe",
    family="inventory",
    why="A column without metadata cannot be reviewed.",
    fix="Describe it, or remove it from the data.",
    severity=Severity.BLOCKS,
    needs=("data",),
)
def data_variables_are_described(doc: Examined) -> Iterator[Hit]:
    """Every variable of the data is in the document."""
    for dataset in doc.metadata.datasets:
        view = doc.view(dataset)
        for name in view.names if view else []:
            if name not in doc.lookup.by_dataset[dataset.name]:
                yield Hit(dataset, f"{dataset.name}.{name} is not described", dataset.name, name)


@check(
    "DEF169",
    "length that is not the file's",
    family="lengths",
    why="A length in the document that differs from the file is one of the two wrong.",
    fix="Write the length of the variable in the file.",
    needs=("data",),
)
def lengths_are_the_files(doc: Examined) -> Iterator[Hit]:
    """The length of a text variable is the length of the column in the file."""
    for v, item, column in columns(doc):
        there, stated = column.meta.length, number(item.length)
        if column.numeric or there is None or stated is None or item.data_type not in TEXT_TYPES:
            continue
        if stated != there:
            message = f"{v.dataset.name}.{v.name}: length {stated}, in the file {there}"
            yield Hit(item, message, v.dataset.name, v.name, str(stated))


@check(
    "DEF170",
    "data set that the data do not have",
    family="inventory",
    why="The document describes a file that is not there.",
    fix="Remove the ItemGroupDef, or mark it with HasNoData.",
    severity=Severity.BLOCKS,
    needs=("data",),
)
def datasets_are_in_the_data(doc: Examined) -> Iterator[Hit]:
    """Every data set of the document was given, unless it has no data."""
    for dataset in doc.metadata.datasets:
        if doc.view(dataset) is None and dataset.has_no_data != "Yes":
            yield Hit(dataset, f"there are no data for {dataset.name}", dataset=dataset.name)


@check(
    "DEF171",
    "data set that the document does not describe",
    family="inventory",
    why="A data set without metadata cannot be reviewed.",
    fix="Describe it, or remove it from the folder.",
    severity=Severity.BLOCKS,
    needs=("data",),
)
def data_are_described(doc: Examined) -> Iterator[Hit]:
    """Every data set of the data is in the document."""
    known = {d.name.upper() for d in doc.metadata.datasets}
    for name in doc.data:
        if name not in known:
            yield Hit(doc.metadata, f"{name} is in the data and not described", dataset=name)


@check(
    "DEF172",
    "HasNoData on something that has data",
    family="no data",
    why="A reviewer would not look at it.",
    fix="Remove HasNoData.",
    severity=Severity.BLOCKS,
    needs=("data",),
)
def no_data_is_true(doc: Examined) -> Iterator[Hit]:
    """HasNoData stands only where there are no data."""
    for dataset in doc.metadata.datasets:
        view = doc.view(dataset)
        if dataset.has_no_data == "Yes" and view and view.records:
            message = f"{dataset.name} says HasNoData and has {view.records} records"
            yield Hit(dataset, message, dataset=dataset.name)
    for v, _item, column in columns(doc):
        if v.ref.has_no_data == "Yes" and column.blanks < len(column.codes):
            message = f"{v.dataset.name}.{v.name} says HasNoData and has values"
            yield Hit(v.ref, message, v.dataset.name, v.name)


@check(
    "DEF173",
    "variable without any value that does not say so",
    family="no data",
    why="Define-XML 2.1 marks variables without values, so that nobody looks for them.",
    fix='Add def:HasNoData="Yes" and a comment that says why.',
    severity=Severity.INFO,
    needs=("data",),
)
def no_data_is_stated(doc: Examined) -> Iterator[Hit]:
    """A variable that is blank on every record is marked (2.1)."""
    for v, _item, column in columns(doc):
        if not doc.is_2_1 or not len(column.codes) or column.blanks < len(column.codes):
            continue
        if v.ref.has_no_data != "Yes" and v.dataset.has_no_data != "Yes":
            message = f"{v.dataset.name}.{v.name} is blank on every record"
            yield Hit(v.ref, message, v.dataset.name, v.name)


@check(
    "DEF174",
    "mandatory variable with blanks",
    family="no data",
    why="Mandatory=Yes promises a value on every record.",
    fix="Fill the value, or say Mandatory=No.",
    needs=("data",),
)
def mandatory_is_filled(doc: Examined) -> Iterator[Hit]:
    """Mandatory variables have a value on every record."""
    for v, _item, column in columns(doc):
        if v.ref.mandatory == "Yes" and column.blanks:
            message = f"{v.dataset.name}.{v.name} is mandatory and blank on {column.blanks} records"
            yield Hit(v.ref, message, v.dataset.name, v.name)


@check(
    "DEF175",
    "numeric date without display format",
    family="dates",
    why="Without a format a reviewer sees 22345 instead of 2021-03-06.",
    fix="Give the DisplayFormat of the file, e.g. DATE9.",
)
def numeric_dates_have_a_format(doc: Examined) -> Iterator[Hit]:
    """ADaM date, time and date-time variables that are numbers have a display format."""
    if not doc.lookup.is_analysis:
        return
    for v in doc.lookup.variables:
        dated = v.name.endswith(("DT", "TM", "DTM")) and v.item is not None
        if dated and v.item and v.item.data_type in NUMERIC and not v.item.display_format:
            message = f"{v.dataset.name}.{v.name} is a numeric date without DisplayFormat"
            yield Hit(v.item, message, v.dataset.name, v.name)
