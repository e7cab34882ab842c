"""Value level and where clauses: they select records, do not overlap, and leave none out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING

from define.checks.document import Examined
from define.checks.numbers import is_number, number
from define.checks.registry import Hit, check
from define.lookup import ValueLevel, Variable
from define.model import RangeCheck, WhereClauseDef
from specs.findings import Severity

if TYPE_CHECKING:
    from define.checks.data import DataView, Mask

ORDERED = ("LT", "LE", "GT", "GE")
COMPARATORS = ("EQ", "NE", "IN", "NOTIN", *ORDERED)


def selection(doc: Examined, row: ValueLevel) -> Mask | None:
    """The records that a value-level row is about: any of its where clauses. None if unknown."""
    view = doc.view(row.parent.dataset)
    clauses = [doc.lookup.where_clauses.get(oid) for oid in row.ref.where_clause_oids]
    if view is None or not clauses:
        return None
    masks = [clause_mask(doc, row.parent.dataset.name, view, c) if c else None for c in clauses]
    known = [m for m in masks if m is not None]
    return reduce(or_, known) if len(known) == len(masks) else None


def clause_mask(doc: Examined, dataset: str, view: DataView, clause: WhereClauseDef) -> Mask | None:
    """The records of ``dataset`` that a where clause selects; None if it cannot be evaluated."""
    conditions = []
    for condition in clause.checks:
        place = _place(doc, condition, dataset)
        if place is None or place.dataset.name != dataset:
            return None
        conditions.append((place.name, condition))
    return view.select(conditions)


def _overlap(masks: list[Mask]) -> bool:
    """Whether any record is in two of the selections; found in one pass over the rows."""
    seen = None
    for mask in masks:
        if seen is not None and (seen & mask).any():
            return True
        seen = mask if seen is None else seen | mask
    return False


def _place(doc: Examined, condition: RangeCheck, dataset: str) -> Variable | None:
    """The variable that a condition is about, in ``dataset`` if it is there."""
    places = doc.lookup.item_places.get(condition.item_oid, [])
    inside = [p for p in places if p.dataset.name == dataset]
    return next(iter(inside or places), None)


def _by_parent(doc: Examined) -> Iterator[tuple[Variable, list[ValueLevel]]]:
    rows: dict[int, list[ValueLevel]] = {}
    for row in doc.lookup.value_levels:
        rows.setdefault(id(row.parent), []).append(row)
    for group in rows.values():
        yield group[0].parent, group


@check(
    "DEF220",
    "where clause that selects no record",
    family="where clauses",
    why="It describes values that do not exist, or its value is misspelt.",
    fix="Correct the value, or remove the row.",
    needs=("data",),
)
def where_clauses_select(doc: Examined) -> Iterator[Hit]:
    """Every value-level row selects at least one record."""
    for row in doc.lookup.value_levels:
        mask = selection(doc, row)
        if mask is not None and not mask.any():
            oids = ", ".join(row.ref.where_clause_oids)
            message = f"{row.ref.item_oid}: {oids} selects no record"
            yield Hit(row.ref, message, row.parent.dataset.name, row.parent.name)


@check(
    "DEF221",
    "value-level rows that overlap",
    family="where clauses",
    why="A record that two rows describe has two types, codelists or origins.",
    fix="Narrow one of the where clauses.",
    needs=("data",),
)
def where_clauses_do_not_overlap(doc: Examined) -> Iterator[Hit]:
    """No record is selected by two rows of one value list."""
    for parent, rows in _by_parent(doc):
        masks = [(row, selection(doc, row)) for row in rows]
        known = [(row, mask) for row, mask in masks if mask is not None]
        if not known or not _overlap([m for _, m in known]):
            continue
        for (one, first), (other, second) in combinations(known, 2):
            both = int((first & second).sum())
            if both:
                message = f"{one.ref.item_oid} and {other.ref.item_oid} share {both} records"
                yield Hit(other.ref, message, parent.dataset.name, parent.name)


@check(
    "DEF222",
    "records that no value-level row describes",
    family="where clauses",
    why="A value without metadata cannot be reviewed.",
    fix="Add a row for them.",
    needs=("data",),
)
def where_clauses_leave_nothing_out(doc: Examined) -> Iterator[Hit]:
    """Every non-blank value of a variable with value level is selected by a row."""
    for parent, rows in _by_parent(doc):
        view = doc.view(parent.dataset)
        column = view.column(parent.name) if view else None
        masks = [selection(doc, row) for row in rows]
        known = [m for m in masks if m is not None]
        if column is None or len(known) != len(masks) or not known:
            continue
        left = ~reduce(or_, known) & (column.codes >= 0)
        if left.any():
            first = int(left.argmax())
            message = f"{parent.dataset.name}.{parent.name}: {int(left.sum())} values have no row"
            yield Hit(parent.item, message, parent.dataset.name, parent.name, record=first + 1)


@check(
    "DEF223",
    "comparison that does not fit",
    family="where clauses",
    why="IN needs values, EQ exactly one, and texts have no order.",
    fix="Use EQ, NE, IN or NOTIN on text, LT to GE on numbers.",
)
def comparators_fit(doc: Examined) -> Iterator[Hit]:
    """Comparators fit the number of values and the type of the variable."""
    for clause in doc.metadata.where_clauses:
        for condition in clause.checks:
            problem = _misfit(doc, condition)
            if problem:
                yield Hit(condition, f"{clause.oid}: {problem}", value=condition.comparator)


def _misfit(doc: Examined, condition: RangeCheck) -> str:
    comparator, values = condition.comparator, condition.values
    if comparator not in COMPARATORS:
        return f"the comparator is {comparator!r}"
    if comparator in ("IN", "NOTIN"):
        return "" if values else f"{comparator} has no value"
    if len(values) != 1:
        return f"{comparator} has {len(values)} values"
    item = doc.lookup.items.get(condition.item_oid)
    if item and comparator in ORDERED and item.data_type in ("text", "string"):
        return f"{comparator} on {item.oid}, which is text"
    return ""


@check(
    "DEF224",
    "where clause with a value that its variable cannot have",
    family="where clauses",
    why="The clause can select nothing.",
    fix="Use a term of the variable's codelist, or a value of its type.",
)
def where_values_fit(doc: Examined) -> Iterator[Hit]:
    """Values of conditions are terms of the variable's codelist and of its type."""
    for clause in doc.metadata.where_clauses:
        for condition in clause.checks:
            item = doc.lookup.items.get(condition.item_oid)
            if item is None:
                continue
            codelist = doc.lookup.codelists.get(item.codelist_oid)
            terms = {t.value for t in codelist.terms} if codelist else set()
            numeric = item.data_type in ("integer", "float")
            for value in condition.values:
                if terms and value and value not in terms:
                    message = f"{clause.oid}: {value!r} is not in {item.codelist_oid}"
                    yield Hit(condition, message, variable=item.name, value=value)
                elif numeric and value and not is_number(value):
                    message = (
                        f"{clause.oid}: {value!r} is no number, {item.oid} is {item.data_type}"
                    )
                    yield Hit(condition, message, variable=item.name, value=value)


