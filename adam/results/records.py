"""Analysis data sets as an analysis looks at them: conditions, subjects, values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.values.column import Kind, Mask
from derive.values.masks import mask
from derive.values.number import Number
from derive.values.text import Text
from specs import SpecificationError, finding
from specs.conditions import Condition
from transport import Dataset

SUBJECTS, SUBJECT = "ADSL", "USUBJID"
Positions = NDArray[np.int64]
Texts = NDArray[Any]


@dataclass(slots=True)
class Records:
    """One data set. ``subject`` is the position of each record's subject in the subject-level data
    set, -1 for a stranger."""

    dataset: Dataset
    subject: Positions
    _masks: dict[str, Mask] = field(default_factory=dict)
    _texts: dict[str, Texts] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of records."""
        return len(self.subject)

    @property
    def names(self) -> list[str]:
        """The variables."""
        return [one.name for one in self.dataset.variables]

    def kind(self, name: str) -> Kind:
        """Text or number. Raises KeyError for a variable that is not there."""
        return Kind.NUMBER if self.dataset.variable(name).type == "Num" else Kind.TEXT

    def mask(self, condition: Condition | None) -> Mask:
        """The records that a condition holds for. Raises KeyError, KindError."""
        if condition is None:
            return np.ones(self.size, np.bool_)
        if condition.text not in self._masks:
            self._masks[condition.text] = mask(condition, self._operand)
        return self._masks[condition.text]

    def _operand(self, name: str) -> Any:
        if self.kind(name) is Kind.NUMBER:
            return Number.of(self.numbers(name))
        return Text.from_series(self.dataset.frame[name])

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A numeric variable; NaN where it is missing."""
        made: NDArray[np.float64] = self.dataset.frame[name].to_numpy(float)
        return made

    def texts(self, name: str) -> Texts:
        """A variable as text, white space taken off; empty where it is missing."""
        if name not in self._texts:
            if self.kind(name) is Kind.NUMBER:
                made = ["" if np.isnan(v) else f"{v:.15g}" for v in self.numbers(name)]
            else:
                column = self.dataset.frame[name].astype("object")
                made = [v.strip() if isinstance(v, str) else "" for v in column]
            self._texts[name] = np.array(made, dtype=object)
        return self._texts[name]

    def key(self, position: int) -> tuple[tuple[str, str], ...]:
        """The record's key, as people look it up."""
        wanted = [SUBJECT, *(n for n in ("PARAMCD", "AESEQ", "ADT", "ASEQ") if n in self.names)]
        return tuple((n, str(self.texts(n)[position])) for n in wanted)


def all_records(datasets: Mapping[str, Dataset]) -> dict[str, Records]:
    """The data sets, subjects first. Raises SpecificationError ADAM319 where ADSL is not there,
    ADAM322 where a subject stands in it twice."""
    if SUBJECTS not in datasets:
        raise SpecificationError(finding("ADAM319", "there is no ADSL to count subjects of"))
    of_all = Records(datasets[SUBJECTS], np.arange(datasets[SUBJECTS].records, dtype=np.int64))
    names = of_all.texts(SUBJECT).tolist()
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        said = f"{len(twice)} subject(s) stand in ADSL more than once, such as {twice[0]}"
        raise SpecificationError(finding("ADAM322", said))
    place = {name: i for i, name in enumerate(names)}
    out = {SUBJECTS: of_all}
    for name, dataset in datasets.items():
        if name != SUBJECTS and SUBJECT in dataset.frame:
            made = Records(dataset, np.empty(0, np.int64))
            subjects = dataset.frame[SUBJECT].astype("object")
            made.subject = np.array([place.get(str(s).strip(), -1) for s in subjects], np.int64)
            out[name] = made
    return out
