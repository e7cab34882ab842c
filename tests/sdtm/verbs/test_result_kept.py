"""``result``: limits the wrong way round, and texts that an ASCII study cannot hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import texts
from tests.sdtm.verbs.test_result import BASE, RESULT, lb


def test_a_lower_limit_above_the_upper_one_is_told(tmp_path: Path) -> None:
    row = {"ITEM": "HGB", "V": "140", **BASE, "LO": "160", "HI": "120"}
    built = lb(tmp_path, RESULT, [row])
    limits = ("LBORNRLO", "LBORNRHI", "LBSTNRLO", "LBSTNRHI", "LBNRIND")
    assert [texts(built, "LB", name) for name in limits] == [[""]] * 5
    (found,) = [f for f in built.findings if f.rule == "MAP255"]
    assert found.message == "the lower limit 160 is above the upper one, 120"


@pytest.mark.parametrize(
    ("text", "kept", "said"),
    [("5–6", "5-6", "the original text was kept"), ("≈5", "", "left blank")],
)
def test_a_text_beyond_ascii_is_written_plainly_or_said_to_be_left_blank(
    tmp_path: Path, text: str, kept: str, said: str
) -> None:
    built = lb(tmp_path, RESULT, [{"ITEM": "HGB", "V": text, **BASE}])
    assert texts(built, "LB", "LBORRES") == [kept]
    (found,) = [f for f in built.findings if f.rule == "MAP250"]
    assert found.details["meanwhile"].startswith(said)
