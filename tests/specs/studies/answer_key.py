"""The answer key of the seed study against a build: what each row asks, and whether it holds.

RAW.md ("Reading the answer keys") says what the columns mean.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sdtm.build import SdtmBuild
from specs import Finding, Severity

SEED = Path(__file__).parents[3] / "specs" / "studies" / "nct04938115"


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of an answer key. ``line`` is its line in the file."""

    line: int
    mess: str
    raw_file: str
    sheet: str
    row: str
    row_id: str
    column: str
    verbatim: str
    domain: str
    usubjid: str
    key: str
    variable: str
    expected_value: str
    expected_query: str
    note: str

    def __str__(self) -> str:
        return (
            f"answer_key:{self.line} (mess {self.mess}) {self.raw_file}:{self.row} {self.column} = "
            f"{self.verbatim!r}: {self.domain} {self.usubjid} {self.key} {self.variable}"
        )

    @property
    def parent(self) -> str:
        """The data set whose records ``key`` identifies."""
        return self.domain.removeprefix("SUPP")


def read_key(path: Path = SEED / "answer_key.csv") -> list[Answer]:
    """Every row of an answer key."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Answer(number, **row) for number, row in enumerate(rows, start=2)]


def of_domains(rows: Iterable[Answer], domains: Collection[str]) -> list[Answer]:
    """The rows whose parent data set is one of ``domains``."""
    return [row for row in rows if row.parent in domains]


class Check:
    """A build, ready to be asked."""

    def __init__(self, build: SdtmBuild) -> None:
        self.frames = {name: dataset.frame for name, dataset in build.datasets.items()}
        self.queries = [f for f in build.findings if f.severity is not Severity.INFO]
        self._asked = {place(f) for f in self.queries if f.raw is not None}

    def wrong_values(self, rows: Iterable[Answer]) -> list[str]:
        """One line of text for each row whose expected value is not there."""
        return [f"{row}: {text}" for row in rows if (text := self._value_problem(row))]

    def wrong_queries(self, rows: Iterable[Answer]) -> list[str]:
        """One line for each row that is not asked though it should be, or the other way round."""
        out = []
        wanted = {(r.raw_file, r.row, r.column) for r in rows if r.expected_query == "Y"}
        for row in rows:
            if row.expected_query == "Y" and not self._row_asked(row):
                out.append(f"{row}: expected a query at this row, found none")
            if row.expected_query == "N" and (row.raw_file, row.row, row.column) not in wanted:
                out.extend(f"{row}: asked though it is in order: {text}" for text in self._at(row))
        return out

    def _row_asked(self, row: Answer) -> bool:
        return any(f == (row.raw_file, row.sheet, row.row) for f, _ in self._asked)

    def _at(self, row: Answer) -> list[str]:
        here = ((row.raw_file, row.sheet, row.row), row.column)
        return [f"{f.rule} {f.message}" for f in self.queries if f.raw and place(f) == here]

    def _value_problem(self, row: Answer) -> str:
        if row.expected_value == "*":
            return ""
        frame = self.frames.get(row.parent)
        if frame is None:
            return f"{row.parent} was not built"
        records = self._records(frame, row)
        if row.variable == "(count)":
            found = len(records)
            return "" if str(found) == row.expected_value else f"{found} records"
        if len(records) != 1:
            return f"{len(records)} records have this key"
        got = self._value(records.iloc[0], row)
        return "" if agrees(got, row.expected_value) else f"{got!r}, not {row.expected_value!r}"

    def _records(self, frame: pd.DataFrame, row: Answer) -> pd.DataFrame:
        mask = frame["USUBJID"].astype(str) == row.usubjid
        for pair in filter(None, row.key.split(";")):
            name, _, value = pair.partition("=")
            if name not in frame:
                return frame.iloc[:0]
            mask &= frame[name].map(lambda v, value=value: agrees(text(v), value)).astype(bool)
        return frame[mask]

    def _value(self, record: Any, row: Answer) -> str:
        if row.domain == row.parent:
            return text(record[row.variable]) if row.variable in record else ""
        supplement = self.frames.get(row.domain)
        if supplement is None:
            return ""
        mask = (
            (supplement["USUBJID"].astype(str) == row.usubjid)
            & (supplement["IDVARVAL"].astype(str) == text(record[f"{row.parent}SEQ"]))
            & (supplement["QNAM"].astype(str) == row.variable)
        )
        values = supplement.loc[mask, "QVAL"].tolist()
        return str(values[0]) if values else ""


def place(finding: Finding) -> tuple[tuple[str, str, str], str]:
    """((file, sheet, row), column) of a finding's raw cell, as an answer key writes it."""
    raw = finding.raw
    assert raw is not None
    file, _, sheet = raw.file.partition("#")
    return (file, sheet, str(raw.row)), raw.column


def text(value: Any) -> str:
    """A cell as text: missing is blank, 3.0 is 3."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)


def agrees(got: str, expected: str) -> bool:
    """Whether a value is one of the expected ones (``a|b``); numbers are compared as numbers."""
    return any(want == "*" or _same(got, want) for want in expected.split("|"))


def _same(got: str, want: str) -> bool:
    if got == want:
        return True
    try:
        return abs(float(got) - float(want)) <= 1e-9 * max(1.0, abs(float(want)))
    except ValueError:
        return False


def unexpected_queries(
    check: Check, rows: Iterable[Answer], domains: Collection[str]
) -> Iterator[Finding]:
    """Queries of these data sets at raw rows that no answer-key row expects to be asked about."""
    wanted = {(r.raw_file, r.sheet, r.row) for r in rows if r.expected_query == "Y"}
    for one in check.queries:
        if one.dataset in domains and (one.raw is None or place(one)[0] not in wanted):
            yield one
