"""The seed study's analysis data made of a few of its subjects, whose records a test changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pyreadstat

from adam import build_adam
from tests.specs.studies.adam_answers import Frames
from tests.specs.studies.answer_key import SEED
from transport import Dataset, read_xpt, write_xpt

Change = Callable[[dict[str, pd.DataFrame]], None]
USUBJID = "NCT04938115-01-{}"
DESIGN = ("TS", "TV", "TA", "TE", "TI")


def analysed(sdtm: Path, folder: Path, subjects: Iterable[str], change: Change) -> Frames:
    """ADaM of these subjects (``019``) after ``change`` edited their tabulation data in place."""
    wanted = [USUBJID.format(one) for one in subjects]
    read: dict[str, Dataset] = {f.stem.upper(): read_xpt(f) for f in sorted(sdtm.glob("*.xpt"))}
    frames: dict[str, pd.DataFrame] = {}
    for name, dataset in read.items():
        frame = dataset.frame
        kept = frame[frame["USUBJID"].isin(wanted)] if "USUBJID" in frame else frame
        texts = [column for column in kept if kept[column].dtype == "category"]
        frames[name] = kept.reset_index(drop=True).astype(dict.fromkeys(texts, "object"))
    change(frames)
    (folder / "sdtm").mkdir()
    for name, dataset in read.items():
        dataset.frame = frames[name]
        write_xpt(dataset, folder / "sdtm" / f"{name.lower()}.xpt", encoding="ascii")
    built = build_adam(SEED, sdtm=folder / "sdtm", out=folder / "adam")
    assert built.failed == {}
    files = sorted(built.out.rglob("*.xpt"))
    return {file.stem.upper(): pyreadstat.read_xport(file)[0] for file in files}


def again(frame: pd.DataFrame, **cells: object) -> pd.DataFrame:
    """A record like the first, with these cells, below the others."""
    more = frame.iloc[[0]].assign(**cells)
    return pd.concat([frame, more], ignore_index=True)
