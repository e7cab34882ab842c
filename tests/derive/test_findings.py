"""Which positions of a view something is asked about."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from derive.findings import Report
from specs import RawCell, SpecPlace


class Seen:
    """A view of three records, as far as a report looks at it."""

    name = "CM"

    def same_cell(self, positions: Any, column: str) -> Any:
        return positions

    def cell(self, position: int, column: str) -> RawCell | None:
        return None

    def key(self, position: int) -> tuple[tuple[str, str], ...]:
        return ()


def tell(report: Report, view: Any, code: str, rows: list[int]) -> None:
    place = SpecPlace("sdtm/cm.yaml", 1, 1)
    report.rows(code, "text", view, np.array(rows), place, variable="CMSTDTC")


def test_a_question_that_blocks_is_about_its_view_and_variable() -> None:
    report, view = Report(), Seen()
    tell(report, view, "MAP211", [0, 2])
    assert report.asked_about(view, "CMSTDTC").tolist() == [0, 2]  # type: ignore[arg-type]
    assert not len(report.asked_about(view, "CMENDTC"))  # type: ignore[arg-type]
    assert not len(report.asked_about(Seen(), "CMSTDTC"))  # type: ignore[arg-type]


def test_what_does_not_block_is_no_answer_to_a_blank() -> None:
    report, view = Report(), Seen()
    tell(report, view, "MAP218", [1])
    assert not len(report.asked_about(view, "CMSTDTC"))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", range(5))
def test_a_view_that_is_gone_lends_its_questions_to_no_other(number: int) -> None:
    report = Report()
    for _ in range(number + 1):
        tell(report, Seen(), "MAP211", [0])
        gc.collect()
        assert not len(report.asked_about(Seen(), "CMSTDTC"))  # type: ignore[arg-type]
