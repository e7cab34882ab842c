"""Steps of record tables in words: each key that counts is said."""

from __future__ import annotations

import pytest

from adam.publishing.table_words import (
    event_words,
    nca_words,
    step_words,
    table_names,
    table_words,
)
from adam.tables.model import Table

SUMMARY = Table.model_validate(
    {
        "from": "results",
        "where": "days > 0",
        "summary": {
            "within": ["USUBJID", "PARAMCD"],
            "of": "AVAL",
            "how": "maximum",
            "by": ["ADTM"],
            "dtype": "MAXIMUM",
        },
    }
)
EVENTS = Table.model_validate(
    {
        "from": "infused",
        "events": [
            {
                "from": "counted",
                "where": 'AVALC == "CR"',
                "by": ["ADT"],
                "set": {"AVALC": {"constant": "CR"}},
            },
            {"set": {"AVALC": {"constant": "NE"}}},
        ],
    }
)


def test_a_summary_says_which_record_and_its_derivation_type() -> None:
    one = "one record for each USUBJID and PARAMCD: the one with the largest AVAL"
    assert table_words(SUMMARY) == (
        f"the records of results where days is more than 0; {one} (of equals the first by ADTM)"
    )
    assert step_words(SUMMARY, "AVAL") == f"Then {one} (of equals the first by ADTM)."
    assert step_words(SUMMARY, "DTYPE").startswith('"MAXIMUM" on one record')
    assert step_words(SUMMARY, "ADT") == ""
    assert {"days", "AVAL", "ADTM"} <= set(table_names(SUMMARY))


def test_all_events_are_said_in_their_order() -> None:
    methods = {0: 'The constant "CR".', 1: 'The constant "NE".'}
    assert event_words(EVENTS, "AVALC", methods) == (
        'By the first of these that is found: (1) the constant "CR": the first record of counted '
        'by ADT where AVALC is "CR"; (2) the constant "NE": in every other case.'
    )
    assert "counted." in table_names(EVENTS)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            {"one-per": ["USUBJID"], "take": "last", "by": ["ADT"]},
            "one for each USUBJID: the last by ADT",
        ),
        ({"having": "A > B"}, "kept where A is more than B"),
        (
            {"expand": {"start": "S", "end": "E", "every": "7"}},
            "one for each dose from S to E, every 7 days",
        ),
        (
            {"locf": {"within": ["USUBJID"], "visits": {"1": "W1", "2": "W2"}}},
            "a record for each visit of W1, W2 that a USUBJID lacks, with the last AVAL before it",
        ),
        (
            {"summary": {"within": ["USUBJID"], "how": "average"}},
            "one record for each USUBJID with the average of its AVAL",
        ),
    ],
)
def test_each_step_has_its_words(step: dict[str, object], words: str) -> None:
    table = Table.model_validate({"from": ["A", "B"], **step})
    assert table_words(table) == f"the records of A and B, one below the other; {words}"


def test_parameters_of_an_analysis_of_profiles_are_said_each() -> None:
    table = Table.model_validate(
        {
            "from": "ADPC",
            "nca": {
                "within": ["USUBJID"],
                "quantifiable": 'AVALCAT1 == "Q"',
                "parameters": {
                    "CMAX": {"is": "cmax", "set": {"PPANMETH": "M"}},
                    "AUC28": {"is": "auc", "to": 28, "early": 2, "set": {"PPANMETH": "M"}},
                },
            },
        }
    )
    assert table.nca is not None
    said = nca_words(table.nca, "AVAL")
    assert "CMAX: the largest concentration; AUC28: the area under the curve from 0 to 28" in said
    assert 'quantifiable where AVALCAT1 is "Q"' in said
    assert nca_words(table.nca, "PPANMETH") == 'By parameter: "M" for CMAX and AUC28.'
    assert nca_words(table.nca, "OTHER") == ""
