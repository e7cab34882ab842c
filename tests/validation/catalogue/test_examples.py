"""What `tracelock explain` looks up comes from the rules and their cases."""

from __future__ import annotations

from tests.validation.catalogue.make_examples import example, examples, numbers
from validation.report.meaning.rule_words import EXAMPLES
from workbench.explain.meaning.rules import NUMBERS


def test_the_examples_that_are_packaged_are_those_of_the_cases():
    assert EXAMPLES.read_text("utf-8") == examples(), (
        "python -m tests.validation.catalogue.make_page writes them anew"
    )


def test_the_numbers_that_are_packaged_are_those_of_the_rules():
    assert NUMBERS.read_text("utf-8") == numbers(), (
        "python -m tests.validation.catalogue.make_page writes them anew"
    )


def test_an_example_takes_values_from_the_data_sets_that_have_them():
    negative = {
        "data": {
            "DM": {"USUBJID": ["S1", "S2"], "DTHDTC": ["", "2022-01-10"]},
            "AE": {"USUBJID": ["S1", "S2"], "AESTDTC": ["2022", "2023"], "AETERM": ["x", None]},
        },
        "expect": [{"dataset": "AE", "record": 2, "variables": ["AESTDTC", "AETERM", "DTHDTC"]}],
    }
    assert example(negative) == (
        "a record of AE of subject S2 with AESTDTC 2023, AETERM blank, DM.DTHDTC 2022-01-10"
    )


def test_an_example_without_a_record_names_the_data_set():
    assert example({"data": {}, "expect": [{"dataset": "TS", "variables": ["X"]}]}) == "TS"
