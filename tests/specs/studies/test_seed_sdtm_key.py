"""The answer key of the seed study holds: trial design, subjects, treatment, events, disposition.

The expected values come from the generator's truth, not from a build.
"""

from __future__ import annotations

from collections import Counter

import pytest

from sdtm.build import SdtmBuild
from tests.specs.studies.answer_key import (
    SEED,
    Answer,
    Check,
    of_domains,
    read_key,
    unexpected_queries,
)

DOMAINS = frozenset(
    "TA TE TV TI TS DM SE SV DS IE DV MH CM PR EX EC AE FA DD SS".split()  # noqa: SIM905 - a line
)
ROWS = of_domains(read_key(), DOMAINS)


@pytest.mark.parametrize("domain", sorted({row.domain for row in ROWS}))
def test_every_expected_value_is_there(seed_check: Check, domain: str) -> None:
    rows = [row for row in ROWS if row.domain == domain]

    assert seed_check.wrong_values(rows) == []


@pytest.mark.parametrize("domain", sorted({row.domain for row in ROWS}))
def test_what_must_be_asked_is_asked_and_nothing_else(seed_check: Check, domain: str) -> None:
    rows = [row for row in ROWS if row.domain == domain]

    assert seed_check.wrong_queries(rows) == []


FOLLOWS = {
    ("MAP343", "edc/DM.csv", 6),
    ("MAP343", "edc/DM.csv", 7),
    ("MAP343", "edc/DM.csv", 8),
    ("MAP343", "edc/DM.csv", 60),
    ("MAP343", "edc/DM.csv", 23),
    ("MAP343", "edc/DM.csv", 48),
    ("MAP322", "edc/CM.csv", 184),
    ("MAP341", "edc/CM.csv", 184),
    ("MAP341", "edc/AE.csv", 171),
}
"""What follows at other cells from what the key says: a date of a record that is known in part
(2021, 2022---01, 2023---22, a death in 2022-04) may be the last one of its subject (RFPENDTC), and
the conditioning of 01-021 leads to no transplant that was entered as a procedure, as does its graft
versus host disease."""


def test_no_query_that_the_answer_key_does_not_expect(seed_check: Check) -> None:
    queries = list(unexpected_queries(seed_check, read_key(), DOMAINS))
    places = {(q.rule, q.raw.file, q.raw.row) for q in queries if q.raw}

    assert {(q.rule, q.dataset) for q in queries if q.raw is None} == {("MAP355", "MH")}
    assert places == FOLLOWS


def test_every_data_set_is_built(seed_build: SdtmBuild) -> None:
    assert seed_build.failed == {}
    assert set(seed_build.datasets) >= DOMAINS | {"RELREC", "SUPPAE", "SUPPDM", "SUPPEX"}


def test_keys_are_unique(seed_build: SdtmBuild) -> None:
    shared = {
        name: int(dataset.frame.duplicated(list(dataset.key_variables)).sum())
        for name, dataset in seed_build.datasets.items()
        if name in DOMAINS
    }

    assert {name: count for name, count in shared.items() if count} == {}


def test_protocol_day_0_is_study_day_1(seed_check: Check) -> None:
    tv = seed_check.frames["TV"]
    days = dict(zip(tv["VISIT"].astype(str), tv["VISITDY"], strict=True))

    assert days["DAY 0 (INFUSION)"] == 1
    assert days["DAY 28"] == 29
    assert days["LYMPHODEPLETION DAY -5"] == -5


def test_elements_follow_each_other_without_gaps(seed_check: Check) -> None:
    se = seed_check.frames["SE"]
    following = se["USUBJID"].astype(str) == se["USUBJID"].astype(str).shift(-1)
    ends, starts = se["SEENDTC"].astype(object), se["SESTDTC"].astype(object).shift(-1)

    assert (ends[following] == starts[following]).all()


def test_one_disposition_by_scope_and_epoch(seed_check: Check) -> None:
    ds = seed_check.frames["DS"].astype(object)
    events = ds[ds["DSCAT"] == "DISPOSITION EVENT"]

    assert events["EPOCH"].notna().all()
    assert not events.duplicated(["USUBJID", "DSSCAT", "EPOCH"]).any()


def test_grades_are_digits_and_death_is_y_or_null(seed_check: Check) -> None:
    grades = set(seed_check.frames["AE"]["AETOXGR"].dropna())
    deaths = seed_check.frames["DM"]["DTHFL"].dropna().tolist()

    assert grades <= {"1", "2", "3", "4", "5"}
    assert deaths == ["Y"] * 14


def test_no_date_is_after_the_end_of_participation(seed_check: Check) -> None:
    dm = seed_check.frames["DM"]
    ends = dict(zip(dm["USUBJID"].astype(str), dm["RFPENDTC"].astype(str), strict=True))
    late = [
        (name, column, subject, date)
        for name, frame in seed_check.frames.items()
        if "USUBJID" in frame and name != "DM"
        for column in frame.columns
        if column.endswith(("DTC", "ENDTC"))
        for subject, date in zip(frame["USUBJID"].astype(str), frame[column], strict=True)
        if isinstance(date, str) and date[:10] > ends[subject][: len(date[:10])]
    ]

    assert late == []


def test_arms_of_those_who_were_not_treated(seed_check: Check) -> None:
    dm = seed_check.frames["DM"].astype(object)

    assert Counter(dm["ARMNRS"].dropna()) == {"SCREEN FAILURE": 9, "ASSIGNED, NOT TREATED": 3}
    assert dm["ARMCD"].notna().sum() == 50
    assert dm["RFSTDTC"].notna().sum() == 46


def test_nothing_starts_after_the_cut(seed_check: Check) -> None:
    for name, column in (("AE", "AESTDTC"), ("CM", "CMSTDTC"), ("DS", "DSSTDTC"), ("SS", "SSDTC")):
        assert seed_check.frames[name][column].dropna().astype(str).max()[:10] <= "2023-12-31"


def test_the_key_was_not_narrowed() -> None:
    every: list[Answer] = read_key(SEED / "answer_key.csv")

    assert len(ROWS) > 300
    assert len(every) > 700


def test_every_relation_joins_at_least_two_records(seed_check: Check) -> None:
    relrec = seed_check.frames["RELREC"].astype(object).fillna("")
    sizes = relrec.groupby(["USUBJID", "RELID"]).size()
    pairs = {tuple(sorted(set(group))) for _, group in relrec.groupby("RELID")["RDOMAIN"]}

    assert sizes.min() >= 2
    assert pairs >= {("AE", "CM"), ("AE", "FA"), ("CM", "PR")}


def test_one_record_per_visit_of_a_person(seed_check: Check) -> None:
    sv = seed_check.frames["SV"]

    assert not sv.duplicated(["USUBJID", "VISITNUM"]).any()
