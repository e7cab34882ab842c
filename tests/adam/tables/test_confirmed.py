"""Confirmed responses and deciding events, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from adam.tables.confirmed import confirmed
from adam.tables.events import ITSELF, chosen
from adam.tables.model import Confirmed
from derive.values.column import NO_RANK
from derive.values.text import Text

RULE = {
    "by": ["CR", "PR"],
    "days": 28,
    "through": ["CR", "PR", "NE"],
    "at-most": {"NE": 1},
    "not-after": {"PR": "CR"},
}


def first_is_confirmed(*visits: tuple[int, str], value: str = "PR", **options: object) -> bool:
    """Whether the first visit of a subject is confirmed; visits are (day, response)."""
    texts = Text.of([response for _, response in visits])
    found = confirmed(
        np.zeros(len(visits), np.int64),
        texts,
        np.array([float(day) for day, _ in visits]),
        candidates=texts.where(lambda text: text == value),
        rule=Confirmed.model_validate({**RULE, **options}),
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
    assert first_is_confirmed(*visits) is expected


def test_the_order_of_the_records_does_not_matter() -> None:
    texts = Text.of(["PR", "SD", "PR"])
    found = confirmed(
        np.zeros(3, np.int64),
        texts,
        np.array([30.0, 40.0, 0.0]),
        candidates=texts.where(lambda text: text == "PR"),
        rule=Confirmed.model_validate(RULE),
    )
    assert found.tolist() == [False, False, True]


def test_a_complete_response_needs_a_complete_one() -> None:
    options = {"by": ["CR"], "through": ["CR", "NE"], "not-after": {}}
    assert first_is_confirmed((0, "CR"), (30, "CR"), value="CR", **options)
    assert not first_is_confirmed((0, "CR"), (30, "PR"), value="CR", **options)


@pytest.mark.parametrize(
    ("subjects", "days"), [([0, 1], [0.0, 60.0]), ([0, 0], [np.nan, np.nan]), ([-1, -1], [0.0, 60])]
)
def test_another_subject_or_no_date_confirms_nothing(
    subjects: list[int], days: list[float]
) -> None:
    found = confirmed(
        np.array(subjects),
        Text.of(["PR", "PR"]),
        np.array(days),
        candidates=np.ones(2, np.bool_),
        rule=Confirmed.model_validate(RULE),
    )
    assert not found.any()


def test_the_first_listed_event_decides() -> None:
    rows = [np.array([-1, 4, -1]), np.array([7, 8, -1]), np.full(3, ITSELF)]
    assert chosen(rows, None).tolist() == [1, 0, 2]


@pytest.mark.parametrize(("latest", "expected"), [(False, [1, 0]), (True, [0, 1])])
def test_the_earliest_or_latest_event_decides(latest: bool, expected: list[int]) -> None:
    rows = [np.array([1, 2]), np.array([3, 4])]
    days = [np.array([20, 10]), np.array([10, 20])]
    assert chosen(rows, days, latest=latest).tolist() == expected


@pytest.mark.parametrize("latest", [False, True])
def test_an_event_without_a_date_comes_after_those_with_one(latest: bool) -> None:
    rows = [np.array([1]), np.array([2])]
    days = [np.array([NO_RANK]), np.array([5])]
    assert chosen(rows, days, latest=latest).tolist() == [1]
