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


NONE = float("nan")
RANGES = [
    ("NEUT", "DAY 4", 1.7, NONE, 6.3), ("NEUT", "DAY 10", 1.2, NONE, NONE),
    ("K", "DAY 4", 5.4, NONE, NONE), ("K", "DAY 10", 6.4, NONE, NONE),
    ("K", "DAY 21", 2.9, NONE, 5.3), ("FIBRINO", "DAY 4", 0.4, NONE, NONE),
    ("FIBRINO", "DAY 7", 1.4, 2.0, 4.0), ("AST", "DAY 0 (INFUSION)", 80.0, 15.0, 40.0),
    ("AST", "DAY 4", 100.0, 15.0, 40.0), ("AST", "DAY 7", 240.0, 15.0, 40.0),
    ("AST", "DAY 10", 120.0, 15.0, 40.0), ("CREAT", "DAY 0 (INFUSION)", 40.0, 57.0, 97.0),
    ("CREAT", "DAY 4", 80.0, 57.0, 97.0), ("CREAT", "DAY 7", 130.0, 57.0, NONE),
    ("SODIUM", "DAY 4", 128.0, 137.0, 147.0), ("SODIUM", "DAY 7", 124.0, 137.0, 147.0),
    ("SODIUM", "DAY 10", 156.0, 137.0, 147.0), ("ALB", "DAY 4", 29.0, 40.0, 55.0),
    ("APTT", "DAY 4", 70.0, 28.0, 43.5), ("HGB", "DAY 4", 175.0, 130.0, 150.0),
]  # fmt: skip
"""Results of 045: test, visit, value, limits."""


def change(tables: Tables) -> None:
    """Subject by subject, what happened instead."""
    _transplant(tables, "045", "2023-01-20")  # infused 2023-01-04, first CR on 2023-02-01

    _transplant(tables, "046", "2023-01")  # infused 2023-01-17
    _transplant(tables, "048", "2023")  # infused 2023-02-01
    _transplant(tables, "050", "2022-12")  # before the infusion of 2023-02-21
    _therapy(tables, "053", "2023-03")  # infused 2023-03-28
    _deaths(tables)
    _limits(tables)
    _lesions(tables)
    _special(tables)
    _events(tables)


def _lesions(tables: Tables) -> None:
    """055 progressed outside the marrow on day 28; 017 had two assessments of month 3."""
    rs = tables["RS"]
    at = (rs["USUBJID"] == USUBJID.format("055")) & (rs["VISIT"] == "DAY 28")
    rs.loc[at & (rs["RSTESTCD"] == "EMDRESP"), "RSSTRESC"] = "PD"
    rs.loc[at & (rs["RSTESTCD"] == "OVRLRESP"), "RSSTRESC"] = "PD"
    cells = {"RSTESTCD": "EMDRESP", "RSSTRESC": "SD", "RSDTC": "2022-04-22", "VISIT": "MONTH 3"}
    _add(tables, "RS", "017", RSEVAL="INVESTIGATOR", VISITNUM=21.0, VISITDY=91.0, **cells)
    cp = tables["CP"]  # 046 never cleared
    at = (cp["USUBJID"] == USUBJID.format("046")) & (cp["CPTESTCD"] == "TLSTLY")
    cp.loc[at, ["CPSTRESC", "CPSTRESN"]] = ["40", 40.0]


def _limits(tables: Tables) -> None:
    """Results of 045 beyond limits that no other record has."""
    lb, pc, cp = tables["LB"], tables["PC"], tables["CP"]
    of_lb, of_pc, of_cp = (frame["USUBJID"] == USUBJID.format("045") for frame in (lb, pc, cp))
    for test, text in (("INTLK6", ">10000"), ("IFNG", "<0.01"), ("ALT", ">600"), ("PLAT", "<25")):
        at = of_lb & (lb["LBTESTCD"] == test) & (lb["VISIT"] == "DAY 7")
        lb.loc[at, ["LBSTRESC", "LBSTRESN"]] = [text, None]
    for test, visit, value, low, high in RANGES:
        at = of_lb & (lb["LBTESTCD"] == test) & (lb["VISIT"] == visit)
        cells = {"LBSTRESC": f"{value:g}", "LBSTRESN": value, "LBSTNRLO": low, "LBSTNRHI": high}
        lb.loc[at, list(cells)] = list(cells.values())
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


