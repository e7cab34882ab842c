"""The findings half of the seed study against its answer key: values, and what is asked."""

from __future__ import annotations

import shutil
from collections import Counter

import pandas as pd
import pytest

from sdtm.build import SdtmBuild, build_sdtm
from specs import load_study
from tests.specs.studies.answer_key import (
    SEED,
    Answer,
    Check,
    of_domains,
    text,
    unexpected_queries,
)

FINDINGS = ("LB", "VS", "CP", "PC", "RS", "TU", "TR")


@pytest.fixture(scope="module")
def rows(seed_key: list[Answer]) -> list[Answer]:
    """The rows of the answer key about these data sets."""
    found = of_domains(seed_key, FINDINGS)
    assert len(found) > 400
    return found


def test_every_expected_value_is_there(seed_check: Check, rows: list[Answer]) -> None:
    assert seed_check.wrong_values(rows) == []


def test_every_expected_query_is_asked_and_nothing_that_is_in_order(
    seed_check: Check, rows: list[Answer]
) -> None:
    assert seed_check.wrong_queries(rows) == []


def test_other_queries_are_about_other_tests_of_a_sample_that_the_key_asks_about(
    seed_check: Check, seed_key: list[Answer]
) -> None:
    """The key names one test per spoiled sample; its date is as wrong for the others."""
    asked = Counter(f.message for f in unexpected_queries(seed_check, seed_key, FINDINGS))
    assert asked == {
        "the sample is dated after the death": 2,
        "the date of the sample is incomplete": 6,
        "the sample was taken outside the window of its visit": 1,
        "2022---07 is not fully known and may be the last result before exposure": 1,
    }


def _records(build: SdtmBuild, domain: str, **wanted: str) -> pd.DataFrame:
    frame = build.datasets[domain].frame
    for name, value in wanted.items():
        frame = frame[[text(v) == value for v in frame[name]]]
    return frame


def test_sample_before_a_second_infusion_refers_to_the_first(seed_build: SdtmBuild) -> None:
    """Q00121 is the sample of month 3, Q00122 that of month 6; 01-001 was re-infused between."""
    before = _records(seed_build, "PC", PCREFID="Q00121").iloc[0]
    after = _records(seed_build, "PC", PCREFID="Q00122").iloc[0]
    assert (before.PCTPTREF, before.PCELTM) == ("CD7 CAR-T INFUSION 1", "P90D")
    assert (after.PCTPTREF, text(after.PCELTM)) == ("CD7 CAR-T INFUSION 2", "")


def test_a_time_point_counts_from_the_infusion_it_names(seed_build: SdtmBuild) -> None:
    """The visits R-D0 ... are of the second infusion, all others of the first."""
    made = seed_build.datasets["PC"].frame
    has_point, frame = made["PCTPTNUM"].notna(), made.astype(str)
    planned = frame[has_point]
    second = planned["PCTPTREF"].str.endswith("2")
    assert second.sum() > 0
    assert planned.loc[second, "VISIT"].str.startswith("UNSCHEDULED").all()
    assert not planned.loc[~second, "VISIT"].str.startswith("UNSCHEDULED").any()
    without = frame[~has_point]
    late = without[~without["VISIT"].str.startswith("UNSCHEDULED")]
    assert (len(late), set(late["PCTPTREF"])) == (42, {"CD7 CAR-T INFUSION 2"})


def test_reference_time_is_the_start_of_the_infusion(seed_build: SdtmBuild) -> None:
    exposure = _records(seed_build, "EX", USUBJID="NCT04938115-01-001", EXTRT="CD7 CAR-T")
    starts = set(map(text, exposure.EXSTDTC))
    samples = _records(seed_build, "PC", USUBJID="NCT04938115-01-001")
    assert set(map(text, samples.PCRFTDTC)) == starts
    assert len(starts) == 2


def test_time_points_are_one_to_one_within_visit_and_reference(seed_build: SdtmBuild) -> None:
    frame = seed_build.datasets["PC"].frame.astype(str)
    points = frame.groupby(["VISITNUM", "PCTPTREF"])["PCTPTNUM"].nunique()
    names = frame.groupby("PCTPTNUM")["PCTPT"].nunique()
    assert points.max() == 1
    assert names.max() == 1


def test_below_the_limit_has_no_number_and_its_own_limit(seed_build: SdtmBuild) -> None:
    frame = seed_build.datasets["PC"].frame
    below = frame[[text(v).startswith("<") for v in frame.PCSTRESC]]
    assert set(map(text, below.PCSTRESC)) == {"<50", "<100", "<0.01"}
    assert below.PCSTRESN.isna().all()
    assert (below.PCSTRESC.astype(str).str[1:].astype(float) == below.PCLLOQ).all()


