"""The order of records: a total sort, numbers within groups, and records that share a key."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.columns import Column, NumberColumn, TextColumn
from sdtm.order import sequence, sort_key
from tests.sdtm.small import build, csv, files, texts

_TEXTS = st.none() | st.sampled_from("abc")
_NUMBERS = st.none() | st.sampled_from([-1.0, 0.0, 0.5, 7.0])


def columns(rows: list[tuple[str | None, float | None]]) -> list[Column]:
    numbers = [np.nan if number is None else number for _, number in rows]
    return [TextColumn.of(text for text, _ in rows), NumberColumn(np.array(numbers, float))]


@given(st.lists(st.tuples(_TEXTS, _NUMBERS), max_size=12))
def test_rows_are_in_the_order_of_a_stable_sort_with_missing_first(
    rows: list[tuple[str | None, float | None]],
) -> None:
    def key(number: int) -> tuple[str, float]:
        text, value = rows[number]
        return text or "", -np.inf if value is None else value

    order, group = sort_key(columns(rows), np.arange(len(rows)))
    expected = sorted(range(len(rows)), key=key)
    assert order.tolist() == expected
    runs = [len(list(run)) for _, run in groupby(expected, key)]
    assert group.tolist() == [number for number, size in enumerate(runs) for _ in range(size)]


def test_more_keys_than_an_integer_holds_are_sorted_alike() -> None:
    draw = np.random.default_rng(1)
    table = draw.integers(0, 200, (400, 9)).astype(float)
    table[200:] = table[:200]  # 200 ** 9 is beyond 2 ** 62
    order, group = sort_key([NumberColumn(column) for column in table.T], np.arange(400))
    assert order.tolist() == sorted(range(400), key=lambda row: tuple(table[row]))
    assert group.tolist() == [number // 2 for number in range(400)]


@given(st.lists(st.integers(1, 4), max_size=6))
def test_numbers_begin_anew_with_each_group(sizes: list[int]) -> None:
    groups = np.repeat(np.arange(len(sizes)), sizes)
    assert sequence(groups).tolist() == [n for size in sizes for n in range(1, size + 1)]


TWO = "[{source: cm}, {source: old}]"


def two_streams(answer: str, old: list[dict[str, str]]) -> dict[str, str]:
    contents = files(f"  CMDOSTXT: A\nduplicates: {answer}\n", [{"A": "x"}, {"A": "y"}])
    domain = contents["sdtm/cm.yaml"].replace("{source: cm}", TWO)
    contents["sdtm/cm.yaml"] = domain.replace("[CMSPID]", "[CMDOSTXT]")
    contents["study.yaml"] += "  old: {file: old.csv, row-id: ROW}\n"
    return contents | {"raw/old.csv": csv(old)}


def test_a_record_that_has_the_key_of_another_stream_is_told_with_its_row(tmp_path: Path) -> None:
    built = build(tmp_path, two_streams("query", [{"A": "x", "ROW": "S1"}, {"A": "z"}]))
    (found,) = [one for one in built.findings if one.rule == "MAP311"]
    assert found.raw
    assert (found.raw.file, found.raw.row) == ("old.csv", 2)
    assert texts(built, "CM", "CMDOSTXT") == ["x", "x", "y", "z"]


def test_a_data_set_that_allows_no_duplicates_fails_for_them_alone(tmp_path: Path) -> None:
    built = build(tmp_path, two_streams("error", [{"A": "x"}]))
    assert sorted(built.failed) == ["CM"]
    told = [one.rule for one in built.findings if one.dataset == "CM" and one.raw]
    assert told == ["MAP311"]


@pytest.mark.parametrize("rows", [["R1", "R2"], ["R2", "R1"]])
def test_the_record_id_settles_the_order_of_records_with_the_same_key(
    tmp_path: Path, rows: list[str]
) -> None:
    content = [{"ROW": row, "A": f"text of {row}"} for row in rows]
    contents = files("  CMDOSTXT: A\nduplicates: query\n", content)
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("[CMSPID]", "[CMTRT]")
    built = build(tmp_path, contents)
    assert texts(built, "CM", "CMDOSTXT") == ["text of R1", "text of R2"]
