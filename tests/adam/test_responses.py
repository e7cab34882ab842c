"""Confirmed responses and deciding events, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adam import columns, responses


def confirmed(*visits: tuple[int, str], value: str = "PR", **options: object) -> bool:
    """Whether the first visit of a subject is confirmed; visits are (day, response)."""
    rules: dict[str, object] = {
        "by": ["CR", "PR"],
        "days": 28,
        "through": ["CR", "PR", "NE"],
        "at_most": {"NE": 1},
        "not_after": {"PR": "CR"},
    }
    rules.update(options)
    values = columns.as_text([v for _, v in visits])
    dates = columns.from_dates([np.datetime64("2024-01-01") + d for d, _ in visits])
    found = responses.confirmed(
        np.zeros(len(visits), dtype=int),
        values,
        dates,
        candidates=(values == value).to_numpy(),
        **rules,  # type: ignore[arg-type]
    )
    return bool(found[0])


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([(0, "PR"), (28, "PR")], True),
        ([(0, "PR"), (27, "PR")], False),
        ([(0, "PR"), (14, "PR"), (28, "PR")], True),
        ([(0, "PR"), (14, "NE"), (30, "CR")], True),
        ([(0, "PR"), (10, "NE"), (20, "NE"), (30, "PR")], False),
        ([(0, "PR"), (14, "SD"), (30, "PR")], False),
        ([(0, "PR"), (14, "CR"), (30, "PR")], False),
        ([(0, "PR"), (30, "SD")], False),
        ([(0, "PR")], False),
    ],
)
def test_a_response_is_confirmed_by_a_later_one(
    visits: list[tuple[int, str]], expected: bool
) -> None:
    assert confirmed(*visits) is expected


def test_a_complete_response_needs_a_complete_one() -> None:
    options = {"by": ["CR"], "through": ["CR", "NE"], "not_after": {}}
    assert confirmed((0, "CR"), (30, "CR"), value="CR", **options)
    assert not confirmed((0, "CR"), (30, "PR"), value="CR", **options)


def test_records_of_another_subject_confirm_nothing() -> None:
    values = columns.as_text(["PR", "PR"])
    dates = columns.from_dates(["2024-01-01", "2024-03-01"])
    found = responses.confirmed(
        np.array([0, 1]),
        values,
        dates,
        candidates=np.ones(2, dtype=bool),
        by=["PR"],
        days=28,
        through=["PR"],
        at_most={},
        not_after={},
    )
    assert not found.any()


def test_the_first_listed_event_decides() -> None:
    which, row = responses.decide(
        [np.array([-1, 4, -1]), np.array([7, 8, -1]), np.array([-2, -2, -2])], None
    )
    assert which.tolist() == [1, 0, 2]
    assert row.tolist() == [7, 4, -2]


@pytest.mark.parametrize(("latest", "expected"), [(False, [1, 0]), (True, [0, 1])])
def test_the_earliest_or_latest_event_decides(latest: bool, expected: list[int]) -> None:
    rows = [np.array([1, 2]), np.array([3, 4])]
    days = [np.array([20.0, 10.0]), np.array([10.0, 20.0])]
    assert responses.decide(rows, days, latest=latest)[0].tolist() == expected


def test_nothing_is_confirmed_without_dates() -> None:
    values = columns.as_text(["PR", "PR"])
    dates = pd.Series(np.full(2, columns.MISSING_DATE))
    found = responses.confirmed(
        np.zeros(2, dtype=int), values, dates, candidates=np.ones(2, dtype=bool),
        by=["PR"], days=28, through=["PR"], at_most={}, not_after={},
    )  # fmt: skip
    assert not found.any()
