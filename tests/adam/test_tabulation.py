"""Tabulation data derived from analysis data, decisions, and visits that can be missed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adam import BuildResult, build_adam
from specs.errors import SpecificationError
from tests.adam.small import ADSL, build, subjects, values, write_study

ADPC = """
dataset: ADPC
label: Concentrations
class: nca
keys: [STUDYID, USUBJID, ADY]
records: {from: PC}
predecessors: [STUDYID, USUBJID]
variables:
  ADY: PCDY
  AVAL: PCSTRESN
"""
PP = """
dataset: PP
label: Pharmacokinetics Parameters
class: tabulation
keys: [USUBJID, PPTESTCD]
tables:
  used:
    from: ADPC
    variables: {STUDYID: STUDYID, USUBJID: USUBJID, ADY: ADY, AVAL: AVAL}
records:
  parameters:
    from: used
    nca:
      within: USUBJID
      time: ADY
      quantifiable: AVAL > 0
      method: linear
      parameters:
        CMAX: {is: cmax, set: {PPTESTCD: CMAX}}
        AUC10: {is: auc, to: 10, early: 2, set: {PPTESTCD: AUCINT}}
        AUC20: {is: auc, to: 20, early: 2, set: {PPTESTCD: AUCALL}}
variables:
  PPSTRESN: {calculate: AVAL}
publish: [STUDYID, USUBJID, PPTESTCD, PPSTRESN]
"""
ADPP = """
dataset: ADPP
label: Parameters
class: basic-data-structure
keys: [STUDYID, USUBJID, PPTESTCD]
records: {from: PP}
predecessors: [STUDYID, USUBJID, PPTESTCD]
variables:
  AVAL: PPSTRESN
"""
SAMPLES = pd.DataFrame(
    {"STUDYID": "S", "USUBJID": "A", "PCDY": [2.0, 4.0, 8.0], "PCSTRESN": [10.0, 20.0, 5.0]}
)
DATA = {"DM": subjects("A"), "PC": SAMPLES}
SPECS = {"adsl": ADSL, "adpc": ADPC, "pp": PP, "adpp": ADPP}


def test_derived_tabulation_data_stand_apart(tmp_path: Path) -> None:
    result = build(tmp_path, SPECS, DATA)

    assert (result.out / "sdtm" / "pp.xpt").is_file()
    assert not (result.out / "pp.xpt").exists()
    assert (result.out / "adpp.xpt").is_file()


UNIT = PP.replace("publish: [", "  PPSTRESU: {constant: day*widgets}\npublish: [PPSTRESU, ")


def test_a_term_that_is_not_published_and_not_declared_stops_them(tmp_path: Path) -> None:
    result = build(tmp_path, {**SPECS, "pp": UNIT}, DATA)

    (one,) = [f for f in result.findings if f.rule == "MAP301"]
    assert one.message == "PPSTRESU: 'day*widgets' is not in PKUNIT (C85494, 2025-03-28)"
    assert "extensions: PKUNIT" in one.hint
    assert str(one.spec).startswith("adam/pp.yaml:")
    assert set(result.failed) == {"PP"}
    assert set(result.skipped) == {"ADPP"}
    assert not result.published


def test_a_declared_extension_is_a_term(tmp_path: Path) -> None:
    study, sdtm = write_study(tmp_path, {**SPECS, "pp": UNIT}, DATA)
    (study / "codelists.yaml").write_text(
        "extensions:\n  PKUNIT: [{term: day*widgets, note: ours}]\n"
    )

    assert build_adam(study, sdtm=sdtm, out=tmp_path / "out").exit_code == 0


def test_a_codelist_that_is_closed_takes_no_extension(tmp_path: Path) -> None:
    closed = PP.replace("publish: [", '  PPSTAT: {constant: "DONE"}\npublish: [PPSTAT, ')
    study, sdtm = write_study(tmp_path, {**SPECS, "pp": closed}, DATA)
    (study / "codelists.yaml").write_text("extensions:\n  ND: [{term: DONE, note: ours}]\n")

    result = build_adam(study, sdtm=sdtm, out=tmp_path / "out")
    assert [f.message for f in result.findings if f.rule == "MAP301"] == [
        "PPSTAT: 'DONE' is not in ND (C66789, 2025-03-28)"
    ]


def test_a_partial_rebuild_keeps_them(tmp_path: Path) -> None:
    first = build(tmp_path, SPECS, DATA)
    before = (first.out / "sdtm" / "pp.xpt").read_bytes()
    build_adam(tmp_path / "study", sdtm=tmp_path / "sdtm", out=first.out, only=["ADPC"])

    assert (first.out / "sdtm" / "pp.xpt").read_bytes() == before


def test_labels_are_those_of_the_tabulation_guide_and_are_inherited(tmp_path: Path) -> None:
    result = build(tmp_path, SPECS, DATA)

    assert result.datasets["PP"].variable("PPTESTCD").label == "Parameter Short Name"
    assert result.datasets["ADPP"].variable("PPTESTCD").label == "Parameter Short Name"


def test_an_area_may_end_with_a_last_sample_that_is_a_little_early(tmp_path: Path) -> None:
    result = build(tmp_path, SPECS, DATA)
    found = dict(
        zip(
            values(result, "ADPP", "PPTESTCD"),
            values(result, "ADPP", "AVAL"),
            strict=True,
        )
    )

    # 0-2: 10, 2-4: 30, 4-8: 50; the last sample is 2 days before day 10 and 12 before day 20
    assert found == {"CMAX": 20.0, "AUCINT": 90.0, "AUCALL": None}


DECIDED = """
dataset: ADSL
label: Subject Level Analysis
class: subject-level
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID]
variables:
  SAFFL:
    flag: {by-decision: safety-set, infused: AGE > 10, everybody: AGE > 0}
    else: N
