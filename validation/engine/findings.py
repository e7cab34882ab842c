"""Findings kept by column: a hundred thousand of them cost a few arrays, not as many objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from specs.findings import Finding
from validation.engine.ruleset.rules import Rule

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """Texts as codes into distinct texts."""

    codes: npt.NDArray[np.int32]
    texts: list[str]

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.texts[int(self.codes[row])]

    def series(self) -> Any:
        """As a pandas categorical."""
        texts = pd.Index(self.texts, dtype=object)
        if texts.is_unique:
            return pd.Series(pd.Categorical.from_codes(self.codes, texts))
        return pd.Series(np.array(self.texts, dtype=object)[self.codes]).astype("category")

    @classmethod
    def same(cls, text: str, length: int) -> Coded:
        """The same text on every row."""
        return cls(np.zeros(length, dtype=np.int32), [text])


@dataclass(frozen=True)
class Block:
    """What one rule found in one data set: issues (records, or the data set), each with its
    variables.

    ``records`` is None for findings about a data set or the study. ``values`` hold one entry per
    variable, ``keys`` the key variables of the records.
    """

    rule: Rule
    datasets: Coded
    records: Rows | None
    values: dict[str, Coded]
    keys: dict[str, Coded] = field(default_factory=dict)

    @property
    def issues(self) -> int:
        """How many records (or data sets) are wrong."""
        return len(self.datasets.codes)

    def __len__(self) -> int:
        return self.issues * max(len(self.values), 1)

    def items(self) -> Iterator[Finding]:
        """The findings, issue by issue, variable by variable."""
        for row in range(self.issues):
            key = tuple((name, coded.at(row)) for name, coded in self.keys.items())
            record = None if self.records is None else int(self.records[row])
            shown = [(name, coded.at(row)) for name, coded in self.values.items()] or [("", "")]
            for variable, value in shown:
                yield Finding(
                    rule=self.rule.id,
                    message=self.rule.message,
                    severity=self.rule.severity,
                    dataset=self.datasets.at(row),
                    variable=variable,
                    record=record,
                    key=key,
                    value=value,
                    hint=self.rule.hint,
                    owner=self.rule.owner,
                )

    def frame(self, first_issue: int) -> pd.DataFrame:
        """One row per finding; ``issue`` numbers the records that belong together."""
        pieces = []
        issue = np.arange(first_issue, first_issue + self.issues)
        for variable, coded in self.values.items() or [("", Coded.same("", self.issues))]:
            pieces.append(self._piece(issue, variable, coded))
        return pd.concat(pieces, ignore_index=True).sort_values(
            "issue", kind="stable", ignore_index=True
        )

    def _piece(self, issue: Rows, variable: str, coded: Coded) -> pd.DataFrame:
        record = pd.array(
            [pd.NA] * self.issues if self.records is None else self.records, dtype="Int64"
        )
        return pd.DataFrame(
            {
                "issue": issue,
                "rule": self.rule.id,
                "dataset": self.datasets.series().astype(object),
                "record": record,
                "variable": variable,
                "value": coded.series().astype(object),
                "key": self._key_texts(),
                "message": self.rule.message,
                "severity": self.rule.severity.value,
            }
        )

    def _key_texts(self) -> list[str]:
        columns = [
            [f"{name}={coded.texts[c]}" for c in coded.codes] for name, coded in self.keys.items()
        ]
        return (
            [", ".join(parts) for parts in zip(*columns, strict=True)]
            if columns
            else [""] * self.issues
        )


COLUMNS = ("issue", "rule", "dataset", "record", "variable", "value", "key", "message", "severity")


class Findings:
    """All findings of a run: a sequence of Finding, made when looked at."""

    def __init__(
        self, blocks: list[Block] | None = None, others: list[Finding] | None = None
    ) -> None:
        self.blocks = list(blocks or ())
        self.others = list(others or ())
        """Findings that no rule made: a file that could not be read."""

    def __len__(self) -> int:
        return sum(map(len, self.blocks)) + len(self.others)

    def __iter__(self) -> Iterator[Finding]:
        yield from self.others
        for block in self.blocks:
            yield from block.items()

    def __getitem__(self, at: int) -> Finding:
        if at < 0:
            at += len(self)
        if at < len(self.others):
            return self.others[at]
        for number, finding in enumerate(self):
            if number == at:
                return finding
        raise IndexError(at)

    @property
    def issues(self) -> int:
        """How many records or data sets are wrong, over all rules."""
        return sum(block.issues for block in self.blocks) + len(self.others)

    def frame(self) -> pd.DataFrame:
        """One row per finding with the columns of ``COLUMNS``."""
        pieces, issue = [], 1
        for finding in self.others:
            pieces.append(_row(finding, issue))
            issue += 1
        for block in self.blocks:
            pieces.append(block.frame(issue))
            issue += block.issues
        if not pieces:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
        return pd.concat(pieces, ignore_index=True)


def _row(finding: Finding, issue: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "issue": [issue],
            "rule": [finding.rule],
            "dataset": [finding.dataset],
            "record": pd.array(
                [pd.NA if finding.record is None else finding.record], dtype="Int64"
            ),
            "variable": [finding.variable],
            "value": [finding.value],
            "key": [", ".join(f"{name}={value}" for name, value in finding.key)],
            "message": [finding.message],
            "severity": [finding.severity.value],
        }
    )
