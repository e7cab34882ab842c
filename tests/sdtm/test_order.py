"""The order of records: a total sort, numbers within groups, and records that share a key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.column import Kind
from derive.values.moment import of_text
from derive.values.order import sort_rows
from derive.values.text import Text
from sdtm.planning.steps import as_stored
from tests.sdtm.small import build, csv, files, texts

_TEXTS = st.none() | st.sampled_from("abc")


@given(st.lists(_TEXTS, max_size=12))
def test_records_stand_as_published_values_sort_with_missing_first(rows: list[str | None]) -> None:
    order = sort_rows([as_stored(Text.of(rows))]) if rows else np.empty(0, np.int64)
    assert order.tolist() == sorted(range(len(rows)), key=lambda row: rows[row] or "")


def test_dates_stand_as_their_text_sorts() -> None:
    shown = ["2020-05-01", "2020-05", "2020-04-30T10:00", "2020-04-30"]
    dates, bad = of_text(Text.of(shown), Kind.SECOND)
    assert bad == []
    assert [shown[row] for row in sort_rows([as_stored(dates)])] == sorted(shown)


TWO = "[{name: new, source: cm}, {name: old, source: old}]"


def two_streams(answer: str, old: list[dict[str, str]]) -> dict[str, str]:
    contents = files(f"  CMDOSTXT: A\nequal-keys: {answer}\n", [{"A": "x"}, {"A": "y"}])
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
    contents = files("  CMDOSTXT: A\nequal-keys: query\n", content)
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("[CMSPID]", "[CMTRT]")
    built = build(tmp_path, contents)
    assert texts(built, "CM", "CMDOSTXT") == ["text of R1", "text of R2"]
