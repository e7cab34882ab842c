"""XLSX: every cell as the text of its raw value, with the row of the sheet."""

from __future__ import annotations

import datetime as dt
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sdtm.raw import RawTable, ReadOptions, list_tables, read_source
from specs.errors import RawDataError


def save(path: Path, fill: Callable[[Any], None], *, sheet: str = "结果") -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    fill(page)
    book.save(path)


def rows(*records: list[Any]) -> Callable[[Any], None]:
    def fill(page: Any) -> None:
        for record in records:
            page.append(record)

    return fill


def read(folder: Path, **options: Any) -> RawTable:
    (table,) = read_source(folder, "lab.xlsx", ReadOptions(**options))
    return table


def column(table: RawTable, name: str) -> list[str]:
    values = table.frame[name].astype(object)
    return list(values.where(values.notna(), ""))


def code(folder: Path, **options: Any) -> str:
    with pytest.raises(RawDataError) as caught:
        read(folder, **options)
    return caught.value.findings[0].rule


def test_cells_are_the_text_of_their_raw_value(tmp_path: Path) -> None:
    values = ["001", 44625, 1.5, 0.1, -3.0, 12345678901234, True, " x ", 1e20, None]
    save(tmp_path / "lab.xlsx", rows(["A", "B"], *([v, "."] for v in values)))
    assert column(read(tmp_path), "A") == [
        *("001", "44625", "1.5", "0.1", "-3", "12345678901234", "TRUE", " x ", "1" + "0" * 20, "")
    ]


def test_date_cells_are_iso_text_and_told(tmp_path: Path) -> None:
    values = [
        dt.date(2022, 3, 5),
        dt.datetime(2022, 3, 5, 13, 4, 5),  # noqa: DTZ001 - Excel knows no time zones
        dt.time(9, 5),
        dt.timedelta(hours=30),
        44625,
        "2022/3/5",
    ]
    save(tmp_path / "lab.xlsx", rows(["D"], *([v] for v in values)))
    table = read(tmp_path)
    assert column(table, "D") == [
        *("2022-03-05", "2022-03-05T13:04:05", "09:05:00", "30:00:00", "44625", "2022/3/5")
    ]
    (told,) = [f for f in table.findings if f.rule == "RAW121"]
    assert told.message.startswith("4 date or time cells")
    assert told.message.endswith("2 other cells as they are")


def test_rows_are_those_of_the_sheet(tmp_path: Path) -> None:
    save(
        tmp_path / "lab.xlsx",
        rows(["Laboratory"], [], ["A", "B"], ["label"], [1, 2], [], [3, None], [None, None]),
    )
    table = read(tmp_path, header_row=3, label_rows=1)
    assert (column(table, "A"), table.rows.tolist()) == (["1", "3"], [5, 7])
    assert [f.message for f in table.findings if f.rule == "RAW116"] == ["1 blank rows: 6"]
    assert (table.name, table.sheet, table.place) == ("结果", "结果", "lab.xlsx[结果]")


