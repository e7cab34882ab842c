"""Which subjects are on a page that cannot hold all records."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.review import chosen as module
from workbench.review.chosen import chosen


def frames(sizes: dict[str, int]) -> dict[str, pd.DataFrame]:
    """DM in the order given, and as many records of LB for each subject."""
    lb = [name for name, size in sizes.items() for _ in range(size)]
    return {
        "DM": pd.DataFrame({"USUBJID": list(sizes)}, dtype="str"),
        "LB": pd.DataFrame({"USUBJID": pd.Categorical(lb)}),
    }


def asked(subject: str, state: str) -> dict[str, str]:
    return {"subject": subject, "state": state}


def test_all_subjects_while_their_records_fit() -> None:
    those = chosen(frames({"A": 3, "B": 4}), [])
    assert (those.subjects, those.number, those.said) == (None, 2, "")


def test_subjects_with_open_questions_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RECORDS", 10)
    sets = frames({"A": 4, "B": 4, "C": 4, "D": 4})
    those = chosen(sets, [asked("B", "closed"), asked("C", "reopened"), asked("D", "new")])
    assert those.subjects == {"C", "D"}
    assert those.rows(sets["LB"]).tolist() == [False] * 8 + [True] * 8
    assert those.said.startswith("Records of 2 of 4 subjects")


@given(st.dictionaries(st.text("AB", min_size=1, max_size=5), st.integers(0, 9), min_size=1))
def test_a_subject_is_there_with_all_records_or_none(sizes: dict[str, int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_RECORDS", 12)
        sets = frames(sizes)
        those = chosen(sets, [])
    there = sum(int(those.rows(frame).sum()) for frame in sets.values())
    if those.subjects is None:
        assert there == len(sizes) + sum(sizes.values()) <= 12
    else:
        assert there == sum(1 + sizes[name] for name in those.subjects) <= 12
        assert len(those.subjects) < len(sizes)
