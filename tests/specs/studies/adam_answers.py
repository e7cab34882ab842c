"""The answer key of the analysis data: what each row asks of a build."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from tests.specs.studies.answer_key import SEED

KEY = SEED / "answer_key_adam.csv"
Frames = dict[str, pd.DataFrame]


def read_rows(path: Path = KEY) -> list[dict[str, str]]:
    """Every row of the key."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wanted(row: dict[str, str]) -> dict[str, str]:
    """The values that identify the record: ``PPCAT=CD7 CAR Transgene ATPTREF=...``."""
    out: dict[str, str] = {}
    for word in row["record"].split(" "):
        name, sign, value = word.partition("=")
        if sign:
            out[name] = value
        elif out:
            out[list(out)[-1]] += f" {word}"
    return out


def found(frames: Frames, row: dict[str, str]) -> str:
    """The value that a build has, as text; a date as ISO 8601, missing as nothing."""
    frame = frames[row["dataset"]]
    frame = frame[frame["USUBJID"] == row["usubjid"]]
    for name, value in wanted(row).items():
        frame = frame[frame[name].astype("str") == value]
    if row["variable"] == "records":
        return str(len(frame))
    assert len(frame) == 1, f"{len(frame)} records of {row}"
    return shown(frame[row["variable"]].iloc[0])


def shown(value: object) -> str:
    """A cell as the key writes it."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
