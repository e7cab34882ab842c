"""The test cases of the CDISC Open Rules: agreement, and a list of the differences."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validation.engine import differences
from tests.validation.engine.agreement import SUITES, cases

DIFFERENCES = {
    "Published": differences.PUBLISHED,
    "Unpublished/ADAMIG": differences.ADAM,
    "Unpublished/FDA Business Rules": differences.FDA,
}
DOCS = Path(__file__).parents[3] / "docs" / "rules.md"


@pytest.mark.parametrize("suite", list(SUITES))
def test_every_case_agrees_but_for_the_listed_differences(suite, shared):
    folder = shared / "open-rules" / suite
    if not folder.is_dir():
        pytest.skip("the Open Rules are not beside this checkout")
    found = list(cases(folder, *SUITES[suite]))
    differing = {case.name for case in found if not case.agrees}
    known = set(DIFFERENCES[suite]) & {case.name for case in found}
    assert differing == known


@pytest.mark.parametrize("suite", list(SUITES))
def test_every_difference_is_documented(suite):
    text = DOCS.read_text("utf-8")
    assert [name for name in DIFFERENCES[suite] if name not in text] == []
