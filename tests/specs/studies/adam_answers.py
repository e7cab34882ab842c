"""The answer key of the analysis data: what each row asks of a build."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd

from specs.studies.nct04938115.generate.adam_key_blood import counts, recovery
from tests.specs.studies.answer_key import SEED

KEY = SEED / "answer_key_adam.csv"
Frames = dict[str, pd.DataFrame]


def read_rows(path: Path = KEY) -> list[dict[str, str]]:
    """Every row of the key."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recoveries(code: str, *, leave: set[str]) -> dict[str, tuple[int, int] | None]:
    """AVAL and CNSR of a recovery by subject, by the raw counts and the truth; None: never low."""
    out: dict[str, tuple[int, int] | None] = {}
    therapies = {r["usubjid"]: r["new_therapy"] for r in read_rows(SEED / "truth/endpoints.csv")}
    for facts in read_rows(SEED / "truth" / "subjects.csv"):
        if not facts["infusion"] or facts["subjid"] in leave:
            continue
        start = date.fromisoformat(facts["infusion"][:10])
        days = {2: therapies[facts["usubjid"]], 3: facts["hsct"], 8: facts["death"]}
        days[9] = facts["infusion_2"]
        ends = [(date.fromisoformat(d[:10]), cnsr, "") for cnsr, d in days.items() if d]
        stop = recovery(counts(facts["subjid"], code), code, start, sorted(ends))
        out[facts["usubjid"]] = stop and ((stop.day - start).days + 1, stop.cnsr)
    return out


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
