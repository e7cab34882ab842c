"""``figures.yaml``: which pictures a study wants; without it, what its data sets suggest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from specs.language.base import SpecModel, Text, Where
from specs.reading.validate import validate
from specs.reading.yaml_source import read_yaml
from transport import Dataset

FILE = "figures.yaml"


class Figure(SpecModel):
    """One picture. ``by`` makes a panel per value; ``where`` picks the records."""

    kind: Literal["survival", "course", "swimmer"]
    title: Text
    dataset: Text
    where: Where | None = None
    by: Text = "PARAM"
    time: Text = "ADY"
    value: Text = "AVAL"
    unit: Text = "days"
    scale: Literal["linear", "log"] = "linear"
    limit: Text | None = None
    ends: Text | None = None
    events: dict[str, Text] = Field(default_factory=dict)


class Figures(SpecModel):
    """All pictures of a study."""

    figures: list[Figure] = Field(default_factory=list)


def load_figures(root: Path, datasets: Mapping[str, Dataset]) -> list[Figure]:
    """The figures that a study states, else those that its data sets suggest."""
    path = root / FILE
    if path.is_file():
        return validate(Figures, read_yaml(path, FILE)).figures
    return [figure for name in sorted(datasets) for figure in _suggested(datasets[name])]


def _suggested(dataset: Dataset) -> list[Figure]:
    columns = set(dataset.frame.columns)
    name = dataset.name
    if {"CNSR", "AVAL", "PARAM"} <= columns:
        return [Figure(kind="survival", title=dataset.label, dataset=name)]
    if {"AFRLT", "AVAL", "PARAM"} <= columns:
        figure = Figure(
            kind="course",
            title=dataset.label,
            dataset=name,
            time="AFRLT",
            unit="hours",
            scale="log",
        )
        return [figure]
    return []
