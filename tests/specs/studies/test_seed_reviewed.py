"""What the seed study's analysis data say of records that were changed by hand, one rule each.

Some subjects of the seed; each got the records that a rule is about.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adam import BuildResult
from tests.specs.studies.adam_answers import Frames, shown
from tests.specs.studies.few import USUBJID, again, analysed
from transport import read_xpt

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

    _transplant(tables, "046", "2023-01")  # infused 2023-01-17
    _transplant(tables, "048", "2023")  # infused 2023-02-01
    _transplant(tables, "050", "2022-12")  # before the infusion of 2023-02-21
    _therapy(tables, "053", "2023-03")  # infused 2023-03-28
    _deaths(tables)
    _limits(tables)
    _events(tables)


def _limits(tables: Tables) -> None:
    """Results of 045 beyond limits that no other record has."""
    lb, pc, cp = tables["LB"], tables["PC"], tables["CP"]
    of_lb, of_pc, of_cp = (frame["USUBJID"] == USUBJID.format("045") for frame in (lb, pc, cp))
    for test, text in (("INTLK6", ">10000"), ("IFNG", "<0.01"), ("ALT", ">600"), ("PLAT", "<5")):
        at = of_lb & (lb["LBTESTCD"] == test) & (lb["VISIT"] == "DAY 7")
        lb.loc[at, ["LBSTRESC", "LBSTRESN"]] = [text, None]
    at = of_pc & (pc["PCTESTCD"] == "CD7CARQ") & (pc["VISIT"] == "DAY 10")
    pc.loc[at, ["PCSTRESC", "PCSTRESN"]] = [">1000000", None]
    at = of_cp & (cp["CPTESTCD"] == "TLSTLY") & (cp["VISIT"] == "DAY 7")
    cp.loc[at, ["CPSTRESC", "CPSTRESN"]] = ["<0.02", None]


def _therapy(tables: Tables, subject: str, day: str) -> None:
    cells = {"CMCAT": "SUBSEQUENT ANTI-CANCER THERAPY", "CMDECOD": "Azacitidine", "CMSTDTC": day}
    _add(tables, "CM", subject, **cells)


def _deaths(tables: Tables) -> None:
    """054 is dead and nobody knows since when; 055 died after the cut of 2023-12-31."""
    subjects = tables["DM"]
    for subject, day in (("054", ""), ("055", "2024-01-10")):
        at = subjects["USUBJID"] == USUBJID.format(subject)
        subjects.loc[at, ["DTHFL", "DTHDTC"]] = ["Y", day]


def _events(tables: Tables) -> None:
    """046 was infused on 2023-01-17, 001 on 2021-07-16 and again on 2021-10-19 at 12:45."""
    for spid, day in (("90", "2023-02-15"), ("91", "2023-02-16"), ("92", "2023-12-01"), ("93", "")):
        _event(tables, "046", spid, day, "" if day else "2023-12-02")
    _event(tables, "046", "94", "", "2023-01-16")
    for spid, day in (("90", "2021-10-18"), ("91", "2021-10-19T10:00"), ("92", "2021-10-19"),
                      ("93", "2021-11-17"), ("94", "2021-11-18")):  # fmt: skip
        _event(tables, "001", spid, day, "")


def _event(tables: Tables, subject: str, spid: str, start: str, end: str) -> None:
    cells = {"AETERM": "Made up", "AEDECOD": f"Made up {spid[0]}", "AETOXGR": "3"}
    _add(tables, "AE", subject, AESPID=spid, AESTDTC=start, AEENDTC=end, AESER="N", **cells)


SUBJECTS = ("001", "017", "045", "046", "048", "050", "053", "054", "055")


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


@pytest.mark.parametrize(
    ("subject", "spid", "period", "flag"),
    [
        ("046", "90", "FIRST MONTH", "AE1MFL"),  # 29 days after the infusion
        ("046", "91", "FOLLOW-UP", "AEFUFL"),
        ("046", "92", "FOLLOW-UP", "AEFUFL"),
        ("046", "93", "FIRST MONTH", "AE1MFL"),  # without a date, and not over before the infusion
        ("046", "94", "BEFORE LYMPHODEPLETION", "PREFL"),
        ("001", "90", "FOLLOW-UP", "AEFUFL"),  # the day before the second infusion
        ("001", "91", "FOLLOW-UP", "AEFUFL"),  # hours before it
        ("001", "92", "SECOND INFUSION", "AE2MFL"),
        ("001", "93", "SECOND INFUSION", "AE2MFL"),
        ("001", "94", "FOLLOW-UP", "AEFUFL"),
    ],
)
def test_an_event_has_one_period(
    changed: Frames, subject: str, spid: str, period: str, flag: str
) -> None:
    assert cells(changed, "ADAE", subject, "AEPER", AESPID=spid) == [period]
    flags = ("PREFL", "LDEMFL", "AE1MFL", "AE2MFL", "AEFUFL")
    there = [name for name in flags if cells(changed, "ADAE", subject, name, AESPID=spid) == ["Y"]]
    assert there == [flag]


def test_the_worst_of_a_term_is_marked_once_in_each_period(changed: Frames) -> None:
    events = _of(changed, "ADAE", "001")
    mine = events[events["AEDECOD"] == "Made up 9"]
    marked = mine[mine["AOCC02FL"] == "Y"].groupby("AEPER").size()
    assert marked.to_dict() == {"FOLLOW-UP": 1, "SECOND INFUSION": 1}
    assert (mine["AOCC05FL"] == "Y").sum() == 1


def test_every_event_of_the_study_is_in_one_period(seed_adam: BuildResult) -> None:
    adae = read_xpt(seed_adam.out / "adae.xpt").frame
    flags = [adae[name] == "Y" for name in ("PREFL", "LDEMFL", "AE1MFL", "AE2MFL", "AEFUFL")]
    assert (sum(flags) == 1).all()


@pytest.mark.parametrize(
    ("subject", "day", "flag"),
    [("046", "2023-01-17", "D"), ("048", "2023-02-01", "M"), ("050", "", "")],
)
def test_a_transplant_in_the_month_of_the_infusion_does_not_vanish(
    changed: Frames, subject: str, day: str, flag: str
) -> None:
    assert cells(changed, "ADSL", subject, "HSCTDT") == [day]
    assert cells(changed, "ADSL", subject, "HSCTDTF") == [flag]
    stopped = cells(changed, "ADTTE", subject, "CNSR", PARAMCD="PFSHSCT")
    assert stopped == (["3"] if day else ["1"])


def test_a_new_therapy_in_the_month_of_the_infusion_stops_the_time(changed: Frames) -> None:
    assert cells(changed, "ADSL", "053", "NACTDT") == ["2023-03-28"]
    assert cells(changed, "ADSL", "053", "NACTDTF") == ["D"]
    assert cells(changed, "ADTTE", "053", "CNSR", PARAMCD="PFS") == ["2"]


def test_a_death_without_a_date_is_a_death_when_last_known_alive(changed: Frames) -> None:
    last = cells(changed, "ADSL", "054", "LSTALVDT")
    assert cells(changed, "ADSL", "054", "DTHDT") == last
    assert cells(changed, "ADSL", "054", "DTHDTF") == ["Y"]
    for code in ("OS", "PFS"):
        assert cells(changed, "ADTTE", "054", "CNSR", PARAMCD=code) == ["0"]


def test_a_death_after_the_cut_is_none_anywhere(changed: Frames) -> None:
    assert cells(changed, "ADSL", "055", "DTHDT") == [""]
    assert cells(changed, "ADRS", "055", "AVALC", PARAMCD="DEATH") == ["N"]
    assert cells(changed, "ADTTE", "055", "CNSR", PARAMCD="OS") == ["6"]


@pytest.mark.parametrize(
    ("name", "code", "value", "dtype"),
    [
        ("ADCYT", "INTLK6", "10000", "ULOQ"),
        ("ADCYT", "IFNG", "0.005", "HALFLLOQ"),
        ("ADLB", "ALT", "600", "ULOQ"),
        ("ADLB", "PLAT", "5", "LLOQ"),
    ],
)
def test_a_result_beyond_a_limit_counts_as_the_limit_whatever_it_is(
    changed: Frames, name: str, code: str, value: str, dtype: str
) -> None:
    where = {"PARAMCD": code, "VISIT": "DAY 7", "BASETYPE": "LAST PRE-INFUSION"}
    assert cells(changed, name, "045", "AVAL", **where) == [value]
    assert cells(changed, name, "045", "DTYPE", **where) == [dtype]


def test_peaks_are_found_beyond_the_limit(changed: Frames) -> None:
    where = {"PARAMCD": "IL6PEAK", "BASETYPE": "LAST PRE-INFUSION"}
    assert cells(changed, "ADCYT", "045", "AVAL", **where) == ["10000"]
    first = {"PARAMCD": "CMAX", "ATPTREF": "CD7 CAR-T INFUSION 1"}
    assert cells(changed, "ADPP", "045", "AVAL", **first) == ["1e+06"]
    assert cells(changed, "ADCP", "045", "AVAL", PARAMCD="CD7TPCT", DTYPE="MINIMUM") == ["0.02"]
