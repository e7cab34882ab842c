"""CR, CRh and CRi by blood counts, on records of the seed study that are changed to be told apart.

The thresholds are those of Doehner et al. 2022 (ELN): neutrophils and platelets of 1.0 and
100 x 10^9/L for CR, 0.5 and 50 for CRh; CRi is what is below.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.specs.studies.adam_answers import Frames, shown
from tests.specs.studies.few import USUBJID, analysed

DAY_28 = {
    "048": ("CRi", "1.0", "99.9"), "049": ("CRi", "0.5", "50"), "055": ("CRi", "<0.5", "120"),
    "058": ("CRi", "2", "<100"), "059": ("CRi", "1.2", ">600"), "056": ("CR", "1.0", "100"),
    "053": ("CR", "0.49", "150"), "060": ("CR", "", ""), "050": ("CRi", "2", "49.9"),
}  # fmt: skip
"""The investigator's response on day 28, neutrophils and platelets of that day; "": none."""
EXPECTED = {
    "048": ("CRh", "N"), "049": ("CRh", "N"), "055": ("CRi", "Y"), "058": ("CRi", ""),
    "059": ("CR", "N"), "056": ("CR", "Y"), "053": ("CRi", "N"), "060": ("CR", ""),
    "050": ("CRi", "Y"),
}  # fmt: skip


def change(tables: dict[str, pd.DataFrame]) -> None:
    """Leave only the assessment of day 28, with these counts."""
    rs, lb = tables["RS"], tables["LB"]
    tables["RS"] = rs = rs[rs["VISIT"].isin(["SCREENING", "DAY 28"])].reset_index(drop=True)
    counts = lb["LBTESTCD"].isin(["NEUT", "PLAT"]) & (lb["LBSPEC"] == "BLOOD")
    for subject, (said, *blood) in DAY_28.items():
        mine = (rs["USUBJID"] == USUBJID.format(subject)) & (rs["VISIT"] == "DAY 28")
        rs.loc[mine & (rs["RSTESTCD"] == "OVRLRESP"), "RSSTRESC"] = said
        day = rs.loc[mine, "RSDTC"].iloc[0][:10]
        same = counts & (lb["USUBJID"] == USUBJID.format(subject)) & (lb["LBDTC"].str[:10] == day)
        for test, text in zip(("NEUT", "PLAT"), blood, strict=True):
            number = float(text) if text[:1].isdigit() else None
            at = same & (lb["LBTESTCD"] == test)
            assert at.any()
            lb.loc[at, ["LBSTRESC", "LBSTRESN"]] = [text, number]
            if not text:  # what is left is older than a week
                week = pd.to_datetime(lb["LBDTC"].str[:10], errors="coerce") > pd.Timestamp(
                    day
                ) - pd.Timedelta(days=8)
                whole = counts & (lb["USUBJID"] == USUBJID.format(subject)) & week
                lb.loc[whole, ["LBSTRESC", "LBSTRESN"]] = ["", None]
                lb.loc[whole, "LBSTAT"] = "NOT DONE"


@pytest.fixture(scope="module")
def changed(seed_sdtm: Path, tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """The analysis data of these subjects."""
    return analysed(seed_sdtm, tmp_path_factory.mktemp("remissions"), DAY_28, change)


def record(frames: Frames, subject: str, code: str) -> pd.Series:
    """The subject's only record of a parameter."""
    adrs = frames["ADRS"]
    mine = adrs[(adrs["USUBJID"] == USUBJID.format(subject)) & (adrs["PARAMCD"] == code)]
    assert len(mine) == 1
    return mine.iloc[0]


@pytest.mark.parametrize("subject", DAY_28)
def test_the_kind_by_counts_stands_beside_the_response(changed: Frames, subject: str) -> None:
    counted = record(changed, subject, "OVRC")
    assert (counted["AVALC"], shown(counted["CRIT2FL"])) == EXPECTED[subject]


@pytest.mark.parametrize("subject", DAY_28)
def test_the_investigators_response_is_never_overwritten(changed: Frames, subject: str) -> None:
    assert record(changed, subject, "OVR")["AVALC"] == DAY_28[subject][0]
    assert record(changed, subject, "ORR3M")["AVALC"] == "Y"
    said = "Y" if DAY_28[subject][0] == "CR" else "N"
    assert record(changed, subject, "CR3M")["AVALC"] == said


@pytest.mark.parametrize("subject", DAY_28)
def test_each_remission_is_of_one_kind_by_counts(changed: Frames, subject: str) -> None:
    kinds = {code: record(changed, subject, f"{code.upper()}3MC")["AVALC"] for code in
             ("CR", "CRh", "CRi")}  # fmt: skip
    assert [kind for kind, value in kinds.items() if value == "Y"] == [EXPECTED[subject][0]]
