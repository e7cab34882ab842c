"""The different combinations of values of some variables, with how many records have each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specs import Finding, SpecPlace, finding
from transport import Dataset


@dataclass(frozen=True, slots=True)
class Combination:
    """Values of variables ("" where blank or not there), and the records that have them."""

    dataset: str
    values: dict[str, str]
    records: int
    first: int

    def get(self, variable: str) -> str:
        """A value; "" where it is blank or not there."""
        return self.values.get(variable, "")

    def says(
        self, code: str, variable: str, message: str, place: SpecPlace, **more: Any
    ) -> Finding:
        """A finding about a variable of these records."""
        times = f" ({self.records} records)" if self.records > 1 else ""
        return finding(
            code,
            f"{variable} {self.get(variable)!r}: {message}{times}",
            dataset=self.dataset,
            variable=variable,
            value=self.get(variable),
            record=self.first,
            spec=place,
            **more,
        )


def combinations(dataset: Dataset, variables: Sequence[str]) -> Iterator[Combination]:
    """Every combination that occurs, in the order of its first record; none that is all blank."""
    held = [name for name in variables if name in dataset.frame]
    frame = dataset.frame[held].astype("object")
    seen: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(frame.itertuples(index=False, name=None), 1):
        key = tuple(_text(value) for value in row)
        if any(key):
            seen.setdefault(key, []).append(number)
    for key, numbers in seen.items():
        values = dict(zip(held, key, strict=True))
        yield Combination(dataset.name, values, len(numbers), numbers[0])


def _text(value: Any) -> str:
    """A value as a dictionary writes it: codes that are numbers have no decimal point."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else f"{value:g}"
    return str(value).strip()
