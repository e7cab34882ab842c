"""Two builds of a small study: what one edit, one line or nothing at all changes, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.sdtm.small import DM_CSV, Row, files, write
from tests.workbench.conftest import LINES, Run
from workbench.diff.model import Diff
from workbench.diff.run import diff
from workbench.diff.showing.words import group_title
from workbench.steps.sdtm import build_sdtm

DRUGS = ("aspirin", "zinc", "ibuprofen", "iron", "codeine", "niacin")
ROWS: list[Row] = [
    {
        "SUBJID": f"00{1 + n // 6}",
        "ROW": f"R{n:02d}",
        "A": DRUGS[n % 6],
        "D": f"2020-09-{n + 1:02d}",
    }
    for n in range(12)
]
Build = Callable[..., Path]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds a study of these rows, with these lines, into a folder of its own."""

    def built(name: str, rows: list[Row], lines: str = LINES, **more: str) -> Path:
        study = write(tmp_path / name, files(lines, rows, **more))
        assert build_sdtm(study).published
        return study / "build"

    return built


def changes(found: Diff) -> list[tuple[str, str, tuple[str, str]]]:
    return [(c.dataset, c.variable, c.values) for c in found.cells]


def without(row: int) -> list[Row]:
    return [r for n, r in enumerate(ROWS) if n != row]


def with_cell(row: int, **cells: str) -> list[Row]:
    return [{**r, **cells} if n == row else r for n, r in enumerate(ROWS)]


def test_a_build_and_itself(build: Build) -> None:
    out = build("a", ROWS)
    found = diff(out, out)
    assert found.equal
    assert (found.cells, found.records, found.findings, found.unexplained) == ([], [], [], 0)


def test_a_corrected_cell(build: Build) -> None:
    found = diff(build("a", ROWS), build("b", with_cell(3, A="zinc")))
    assert changes(found) == [("CM", "CMDOSTXT", ("iron", "zinc"))]
    (root,) = found.roots
    assert (root.kind, root.row_id, root.rows) == ("cell", "R03", (5, 5))
    assert [c.cause for c in found.cells] == ["recorded"]


def test_a_corrected_date_reaches_what_is_derived_from_it(build: Build) -> None:
    """2020-09-05 is day 189 after a first dose on 2020-03-01; the fourth is a day before."""
    found = diff(build("a", ROWS), build("b", with_cell(4, D="2020-09-04")))
    assert changes(found) == [
        ("CM", "CMSTDTC", ("2020-09-05", "2020-09-04")),
        ("CM", "CMSTDY", ("189", "188")),
    ]
    assert {c.roots for c in found.cells} == {(0,)}


def test_another_data_set_is_the_way_and_not_the_root(build: Build) -> None:
    """The first dose moves: the study days of six records follow; one cell of DM is the root."""
    raw = DM_CSV.replace("2020-03-01T08:30", "2020-03-02T08:30")
    found = diff(build("a", ROWS), build("b", ROWS, **{"raw/dm.csv": raw}))
    (root,) = found.roots
    assert (root.source, root.cells[0].column) == ("dm", "FIRST")
    days = [c for c in found.cells if c.variable == "CMSTDY"]
    assert [(c.subject, c.roots, c.cause) for c in days] == [("S1-001", (0,), "recorded")] * 6


@pytest.mark.parametrize("row", [0, 5, 11])
def test_a_row_gone_and_back(build: Build, row: int) -> None:
    one, two = build("a", ROWS), build("b", without(row))
    there, back = diff(one, two), diff(two, one)
    assert [(r.kind, r.row_id) for r in there.roots] == [("gone", f"R{row:02d}")]
    assert [(r.kind, r.row_id) for r in back.roots] == [("new", f"R{row:02d}")]
    (gone,), (new,) = there.records, back.records
    assert gone.records == new.records[::-1]
    assert (there.cells, back.cells) == ([], [])
    assert there.sets[1].numbered == back.sets[1].numbered


