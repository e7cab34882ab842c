"""The records of a build for the page: the columns that a reader of a profile needs, each record
with the raw row that it came from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specs.account import read_accounts
from specs.errors import TracelockError
from transport import read_dataset
from transport.columns import FOLDER as COLUMNS
from transport.columns import Coded, kept_columns, names_of, read_columns

MOST_COLUMNS = 18
"""Columns of a data set on the page, its origin not counted."""
_FIRST = ("USUBJID",)
_ENDS = (
    *("TERM", "DECOD", "TRT", "TESTCD", "TEST", "CAT", "ORRES", "ORRESU", "STRESC", "STRESN"),
    *("STRESU", "STNRLO", "STNRHI", "TOXGR", "SER", "OUT", "DOSE", "DOSU", "STAT", "OCCUR"),
)
_LATER = ("DTC", "STDTC", "ENDTC", "DY", "STDY", "ENDY", "SEQ")
_COUNTED = ("USUBJID", "VISIT", "VISITNUM", "VISITDY", "STAT", "OCCUR", "RFSTDTC", "RFPENDTC")
"""Columns (their ends) by which completeness is counted."""
_WHENCE = ("stream", "file", "row")
_DESIGN = ("TA", "TE", "TI", "TS", "TV", "RELREC")


def frames_of(build: Path, encoding: str) -> dict[str, Any]:
    """The data sets of a build as frames, by name; supplemental qualifiers left out. Texts are
    categories, '' among them; numbers float64. Of a data set whose columns were kept, those by
    which records are counted are enough: :func:`table_of` reads what a page shows."""
    found: dict[str, Any] = {}
    kept = kept_columns(build / COLUMNS)
    for path in sorted((build / "sdtm").glob("*.xpt")):
        name = path.stem.upper()
        if name.startswith("SUPP"):
            continue
        try:
            if name in kept:
                there = names_of(kept[name])
                counted = [c for c in there if c.endswith(_COUNTED)] or there
                found[name] = pd.DataFrame(_read(kept[name], counted), copy=False)
                continue
            found[name] = read_dataset(path, encoding=encoding).frame
        except TracelockError:
            continue  # it was written by this build: others tell what is wrong with it
    return found


def _read(path: Path, names: Sequence[str], those: Any = None) -> dict[str, Any]:
    """Kept columns, of the records wanted (bool vector; None: all)."""
    made: dict[str, Any] = {}
    for name, one in read_columns(path, names).columns.items():
        if isinstance(one, Coded):
            made[name] = _texts(one if those is None else Coded(one.codes[those], one.values))
        else:
            made[name] = one if those is None else one[those]
    return made


def _texts(column: Coded) -> Any:
    """Categories by their code; blank is ''."""
    words = pd.Index([*column.values, ""], dtype=object)
    codes = np.where(column.codes < 0, np.int32(len(column.values)), column.codes)
    return pd.Categorical.from_codes(codes, categories=words, validate=False)


def shown_columns(name: str, there: Sequence[str]) -> list[str]:
    """The columns of a data set that the page shows, of those that are there."""
    if name == "DM":
        return [c for c in there if c not in ("STUDYID", "DOMAIN")][:24]
    named = [*_FIRST, *(f"{name}{end}" for end in _ENDS), "VISIT"]
    dated = [c for end in _LATER if (c := f"{name}{end}") in there]
    have = [c for c in named if c in there]
    return [*have[: MOST_COLUMNS - len(dated)], *dated]


def table_of(name: str, frame: Any, build: Path, accounts: Any, those: Any) -> dict[str, Any]:
    """The columns of a data set, with ``_file`` and ``_row`` of the raw row of each record;
    ``those`` (bool vector) are the records wanted."""
    kept = kept_columns(build / COLUMNS).get(name)
    if kept is not None:
        shown = shown_columns(name, names_of(kept))
        columns = _read(kept, shown, None if those.all() else those)
    else:
        frame = frame if those.all() else frame[those]
        columns = {column: frame[column] for column in shown_columns(name, list(frame))}
    return {**columns, **_origin(name, those, build, accounts)}


def is_shown(name: str, frame: Any) -> bool:
    """Whether a data set has records of subjects."""
    return name not in _DESIGN and "USUBJID" in frame.columns and len(frame) > 0


def accounts_of(build: Path) -> Any:
    """The account of lines of a build; empty where it has none."""
    try:
        return read_accounts(build / "lineage")
    except (TracelockError, OSError, ValueError):
        return {}


def _origin(name: str, those: Any, build: Path, accounts: Any) -> dict[str, Any]:
    path = build / "lineage" / f"{name.lower()}.parquet"
    account = accounts.get(name)
    if account is None or not path.is_file():
        return {}
    import pyarrow.parquet as pq

    there = pq.read_schema(path).names
    table = pq.read_table(path, columns=[key for key in _WHENCE if key in there])
    if table.num_rows != len(those) or "row" not in there:
        return {}
    size = int(np.count_nonzero(those))
    vectors = {
        key: table[key].to_numpy()[those] if key in there else np.zeros(size, np.int64)
        for key in _WHENCE
    }
    files = np.full(size, "", dtype=object)
    for number, part in enumerate(account.parts):
        for at, file in enumerate(part.files if part.kind == "raw" else ()):
            files[(vectors["stream"] == number) & (vectors["file"] == at)] = file
    rows = pd.Series(np.where(files != "", vectors["row"], 0)).astype("int64")
    return {"_file": pd.Series(files), "_row": rows.where(rows > 0)}
