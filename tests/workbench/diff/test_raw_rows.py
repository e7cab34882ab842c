"""Rows of two exports that belong together: one edit of each kind is found, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbench.diff.raw_made import Row, rows, table
from workbench.diff.raw_edits import RawEdits, raw_edits
from workbench.diff.raw_rows import match_raw, match_rows


def edits(old: list[Row], new: list[Row], *, ids: bool) -> RawEdits:
    return raw_edits(match_raw({"form": table(old, ids=ids)}, {"form": table(new, ids=ids)}))


def told(found: RawEdits) -> list[tuple[str, tuple[int, int], tuple[tuple[str, str, str], ...]]]:
    return [(e.kind, e.rows, tuple((c.column, c.old, c.new) for c in e.cells)) for e in found.rows]


@pytest.mark.parametrize("ids", [True, False])
def test_nothing_changed(ids: bool) -> None:
    found = edits(rows(), rows(), ids=ids)
    assert found.rows == []
    assert found.layout.rows_moved == {}


@pytest.mark.parametrize("ids", [True, False])
@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 59), column=st.sampled_from(["DT", "TERM", "VALUE", "VISIT"]))
def test_a_cell_corrected(ids: bool, at: int, column: str) -> None:
    new = rows()
    was = new[at][column]
    new[at][column] = "corrected"
    found = edits(rows(), new, ids=ids)
    assert told(found) == [("cell", (at, at), ((column, was, "corrected"),))]


@pytest.mark.parametrize("ids", [True, False])
@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 59))
def test_a_row_gone(ids: bool, at: int) -> None:
    new = rows()
    del new[at]
    assert told(edits(rows(), new, ids=ids)) == [("gone", (at, -1), ())]


@pytest.mark.parametrize("ids", [True, False])
@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 60))
def test_a_row_new_moves_the_others(ids: bool, at: int) -> None:
    new = rows()
    new.insert(at, {"ID": "R-900", "SUBJID": "01-003", "VISIT": "V9", "DT": "2024-01-01",
                    "TERM": "Stroke", "VALUE": "7"})  # fmt: skip
    found = edits(rows(), new, ids=ids)
    assert told(found) == [("new", (-1, at), ())]
    assert found.layout.rows_moved.get("form", 0) == 60 - at


@pytest.mark.parametrize("ids", [True, False])
def test_a_row_that_belongs_to_another_subject_now(ids: bool) -> None:
    new = rows()
    new[17]["SUBJID"] = "01-009"
    (found,) = edits(rows(), new, ids=ids).rows
    assert (found.kind, found.rows, found.before, found.subject) == (
        "moved", (17, 17), "01-004", "01-009",
    )  # fmt: skip


@pytest.mark.parametrize("ids", [True, False])
def test_a_subject_called_otherwise_is_one_thing(ids: bool) -> None:
    new = [{**r, "SUBJID": r["SUBJID"].replace("01-004", "01-040")} for r in rows()]
    found = edits(rows(), new, ids=ids)
    assert found.match.subjects == {"01-004": "01-040"}
    assert found.rows == []
    assert found.renamed_cells == {"01-004": 5}


@pytest.mark.parametrize("ids", [True, False])
def test_a_renamed_column_is_layout(ids: bool) -> None:
    new = [{("RESULT" if k == "VALUE" else k): v for k, v in r.items()} for r in rows()]
    found = edits(rows(), new, ids=ids)
    assert found.rows == []
    assert found.layout.renamed == [("form", "VALUE", "RESULT")]


def test_a_number_that_stands_twice_pairs_by_content() -> None:
    old = rows()
    old[1]["ID"] = old[0]["ID"]
    new = [dict(r) for r in old]
    new[0], new[1] = new[1], new[0]
    new[5]["VALUE"] = "1"
    assert told(edits(old, new, ids=True)) == [("cell", (5, 5), (("VALUE", old[5]["VALUE"], "1"),))]


def test_numbers_given_anew_are_recognised() -> None:
    """A deleted first row, and all rows numbered from the beginning: 59 numbers mean other rows."""
    new = rows()[1:]
    for number, row in enumerate(new):
        row["ID"] = f"R-{number:03d}"
    new[30]["VALUE"] = "1"
    found = edits(rows(), new, ids=True)
    assert found.layout.numbered_anew == ["form"]
    assert told(found) == [
        ("cell", (31, 30), (("VALUE", rows()[31]["VALUE"], "1"),)),
        ("gone", (0, -1), ()),
    ]


def test_rows_in_another_order_are_the_same() -> None:
    assert edits(rows(), rows()[::-1], ids=False).rows == []


def test_a_table_of_another_name_is_found_by_its_columns() -> None:
    found = match_raw({"old": table(rows())}, {"new": table(rows())})
    assert [*found.tables] == ["new"]
    assert len(found.tables["new"].old) == 60


@settings(max_examples=20, deadline=None)
@given(
    gone=st.sets(st.integers(0, 59), max_size=5),
    changed=st.sets(st.integers(0, 59), max_size=5),
    ids=st.booleans(),
)
def test_back_is_the_mirror_of_there(gone: set[int], changed: set[int], ids: bool) -> None:
    new = [dict(r) for i, r in enumerate(rows()) if i not in gone]
    for row in new:
        if int(row["ID"][2:]) in changed:
            row["VALUE"] = "x"
    there = told(edits(rows(), new, ids=ids))
    back = told(edits(new, rows(), ids=ids))
    kinds = {"cell": "cell", "gone": "new", "new": "gone", "moved": "moved"}
    mirrored = [
        (kinds[k], (b, a), tuple((c, y, x) for c, x, y in cells)) for k, (a, b), cells in back
    ]
    assert sorted(there) == sorted(mirrored)


def test_texts_are_united_as_a_dictionary_would() -> None:
    """Lists in order and not, with texts of one side alone."""
    from derive.values.text import Text
    from workbench.diff.uniting import united

    for mine, theirs in (
        (["a", "b", "d"], ["b", "c", "d", "e"]),
        (["d", "a"], ["e", "a", "d"]),
        ([], ["x"]),
        (["x"], []),
        ([f"{n:05d}" for n in range(3000)], [f"{n:05d}" for n in range(0, 6000, 2)]),
    ):
        one = Text(np.arange(-1, len(mine), dtype=np.int32), mine)
        two = Text(np.arange(-1, len(theirs), dtype=np.int32), theirs)
        left, right = united(one, two)
        assert left.values is right.values
        assert (left.texts().tolist(), right.texts().tolist()) == (["", *mine], ["", *theirs])
        known = dict(zip(left.texts().tolist(), left.codes.tolist(), strict=True))
        assert all(
            known.get(text, code) == code
            for text, code in zip(right.texts().tolist(), right.codes.tolist(), strict=True)
        )


def test_a_row_edited_in_most_columns_numbers_no_small_table_anew() -> None:
    old = rows()[:12]
    new = [dict(row) for row in old]
    new[3] |= {"SUBJID": "01-099", "TERM": "Other", "VALUE": "1", "VISIT": "V9"}
    found = match_rows(table(old), table(new))
    assert (found.how, found.numbered_anew) == ("ids", False)
    assert found.old.tolist() == found.new.tolist() == list(range(12))


def test_a_small_table_of_which_most_ids_mean_another_row_is_numbered_anew() -> None:
    old = rows()[:4]
    ids = [row["ID"] for row in old]
    new = [{**row, "ID": name} for row, name in zip(old, ids[::-1], strict=True)]
    found = match_rows(table(old), table(new))
    assert (found.how, found.numbered_anew) == ("content", True)
    assert found.old.tolist() == found.new.tolist() == [0, 1, 2, 3]