def _special(tables: Tables) -> None:
    """048 was infused on 2023-02-01."""
    terms = ("Tumour lysis syndrome", "Macrophage activation syndrome", "Second primary malignancy")
    more = {"AETERM": "Made up", "AEBODSYS": "Other", "AETOXGR": "3", "AESTDTC": "2023-02-05"}
    for number, term in enumerate(terms, 80):
        _add(tables, "AE", "048", AESPID=str(number), AEDECOD=term, AEENDTC="", **more)
    for spid, end in (("85", "2023-02-12"), ("86", "2023-03-10")):
        cells = {"AESPID": spid, "AEDECOD": "Platelet count decreased", "AEENDTC": end}
        _add(tables, "AE", "048", **cells, **more)


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
        ("ADLB", "PLAT", "25", "LLOQ"),
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


@pytest.mark.parametrize(
    ("code", "visit", "low", "high"),
    [
        ("NEUT", "DAY 4", "", ""),  # 1.7 without a lower limit is grade 0 or 1
        ("NEUT", "DAY 10", "2", ""),  # 1.2 is grade 2 whatever the limit
        ("K", "DAY 4", "", ""),
        ("K", "DAY 10", "", "3"),
        ("K", "DAY 21", "3", "0"),
        ("FIBRINO", "DAY 4", "4", ""),  # below 0.5 g/L
        ("FIBRINO", "DAY 7", "2", ""),  # 0.7 of the lower limit
        ("AST", "DAY 0 (INFUSION)", "", "1"),  # twice the upper limit
        ("AST", "DAY 4", "", "0"),  # 1.25 of an abnormal baseline
        ("AST", "DAY 7", "", "1"),  # 3 times, where 6 times the limit were grade 3
        ("AST", "DAY 10", "", "1"),  # exactly 1.5 times
        ("CREAT", "DAY 4", "", "2"),  # in range, and twice the baseline
        ("CREAT", "DAY 7", "", "3"),  # without a limit, 3.25 times the baseline
        ("SODIUM", "DAY 4", "2", "0"),
        ("SODIUM", "DAY 7", "3", "0"),
        ("SODIUM", "DAY 10", "0", "3"),
        ("ALB", "DAY 4", "2", ""),
        ("APTT", "DAY 4", "", "2"),  # 1.6 of the limit
        ("HGB", "DAY 4", "0", "2"),  # 25 g/L above the limit
        ("PLAT", "DAY 7", "4", ""),  # <25
    ],
)
def test_grades_by_both_limits_and_the_baseline(
    changed: Frames, code: str, visit: str, low: str, high: str
) -> None:
    where = {"PARAMCD": code, "VISIT": visit, "BASETYPE": "LAST PRE-INFUSION"}
    assert cells(changed, "ADLB", "045", "ATOXGRL", **where) == [low]
    assert cells(changed, "ADLB", "045", "ATOXGRH", **where) == [high]


def test_progression_outside_the_marrow_stays_the_category_of_month_3(changed: Frames) -> None:
    assert cells(changed, "ADRS", "055", "AVALC", PARAMCD="EMD3M") == ["PD"]
    assert cells(changed, "ADRS", "055", "AVALC", PARAMCD="EMDORR3M") == ["N"]
    later = cells(changed, "ADRS", "055", "ANL01FL", PARAMCD="EMD", AVISIT="MONTH 3")
    assert later == [""]


def test_the_assessment_before_a_transplant_is_that_of_month_3(changed: Frames) -> None:
    assert cells(changed, "ADRS", "017", "AVALC", PARAMCD="EMD3M") == ["SD"]
    assert cells(changed, "ADRS", "017", "AVALC", PARAMCD="EMD3MTP") == ["CR"]


def test_who_does_not_clear_is_in_the_time_to_clearance(changed: Frames) -> None:
    assert len(cells(changed, "ADTTE", "046", "AVAL", PARAMCD="TTCLRT")) == 1
    assert cells(changed, "ADTTE", "046", "CNSR", PARAMCD="TTCLRT") != ["0"]
    assert cells(changed, "ADTTE", "046", "CNSR", PARAMCD="TTCLRL") != []


def test_events_of_special_interest_are_those_of_the_lists(changed: Frames) -> None:
    listed = "Tumour lysis syndrome", "Macrophage activation syndrome", "Second primary malignancy"
    groups = ["TUMOUR LYSIS SYNDROME", "HLH/MAS", "SECONDARY MALIGNANCY"]
    found = [cells(changed, "ADAE", "048", "AESICAT", AEDECOD=term) for term in listed]
    assert found == [[group] for group in groups]
    days = cells(changed, "ADAE", "048", "AESICAT", AESPID="85")
    weeks = cells(changed, "ADAE", "048", "AESICAT", AESPID="86")
    assert (days, weeks) == ([""], ["PROLONGED CYTOPENIA"])