@check(
    "DEF225",
    "findings result without value level",
    family="value level",
    why="One column holds the results of all tests; value level says of what type each is.",
    fix="Describe the result per test code.",
)
def findings_have_value_level(doc: Examined) -> Iterator[Hit]:
    """--ORRES of a findings data set with several tests has a value list (not in SEND)."""
    if doc.lookup.is_nonclinical:
        return
    for dataset in doc.metadata.datasets:
        if dataset.class_name.upper() not in ("FINDINGS", "FINDINGS ABOUT"):
            continue
        prefix = dataset.domain[:2] or dataset.name[:2]
        variables = doc.lookup.by_dataset[dataset.name]
        result = variables.get(f"{prefix}ORRES")
        tested = variables.get(f"{prefix}TESTCD")
        standard = variables.get(f"{prefix}STRESC")
        described = [v for v in (result, standard) if v and v.item and v.item.value_list_oid]
        if result and tested and not described and _several(doc, tested):
            message = f"{dataset.name}.{result.name} has no value-level metadata"
            yield Hit(result.item, message, dataset.name, result.name)


def _several(doc: Examined, variable: Variable) -> bool:
    """Whether a variable has more than one value; assumed without data and codelist."""
    view = doc.view(variable.dataset)
    column = view.column(variable.name) if view else None
    if column is not None:
        return len(column.texts) > 1
    codelist = doc.lookup.codelists.get(variable.item.codelist_oid) if variable.item else None
    return codelist is None or not codelist.terms or len(codelist.terms) > 1


@check(
    "DEF226",
    "supplemental qualifiers without value level",
    family="value level",
    why="QVAL holds the values of many variables; only value level describes them.",
    fix="Describe QVAL per QNAM.",
)
def qualifiers_have_value_level(doc: Examined) -> Iterator[Hit]:
    """QVAL of every SUPP data set has a value list."""
    for dataset in doc.metadata.datasets:
        value = doc.lookup.by_dataset[dataset.name].get("QVAL")
        if value and value.item and not value.item.value_list_oid:
            yield Hit(value.item, f"{dataset.name}.QVAL has no value level", dataset.name, "QVAL")