def test_at_most_one_baseline_per_person_and_test_and_it_is_before_exposure(
    seed_build: SdtmBuild,
) -> None:
    frame = seed_build.datasets["LB"].frame
    flagged = frame[frame.LBLOBXFL.astype(str) == "Y"].astype(str)
    per_test = flagged.groupby(["USUBJID", "LBCAT", "LBTESTCD", "LBSPEC", "LBMETHOD"]).size()
    first = seed_build.datasets["DM"].frame.astype(str).set_index("USUBJID")["RFXSTDTC"]
    assert per_test.max() == 1
    assert flagged["USUBJID"].nunique() == 47  # RAW.md: 46 infused, one with lymphodepletion only
    assert (flagged["LBDTC"].str[:10] <= flagged["USUBJID"].map(first).str[:10]).all()


def test_one_lesion_record_per_lesion_on_its_first_day(seed_build: SdtmBuild) -> None:
    lesions = _records(seed_build, "TU", TUTESTCD="TUMIDENT").astype(str)
    measured = seed_build.datasets["TR"].frame.astype(str)
    first = measured.groupby(["USUBJID", "TRLNKID"])["TRDTC"].min()
    found = lesions.set_index(["USUBJID", "TULNKID"])["TUDTC"]
    assert found.index.is_unique
    assert found.to_dict() == first.to_dict()


def test_nobody_without_extramedullary_disease_has_a_response_of_it(seed_build: SdtmBuild) -> None:
    responses = _records(seed_build, "RS", RSTESTCD="EMDRESP")
    assert set(map(text, responses.RSSTRESC)) <= {"CR", "PR", "SD", "PD"}
    assert len(responses) < len(_records(seed_build, "RS", RSTESTCD="OVRLRESP")) / 2


def test_residual_disease_stands_beside_the_response_of_its_assessment(
    seed_build: SdtmBuild,
) -> None:
    residual = _records(seed_build, "RS", RSTESTCD="MRDIND").astype(str)
    overall = _records(seed_build, "RS", RSTESTCD="OVRLRESP").astype(str)
    both = residual.merge(overall, on=["USUBJID", "RSGRPID"])
    assert len(both) == len(residual)
    assert set(both.RSSTRESC_x) == {"NEGATIVE", "POSITIVE"}


def test_data_set_level_relations(seed_build: SdtmBuild) -> None:
    frame = seed_build.datasets["RELREC"].frame.astype(str)
    level = frame[frame.IDVAR.str.contains("LNK")]
    found = {(r.RELID, r.RDOMAIN, r.IDVAR, r.RELTYPE) for r in level.itertuples()}
    assert {("TUTR", "TU", "TULNKID", "ONE"), ("TUTR", "TR", "TRLNKID", "MANY")} <= found
    assert {("TRRS", "TR", "TRLNKGRP", "MANY"), ("TRRS", "RS", "RSLNKGRP", "MANY")} <= found


@pytest.fixture(scope="module")
def flow_in_cp(tmp_path_factory: pytest.TempPathFactory) -> SdtmBuild:
    """The study under the other choice of the decision flow-cells."""
    folder = tmp_path_factory.mktemp("seed") / "study"
    shutil.copytree(
        SEED, folder, ignore=shutil.ignore_patterns("raw*", "generate", "truth", "*key*")
    )
    main = folder / "study.yaml"
    said = main.read_text(encoding="utf-8")
    assert "choice: PC" in said
    main.write_text(said.replace("choice: PC", "choice: CP"), encoding="utf-8")
    return build_sdtm(load_study(folder), SEED / "raw", only=["CP", "PC"])


def test_car_positive_cells_stand_in_one_data_set(
    seed_build: SdtmBuild, flow_in_cp: SdtmBuild
) -> None:
    in_pc = _records(seed_build, "PC", PCTESTCD="CD7CARF")
    in_cp = _records(flow_in_cp, "CP", CPSBMRKS="CAR+", CPTESTCD="TLSTLY")
    assert len(in_pc) == len(in_cp) == 528
    assert not len(_records(flow_in_cp, "PC", PCTESTCD="CD7CARF"))
    assert not len(_records(seed_build, "CP", CPSBMRKS="CAR+"))
    assert sorted(map(text, in_pc.PCREFID)) == sorted(map(text, in_cp.CPREFID))
