"""How many findings of a kind a report lists; the others are counted.

One unit that is no term of its codelist is a finding for each of a million records. A report says
how many there are and of how many subjects, and lists the first thousand: nobody reads more, and
each one listed costs as much as the rule that found a hundred of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from validation.report.counting.table import GROUP_KEYS, SUBJECT_VARIABLES

LISTED = 1000
"""Findings of one rule, data set, variable and value that are listed; 0 lists all."""
Rows = npt.NDArray[np.intp]


@dataclass
class Unlisted:
    """What is counted and not listed.

    ``groups`` has a row per rule, data set, variable, value and severity with the number of
    findings that are not listed (``count``) and of all subjects (``subjects``); ``people`` the
    subjects by rule and data set.
    """

    groups: Any
    people: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def __add__(self, other: Unlisted) -> Unlisted:
        """Both: of two runs."""
        joined = pd.concat([self.groups, other.groups], ignore_index=True)
        return Unlisted(joined, {**self.people, **other.people})

    def of_dataset(self, name: str) -> set[str]:
        """The subjects with a finding of a data set that is in part not listed."""
        return set().union(*(who for (_, dataset), who in self.people.items() if dataset == name))


@dataclass(frozen=True)
class Split:
    """A block of findings as listed, and one finding of each kind that is not listed whole."""

    listed: Any
    examples: Any
    counts: Rows
    subjects: Rows
    people: set[str]


def split(block: Any, most: int) -> Split | None:
    """The block cut to ``most`` findings of each value; None where that leaves it as it is."""
    size = block.issues
    if not most or size <= most:
        return None
    codes = np.stack([block.datasets.codes, *(c.codes for c in block.values.values())], axis=1)
    first, which, held = _kinds(codes)
    over = np.flatnonzero(held > most)
    if not len(over):
        return None
    order = np.argsort(which, kind="stable")
    starts = np.concatenate([[0], np.cumsum(held)[:-1]])
    place = np.empty(size, dtype=np.intp)
    place[order] = np.arange(size) - starts[which[order]]
    who = next((block.keys[name] for name in SUBJECT_VARIABLES if name in block.keys), None)
    many = np.isin(which, over)
    subjects, people = _people(who, which, many, over)
    kept, examples = np.flatnonzero(place < most), first[over]
    return Split(taken(block, kept), taken(block, examples), held[over] - most, subjects, people)


def _kinds(codes: npt.NDArray[Any]) -> tuple[Rows, Rows, Rows]:
    """First row, kind of each row, and size of each kind, of rows of codes."""
    combined = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        _, dense = np.unique(column, return_inverse=True)
        combined = combined * (int(dense.max()) + 1) + dense
        _, combined = np.unique(combined, return_inverse=True)
    _, first, which, held = np.unique(
        combined, return_index=True, return_inverse=True, return_counts=True
    )
    return first, which.astype(np.intp), held


def _people(who: Any, which: Rows, many: Any, over: Rows) -> tuple[Rows, set[str]]:
    if who is None:
        return np.zeros(len(over), dtype=np.intp), set()
    texts = np.array([*who.texts, ""], dtype=object)
    named = many & (texts[who.codes] != "")
    pairs = pd.DataFrame({"kind": which[named], "who": who.codes[named]}).drop_duplicates()
    counts = np.bincount(pairs["kind"], minlength=int(over.max()) + 1)[over]
    return counts, set(texts[pairs["who"].unique()].tolist())


def taken(block: Any, rows: Rows) -> Any:
    """A block of some of the findings."""

    def some(coded: Any) -> Any:
        return replace(coded, codes=coded.codes[rows])

    return replace(
        block,
        datasets=some(block.datasets),
        records=None if block.records is None else block.records[rows],
        values={name: some(coded) for name, coded in block.values.items()},
        keys={name: some(coded) for name, coded in block.keys.items()},
    )


def unlisted(pieces: Iterable[tuple[Mapping[str, Any], Split]]) -> Unlisted | None:
    """What the blocks that were cut do not list; ``pieces`` hold the coded columns of the examples.

    None where every finding is listed.
    """
    rows: list[dict[str, Any]] = []
    people: dict[tuple[str, str], set[str]] = {}
    for columns, cut in pieces:
        for at, (count, subjects) in enumerate(
            zip(cut.counts.tolist(), cut.subjects.tolist(), strict=True)
        ):
            row = {name: _text(columns[name], at) for name in (*GROUP_KEYS, "severity")}
            rows.append({**row, "count": count, "subjects": subjects})
            people.setdefault((row["rule"], row["dataset"]), set()).update(cut.people)
    return Unlisted(pd.DataFrame(rows), people) if rows else None


def _text(piece: Any, at: int) -> str:
    texts, codes = piece
    return str(texts[int(codes[at])])