@check(
    "DEF227",
    "analysis value without value level",
    family="value level",
    why="AVAL and AVALC hold every parameter; only value level describes each.",
    fix="Describe AVAL (or AVALC) per PARAMCD.",
)
def analysis_values_have_value_level(doc: Examined) -> Iterator[Hit]:
    """AVAL or AVALC of a data set with several parameters has a value list."""
    for dataset in doc.metadata.datasets:
        variables = doc.lookup.by_dataset[dataset.name]
        parameter = variables.get("PARAMCD")
        values = [v for n, v in variables.items() if n in ("AVAL", "AVALC") and v.item]
        described = any(v.item and v.item.value_list_oid for v in values)
        if parameter and values and not described and _several(doc, parameter):
            message = f"{dataset.name}.{values[0].name} has no value level per PARAMCD"
            yield Hit(values[0].item, message, dataset.name, values[0].name)


@check(
    "DEF228",
    "value-level row without where clause",
    family="value level",
    why="Nothing says which records it describes.",
    fix="Refer to a where clause.",
    severity=Severity.BLOCKS,
)
def rows_have_where_clauses(doc: Examined) -> Iterator[Hit]:
    """Every ItemRef of a value list has a where clause."""
    for value_list in doc.metadata.value_lists:
        for ref in value_list.items:
            if not ref.where_clause_oids:
                message = f"{value_list.oid}: {ref.item_oid} has no where clause"
                yield Hit(ref, message)


@check(
    "DEF229",
    "value-level length above the variable's",
    family="value level",
    why="What one test holds, the column must hold.",
    fix="Make the variable as long as the longest of its rows.",
)
def rows_fit_their_variable(doc: Examined) -> Iterator[Hit]:
    """No value-level row is longer than its variable."""
    for row in doc.lookup.value_levels:
        if row.item is None or row.parent.item is None:
            continue
        part, whole = number(row.item.length), number(row.parent.item.length)
        if part is not None and whole is not None and part > whole:
            message = f"{row.item.oid}: length {part}, the variable has {whole}"
            yield Hit(row.item, message, row.parent.dataset.name, row.parent.name, str(part))


@check(
    "DEF230",
    "where clause on another data set without explanation",
    family="where clauses",
    why="A selection over a join needs words that say how the records are joined.",
    fix="Add a comment to the WhereClauseDef.",
)
def joins_are_explained(doc: Examined) -> Iterator[Hit]:
    """A where clause on a variable of another data set has a comment."""
    for row in doc.lookup.value_levels:
        for oid in row.ref.where_clause_oids:
            clause = doc.lookup.where_clauses.get(oid)
            for condition in clause.checks if clause else []:
                place = _place(doc, condition, row.parent.dataset.name)
                if (
                    clause
                    and place
                    and place.dataset is not row.parent.dataset
                    and not clause.comment_oid
                ):
                    message = (
                        f"{oid} of {row.parent.dataset.name} asks {place.dataset.name}.{place.name}"
                    )
                    yield Hit(clause, message, row.parent.dataset.name, row.parent.name)


TELLS = {
    "QVAL": ("QNAM",),
    "AVAL": ("PARAMCD", "PARAM", "PARAMN"),
    "AVALC": ("PARAMCD", "PARAM", "PARAMN"),
    "TSVAL": ("TSPARMCD", "TSPARM"),
}
"""The variables that tell what a value is about. Findings have --TESTCD, --TEST, --CAT, --SCAT."""


@check(
    "DEF231",
    "value level that does not ask what the value is about",
    family="value level",
    why="The values of one test cannot be told by the value itself, or by another variable alone.",
    fix="Ask for the test code, QNAM or PARAMCD in the where clause.",
)
def rows_ask_what_they_are_about(doc: Examined) -> Iterator[Hit]:
    """Value level of results, QVAL, AVAL and TSVAL asks for the variable that tells them apart."""
    for row in doc.lookup.value_levels:
        telling = _telling(row.parent)
        asked = _asked(doc, row)
        if telling and asked and not asked & telling:
            said = ", ".join(sorted(asked))
            message = f"{row.ref.item_oid} asks {said}, not {' or '.join(sorted(telling))}"
            yield Hit(row.ref, message, row.parent.dataset.name, row.parent.name)


def _telling(parent: Variable) -> set[str]:
    name = parent.name
    if name[2:] in ("ORRES", "STRESC", "STRESN"):
        return {name[:2] + suffix for suffix in ("TESTCD", "TEST", "CAT", "SCAT")}
    return set(TELLS.get(name, ()))


def _asked(doc: Examined, row: ValueLevel) -> set[str]:
    """The names of the variables that the where clauses of a row ask for."""
    clauses = [doc.lookup.where_clauses.get(oid) for oid in row.ref.where_clause_oids]
    oids = [condition.item_oid for c in clauses if c for condition in c.checks]
    return {doc.lookup.items[oid].name for oid in oids if oid in doc.lookup.items}