"""
STUDY = "study: S\ndecisions:\n  safety-set: {choice: CHOICE, options: [infused, everybody]}\n"


@pytest.mark.parametrize(("choice", "flags"), [("infused", ["N", "Y"]), ("everybody", ["Y", "Y"])])
def test_decisions_of_the_study_choose_lines(tmp_path: Path, choice: str, flags: list[str]) -> None:
    build(tmp_path, {"adsl": ADSL}, {"DM": subjects("A", "B", AGE=[5.0, 50.0])})
    (tmp_path / "study" / "adam" / "adsl.yaml").write_text(DECIDED)
    (tmp_path / "study" / "study.yaml").write_text(STUDY.replace("CHOICE", choice))
    result = build_adam(tmp_path / "study", sdtm=tmp_path / "sdtm", out=tmp_path / "out")

    assert values(result, "ADSL", "SAFFL") == flags


def test_a_decision_that_the_study_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="SPEC150"):
        build(tmp_path, {"adsl": DECIDED}, {"DM": subjects("A", AGE=[5.0])})


def test_numbers_are_read_from_the_records_that_are_taken(tmp_path: Path) -> None:
    lines = (
        ADSL
        + 'variables:\n  kg: {from: Q.QVAL, where: QNAM == "KG"}\n'
        + "  WEIGHT: {number: kg, label: W}\n"
    )
    extra = pd.DataFrame(
        {"STUDYID": "S", "USUBJID": "A", "QNAM": ["KG", "UNIT"], "QVAL": ["61.5", "kg"]}
    )
    result = build(tmp_path, {"adsl": lines}, {"DM": subjects("A"), "Q": extra})

    assert values(result, "ADSL", "WEIGHT") == [61.5]


TTE = """
dataset: ADTTE
label: Time to Event
class: time-to-event
keys: [STUDYID, USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
time-to-event:
  subjects: ADSL
  parameters:
    PFS:
      label: Progression-Free Survival
      start: START
      events:
        - {from: EV, date: DAY, EVNTDESC: PROGRESSION}
      assessments: {from: SEEN, date: DAY, EVNTDESC: LAST ASSESSMENT}
      censor:
        - rule: missed-visits
          at-least: 2
          schedule: TV
          visits: {DAY 29: WIDTH, MONTH 2: 7}
          CNSR: 4
        - {rule: end-of-data, CNSR: 1}
"""
DATED = """
dataset: NAME
label: Dates
keys: [USUBJID, DAY]
records: {from: RAW}
predecessors: [STUDYID, USUBJID]
variables:
  DAY: {date: RAWDTC, label: Day}
"""


def tte(folder: Path, width: int, planned: list[str]) -> BuildResult:
    """A subject treated on 1 January, assessed on day 20, with an event on day 80."""
    specs = {
        "adsl": ADSL + "variables:\n  START: {date: STDTC, label: Start}\n",
        "adtte": TTE.replace("WIDTH", str(width)),
        "ev": DATED.replace("NAME", "EV").replace("RAW", "RE"),
        "seen": DATED.replace("NAME", "SEEN").replace("RAW", "RS"),
    }
    one = {"STUDYID": "S", "USUBJID": ["A"]}
    data = {
        "DM": subjects("A", STDTC=["2024-01-01"]),
        "RE": pd.DataFrame({**one, "REDTC": ["2024-03-20"]}),
        "RS": pd.DataFrame({**one, "RSDTC": ["2024-01-20"]}),
        "TV": pd.DataFrame(
            {"STUDYID": "S", "VISIT": planned, "VISITDY": [15.0, 29.0, 61.0][: len(planned)]}
        ),
    }
    return build(folder, specs, data)


def test_only_the_visits_that_are_named_can_be_missed(tmp_path: Path) -> None:
    result = tte(tmp_path, 2, ["DAY 15", "DAY 29", "MONTH 2"])

    assert values(result, "ADTTE", "CNSR") == [4.0]


def test_a_window_that_reaches_the_assessment_is_attended(tmp_path: Path) -> None:
    result = tte(tmp_path, 9, ["DAY 15", "DAY 29", "MONTH 2"])

    assert values(result, "ADTTE", "CNSR") == [0.0]


def test_a_visit_that_the_schedule_lacks_is_refused(tmp_path: Path) -> None:
    result = tte(tmp_path, 2, ["DAY 15", "DAY 29"])

    (told,) = [f for f in result.findings if f.rule == "MAP305"]
    assert told.message == "TV plans no visit 'MONTH 2' after day 1"
    assert set(result.failed) == {"ADTTE"}
