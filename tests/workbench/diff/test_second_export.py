"""The seed's second export against its answer key: every change explained by the right edit, and
no change that is not in the key."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.workbench.diff.cut2 import SEED, copy_of_seed, for_second_export
from workbench.diff.model import Diff
from workbench.diff.places import held
from workbench.diff.why.roots import Root
from workbench.steps.adam import build_analysis
from workbench.steps.sdtm import build_sdtm

KEY = list(csv.DictReader((SEED / "answer_key_cut2.csv").open(encoding="utf-8")))
CHANGES = [line for line in KEY if line["mess"] == "63"]
AFTER_CUT = "contact after the data cut"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Diff:
    study = copy_of_seed(tmp_path_factory.mktemp("cut2") / "study")
    out = study / "build"
    for second in (False, True):
        if second:
            for_second_export(study)
        assert build_sdtm(study).published
        build_analysis(study, sdtm=out / "sdtm", out=out / "adam")
    return held(study, out, None, None, None)


def roots_of(found: Diff, line: dict[str, str]) -> list[Root]:
    """The raw edits that a line of the key speaks of."""
    return [r for r in found.roots if r.row_id == line["row_id"] and r.edit >= 0]


def test_every_raw_edit_of_the_key_is_a_root_and_no_other(found: Diff) -> None:
    named = {line["row_id"] for line in CHANGES} - {"DM-0052"}  # a renumbered subject, one line
    assert {root.row_id for root in found.roots if root.edit >= 0} == named


@pytest.mark.parametrize("line", CHANGES, ids=lambda line: line["row_id"])
def test_the_row_and_the_text_are_those_of_the_key(found: Diff, line: dict[str, str]) -> None:
    if line["row_id"] == "DM-0052":
        assert dict(found.subjects) == {"01-052": "01-062"}
        return
    (root,) = roots_of(found, line)
    assert root.files[0 if root.kind == "gone" else 1].partition("#")[0] == line["raw_file"]
    assert root.rows[1] == (int(line["row"]) if line["row"] else None)
    kinds = {"new": "new", "gone": "gone"}
    if root.kind in kinds:
        assert line["variable"] == "(count)" or root.kind == "new"
    else:
        column = next(c for c in root.cells if c.column.removeprefix("IT_") == line["column"])
        assert column.new == line["verbatim"]


@pytest.mark.parametrize(
    "line",
    [x for x in CHANGES if x["note"] != AFTER_CUT and x["row_id"] != "DM-0052"],
    ids=lambda line: line["row_id"],
)
def test_the_changed_value_is_explained_by_that_edit(found: Diff, line: dict[str, str]) -> None:
    numbers = {i for i, r in enumerate(found.roots) if r.row_id == line["row_id"]}
    name, variable, subject = line["domain"], line["variable"], line["usubjid"]
    if found.roots[min(numbers)].kind in ("new", "gone"):
        (record,) = [r for r in found.records if r.dataset == name and numbers & {*r.roots}]
        assert (record.subject, record.cause) == (subject, "recorded")
        assert record.records[1 if variable == "(count)" else 0] is None
    else:
        (cell,) = [
            c
            for c in found.cells
            if (c.dataset, c.variable, c.subject) == (name, variable, subject)
        ]
        assert cell.values[1] == line["expected_value"]
        assert numbers & {*cell.roots}
        assert cell.cause == "recorded"


def test_every_change_is_explained_by_an_edit_of_the_key(found: Diff) -> None:
    assert found.unexplained == 0
    assert found.findings == []
    for one in (*found.cells, *found.records):
        assert one.roots
        assert all(found.roots[number].edit >= 0 for number in one.roots), one


def test_who_changed_is_who_the_key_names(found: Diff) -> None:
    subjects = {line["usubjid"] for line in CHANGES if line["note"] != AFTER_CUT}
    changed = {one.subject for one in (*found.cells, *found.records)}
    assert changed <= subjects
    assert changed == subjects - {"NCT04938115-01-062"}  # called otherwise, and nothing else


def test_contacts_after_the_cut_change_no_record(found: Diff) -> None:
    late = {line["row_id"] for line in CHANGES if line["note"] == AFTER_CUT}
    numbers = {i for i, root in enumerate(found.roots) if root.row_id in late}
    assert len(numbers) == 14
    assert not any(numbers & {*one.roots} for one in (*found.cells, *found.records))
    assert [sorted(g) for g in found.groups if numbers & {*g}] == [sorted(numbers)]


def test_the_layout_is_told_and_changes_nothing(found: Diff) -> None:
    """The key: a renamed column, a new empty one, another order, another sheet."""
    assert found.layout.renamed == [("cm", "PREFNAME", "PREF_NAME")]
    assert found.layout.added == [("ae", "AE_REVIEW")]
    assert "ds" in found.layout.order
    assert [(s, new.partition("#")[2]) for s, _, new in found.layout.files] == [
        ("lab_plasma", "凝血功能")
    ]


def test_records_that_came_and_went(found: Diff) -> None:
    """By the design's count: numbered by hand from the two exports."""
    counts = {s.name: (s.gone, s.added) for s in found.sets if s.gone or s.added}
    assert counts == {
        "AE": (1, 2), "LB": (2, 0), "PC": (0, 2), "SV": (0, 1), "SUPPAE": (3, 6), "SUPPPC": (0, 6),
        "ADAE": (1, 2), "ADLB": (4, 0), "ADPC": (0, 3), "RELREC+": (0, 2),
    }  # fmt: skip


def test_endpoints_that_moved(found: Diff) -> None:
    moved = {e.parameter: e for e in found.endpoints if e.dataset == "ADTTE" and e.moved}
    assert {*moved} == {"OS", "TTPERS"}
    assert moved["OS"].shown == ("NCT04938115-01-005 222 -> 237",)
    assert not any(e.to_event or e.to_censored for e in found.endpoints)
    assert found.populations == []


def test_the_renumbered_subject_is_one_line(found: Diff) -> None:
    (root,) = [r for r in found.roots if r.kind == "subject"]
    assert (root.tables, root.count) == (23, 263)
    assert not any(c.subject.endswith("01-062") for c in found.cells)


def test_analysis_data_of_other_tabulation_data_are_left_out(tmp_path: Path) -> None:
    """The second export is built, and the analysis data are still those of the first."""
    study = copy_of_seed(tmp_path / "study")
    out = study / "build"
    assert build_sdtm(study).published
    build_analysis(study, sdtm=out / "sdtm", out=out / "adam")
    for_second_export(study)
    assert build_sdtm(study).published
    found = held(study, out, None, None, None)
    assert [f.rule for f in found.findings] == ["DIF105"]
    assert not any(one.dataset.startswith("AD") for one in (*found.cells, *found.records))
    assert found.unexplained == 0
