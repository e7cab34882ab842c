"""The text of ``tracelock explain``."""

from __future__ import annotations

import pytest

from specs.codes import all_codes
from validation.report import RuleStatus, explain_code


def test_a_code_is_explained():
    text = explain_code("val902")
    assert text.startswith("VAL902  Waiver past its review date\n\nseverity    blocks: the build")
    assert "\nexample     review_by: 2024-06-30 in a run as of 2024-07-15\n" in text
    assert text.endswith("\nwho         data management\n")
    assert max(map(len, text.splitlines())) <= 100


def test_a_rule_is_explained_with_the_rules_it_answers_to():
    rule = RuleStatus(
        "CG6", "Units", severity="explain", why="W.", cdisc_ids=("CG6",), fda_ids=("F1",)
    )
    assert explain_code("CG6", {"CG6": rule}).splitlines() == [
        "CG6  Units",
        "",
        "severity    explain: it must be explained in the reviewer's guide",
        "why         W.",
        "answers to  CG6, F1",
    ]


def test_an_unknown_code_gets_a_hint():
    with pytest.raises(KeyError, match=r"did you mean .*VAL9"):
        explain_code("VAL9O2")


@pytest.mark.parametrize("code", [name for name in all_codes() if name.startswith("VAL9")])
def test_every_code_says_why_and_how_to_fix(code):
    text = explain_code(code)
    assert "\nwhy " in text
    assert "\nfix " in text
