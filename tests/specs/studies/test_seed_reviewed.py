"""What the seed study's analysis data say of records that were changed by hand, one rule each.

Some subjects of the seed; each got the records that a rule is about.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.specs.studies.adam_answers import Frames, shown
from tests.specs.studies.few import USUBJID, again, analysed

Tables = dict[str, pd.DataFrame]


def _of(tables: Tables, name: str, subject: str) -> pd.DataFrame:
    frame = tables[name]
    return frame[frame["USUBJID"] == USUBJID.format(subject)]


def _add(tables: Tables, name: str, subject: str, **cells: object) -> None:
    """A record like the subject's first, with these cells."""
    frame = tables[name]
    sequence = {f"{name}SEQ": _of(tables, name, subject)[f"{name}SEQ"].max() + 1}
    made = again(_of(tables, name, subject).head(1), **sequence, **cells).tail(1)
    tables[name] = pd.concat([frame, made], ignore_index=True)


def _transplant(tables: Tables, subject: str, day: str) -> None:
    cells = {"PRDECOD": "ALLOGENEIC STEM CELL TRANSPLANT", "PRSTDTC": day}
    _add(tables, "PR", subject, PRCAT="SUBSEQUENT ANTI-CANCER THERAPY", **cells)


def change(tables: Tables) -> None:
    """Subject by subject, what happened instead."""
    _transplant(tables, "045", "2023-01-20")  # infused 2023-01-04, first CR on 2023-02-01


SUBJECTS = ("045", "017")


@pytest.fixture(scope="module")
def changed(seed_sdtm: Path, tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """The analysis data of these subjects after the change."""
    return analysed(seed_sdtm, tmp_path_factory.mktemp("reviewed"), SUBJECTS, change)


def cells(frames: Frames, name: str, subject: str, variable: str, **where: object) -> list[str]:
    """A variable of the subject's records that have these values."""
    frame = _of(frames, name, subject)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return [shown(one) for one in frame[variable]]


@pytest.mark.parametrize("code", ["RSP", "CR", "CR3M", "ORR3M"])
def test_a_remission_after_a_transplant_is_none(changed: Frames, code: str) -> None:
    assert cells(changed, "ADRS", "045", "AVALC", PARAMCD=code) == ["N"]


def test_without_a_remission_nothing_starts_from_one(changed: Frames) -> None:
    for code in ("DOR", "DORHSCT", "RFS"):
        assert cells(changed, "ADTTE", "045", "AVAL", PARAMCD=code) == []
    assert cells(changed, "ADTTE", "045", "CNSR", PARAMCD="TTCR") == ["3"]
    assert cells(changed, "ADSL", "045", "RSPDT") == [""]
