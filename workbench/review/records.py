"""The records of a build for the page: the columns that a reader of a profile needs, each record
with the raw row that it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specs.account import read_accounts
from specs.errors import TracelockError
from transport import read_dataset

MOST_COLUMNS = 18
"""Columns of a data set on the page, its origin not counted."""
_FIRST = ("USUBJID",)
_ENDS = (
    *("TERM", "DECOD", "TRT", "TESTCD", "TEST", "CAT", "ORRES", "ORRESU", "STRESC", "STRESN"),
    *("STRESU", "STNRLO", "STNRHI", "TOXGR", "SER", "OUT", "DOSE", "DOSU", "STAT", "OCCUR"),
)
_LATER = ("DTC", "STDTC", "ENDTC", "DY", "STDY", "ENDY", "SEQ")
_DESIGN = ("TA", "TE", "TI", "TS", "TV", "RELREC")


def frames_of(build: Path, encoding: str) -> dict[str, Any]:
    """The data sets of a build as frames, by name; supplemental qualifiers left out."""
    found: dict[str, Any] = {}
    for path in sorted((build / "sdtm").glob("*.xpt")):
        name = path.stem.upper()
        if name.startswith("SUPP"):
            continue
        try:
            found[name] = read_dataset(path, encoding=encoding).frame
        except TracelockError:
            continue  # it was written by this build: others tell what is wrong with it
    return found


def shown_columns(name: str, frame: Any) -> list[str]:
    """The columns of a data set that the page shows."""
    if name == "DM":
        wanted = [c for c in frame.columns if c not in ("STUDYID", "DOMAIN")]
        return wanted[:24]
    named = [*_FIRST, *(f"{name}{end}" for end in _ENDS), "VISIT"]
    dated = [c for end in _LATER if (c := f"{name}{end}") in frame.columns]
    have = [c for c in named if c in frame.columns]
    return [*have[: MOST_COLUMNS - len(dated)], *dated]


def table_of(name: str, frame: Any, build: Path, accounts: Any) -> dict[str, Any]:
    """The columns of a data set, with ``_file`` and ``_row`` of the raw row of each record."""
    columns = {column: frame[column] for column in shown_columns(name, frame)}
    return {**columns, **_origin(name, len(frame), build, accounts)}


def is_shown(name: str, frame: Any) -> bool:
    """Whether a data set has records of subjects."""
    return name not in _DESIGN and "USUBJID" in frame.columns and len(frame) > 0


def accounts_of(build: Path) -> Any:
    """The account of lines of a build; empty where it has none."""
    try:
        return read_accounts(build / "lineage")
    except (TracelockError, OSError, ValueError):
        return {}


def _origin(name: str, size: int, build: Path, accounts: Any) -> dict[str, Any]:
    path = build / "lineage" / f"{name.lower()}.parquet"
    account = accounts.get(name)
    if account is None or not path.is_file():
        return {}
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    if table.num_rows != size or "row" not in table.column_names:
        return {}
    vectors = {
        key: table[key].to_numpy() if key in table.column_names else np.zeros(size, np.int64)
        for key in ("stream", "file", "row")
    }
    files = np.full(size, "", dtype=object)
    for number, part in enumerate(account.parts):
        for at, file in enumerate(part.files if part.kind == "raw" else ()):
            files[(vectors["stream"] == number) & (vectors["file"] == at)] = file
    rows = pd.Series(np.where(files != "", vectors["row"], 0)).astype("int64")
    return {"_file": pd.Series(files), "_row": rows.where(rows > 0)}
