"""Dead checks and alternatives that are never reached are told before a row is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.planning.lint import check_sdtm
from specs import Finding, load_study
from tests.sdtm.small import DM, DM_CSV, STUDY, files, write

LINES = """\
  CMDOSE: {number: DOSE}
  CMSTDTC: {date: START, format: iso}
  CMENDTC: {date: STOP, format: iso}
  CMOCCUR: {from: GIVEN, map: yes_no}
  CMSCAT: WHY
  CMCAT:
    choose:
      - {is: EARLY, when: CMSTDTC < DM.RFSTDTC}
      - {is: LATE, when: CMSTDTC >= DM.RFSTDTC}
"""
ROW = {"DOSE": "5", "START": "2020-01-01", "STOP": "2020-01-02", "GIVEN": "是", "WHY": "x"}
MAPS = "maps:\n  yes_no: {values: {Y: [是], N: [否]}}\n"


def told(folder: Path, lines: str, *, raw: bool = True, **more: str) -> list[Finding]:
    """What the check says of lines that never do anything."""
    contents = {"codelists.yaml": MAPS, **more}
    study = load_study(write(folder, files(LINES + lines, [ROW], **contents)))
    found = check_sdtm(study) if raw else check_sdtm(study, folder / "nowhere")
    others = [f for f in found if f.rule.startswith("SPEC") and f.rule not in CODES]
    assert not [f for f in others if f.severity != "info" and f.rule != "SPEC190"], others
    return [f for f in found if f.rule in CODES]


CODES = ("SPEC140", "SPEC141")


def check_of(condition: str) -> str:
    return f"checks:\n  - {{where: '{condition}', says: odd}}\n"


DEAD = [
    "raw.WHY != CMSCAT",
    "CMSCAT != CM.CMSCAT",
    "CMDOSE != CM.CMDOSE",
    "CMSTDTC < CMSTDTC",
    'CMOCCUR == "U"',
    'CMOCCUR != "Y" and CMOCCUR != "N"',
    'CMCAT == "DURING"',
    'CMCAT in ["DURING", "AFTER"]',
    'CMTRT == "OTHER"',
    'GIVEN == "是" and GIVEN == "否"',
    "CMDOSE > 5 and CMDOSE < 5",
    "CMSTDTC > CMENDTC and CMENDTC > CMSTDTC",
    'CMSTDTC > "2020-02" and CMSTDTC < "2020-01"',
    "CMSTDTC < CMENDTC and CMENDTC < DM.RFSTDTC and DM.RFSTDTC < CMSTDTC",
    "CMENDTC is missing and CMENDTC < CMSTDTC",
    "CMENDTC is missing and CMSTDTC > CMENDTC",
    "not (CMENDTC is missing or CMENDTC is not missing)",
]


@pytest.mark.parametrize("condition", DEAD)
def test_a_check_that_asks_nothing_is_found(tmp_path: Path, condition: str) -> None:
    found = told(tmp_path, check_of(condition))
    assert [f.rule for f in found] == ["SPEC140"]
    assert found[0].spec is not None
    assert found[0].spec.file == "sdtm/cm.yaml"
    assert found[0].hint


@pytest.mark.parametrize("condition", DEAD[:6])
def test_without_data_too(tmp_path: Path, condition: str) -> None:
    assert [f.rule for f in told(tmp_path, check_of(condition), raw=False)] == ["SPEC140"]


@pytest.mark.parametrize(
    "condition",
    [
        "raw.WHY != CMTRT",
        'CMOCCUR == "N"',
        'CMCAT == "EARLY"',
        'CMTRT == "SOMETHING"',
        "CMSTDTC > CMENDTC",
        "CMENDTC is missing and CMSTDTC < DM.RFSTDTC",
        'GIVEN == "是" or GIVEN == "否"',
        "CMDOSE > 5 and CMDOSE < 6",
        'CMSCAT == "anything"',
    ],
)
def test_a_check_that_may_ask_is_let_alone(tmp_path: Path, condition: str) -> None:
    assert told(tmp_path, check_of(condition)) == []


def test_a_variable_that_the_streams_of_a_check_do_not_make_is_missing(tmp_path: Path) -> None:
    text = (
        "domain: CM\nkeys: [CMSPID]\nrecords:\n"
        "  - {name: one, source: cm, variables: {CMDOSE: {number: DOSE}}}\n"
        "  - {name: two, source: cm}\n"
        "variables: {CMSPID: ROW, CMTRT: {constant: X}}\n"
        "checks:\n  - {where: CMDOSE > 5, says: much, of: OF}\n"
    )
    for of, expected in (("two", ["SPEC140"]), ("one", []), ("cm", [])):
        contents = files("", [ROW], **{"sdtm/cm.yaml": text.replace("OF", of)})
        found = check_sdtm(load_study(write(tmp_path, contents)))
        assert [f.rule for f in found if f.rule in CODES] == expected


def chosen(*alternatives: str) -> str:
    return f"  CMROUTE: {{choose: [{', '.join(alternatives)}]}}\n"


ELSE = (
    "  CMROUTE: {constant: ORAL, when: WHY is missing or WHY is not missing, else: {constant: X}}\n"
)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (chosen("{is: A, when: CMDOSE > 5}", "{is: B, when: CMDOSE > 7}"), "SPEC141"),
        (
            chosen(
                "{is: A, when: WHY is missing}", "{is: B, when: WHY is not missing}", "{else: WHY}"
            ),
            "SPEC141",
        ),
        (chosen('{is: A, when: WHY == "a"}', '{is: B, when: CMSCAT == "a"}'), "SPEC141"),
        (chosen('{is: A, when: CMOCCUR == "Y"}', '{is: B, when: CMOCCUR == "X"}'), "SPEC140"),
        (ELSE, "SPEC141"),
    ],
)
def test_alternatives_behind_others(tmp_path: Path, lines: str, code: str) -> None:
    assert [f.rule for f in told(tmp_path, lines)] == [code]


def test_alternatives_that_are_reached(tmp_path: Path) -> None:
    lines = (
        "  CMROUTE: {choose: [{is: ORAL, when: CMDOSE > 5}, {is: TOPICAL, when: CMDOSE <= 5},"
        " {else: {constant: UNKNOWN}}]}\n"  # where the dose is missing
        '  CMDOSFRQ: {constant: QD, when: CMOCCUR == "Y", else: {constant: BID}}\n'
    )
    assert told(tmp_path, lines) == []


def test_a_filter_and_a_look_up_are_judged_too(tmp_path: Path) -> None:
    lines = "  CMGRPID: {first: CM.CMSPID, by: CMDOSE, where: 'CMTRT == \"NOTHING\"'}\n"
    found = told(tmp_path, lines)
    assert [f.rule for f in found] == ["SPEC140"]


def test_a_record_is_not_the_other_record_that_a_line_looks_at(tmp_path: Path) -> None:
    lines = "  CMGRPID: {first: CM.CMSPID, by: CMDOSE, where: CMSPID != own.CMSPID}\n"
    assert told(tmp_path, lines) == []


AGED = DM_CSV.replace("SEX", "AGE,SEX").replace("M,", "40,M,").replace("F,", "30,F,")


def test_a_name_that_the_standard_makes_is_ambiguous_too(tmp_path: Path) -> None:
    text = DM + "working: {stated: {number: raw.AGE}}\nstandard: [AGE, AGEU]\n"
    for condition, rule in (("stated != AGE", ["SPEC120"]), ("stated != DM.AGE", [])):
        asked = f"checks:\n  - {{where: {condition}, says: the age}}\n"
        contents = files(**{"sdtm/dm.yaml": text + asked, "raw/dm.csv": AGED})
        found = check_sdtm(load_study(write(tmp_path, contents)))
        assert [f.rule for f in found if f.rule.startswith("SPEC12")] == rule


def test_a_copy_of_a_copy_is_one_value_and_a_copy_of_a_variable_no_raw_column(
    tmp_path: Path,
) -> None:
    lines = "  CMSTAT: {from: WHY, map: {NOT DONE: x}}\n  CMGRPID: CMSTAT\n  CMREFID: CMGRPID\n"
    row = {**ROW, "CMSTAT": "NOT DONE"}
    for condition, dead in (
        ("CMREFID != CMGRPID", True),
        ("CMREFID != CM.CMSTAT", True),
        ("CMREFID != raw.CMSTAT", False),
    ):
        contents = files(LINES + lines + check_of(condition), [row], **{"codelists.yaml": MAPS})
        found = check_sdtm(load_study(write(tmp_path, contents)))
        assert ("SPEC140" in [f.rule for f in found]) is dead, condition


def test_a_declared_set_is_known_of_a_raw_column(tmp_path: Path) -> None:
    study = STUDY.replace("row-id: ROW}", "row-id: ROW, values: {GIVEN: [是, 否]}}")
    more = {"study.yaml": study}
    assert told(tmp_path, check_of('GIVEN != "是" and GIVEN != "否"'), **more)
    assert told(tmp_path, check_of('GIVEN != "是"'), **more) == []