def test_formula_errors_are_kept_and_told(tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        rows(["A", "B"], ["x", "#DIV/0!"])(page)
        page["B2"].data_type = "e"

    save(tmp_path / "lab.xlsx", fill)
    table = read(tmp_path)
    assert column(table, "B") == ["#DIV/0!"]
    (told,) = [f for f in table.findings if f.rule == "RAW122"]
    assert told.raw is not None
    assert (told.raw.row, told.raw.column, told.raw.text) == (2, "B", "#DIV/0!")


def test_only_the_wanted_columns(tmp_path: Path) -> None:
    save(tmp_path / "lab.xlsx", rows(["A", "B"], [1, 2]))
    assert list(read(tmp_path, columns=("B",)).frame.columns) == ["B"]
    assert code(tmp_path, columns=("C",)) == "RAW114"


def test_a_renamed_sheet_is_refused_with_a_hint(tmp_path: Path) -> None:
    save(tmp_path / "lab.xlsx", rows(["A"], [1]), sheet="Results")
    with pytest.raises(RawDataError, match="RAW120") as caught:
        read(tmp_path, sheet="results ")
    assert caught.value.findings[0].hint == "did you mean 'Results'?"


def several(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in ("CBC", "CHEM", "notes"):
        rows(["A"], [name])(book.create_sheet(name))
    book["notes"].sheet_state = "hidden"
    book.create_sheet("blank")
    book.save(folder / "lab.xlsx")


def test_one_of_several_sheets_must_be_declared(tmp_path: Path) -> None:
    several(tmp_path)
    assert code(tmp_path) == "RAW120"
    tables = read_source(tmp_path, "lab.xlsx", ReadOptions(sheet="C*"))
    assert [(t.name, column(t, "A")) for t in tables] == [("CBC", ["CBC"]), ("CHEM", ["CHEM"])]
    assert column(read(tmp_path, sheet="notes"), "A") == ["notes"]


def test_a_look_shows_visible_sheets_with_a_header(tmp_path: Path) -> None:
    several(tmp_path)
    found = list_tables(tmp_path / "lab.xlsx")
    assert [(t.sheet, t.columns, t.rows) for t in found] == [
        ("CBC", ("A",), 1),
        ("CHEM", ("A",), 1),
    ]


@pytest.mark.parametrize(
    ("records", "options", "expected"),
    [
        ([["A", "A"], [1, 2]], {}, "RAW112"),
        ([["A", None], [1, 2]], {}, "RAW113"),
        ([["A"]], {"header_row": 5}, "RAW103"),
        ([[" "], [1]], {}, "RAW103"),
    ],
)
def test_bad_sheets(
    tmp_path: Path, records: list[list[Any]], options: dict[str, Any], expected: str
) -> None:
    save(tmp_path / "lab.xlsx", rows(*records))
    assert code(tmp_path, **options) == expected


def test_a_header_without_records_is_told(tmp_path: Path) -> None:
    save(tmp_path / "lab.xlsx", rows(["A", "B"]))
    table = read(tmp_path)
    assert table.frame.shape == (0, 2)
    assert [f.rule for f in table.findings] == ["RAW104"]


def test_damaged_workbooks(tmp_path: Path) -> None:
    save(tmp_path / "good.xlsx", rows(["A"], [1]))
    whole = (tmp_path / "good.xlsx").read_bytes()
    for data in (b"", whole[:300], whole[:-40], b"PK\x03\x04 no workbook"):
        (tmp_path / "lab.xlsx").write_bytes(data)
        assert code(tmp_path) in ("RAW102", "RAW103")


def test_the_lock_file_of_an_open_workbook_is_no_export(tmp_path: Path) -> None:
    save(tmp_path / "lab.xlsx", rows(["A"], [1]))
    (tmp_path / "~$lab.xlsx").write_bytes(b"owner")
    assert len(read_source(tmp_path, "*.xlsx")) == 1


def test_a_workbook_that_unpacks_without_bound_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "lab.xlsx", rows(["A"], [1]))
    with zipfile.ZipFile(tmp_path / "lab.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * (40 << 20))
    assert code(tmp_path) == "RAW140"


def test_integers_keep_their_digits(tmp_path: Path) -> None:
    """Written as other programs than Excel write them; Excel itself keeps 15."""
    digits = ["12345678901234567", "-9007199254740993", "1000000000000000001"]
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{d}</v></c></row>' for n, d in enumerate(digits, 2)
    )
    save(tmp_path / "lab.xlsx", rows(["A"], [1]))
    replace_in(tmp_path / "lab.xlsx", b"</row></sheetData>", f"</row>{cells}</sheetData>".encode())
    replace_in(tmp_path / "lab.xlsx", b'<row r="2"><c r="A2" t="n"><v>1</v></c></row>', b"")
    assert column(read(tmp_path), "A") == digits


def replace_in(path: Path, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new) if "worksheets" in name else content)


def test_numbers_that_a_workbook_rounds_are_told(tmp_path: Path) -> None:
    save(tmp_path / "lab.xlsx", rows(["A"], [1.2345678901234567e16]))
    (told,) = read(tmp_path).findings
    assert (told.rule, told.raw and told.raw.row) == ("RAW126", 2)


def test_a_stray_cell_in_the_last_row_and_column_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["A"])
    page.append([1])
    page["XFD1048576"] = "stray"
    book.save(tmp_path / "lab.xlsx")
    assert code(tmp_path) == "RAW141"
    with pytest.raises(RawDataError, match="RAW141"):
        list_tables(tmp_path / "lab.xlsx")


def test_formatted_cells_far_away_with_nothing_in_them_are_fine(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["A"])
    page.append([1])
    page["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "lab.xlsx")
    assert column(read(tmp_path), "A") == ["1"]


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="S"><table:table-row table:number-rows-repeated="{rows}">
<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">
<text:p>A</text:p></table:table-cell></table:table-row>"""
END = "</table:table></office:spreadsheet></office:body></office:document-content>"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (ODS.format(rows=1, columns=1), "RAW102"),
        (ODS.format(rows=1048576, columns=16384) + END, "RAW141"),
        (ODS.format(rows=10**18, columns=1) + END, "RAW141"),
    ],
)
def test_documents_without_end_are_refused(tmp_path: Path, content: str, rule: str) -> None:
    with zipfile.ZipFile(tmp_path / "lab.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    with pytest.raises(RawDataError, match=rule):
        read_source(tmp_path, "lab.ods", ReadOptions())


def test_a_stray_cell_in_the_last_column_is_told_soon(tmp_path: Path) -> None:
    """16,381 columns without a name were each made into a column of text first: over a minute."""
    book = openpyxl.Workbook()
    book.active.append(["A", "B"])
    book.active.append([1, 2])
    book.active.cell(2, 16_384, "x")
    book.save(tmp_path / "a.xlsx")
    begun = time.process_time()
    with pytest.raises(RawDataError, match="RAW113"):
        read_source(tmp_path, "a.xlsx")
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ('<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>', "RAW102"),
        (
            '<row r="3"><c r="A3"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>',
            "RAW102",
        ),
        ('<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>', None),
    ],
)
def test_two_cells_in_one_place_are_refused(tmp_path: Path, row: str, rule: str | None) -> None:
    save(tmp_path / "plain.xlsx", rows(["A"]))
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "lab.xlsx", "w") as changed,
    ):
        for name in plain.namelist():
            part = plain.read(name)
            if name.startswith("xl/worksheets/"):
                part = part.replace(b"</sheetData>", row.encode() + b"</sheetData>")
            changed.writestr(name, part)
    if rule is None:
        assert "1" in read(tmp_path).frame["A"].tolist()
    else:
        assert code(tmp_path) == rule