def test_a_row_of_another_subject_now(build: Build) -> None:
    found = diff(build("a", ROWS), build("b", with_cell(2, SUBJID="002")))
    (root,) = found.roots
    assert (root.kind, root.row_id) == ("moved", "R02")
    assert ("CM", "USUBJID", ("S1-001", "S1-002")) in changes(found)
    assert {c.roots for c in found.cells} == {(0,)}


def test_a_subject_called_otherwise_changes_no_value(build: Build) -> None:
    rows = [{**r, "SUBJID": r["SUBJID"].replace("002", "009")} for r in ROWS]
    raw = DM_CSV.replace("002,F", "009,F")
    found = diff(build("a", ROWS), build("b", rows, **{"raw/dm.csv": raw}))
    assert (found.cells, found.records) == ([], [])
    (root,) = found.roots
    assert (root.kind, root.title, root.tables) == ("subject", "002 -> 009", 2)


def test_a_renamed_column_changes_no_value(build: Build) -> None:
    rows = [{("DRUG" if k == "A" else k): v for k, v in r.items()} for r in ROWS]
    found = diff(build("a", ROWS), build("b", rows, LINES.replace("CMDOSTXT: A", "CMDOSTXT: DRUG")))
    assert (found.cells, found.records) == ([], [])
    assert [(r.kind, r.title) for r in found.roots] == [("column", "A -> DRUG")]


def test_a_line_of_the_specification_is_the_root(build: Build) -> None:
    lines = LINES.replace("CMDOSTXT: A", "CMDOSTXT: {constant: unknown}")
    left_out = files()["study.yaml"].replace(
        "row-id: ROW", "row-id: ROW, not-submitted: {A: not asked for}"
    )
    new = build("b", ROWS, lines, **{"study.yaml": left_out})
    found = diff(build("a", ROWS), new)
    assert len(found.cells) == 12
    (root,) = found.roots
    assert (root.kind, root.spec) == ("line", ("sdtm/cm.yaml:7:13", "sdtm/cm.yaml:7:13"))
    assert "{constant: unknown}" in root.lines[1]


def test_what_nothing_explains_is_a_finding(build: Build) -> None:
    """A build whose kept columns somebody else's hand changed."""
    from transport.columns import Coded, read_columns, write_columns

    one, two = build("a", ROWS), build("b", ROWS)
    path = two / "columns" / "cm.arrow"
    table = read_columns(path)
    told = table.columns["CMDOSTXT"]
    assert isinstance(told, Coded)
    codes = told.codes.copy()
    codes[0] = codes[1]
    columns = {**table.columns, "CMDOSTXT": Coded(codes, told.values)}
    path.unlink()
    write_columns(type(table)(columns, table.about), path)
    found = diff(one, two)
    assert found.unexplained == 1
    assert [f.rule for f in found.findings] == ["DIF101"]


def test_a_build_without_raw_tables_pairs_by_keys_and_says_so(build: Build) -> None:
    one, two = build("a", ROWS), build("b", without(3))
    for out in (one, two):
        for path in (out / "columns" / "raw").iterdir():
            path.unlink()
    found = diff(one, two)
    assert [(r.dataset, r.cause) for r in found.records] == [("CM", "unexplained")]
    assert {f.rule for f in found.findings} == {"DIF101", "DIF103"}


