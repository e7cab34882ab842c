"""Numeric dates as people write them; the days are those that SAS documents for its formats."""

from __future__ import annotations

import pytest

from workbench.explain.shown import iso_of


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0, "DATE9.", "1960-01-01"),
        (22478, "DATE9.", "2021-07-17"),
        (-1, "E8601DA10.", "1959-12-31"),
        (22478, "YYMMDDN8.", "2021-07-17"),
        (86_400, "DATETIME20.", "1960-01-02T00:00:00"),
        (45_000, "TIME8.", "12:30:00"),
        (22478, "8.", ""),
        (22478, "", ""),
        (22478.5, "DATE9.", ""),
        (1e300, "DATE9.", ""),
        (-5, "TIME8.", ""),
    ],
)
def test_a_number_with_a_format_of_dates_is_a_date(value: float, form: str, shown: str) -> None:
    assert iso_of(value, form) == shown
