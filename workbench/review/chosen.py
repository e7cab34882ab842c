"""The subjects whose records the page carries: all of them, or as many as a browser opens easily.

Those about whom something is asked come first, the others in the order of DM; a subject is on the
page with all of its records or with none. The summaries are of all subjects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.queries.model import State

MOST_RECORDS = 300_000
"""Records of all data sets on one page."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The subjects on the page (None: all), of so many."""

    subjects: frozenset[str] | None
    number: int

    @property
    def said(self) -> str:
        """What the page says of those who are not on it; nothing when all are."""
        if self.subjects is None:
            return ""
        return (
            f"Records of {len(self.subjects):,} of {self.number:,} subjects, those with open"
            f" questions first: a page holds {MOST_RECORDS:,} records at the most. The summaries"
            " count all subjects; the data sets hold all records."
        )

    def rows(self, frame: Any) -> Any:
        """Whether each record of a data set is of these subjects (bool vector, one a record)."""
        if self.subjects is None:
            return np.ones(len(frame), bool)
        return frame["USUBJID"].isin(self.subjects).to_numpy()


def chosen(frames: Mapping[str, pd.DataFrame], asked: Sequence[Mapping[str, Any]]) -> Chosen:
    """The subjects of the page, of data sets that all have USUBJID; ``asked`` are the questions as
    ``queries.json`` has them."""
    counts: Counter[str] = Counter()
    for frame in frames.values():
        found = frame["USUBJID"].value_counts()
        counts.update(dict(zip(map(str, found.index.astype(object)), found.tolist(), strict=True)))
    if counts.total() <= MOST_RECORDS:
        return Chosen(None, len(counts))
    about = {str(one.get("subject", "")) for one in asked if State(one["state"]).is_open}
    dm = frames.get("DM")
    order = dict.fromkeys([] if dm is None else dm["USUBJID"].astype(str))
    order |= dict.fromkeys(sorted(counts))
    ranked = sorted(order, key=lambda subject: subject not in about)
    sizes = np.cumsum([counts[subject] for subject in ranked])
    return Chosen(frozenset(ranked[: int((sizes <= MOST_RECORDS).sum())]), len(ranked))