def test_the_replaced_build_is_kept_when_the_export_is_another(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    run("build", "sdtm", study)
    assert not (study / "build" / "previous").exists()
    assert run("diff", study).exit_code == 2
    raw = study / "raw" / "cm.csv"
    raw.write_text(raw.read_text("utf-8").replace("aspirin", "niacin"), "utf-8")
    assert run("build", "sdtm", study, "--keep", "first").exit_code == 0
    shown = run("diff", study)
    assert shown.exit_code == 0
    assert "A aspirin -> niacin => CM.CMDOSTXT aspirin -> niacin" in shown.output
    assert run("diff", study, "first").output.splitlines()[:1] == shown.output.splitlines()[:1]
    assert run("diff", study, "--exit-code").exit_code == 1
    assert run("diff", study, "second").exit_code == 2
    assert run("build", "sdtm", study, "--keep", "first").exit_code == 2
    assert run("build", "sdtm", study, "--keep", "../x").exit_code == 2
    assert run("build", "sdtm", study).exit_code == 0
    assert (study / "build" / "kept" / "first" / "sdtm" / "cm.xpt").is_file()
    assert (study / "build" / "previous" / "sdtm" / "cm.xpt").is_file()


def test_what_an_export_would_change_is_seen_without_building(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    other = study / "other"
    write(other, {p.name: p.read_bytes() for p in (study / "raw").iterdir()})
    path = other / "cm.csv"
    path.write_text(path.read_text("utf-8").replace("aspirin", "niacin"), "utf-8")
    before = sorted(p for p in (study / "build").rglob("*"))
    shown = run("diff", study, "--raw", other)
    assert "CM.CMDOSTXT aspirin -> niacin" in shown.output
    assert sorted((study / "build").rglob("*")) == before
    text = path.read_text("utf-8").replace('"A"', '"DRUG"').replace("niacin", "aspirin")
    path.write_text(text, "utf-8")
    shown = run("diff", study, "--raw", other)
    assert shown.exit_code == 1
    assert "study.yaml: sources: cm: rename: {DRUG: A}" in shown.output


def test_json_page_and_workbook_say_the_same(study: Path, run: Run, tmp_path: Path) -> None:
    run("build", "sdtm", study)
    raw = study / "raw" / "cm.csv"
    raw.write_text(raw.read_text("utf-8").replace("aspirin", "</script><b>=1+1"), "utf-8")
    run("build", "sdtm", study)
    html, xlsx = tmp_path / "d.html", tmp_path / "d.xlsx"
    found = json.loads(
        run("diff", study, "--html", html, "--xlsx", xlsx, "--format", "json").output
    )
    assert found["schema"] == "tracelock-diff/1"
    (cell,) = found["cells"]
    assert (cell["variable"], cell["values"]) == ("CMDOSTXT", ["aspirin", "</script><b>=1+1"])
    assert cell["roots"] == [found["roots"][0]["id"]]
    text = html.read_text("utf-8")
    assert text.count("</script>") == 2
    assert "<b>=1+1" not in text
    assert not any(word in text for word in ("http://", "https://"))
    sheet = load_workbook(xlsx)["Cells"]
    assert [c.value for c in sheet[2]][:2] == ["CM", "CMDOSTXT"]


def test_a_renamed_column_is_not_told_as_another_order(build: Build) -> None:
    rows = [{("DRUG" if k == "A" else k): v for k, v in r.items()} for r in ROWS]
    lines = LINES.replace("CMDOSTXT: A", "CMDOSTXT: DRUG")
    found = diff(build("a", ROWS), build("b", rows, lines))
    assert (found.layout.renamed, found.layout.order) == ([("cm", "A", "DRUG")], [])
    turned = [dict(reversed(list(r.items()))) for r in rows]
    assert diff(build("c", ROWS), build("d", turned, lines)).layout.order == ["cm"]


def test_lines_that_begin_alike_show_where_they_differ(build: Build) -> None:
    """What both lines say would fill the space of the part that changed."""
    line = "CMDOSTXT: {choose: [{from: A, when: A is not missing}, {is: %s}]}"
    one, two = (LINES.replace("CMDOSTXT: A", line % word) for word in ("none", "unknown"))
    rows = [{**r, "A": ""} if n == 1 else r for n, r in enumerate(ROWS)]
    found = diff(build("a", rows, one), build("b", rows, two))
    title = group_title(found, found.groups[0])
    assert "none" in title
    assert "unknown" in title


def test_rows_that_went_from_one_subject_to_another_are_one_line(build: Build) -> None:
    moved = [{**r, "SUBJID": "002"} if n in (1, 2, 4) else r for n, r in enumerate(ROWS)]
    found = diff(build("a", ROWS), build("b", moved))
    (group,) = found.groups
    assert group_title(found, group) == "cm 3 rows moved (R01, R02, R04) from 001 to 002"
    edited = [{**r, "A": "water"} if n == 2 else r for n, r in enumerate(moved)]
    assert len(diff(build("c", ROWS), build("d", edited)).groups) == 2
