"""From a contract and a table to checks on distinct values, and from failures to raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specs.codes import finding
from specs.findings import Finding, RawCell, SpecPlace
from specs.text.invisible import visible
from validation.contracts._dates import ordinal
from validation.contracts._model import ColumnContract, Contract

MAX_VALUES = 200
"""Distinct bad values that one check lists; the rest is counted."""
MAX_ROWS = 20
"""Rows that one finding lists; the rest is counted."""
_INTEGER = r"^[+-]?\d+\Z"
_DECIMAL = r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z"

Rows = NDArray[np.int64]
Report = Callable[[set[Any], int], list[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation on a short column of values; ``report`` turns those that fail to findings."""

    values: list[Any]
    expectation: str
    arguments: dict[str, Any]
    report: Report


@dataclass(frozen=True, slots=True)
class Table:
    """A raw table as it comes from an adapter: category columns, and the raw row of each record."""

    frame: pd.DataFrame
    rows: Rows
    file: str


def column_findings(table: Table, contract: Contract) -> list[Finding]:
    """Missing columns (RAW501) and, of a closed contract, those that are not agreed (RAW502)."""
    there = list(table.frame.columns)
    missing = [n for n, c in contract.columns.items() if c.required and n not in there]
    extra = [n for n in there if n not in contract.columns] if contract.closed else []
    found = []
    for name in missing:
        hint = _near(name, [n for n in there if n not in contract.columns])
        message = f"column {name!r} of contract {contract.contract} is missing"
        cell = RawCell(table.file, None, name)
        found.append(finding("RAW501", message, variable=name, raw=cell, hint=hint))
    for name in extra:
        message = f"column {name!r} is not in contract {contract.contract}"
        cell = RawCell(table.file, None, name)
        found.append(finding("RAW502", message, variable=name, raw=cell, hint=_near(name, missing)))
    return found


def _near(name: str, others: Sequence[str]) -> str:
    near = get_close_matches(name, others, n=1, cutoff=0.5)
    return f"renamed? compare {near[0]!r}" if near else ""


def checks(table: Table, contract: Contract, previous: int | None) -> list[Check]:
    """Every check of a contract that the table has the columns for."""
    found: list[Check] = []
    for name, column in contract.columns.items():
        if name in table.frame.columns:
            found.extend(_Column(table, name, column).checks())
    there = set(table.frame.columns)
    found.extend(_unique(table, key) for key in contract.unique if there.issuperset(key))
    return [*found, *_row_counts(table, contract, previous)]


class _Column:
    """The checks of one column: its distinct texts, without white space around them."""

    def __init__(self, table: Table, name: str, contract: ColumnContract) -> None:
        values = table.frame[name].astype("category").cat
        self.table, self.name, self.contract = table, name, contract
        self.codes = values.codes.to_numpy()
        self.verbatim = [str(text) for text in values.categories]
        self.texts = [visible(text) for text in self.verbatim]
        self.used = np.zeros(len(self.verbatim), bool)
        self.used[self.codes[self.codes >= 0]] = True

    def checks(self) -> Iterator[Check]:
        contract = self.contract
        if contract.not_blank:
            yield self._not_blank()
        if contract.type == "date":
            yield from self._dates()
        elif contract.type != "text":
            yield from self._numbers()
        if contract.values is not None:
            what = f"not one of {_listed(contract.values)}"
            yield self._check("RAW505", self._filled(), "InSet", what, value_set=contract.values)
        if contract.pattern is not None:
            regex = rf"^(?:{contract.pattern})\Z"
            what = f"not of the form {contract.pattern}"
            yield self._check("RAW506", self._filled(), "MatchRegex", what, regex=regex)

    def _filled(self) -> list[Any]:
        """The texts to check: used by a record, and not blank."""
        return [t if u and t else None for t, u in zip(self.texts, self.used, strict=True)]

    def _numbers(self) -> Iterator[Check]:
        regex = _INTEGER if self.contract.type == "integer" else _DECIMAL
        article = "an" if self.contract.type == "integer" else "a"
        what = f"not {article} {self.contract.type}"
        yield self._check("RAW503", self._filled(), "MatchRegex", what, regex=regex)
        numbers = pd.to_numeric(pd.Series(self._filled(), dtype=object), errors="coerce")
        yield from self._range([None if n != n else float(n) for n in numbers])  # noqa: PLR0124 - NaN

    def _dates(self) -> Iterator[Check]:
        formats = self.contract.format
        days = [None if text is None else ordinal(text, formats) for text in self._filled()]
        flags = [
            None if text is None else ("date" if day is not None else "no date")
            for text, day in zip(self._filled(), days, strict=True)
        ]
        what = f"not a date in the format {' or '.join(formats)}"
        yield self._check("RAW503", flags, "InSet", what, value_set=["date"])
        yield from self._range([None if day is None else float(day) for day in days])

    def _range(self, values: list[Any]) -> Iterator[Check]:
        low, high = self.contract.limits()
        if low is not None or high is not None:
            what = f"outside {self.contract.min or '...'} to {self.contract.max or '...'}"
            yield self._check("RAW504", values, "Between", what, min_value=low, max_value=high)

    def _check(self, code: str, values: list[Any], kind: str, what: str, **arguments: Any) -> Check:
        def report(unexpected: set[Any], count: int) -> list[Finding]:
            failing = [i for i, value in enumerate(values) if value in unexpected]
            return list(self._report(code, failing, count, what))

        expectation = f"ExpectColumnValuesTo{'' if kind == 'MatchRegex' else 'Be'}{kind}"
        return Check(values, expectation, arguments, report)

    def _report(self, code: str, failing: list[int], count: int, what: str) -> Iterator[Finding]:
        """One finding per distinct verbatim value, in the order of their first rows."""
        records = np.flatnonzero(np.isin(self.codes, failing))
        codes = self.codes[records]
        first = np.unique(codes, return_index=True)[1]
        for value in codes[np.sort(first)][:MAX_VALUES].tolist():
            text = self.verbatim[value]
            yield _value_finding(
                self.table,
                self.name,
                records[codes == value],
                code=code,
                message=f"{text!r} is {what}",
                text=text,
            )
        total = max(count, len(failing))
        if total > MAX_VALUES:
            message = f"{self.name}: {total} distinct values are {what}"
            cell = RawCell(self.table.file, None, self.name)
            details = {"distinct": str(total), "listed": str(MAX_VALUES)}
            yield finding(code, message, variable=self.name, raw=cell, details=details)

    def _not_blank(self) -> Check:
        blank_texts = [i for i, text in enumerate(self.texts) if not text]
        blank = np.flatnonzero((self.codes < 0) | np.isin(self.codes, blank_texts))

        def report(_: set[Any], _count: int) -> list[Finding]:
            return [
                _value_finding(
                    self.table, self.name, blank, code="RAW507", message="the value is blank"
                )
            ]

        return _limit([len(blank)], report, 0, 0)


