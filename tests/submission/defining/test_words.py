"""Methods in words, each sentence as a person would write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from adam.language import Line as AdamLineType
from adam.language_datasets import TteParameter
from pydantic import TypeAdapter
from specs.language.lines import Line
from submission.defining.adam_words import adam_words, parameter_words
from submission.defining.words import condition_words, line_words

from specs import Study, load_study
from specs.conditions import parse_condition
from tests.sdtm.small import files, write


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study with a function of its own."""
    function = 'def weigh(a):\n    """The weight\n    in kg."""\n    return a\n'
    return load_study(write(tmp_path, files() | {"functions.py": function}))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('AEYN == "Y"', 'AEYN is "Y"'),
        ('A != "a == b" and B >= 3', 'A is not "a == b" and B is at least 3'),
        ("CMSTDTC < RFSTDTC", "CMSTDTC is before RFSTDTC"),
        ("AVAL > 0", "AVAL is more than 0"),
        ('X in ["A", "B"]', 'X is one of ["A", "B"]'),
        ("X is not missing", "X is not missing"),
    ],
)
def test_conditions(condition: str, words: str) -> None:
    assert condition_words(parse_condition(condition)) == words


LINES: list[tuple[Any, str]] = [
    ("AETERM", "The text of AETERM."),
    ({"from": ["A", "B"]}, "The text of A or, where that is blank, B."),
    ({"from": "A", "map": {"Y": ["yes"]}}, "The text of A, mapped to the submission value."),
    ({"from": "A", "pattern": "(x)"}, "The text of A (part 1 of the pattern (x))."),
    ({"constant": "CRF"}, "Set to 'CRF'."),
    (
        {"date": "D", "time": "T"},
        "The date of D with the time of T in ISO 8601; unknown parts are left out.",
    ),
    (
        {"number": "W", "unit": "lb", "to": "kg", "decimals": 1},
        "The number in W, converted to kg, rounded half up to 1 decimals.",
    ),
    ({"combine": "LINE {N}"}, '"LINE " and N, joined to one text; blank if N is blank.'),
    ({"combine": "{A}-{B}"}, 'A, "-" and B, joined to one text; blank if A or B is blank.'),
    (
        {"choose": [{"is": "Y", "where": 'A == "1"'}, {"from": "B", "where": "B is not missing"}]},
        "The first that holds: 'Y' if A is \"1\"; B if B is not missing; otherwise blank.",
    ),
    (
        {"look-up": "ti.csv", "on": {"CODE": "NO"}, "take": "TEXT"},
        "TEXT from the study's table ti, by NO.",
    ),
    (
        {"look-up": "dose", "on": ["ID"], "take": "MG", "as-of": {"SINCE": "DAY"}},
        "MG from the records of dose, by ID, in the row in force (by SINCE) on DAY.",
    ),
    (
        {"first": "EX.EXSTDTC", "of": 'EXTRT == "A"'},
        'The first of EX.EXSTDTC of the subject where EXTRT is "A".',
    ),
    (
        {"last": ["A.X", "B.Y"], "take": "A.Z", "not-after": "D", "not-before": "C", "plus": 2},
        (
            "A.Z of the record with the last of A.X, B.Y of the subject, not after D, "
            "not before C, plus 2 days."
        ),
    ),
    (
        {"first": "EX.EXSTDTC", "on": {"EXGRPID": "NO"}},
        "The first of EX.EXSTDTC of the subject with EXGRPID equal to NO.",
    ),
    (
        {"count": "DM.USUBJID", "of": "ARMCD is not missing"},
        "The number of different values of DM.USUBJID where ARMCD is not missing.",
    ),
    ({"calculate": "A / B", "decimals": 2}, "Calculated as A / B, rounded half up to 2 decimals."),
    (
        {"visit": "VIS"},
        (
            "By the name of the visit (VIS) in the table of planned visits; an unscheduled visit "
            "is numbered after the planned visit before it."
        ),
    ),
    ({"function": "weigh", "of": "WT"}, "The weight in kg. Computed from WT."),
    (
        {"constant": "Y", "where": 'A == "1"', "else": {"from": "B"}},
        "Where A is \"1\": set to 'Y'. Otherwise: the text of B.",
    ),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_lines_of_tabulation(study: Study, line: Any, words: str) -> None:
    assert line_words(study, TypeAdapter(Line).validate_python(line)) == words


@pytest.mark.parametrize(
    ("variable", "beginning"),
    [
        ("LBSTRESN", "The numeric result in standard units"),
        ("LBSTRESU", "The standard unit"),
        ("LBNRIND", "LOW, NORMAL or HIGH"),
        ("LBORRES", "The result as collected."),
    ],
)
def test_each_variable_of_a_result_has_its_own_method(
    study: Study, variable: str, beginning: str
) -> None:
    line = TypeAdapter(Line).validate_python({"value": "RES"})
    assert line_words(study, line, variable, "LB").startswith(beginning)


ANALYSIS: list[tuple[Any, str]] = [
    ("DM.AGE", "DM.AGE."),
    ({"from": "A", "map": {"x": 1}}, "A, each value mapped by the table of the specification."),
    ({"constant": "1", "where": "A is missing"}, "1 where A is missing."),
    ({"constant": "NA"}, "'NA'."),
    (
        {"constant": "", "where": "A is missing", "else": "-1.5"},
        "Blank where A is missing; otherwise -1.5.",
    ),
    (
        {"choose": [{"blank": True, "where": 'A == "1"'}, {"from": "B"}]},
        'The first that holds: blank if A is "1"; otherwise B.',
    ),
    ({"choose": [{"from": "A", "where": "B is missing"}]}, "A if B is missing."),
    (
        {"bins": "AGE", "cut": [18, 65], "labels": ["<18", "18-64", ">=65"]},
        "AGE in the categories <18, 18-64, >=65, cut at 18, 65.",
    ),
    ({"flag": "Y", "where": "A is missing", "else": "N"}, "Y where A is missing, otherwise N."),
    ({"date": "AESTDTC"}, "AESTDTC as a numeric date."),
    (
        {"date": "AESTDTC", "impute": "day", "to": "first", "not-before": "A", "flag": "ASTDTF"},
        (
            "AESTDTC as a numeric date; an unknown day is taken as the first, not before A, "
            "and flagged in ASTDTF."
        ),
    ),
    ({"datetime": "PCDTC"}, "PCDTC as a numeric date and time."),
    ({"date-of": "ADTM"}, "The date part of ADTM."),
    ({"time-of": "ADTM"}, "The time part of ADTM."),
    (
        {"study-day": "ADT", "reference": "TRTSDT"},
        "Days from TRTSDT to ADT, plus 1 on or after it.",
    ),
    (
        {"duration": ["A", "B"], "plus-one": True},
        "Time from A to B in days, the first day counted.",
    ),
    ({"compute": "A + 1"}, "Calculated as A + 1."),
    ({"text": "WEEK {N}"}, "The text 'WEEK {N}' with the values named in braces filled in."),
    (
        {"exists": "AE", "where": 'AESER == "Y"'},
        'Y where AE has a record of the subject where AESER is "Y".',
    ),
    (
        {"first": "EX.EXSTDTC", "where": "EXDOSE > 0"},
        "The first value of EX.EXSTDTC of the subject where EXDOSE is more than 0.",
    ),
    ({"max": "AE.AETOXGR"}, "The largest AE.AETOXGR, by USUBJID."),
    (
        {"sequence": ["USUBJID"], "by": ["ADT"]},
        "Number of the record within USUBJID, in the order of ADT.",
    ),
    (
        {"baseline": "AVAL", "within": ["USUBJID", "PARAMCD"]},
        "AVAL of the baseline record of the group (USUBJID, PARAMCD).",
    ),
    (
        {"latest": "EX.EXDOSE", "at": "EXSTDTC", "on-or-before": "ADT"},
        "EX.EXDOSE of the last record whose EXSTDTC is on or before ADT.",
    ),
    (
        {"earliest": "EX.EXDOSE", "at": "EXSTDTC", "after": "ADT", "where": "EXDOSE > 0"},
        "EX.EXDOSE of the first record where EXDOSE is more than 0 whose EXSTDTC is after ADT.",
    ),
    (
        {"episode": "ASTDT", "end": "AENDT", "gap": 2, "within": ["USUBJID"]},
        (
            "Number of the run of records, from ASTDT to AENDT, that overlap or lie at most 2 "
            "day(s) apart."
        ),
    ),
    (
        {"window": "ADY", "windows": [{"name": "Week 1", "target": 8, "low": 4.5, "high": 11}]},
        "The analysis window that ADY falls in: Week 1: 4.5 to 11.",
    ),
    ({"shown": "AVAL", "decimals": 1}, "AVAL as text."),
    ({"change": "AVAL", "from": "BASE"}, "AVAL minus BASE."),
    ({"percent-change": "AVAL", "from": "BASE"}, "100 x (AVAL - BASE) / BASE; blank if BASE is 0."),
    (
        {"mark": "last", "within": ["USUBJID"], "by": ["ADT"]},
        "Y on the last record per USUBJID in the order of ADT.",
    ),
]


@pytest.mark.parametrize(("line", "words"), ANALYSIS)
def test_lines_of_analysis(line: Any, words: str) -> None:
    assert adam_words(TypeAdapter(AdamLineType).validate_python(line)) == words


def test_a_time_to_event_parameter() -> None:
    parameter = TteParameter.model_validate(
        {
            "label": "Progression-Free Survival (Days)",
            "start": "TRTSDT",
            "events": [{"from": "ADRS", "where": 'PARAMCD == "PD"', "date": "ADT", "says": "PD"}],
            "censor": [
                {"rule": "date", "date": "ADSL.NACTDT", "says": "NEW THERAPY"},
                {"rule": "missed-visits", "schedule": "TV", "says": "MISSED"},
                {"rule": "no-assessment"},
                {"rule": "end-of-data"},
                {"rule": "latest", "of": [{"from": "ADSL", "date": "LSTALVDT", "says": "ALIVE"}]},
            ],
        }
    )
    assert parameter_words(parameter) == (
        "Days from TRTSDT to the first event, the first day counted. "
        'Events: PD (ADRS.ADT where PARAMCD is "PD"). Censored by the first rule that holds: '
        "(1) ADSL.NACTDT is before the event, NEW THERAPY: the time stops at the last adequate "
        "assessment before it. (2) At least 2 planned visits (TV) without an adequate assessment "
        "lie before the event, MISSED: the time stops at the last adequate assessment before it. "
        "(3) No event and no adequate assessment after the start: the time stops there. "
        "(4) No event: the time stops at the last adequate assessment. "
        "(5) No event: the time stops at the latest of ADSL.LSTALVDT."
    )
