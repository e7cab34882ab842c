"""Distinct values, counts, smallest and largest, study days: over all records or within groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.engine import dates
from validation.engine.alignment import common_codes
from validation.engine.columns import Codes, Column, as_text, to_number
from validation.engine.operations import Request, operation
from validation.engine.operators.ordering import sort_keys
from validation.engine.operators.text import cut_column
from validation.engine.ruleset.regexes import extracting
from validation.engine.tables import Table
from validation.engine.view import NotRunError

Rows = npt.NDArray[np.int64]


def kept_rows(request: Request, table: Table) -> Rows:
    """The rows that the filter lets pass; ``RACE&`` (and ``RACE%``) means beginning with RACE."""
    conditions: Mapping[str, Any] = request.operation.get("filter") or {}
    keep = np.ones(table.length, dtype=np.bool_)
    for name, wanted in conditions.items():
        column = table.column(request.view.resolve(str(name)))
        if column is None:
            raise NotRunError(f"{name} (filter) is not in {table.name}")
        accepted = [as_text(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
        answers = [any(_like(text, each) for each in accepted) for text in column.texts]
        keep &= np.asarray(column.spread(answers))
    return np.flatnonzero(keep)


def _like(text: str, wanted: str) -> bool:
    return text.startswith(wanted[:-1]) if wanted.endswith(("&", "%")) else text == wanted


def groups(request: Request, table: Table) -> tuple[Codes, Codes, int] | None:
    """Group numbers of the source rows and of the checked rows; None without a group."""
    names = _expanded(request, request.operation.get("group"))
    if not names:
        return None
    aliases = [request.view.resolve(str(n)) for n in request.operation.get("group_aliases") or ()]
    theirs = [*aliases, *names[len(aliases) :]][: len(names)]
    left = [request.view.table.column(name) for name in theirs]
    right = [table.column(name) for name in names]
    pairs = list(zip(names, left, right, strict=True))
    # what neither data set has tells no records apart
    kept = [each for each in pairs if each[1] is not None or each[2] is not None] or pairs
    names, left, right = [k[0] for k in kept], [k[1] for k in kept], [k[2] for k in kept]
    absent = [n for n, a, b in zip(names, left, right, strict=True) if a is None or b is None]
    if absent:
        raise NotRunError(f"{', '.join(absent)} (group) is not in both data sets")
    both = [[_cut(request, each) for each in side if each is not None] for side in (left, right)]
    mine, source, count = common_codes(both[0], both[1], match_blank=True)
    return source, mine, count


def _expanded(request: Request, names: Any) -> list[str]:
    given = tuple(map(str, names or ()))
    return [name for name in request.view.expand(given) if name]


def _cut(request: Request, column: Column) -> Column:
    pattern = request.operation.get("regex")
    if not pattern or column.is_numeric:
        return column
    match = extracting(str(pattern))

    def part(text: str) -> str:
        found = match.match(text)
        return found.group(0) if found else text

    return cut_column(column, part)


@operation("distinct")
def distinct(request: Request) -> Column:
    """The distinct values; with ``value_is_reference``, those that name a variable of the data
    set that RDOMAIN states."""
    table = request.source()
    column = request.source_column(table)
    if request.operation.get("value_is_reference"):
        column = _names_held(request, table, column)
    rows = kept_rows(request, table)
    grouping = groups(request, table)
    codes = column.codes[rows]
    if grouping is None:
        values, first = np.unique(codes[codes >= 0], return_index=True)
        ordered = values[np.argsort(first, kind="stable")]
        return request.constant(tuple(column.values[code] for code in ordered.tolist()))
    source, mine, count = grouping
    held = codes >= 0
    members: list[list[Any]] = [[] for _ in range(count)]
    pairs = np.unique(np.stack([source[rows][held], codes[held]], axis=1), axis=0)
    for group, code in pairs.tolist():
        members[group].append(column.values[code])
    return _spread_collections(members, mine)


def _spread_collections(members: list[list[Any]], mine: Codes) -> Column:
    numbers: dict[tuple[Any, ...], int] = {}
    table = [numbers.setdefault(tuple(each), len(numbers)) for each in members]
    table.append(numbers.setdefault((), len(numbers)))
    return Column(np.array(table, dtype=np.int32)[mine], list(numbers))


def _names_held(request: Request, table: Table, names: Column) -> Column:
    """The names without those that are no variable of the data set that RDOMAIN states."""
    rdomain = table.column("RDOMAIN")
    if rdomain is None:
        raise NotRunError(f"RDOMAIN is not in {table.name}")
    parents = [request.study.table(domain) for domain in rdomain.texts]
    held = np.zeros((len(parents) + 1, len(names.texts) + 1), dtype=np.bool_)
    for row, parent in enumerate(parents):
        held[row, :-1] = [parent is not None and parent.column(n) is not None for n in names.texts]
    return Column(np.where(held[rdomain.codes, names.codes], names.codes, -1), names.values)


@operation("record_count")
def record_count(request: Request) -> Column:
    """How many records there are, that pass the filter, in the group."""
    table = request.source()
    rows = kept_rows(request, table)
    grouping = groups(request, table)
    if grouping is None:
        return request.constant(len(rows))
    source, mine, count = grouping
    counts = np.append(np.bincount(source[rows], minlength=count), 0)
    return whole_numbers(counts[mine])


def whole_numbers(numbers: npt.NDArray[Any]) -> Column:
    """Integers (reported without a decimal point) as a column."""
    values, codes = np.unique(numbers, return_inverse=True)
    return Column(codes.astype(np.int32), [int(value) for value in values])


def _extreme(
    request: Request, ranks: npt.NDArray[np.float64], column: Column, *, largest: bool
) -> Column:
    """The value of the smallest or largest rank, of all rows or per group; NaN is no rank."""
    table = request.source()
    rows = kept_rows(request, table)
    rows = rows[~np.isnan(ranks[rows])]
    grouping = groups(request, table)
    order = rows[np.argsort(ranks[rows], kind="stable")]
    if not largest:
        order = order[::-1]  # the last one written wins
    if grouping is None:
        if not len(order):
            return request.constant(None)
        return Column.constant(column.values[column.codes[order[-1]]], request.length)
    source, mine, count = grouping
    best = np.full(count + 1, -1, dtype=np.int64)
    best[source[order]] = order
    return column.take(best[mine])


def _date_ranks(column: Column) -> npt.NDArray[np.float64]:
    known = dates.Dates(column)
    ranks = np.where(known.precision > 0, known.keys[:, -1].astype(np.float64), np.nan)
    out: npt.NDArray[np.float64] = ranks[column.codes]
    return out


@operation("min_date")
def min_date(request: Request) -> Column:
    """The earliest date."""
    column = request.source_column(request.source())
    return _extreme(request, _date_ranks(column), column, largest=False)


@operation("max_date")
def max_date(request: Request) -> Column:
    """The latest date."""
    column = request.source_column(request.source())
    return _extreme(request, _date_ranks(column), column, largest=True)


def _ranks(column: Column) -> npt.NDArray[np.float64]:
    if column.is_numeric:
        return column.floats
    ranks = sort_keys(column)
    return np.where(np.isinf(ranks), np.nan, ranks)


@operation("min")
def smallest(request: Request) -> Column:
    """The smallest value."""
    column = request.source_column(request.source())
    return _extreme(request, _ranks(column), column, largest=False)


@operation("max")
def largest(request: Request) -> Column:
    """The largest value."""
    column = request.source_column(request.source())
    return _extreme(request, _ranks(column), column, largest=True)


@operation("mean")
def mean(request: Request) -> Column:
    """The arithmetic mean of the numbers."""
    table = request.source()
    rows = kept_rows(request, table)
    numbers = request.source_column(table).floats
    rows = rows[~np.isnan(numbers[rows])]
    grouping = groups(request, table)
    if grouping is None:
        return request.constant(float(numbers[rows].mean()) if len(rows) else None)
    source, mine, count = grouping
    totals = np.bincount(source[rows], weights=numbers[rows], minlength=count)
    sizes = np.bincount(source[rows], minlength=count)
    with np.errstate(invalid="ignore"):
        means = np.append(totals / np.where(sizes, sizes, np.nan), np.nan)
    return Column(numbers=means[mine])


@operation("dy")
def dy(request: Request) -> Column:
    """The study day of a date (SDTMIG 4.4.4): no day 0; missing unless both dates are complete."""
    column, reference = request.view.column(request.name), request.view.column("RFSTDTC")
    if column is None or reference is None:
        raise NotRunError(f"{request.name if column is None else 'RFSTDTC'} is not there")
    days = dates.Dates(column).day_numbers() - dates.Dates(reference).day_numbers()
    days = np.where(days >= 0, days + 1, days)
    known = ~np.isnan(days)
    values, codes = np.unique(days[known], return_inverse=True)
    out = np.full(len(days), -1, dtype=np.int32)
    out[known] = codes
    return Column(out, [int(value) for value in values])


@operation("map")
def mapped(request: Request) -> Column:
    """A value per record by a table of conditions; the first that fits."""
    length = request.length
    done = np.zeros(length, dtype=np.bool_)
    codes = np.full(length, -1, dtype=np.int32)
    values: list[Any] = []
    for entry in request.operation.get("map") or ():
        fits = ~done
        for name, wanted in entry.items():
            if name == "output":
                continue
            column = request.view.column(str(name))
            if column is None:
                raise NotRunError(f"{name} is not in {request.view.table.name}")
            fits &= np.asarray(column.spread([text == as_text(wanted) for text in column.texts]))
        values.append(entry.get("output"))
        codes[fits] = len(values) - 1
        done |= fits
    return Column(codes, values)


@operation("regex_find_replace")
def regex_find_replace(request: Request) -> Column:
    """The variable with every match of ``find`` replaced."""
    column = request.view.column(request.name)
    if column is None:
        raise NotRunError(f"{request.name} is not there")
    pattern = extracting(str(request.operation.get("find") or ""))
    replacement = str(request.operation.get("replace") or "")
    return cut_column(column, lambda text: pattern.sub(replacement, text))


def as_counts(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """A mapping of counts as the collection that a column can hold."""
    return tuple((str(name), int(to_number(count))) for name, count in counts.items())
