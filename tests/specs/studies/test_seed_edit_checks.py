"""Every edit check of the seed study asks when one record is changed so that it must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from sdtm.build import SdtmBuild, build_sdtm
from sdtm.records.sources import Sources
from specs import load_study
from tests.specs.studies.answer_key import SEED

DIED = "01-004"
"""A subject whose death form says 2022-07-07."""
AFTER = "2022-09-01"


class Trip(NamedTuple):
    """The record that is changed: the first of a source where ``where`` fits and no other trip has
    it; ``set`` are its new cells."""

    data_set: str
    number: int
    source: str
    where: Mapping[str, str]
    set: Mapping[str, str]


TRIPS = [
    Trip("AE", 0, "ae", {"RECORD_ID": "AE-0001"}, {"EN_DT": "2021-07-01"}),
    Trip("AE", 1, "ae", {"SUBJID": DIED}, {"ST_DT": AFTER, "EN_DT": ""}),
    Trip("AE", 2, "ae", {"RECORD_ID": "AE-0060"}, {"EN_DT": "2021-12-01"}),
    Trip("AE", 3, "ae", {"RECORD_ID": "AE-0129"}, {"GRADE": "3"}),
    Trip("AE", 4, "ae", {"RECORD_ID": "AE-0010"}, {"GRADE": "5"}),
    Trip("AE", 5, "ae", {"OUTCOME": "死亡", "GRADE": "4"}, {"SAE_DTH": "否"}),
    Trip("AE", 6, "ae", {"ONGOING": "1", "EN_DT": ""}, {"EN_DT": "2023-11-30"}),
    Trip("AE", 7, "ae", {"RECORD_ID": "AE-0011"}, {"EN_DT": ""}),
    Trip("AE", 8, "ae", {"RECORD_ID": "AE-0012"}, {"SAE_YN": "是"}),
    Trip("AE", 9, "ae", {"RECORD_ID": "AE-0013"}, {"DICT_VER": "DEMO 25.0"}),
    Trip("AE", 10, "ae", {"CRS_YN": "是"}, {"ST_DT": "2021-01-01", "ST_TM": ""}),
    Trip("AE", 11, "ae", {"RECORD_ID": "AE-0014"}, {"ST_DT": "2020-01-01"}),
    Trip(
        "AE",
        12,
        "ae",
        {"RECORD_ID": "AE-0003"},
        {"PT": "Lymphocyte count decreased", "ST_DT": "2021-07-14", "EN_DT": "2021-08-20"},
    ),
    Trip(
        "AE",
        13,
        "ae",
        {"RECORD_ID": "AE-0096"},
        {"PT": "Graft versus host disease", "OUTCOME": "死亡"},
    ),
    Trip("AE", 14, "ae", {"RECORD_ID": "AE-0002", "CRS_YN": "否"}, {"CRS_YN": ""}),
    Trip("CM", 0, "cm", {"RECORD_ID": "CM-0001"}, {"EN_DT": "2020-01-01"}),
    Trip("CM", 1, "cm", {"SUBJID": DIED}, {"ST_DT": AFTER, "EN_DT": ""}),
    Trip("CM", 2, "cm", {"RECORD_ID": "CM-0002"}, {"ONGOING": "1"}),
    Trip("CM", 3, "cm", {"RECORD_ID": "CM-0003"}, {"PAGE": "预处理方案"}),
    Trip("CM", 4, "cm", {"RECORD_ID": "CM-0026"}, {"ST_DT": "2022-05-UN"}),
    Trip("CM", 5, "cm", {"RECORD_ID": "CM-0027"}, {"ST_DT": "2021-05-15"}),
    Trip("CP", 0, "flow", {"SUBJID": DIED, "MARKER": "CD45+CD3+CD7+"}, {"COLL_DT": AFTER}),
    Trip("DM", 0, "dm", {"RECORD_ID": "DM-0002"}, {"AGE": "99"}),
    Trip("DM", 1, "dm", {"SUBJID": "01-013"}, {}),  # fatal by AE-13, and no death form
    Trip("DM", 2, "dm", {"RECORD_ID": "DM-0003"}, {"ELIG_YN": ""}),
    Trip("DM", 3, "dm", {"RECORD_ID": "DM-0004"}, {"ICF_DT": "2020-01-01"}),
    Trip("DS", 0, "ds", {"DS_EVENT": "死亡"}, {"DS_DT": "2021-12-01"}),
    Trip("EC", 0, "ex_ld", {"RECORD_ID": "LD-0001"}, {"GIVEN_YN": "否"}),
    Trip("EX", 0, "ex_ld", {"RECORD_ID": "LD-0004"}, {"EN_TM": "00:30"}),
    Trip("EX", 1, "ex_cart", {"RECORD_ID": "INF-0003"}, {"DOSE_PER_KG": "9.9×10^6/kg"}),
    Trip("EX", 2, "ex_cart", {"RECORD_ID": "INF-0005"}, {"INF_DT": "2023-06-01"}),
    Trip("EX", 3, "ex_cart", {"RECORD_ID": "INF-0002"}, {"DIN": "W0000111"}),
    Trip("EX", 4, "ex_ld", {"RECORD_ID": "LD-0008"}, {"DOSE_CHG": "减量"}),
    Trip("EX", 5, "ex_cart", {"RECORD_ID": "INF-0007"}, {"OOS_YN": ""}),
    Trip("FA", 0, "crs_daily", {"RECORD_ID": "CD-0001"}, {"VISIT": "D40"}),
    Trip("LB", 0, "lab_central", {"RECORD_ID": "C-0003"}, {"SAMPLE_DT": "2021-07-UN"}),
    Trip("LB", 1, "lab_central", {"SUBJID": DIED}, {"SAMPLE_DT": AFTER}),
    Trip("LB", 2, "lab_central", {"RECORD_ID": "C-0004"}, {"SAMPLE_DT": "2021-09-01"}),
    Trip("LB", 3, "lab_blood", {}, {"血红蛋白": "999"}),
    Trip("LB", 4, "lab_central", {"RECORD_ID": "C-0005"}, {"VERSION": "2"}),
    Trip("LB", 5, "lab_central", {"RECORD_ID": "C-0007"}, {"FLAG": ""}),
    Trip("LB", 6, "lab_central", {"RESULT": "25,8"}, {"FLAG": ""}),
    Trip("LB", 7, "lab_central", {"LAB": "B", "FLAG": "L"}, {"FLAG": ""}),
    Trip("LB", 8, "lab_central", {"LAB": "B", "ITEM_CODE": "CRP", "RESULT": "1.95"}, {"FLAG": "H"}),
    Trip("MH", 0, "mh", {"RECORD_ID": "MH-0001"}, {"END_DT": "2019-01-01"}),
    Trip("PC", 0, "qpcr", {"受试者编号": DIED}, {"采样日期": AFTER}),
    Trip("PC", 1, "flow", {"RECORD_ID": "F-0002"}, {"COLL_TM": "23:00"}),
    Trip("PC", 2, "qpcr", {"受试者编号": "01-001", "访视": "D7±1"}, {"结果": "1"}),
    Trip("PR", 0, "pr", {"RECORD_ID": "PR-0002"}, {"EN_TM": "00:10"}),
    Trip("PR", 1, "pr", {"RECORD_ID": "PR-0046"}, {"PROC_DT": "2022-UN-UN"}),
    Trip("PR", 2, "pr", {"RECORD_ID": "PR-0102"}, {"PROC_DT": "2022-01-05"}),
    Trip("RS", 0, "rs", {"SUBJID": DIED, "VISIT": "D28"}, {"ASSESS_DT": AFTER}),
    Trip("RS", 1, "rs", {"RECORD_ID": "RS-0002"}, {"COMMENT": "transplanted elsewhere"}),
    Trip("RS", 2, "rs", {"RECORD_ID": "RS-0003"}, {"COMMENT": "seen at home"}),
    Trip("SV", 0, "visit", {"SubjectKey": "01-011", "IT_VISIT": "M2"}, {"SubjectKey": "01-034"}),
    Trip("TR", 0, "lesion", {"SUBJID": "01-011"}, {"EXAM_DT": AFTER}),
    Trip("VS", 0, "body", {"SubjectKey": DIED}, {"IT_BODYDT": AFTER}),
    Trip("VS", 1, "body", {"SubjectKey": "01-001"}, {"IT_WEIGHT": "5"}),
    Trip("VS", 2, "body", {"SubjectKey": "01-001"}, {"IT_HEIGHT": "50"}),
]


@pytest.fixture(scope="module")
def tripped() -> tuple[SdtmBuild, dict[tuple[str, int], int]]:
    """A build of the changed export, and the row that each trip changed."""
    study = load_study(SEED)
    sources = Sources(study, SEED / "raw")
    used: set[tuple[str, int]] = set()
    rows = {(trip.data_set, trip.number): change(sources, trip, used) for trip in TRIPS}
    return build_sdtm(study, sources=sources), rows


def change(sources: Sources, trip: Trip, used: set[tuple[str, int]]) -> int:
    """Change the record of a trip; gives its row as a person sees it."""
    raw = sources.raw_tables(trip.source)[0]
    frame = raw.frame
    for name in trip.set:
        frame[name] = frame[name].astype(object)
    for at in range(len(frame)):
        row = frame.iloc[at]
        texts = {name: "" if row[name] != row[name] else str(row[name]) for name in trip.where}
        if (trip.source, at) not in used and texts == dict(trip.where):
            used.add((trip.source, at))
            for name, value in trip.set.items():
                frame.iloc[at, frame.columns.get_loc(name)] = value
            return int(raw.rows[at])
    raise AssertionError(f"no record of {trip.source} where {trip.where}")


def test_there_is_a_trip_for_every_check(tripped: tuple[SdtmBuild, object]) -> None:
    loaded = tripped[0].making.loaded
    checks = {(name, n) for name, one in loaded.items() for n in range(len(one.model.checks))}
    assert {(trip.data_set, trip.number) for trip in TRIPS} == checks
    assert len(TRIPS) == 59


@pytest.mark.parametrize("trip", TRIPS, ids=lambda trip: f"{trip.data_set}-{trip.number}")
def test_one_changed_record_trips_the_check(
    tripped: tuple[SdtmBuild, dict[tuple[str, int], int]], trip: Trip
) -> None:
    build, rows = tripped
    assert build.failed == {}
    check = build.making.loaded[trip.data_set].model.checks[trip.number]
    asked = [
        finding.raw.row
        for finding in build.findings
        if finding.dataset == trip.data_set
        and finding.message == check.says
        and finding.raw is not None
        and finding.raw.file.startswith(build.study.spec.sources[trip.source].file)
    ]
    if check.of == "other_visits":  # no row stands behind them: the subject is named
        who = [f"{build.study.id}-{trip.where['SubjectKey']}"]
        assert who in [
            [value for _, value in finding.key]
            for finding in build.findings
            if finding.message == check.says
        ]
        return
    assert rows[trip.data_set, trip.number] in asked