def _value_finding(
    table: Table, name: str, records: Any, *, code: str, message: str, text: str = ""
) -> Finding:
    rows = table.rows[records]
    return finding(
        code,
        f"{name}: {message}" + (f" ({len(rows)} records)" if len(rows) > 1 else ""),
        variable=name,
        value=text,
        raw=RawCell(table.file, int(rows[0]), name, text),
        details=_rows(rows),
    )


def _rows(rows: Rows) -> dict[str, str]:
    shown = ", ".join(map(str, rows[:MAX_ROWS].tolist()))
    more = ", ..." if len(rows) > MAX_ROWS else ""
    return {"count": str(len(rows)), "rows": shown + more}


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values[:10]) + (", ..." if len(values) > 10 else "")


def _limit(values: Iterable[Any], report: Report, low: float | None, high: float | None) -> Check:
    arguments = {"min_value": low, "max_value": high}
    return Check(list(values), "ExpectColumnValuesToBeBetween", arguments, report)


def _unique(table: Table, key: Sequence[str]) -> Check:
    groups = np.zeros(len(table.frame), np.int64)
    for name in key:
        values = table.frame[name].astype("category").cat
        codes = values.codes.to_numpy().astype(np.int64) + 1
        groups = pd.factorize(groups * (len(values.categories) + 1) + codes)[0]
    counts = np.bincount(groups) if len(groups) else np.array([], np.int64)
    repeated = np.flatnonzero(counts > 1)

    def report(_: set[Any], _count: int) -> list[Finding]:
        return list(_repeated(table, key, groups, repeated))

    return _limit(sorted(set(counts.tolist())), report, 1, 1)


def _repeated(table: Table, key: Sequence[str], groups: Any, repeated: Any) -> Iterator[Finding]:
    records = np.flatnonzero(np.isin(groups, repeated))
    records = records[np.argsort(groups[records], kind="stable")]
    first_of = np.flatnonzero(np.diff(groups[records], prepend=-1))
    for same in np.split(records, first_of[1:])[:MAX_VALUES]:
        pairs = table.frame.iloc[int(same[0])][list(key)]
        shown = tuple((n, "" if pd.isna(v) else str(v)) for n, v in pairs.items())
        text = ", ".join(f"{n} = {v!r}" for n, v in shown)
        rows = table.rows[same]
        yield finding(
            "RAW508",
            f"{len(rows)} records have {text}",
            key=shown,
            raw=RawCell(table.file, int(rows[0]), key[0], shown[0][1]),
            details=_rows(rows),
        )
    if len(repeated) > MAX_VALUES:
        message = f"{len(repeated)} keys ({', '.join(key)}) have several records"
        details = {"count": str(len(records)), "listed": str(MAX_VALUES)}
        yield finding("RAW508", message, raw=RawCell(table.file), details=details)


def _row_counts(table: Table, contract: Contract, previous: int | None) -> Iterator[Check]:
    limits, count = contract.rows, len(table.frame)
    if limits.min is not None or limits.max is not None:
        low = "..." if limits.min is None else str(limits.min)
        high = "..." if limits.max is None else str(limits.max)
        message = f"{count} records, agreed are {low} to {high}"
        yield _limit([count], _file_report(table, "RAW509", message), limits.min, limits.max)
    if limits.drift is not None and previous is not None:
        change = 100.0 * (count - previous) / previous if previous else (100.0 if count else 0.0)
        message = (
            f"{count} records, {previous} in the last build: {change:+.1f} %, "
            f"agreed are {limits.drift:g} %"
        )
        report = _file_report(table, "RAW510", message)
        yield _limit([change], report, -limits.drift, limits.drift)


def _file_report(table: Table, code: str, message: str) -> Report:
    def report(_: set[Any], _count: int) -> list[Finding]:
        return [finding(code, message, raw=RawCell(table.file))]

    return report


def did_not_run(file: str, contract: str, reason: str, place: SpecPlace | None = None) -> Finding:
    """The finding that stands for checks which could not be executed."""
    message = f"contract {contract} did not run: {reason}"
    return finding("RAW511", message, raw=RawCell(file), spec=place)
