"""Workbooks that go out and come back: what people do to them, and what the hostile ones do."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from specs import load_study
from tests.workbench.conftest import Run
from tests.workbench.queries.conftest import MEDS, Desk, fill_in
from workbench.queries.round import take_files
from workbench.queries.workbooks import reading_child
from workbench.queries.workbooks.workbook_in import read_cells

CONFIRMED = "确认无误"


@pytest.fixture
def asked(desk: Desk) -> Desk:
    desk.build()
    return desk


def codes(made: object) -> list[str]:
    return sorted(found.rule for found in made.told)  # type: ignore[attr-defined]


def take(desk: Desk, *files: Path) -> object:
    return take_files(load_study(desk.study), desk.out, files)


def copy_of(desk: Desk, tmp_path: Path, name: str, to: str) -> Path:
    target = tmp_path / to
    target.write_bytes((desk.out / "queries" / name).read_bytes())
    return target


def cells(path: Path) -> list[list[str]]:
    book = load_workbook(path)
    return [[str(c.value or "") for c in row] for row in book.worksheets[0].iter_rows()]


def test_one_file_per_site_and_owner_in_the_language_of_the_site(asked: Desk) -> None:
    names = sorted(p.name for p in (asked.out / "queries").glob("*.xlsx"))
    assert names == ["data-management.xlsx", "site-01.xlsx", "site-02.xlsx"]
    chinese = cells(asked.out / "queries/site-01.xlsx")
    assert chinese[1][2] == "受试者"
    assert "“aspirin”：开始 2020-03-05，结束 2020-03-04。哪个有误？" in chinese[2]
    english = cells(asked.out / "queries/site-02.xlsx")
    assert '"=iron": start 2020-05-02, end 2020-04-11. Which is wrong?' in english[2]
    assert english[2][2:9] == [
        "002", "", "cm", "EN", "2020-04-11", "=iron, 2020-05-02 – 2020-04-11", "R3",
    ]  # fmt: skip


def test_nothing_is_a_formula_and_only_answers_may_be_changed(asked: Desk) -> None:
    for path in (asked.out / "queries").glob("*.xlsx"):
        book = load_workbook(path)
        sheet = book.worksheets[0]
        assert {c.data_type for s in book for row in s.iter_rows() for c in row} <= {
            "s",
            "inlineStr",
            "n",
        }
        assert sheet.protection.sheet
        free = {
            c.column for row in sheet.iter_rows(min_row=3) for c in row if not c.protection.locked
        }
        head = {c.column: c.value for c in sheet[1]}
        assert {head[at] for at in free} == {"tl:kind", "tl:answer", "tl:by", "tl:on"}
        assert book["tracelock"].sheet_state == "veryHidden"
        (choice,) = sheet.data_validations.dataValidation
        assert choice.type == "list"


def test_the_same_build_writes_the_same_bytes(asked: Desk) -> None:
    paths = sorted((asked.out / "queries").glob("*.xlsx"))
    before = [p.read_bytes() for p in paths]
    asked.build()
    assert [p.read_bytes() for p in paths] == before


def test_returned_files_are_taken_once_however_often_they_come(
    asked: Desk, tmp_path: Path, run: Run
) -> None:
    path = copy_of(asked, tmp_path, "site-01.xlsx", "back (1).xlsx")
    fill_in(path, asked.about("R1")["id"], CONFIRMED)
    first = run("answers", asked.study, path)
    assert (first.exit_code, "1 new answer(s), kept in answers.csv." in first.stdout) == (0, True)
    before = (asked.study / "answers.csv").read_bytes()
    again = run("answers", asked.study, path, path)
    assert (again.exit_code, "0 new answer(s)" in again.stdout) == (0, True)
    assert (asked.study / "answers.csv").read_bytes() == before
    asked.build()
    assert asked.about("R1")["state"] == "closed"


def test_sorted_and_inserted_into_an_answer_is_found_by_its_id(asked: Desk, tmp_path: Path) -> None:
    path = copy_of(asked, tmp_path, "data-management.xlsx", "sorted.xlsx")
    fill_in(path, asked.about("R3")["id"], "confirmed as is")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=3, max_row=6)]
    for at, row in enumerate(reversed(rows), 3):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value
    sheet.insert_rows(4)
    sheet.insert_cols(3)
    book.save(path)
    made = take(asked, path)
    assert [one.query for one in made.taken] == [asked.about("R3")["id"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_saved_as_csv_it_is_taken(asked: Desk, tmp_path: Path, encoding: str) -> None:
    path = copy_of(asked, tmp_path, "site-01.xlsx", "a.xlsx")
    fill_in(path, asked.about("R1")["id"], CONFIRMED, answer="是的")
    rows = cells(path)
    lines = [[c.replace('"', '""') for c in row] for row in rows]
    text = "\n".join(",".join(f'"{c}"' for c in line) for line in lines)
    (tmp_path / "a.csv").write_text(text, encoding=encoding)
    made = take(asked, tmp_path / "a.csv")
    assert [one.text for one in made.taken] == ["是的"]  # type: ignore[attr-defined]


def test_an_answer_to_an_older_value_does_not_close_the_new_one(
    asked: Desk, tmp_path: Path
) -> None:
    path = copy_of(asked, tmp_path, "site-01.xlsx", "old.xlsx")
    identifier = asked.about("R1")["id"]
    fill_in(path, identifier, CONFIRMED)
    asked.export([{**MEDS[0], "EN": "2020-01-01"}, *MEDS[1:]])
    asked.build()
    from workbench.queries.round import keep_answers

    made = take(asked, path)
    keep_answers(made)  # type: ignore[arg-type]
    assert codes(made) == ["ANS110"]
    asked.build()
    assert asked.queries[identifier]["state"] == "open"


def test_files_that_do_not_agree_are_both_kept_and_it_stays_open(
    asked: Desk, tmp_path: Path, run: Run
) -> None:
    identifier = asked.about("R1")["id"]
    paths = [copy_of(asked, tmp_path, "site-01.xlsx", f"{n}.xlsx") for n in "ab"]
    fill_in(paths[0], identifier, CONFIRMED)
    fill_in(paths[1], identifier, "已更正", by="Dr Wu")
    result = run("answers", asked.study, *paths)
    assert (result.exit_code, "ANS104" in result.stdout) == (1, True)
    asked.build()
    now = asked.queries[identifier]
    assert (now["state"], now["why"], len(now["answers"])) == (
        "open", "two answers do not agree", 2,
    )  # fmt: skip
    asked.answer("data-management.xlsx", identifier, "confirmed as is", by="DM", on="2024-02-09")
    asked.build()
    assert asked.queries[identifier]["state"] == "closed"


def test_a_workbook_of_another_study_is_exit_2(asked: Desk, tmp_path: Path, run: Run) -> None:
    path = copy_of(asked, tmp_path, "site-01.xlsx", "other.xlsx")
    book = load_workbook(path)
    book["tracelock"]["B2"].value = "S2"
    book.save(path)
    result = run("answers", asked.study, path)
    assert (result.exit_code, "ANS102" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("tl:tag", None, "ANS105"),
        ("tl:tag", "ABCD2345.12345678.X", "ANS105"),
        ("tl:answer", "=1+1", "ANS107"),
        ("tl:answer", "x" * 2001, "ANS107"),
        ("tl:kind", "perhaps", "ANS107"),
        ("tl:by", None, "ANS107"),
        ("tl:answer", "fine\u202e", "ANS106"),
        ("tl:value", "2020-04-04", "ANS106"),
    ],
)
def test_what_cannot_be_taken_is_told(
    asked: Desk, tmp_path: Path, column: str, value: str | None, code: str
) -> None:
    path = copy_of(asked, tmp_path, "site-01.xlsx", "odd.xlsx")
    identifier = asked.about("R1")["id"]
    fill_in(path, identifier, CONFIRMED)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    at = {c.value: c.column for c in sheet[1]}
    row = next(r for r in range(3, 9) if sheet.cell(r, at["tl:id"]).value == identifier)
    sheet.cell(row, at[column]).value = value
    book.save(path)
    made = take(asked, path)
    assert codes(made) == [code]
    assert len(made.taken) == (1 if code == "ANS106" else 0)  # type: ignore[attr-defined]
    assert not any("\u202e" in one.text for one in made.taken)  # type: ignore[attr-defined]


def test_an_unknown_id_is_told(asked: Desk, tmp_path: Path) -> None:
    from workbench.queries.workbooks.workbook_out import tag

    path = tmp_path / "odd.csv"
    path.write_text(
        f"tl:tag,tl:kind,tl:answer,tl:by\n{tag('S1', 'ABCD2345', '12345678')},comment,x,y\n"
    )
    assert codes(take(asked, path)) == ["ANS103"]


def test_an_unreadable_workbook_is_never_overwritten(asked: Desk) -> None:
    path = asked.out / "queries/site-01.xlsx"
    path.write_bytes(b"PK\x03\x04 torn by a mail server")
    for _ in range(2):
        result = asked.build()
        assert "ANS101" in {found.rule for found in result.findings}
        assert result.exit_code == 1
        (kept,) = (asked.out / "queries").glob("unread-*.xlsx")
        assert kept.read_bytes() == b"PK\x03\x04 torn by a mail server"
        assert load_workbook(asked.out / "queries/site-01.xlsx")


def test_an_answer_that_could_not_be_taken_is_kept_with_its_file(asked: Desk) -> None:
    path = asked.answer("site-01.xlsx", asked.about("R1")["id"], CONFIRMED, by="")
    written = path.read_bytes()
    result = asked.build()
    assert "ANS107" in {found.rule for found in result.findings}
    (kept,) = (asked.out / "queries").glob("unread-*.xlsx")
    assert kept.read_bytes() == written


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)


def wide(path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(reading_child.MOST_ROWS + 1):
        sheet.append([1])
    book.save(path)


@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("a.xlsx", bomb, "unpacks to more than"),
        ("a.xlsx", wide, "more than 100,000 rows"),
        ("a.xlsx", lambda path: path.write_bytes(b""), "BadZipFile"),
        ("a.exe", lambda path: path.write_bytes(b"MZ"), "none of"),
        ("a.csv", lambda path: path.write_bytes(b"a\0b"), "no text"),
    ],
)
def test_hostile_files_are_refused_with_the_reason(
    tmp_path: Path, name: str, make: object, why: str
) -> None:
    make(tmp_path / name)  # type: ignore[operator]
    with pytest.raises(ValueError, match=why):
        read_cells(tmp_path / name)


def test_a_reader_that_dies_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> object:
        return subprocess.CompletedProcess([], -9, b"", b"")

    (tmp_path / "a.csv").write_text("x")
    monkeypatch.setattr("workbench.queries.workbooks.workbook_in.subprocess.run", killed)
    with pytest.raises(ValueError, match="more than may be spent"):
        read_cells(tmp_path / "a.csv")


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_workbook_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "a.xlsx"
    book = Workbook()
    book.active.append(["tl:kind", "tl:answer", "tl:by"])  # type: ignore[union-attr]
    book.save(path)
    content = bytearray(path.read_bytes())
    for at, value in damage:
        content[at % len(content)] = value
    path.write_bytes(content)
    try:
        read = reading_child.main(path)
    except Exception:
        read = {}  # the child turns whatever a reader raises into a refusal
    assert json.loads(json.dumps(read)) == read
