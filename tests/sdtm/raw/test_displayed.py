"""Cells of a workbook as they are shown. The texts are what ECMA-376 part 1, 18.8.31 prescribes for
its own examples, and what spreadsheet programs show for formats that hospitals use."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.raw import ReadOptions, read_source
from sdtm.raw.formats._number_formats import UnknownFormatError, displayed
from specs import RawDataError

NOON = dt.datetime(2024, 5, 3, 14, 7, 9)  # noqa: DTZ001 - a cell has no zone


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (7, "0000", "0007"),
        (0.05, "0%", "5%"),
        (0.126, "0.0%", "12.6%"),
        (1234.59, "####.#", "1234.6"),
        (8.9, "#.000", "8.900"),
        (0.631, "0.#", "0.6"),
        (12000, "#,###", "12,000"),
        (12000, "#,", "12"),
        (12200000, "0.0,,", "12.2"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (-3, "0;(0)", "(3)"),
        (0, '0;-0;"none"', "none"),
        (-1.5, "0.0", "-1.5"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (123456789, "000-00-0000", "123-45-6789"),
        (13800138000, "000 0000 0000", "138 0013 8000"),
        (1234567, "0.00E+00", "1.23E+06"),
        (0.000123, "0.0E+00", "1.2E-04"),
        (9.96, "0.0E+00", "1.0E+01"),
        (42, '"SUBJ-"000', "SUBJ-042"),
        (5, '0 "mg"', "5 mg"),
        (5, r"0\ \m\g", "5 mg"),
        (9.5, "[$€-407]0.00", "€9.50"),
        (12.5, "[Red]0.0", "12.5"),
        (1, '[<2]"one";"many"', "one"),
        (3, '[<2]"one";"many"', "many"),
        (12, "General", "12"),
        (12, "@", "12"),
        ("x", '0;0;0;"t:"@', "t:x"),
        ("x", '@" mg"', "x mg"),
        ("x", "0.00", "x"),
        (True, "General", "TRUE"),
        (NOON, "dd-mmm-yyyy hh:mm", "03-May-2024 14:07"),
        (NOON, "m/d/yy h:mm AM/PM", "5/3/24 2:07 PM"),
        (NOON, "yyyy-mm-dd hh:mm:ss", "2024-05-03 14:07:09"),
        (NOON, "mm:ss", "07:09"),
        (dt.time(8, 5), "h:mm", "8:05"),
    ],
)
def test_shown(value: Any, code: str, text: str) -> None:
    assert displayed(value, code) == text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "# ?/?"),
        (1, "[h]:mm"),
        (5, "yyyy"),
        (1, "##0.0E+0"),
        (dt.time(1), "dd hh"),
        (5, "[X]0"),
    ],
)
def test_what_is_not_understood_is_refused(value: Any, code: str) -> None:
    with pytest.raises(UnknownFormatError):
        displayed(value, code)


@given(st.integers(0, 10**12), st.integers(1, 9))
def test_leading_zeros_are_those_of_the_format(number: int, width: int) -> None:
    assert displayed(number, "0" * width) == str(number).zfill(width)


@given(st.decimals(0, 10**9, places=4), st.integers(0, 4))
def test_places_behind_the_point_round_half_away_from_zero(number: Any, places: int) -> None:
    value = float(number)
    shown = displayed(value, "0." + "0" * places if places else "0")
    assert len(shown.partition(".")[2]) == places
    assert abs(float(shown) - value) <= 0.5 * 10**-places * (1 + 1e-9) + 1e-6


def workbook(folder: Path, cells: list[tuple[Any, str]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ID", "V"])
    for number, (value, code) in enumerate(cells, 2):
        sheet.cell(number, 1, number)
        sheet.cell(number, 2, value).number_format = code
    book.save(folder / "a.xlsx")
    return folder


def column(folder: Path, *names: str) -> list[str]:
    (table,) = read_source(folder, "a.xlsx", ReadOptions(displayed=names))
    return list(table.frame["V"].astype(object).fillna(""))


CELLS = [(7, "0000"), (0.05, "0%"), ("text", "General"), (None, "0000"), (3, '0 "mg"')]


def test_declared_columns_are_read_as_shown(tmp_path: Path) -> None:
    folder = workbook(tmp_path, CELLS)
    assert column(folder, "V") == ["0007", "5%", "text", "", "3 mg"]
    assert column(folder, "*") == ["0007", "5%", "text", "", "3 mg"]
    assert column(folder) == ["7", "0.05", "text", "", "3"]


@pytest.mark.parametrize("names", [("W",), ("V", "W")])
def test_a_column_that_is_not_there(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(RawDataError, match=r"RAW127.*'W'"):
        column(workbook(tmp_path, CELLS), *names)


def test_a_format_that_does_not_tell_is_an_error_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(RawDataError, match="RAW127") as error:
        column(workbook(tmp_path, [*CELLS, (0.5, "# ?/?")]), "V")
    (found,) = error.value.findings
    assert found.raw is not None
    assert (found.raw.row, found.raw.column) == (7, "V")


def test_other_files_show_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID,V\n1,2\n")
    with pytest.raises(RawDataError, match="RAW127"):
        read_source(tmp_path, "a.csv", ReadOptions(displayed=("V",)))
