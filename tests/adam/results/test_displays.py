"""Displays: the texts of the results, in order, aligned, in both formats."""

from __future__ import annotations

import io
import re
from pathlib import Path

from docx import Document
from lxml import html

from adam.results.showing.docx import docx
from adam.results.showing.html import table_html
from adam.results.showing.layout import Table, align, tables
from adam.results.showing.lines import Line
from adam.results.showing.rtf import rtf
from tests.adam.results.test_declarations import HEAD, results

ROWS = (
    "WOMEN: {proportion: SEX == 'F', label: Women}",
    "AGE: {describe: AGE, label: Age}",
    "SEX: {categories: SEX, levels: {F: Female, M: Male}, missing: 未知, label: Sex}",
    "ANAEMIA: {subjects: AEDECOD == 'Anaemia', data: ADAE, percent-of: records, label: Anaemia}",
)


def made(folder: Path) -> Table:
    """The table of these rows."""
    return next(tables(results(folder, *ROWS), "no data cut"))


def test_lines_hold_the_statistics_in_order(tmp_path: Path) -> None:
    table = made(tmp_path)
    assert [(x.indent, x.label, *(c.strip() for c in x.cells)) for x in table.lines] == [
        (0, "Women", "1 (33.3)"),
        (1, "95% CI", "(0.8, 90.6)"),
        (0, "Age"),
        (1, "n", "3"),
        (1, "Mean (SD)", "41.7 (12.58)"),
        (1, "Median", "40.0"),
        (1, "Q1, Q3", "30.0, 55.0"),
        (1, "Min, Max", "30, 55"),
        (0, "Sex"),
        (1, "Female", "1 (33.3)"),
        (1, "Male", "1 (33.3)"),
        (1, "未知", "1 (33.3)"),
        (0, "Anaemia", "1/3 (33.3)"),
    ]
    assert table.heads[0][0].lines == ("All Subjects", "(N=3)")
    assert table.source == "Source: ADAE, ADSL; analyses.yaml:9; no data cut"


def test_both_formats_hold_the_same_texts_in_order(tmp_path: Path) -> None:
    table = made(tmp_path)
    page = html.fromstring(table_html(table, "S"))
    rows = [
        (row.findtext("th"), *(cell.text for cell in row.iterfind("td/span")))
        for row in page.iterfind(".//tbody/tr")
    ]
    assert rows == [(line.label, *line.cells) for line in table.lines]
    document = rtf(table, "S").decode("ascii")
    at = 0
    for line in table.lines:
        for text in (line.label if line.label.isascii() else r"\u26410?\u30693?", *line.cells):
            at = document.index(text.replace(" ", r"\~") if text in line.cells else text, at)
    assert document.count("{") == document.count("}")
    assert len(re.findall(r"\\row$", document, re.MULTILINE)) == len(table.lines) + 3 + 1


def test_a_word_document_holds_the_same_texts_on_a_landscape_page(tmp_path: Path) -> None:
    table = made(tmp_path)
    content = docx(table, "S")
    assert content == docx(table, "S")
    document = Document(io.BytesIO(content))
    (body,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in body.rows]
    heads = [row for row in body.rows if row._tr.xpath("./w:trPr/w:tblHeader")]
    assert [[cell.text for cell in row.cells] for row in heads] == [["", "All Subjects\n(N=3)"]]
    shown = [row for row in rows[1:] if row != [" "] * len(row)]
    expected = [
        [x.label, *(c.replace(" ", "\u00a0") for c in x.cells or [""])] for x in table.lines
    ]
    assert shown == expected
    section = document.sections[0]
    assert section.page_width > section.page_height
    titles = [p.text for p in section.header.paragraphs]
    assert titles == ["S", "Table 1", "A table", "Safety Population", ""]
    foot = section.footer._element.xpath(".//w:instrText")
    assert [one.text.strip() for one in foot] == ["PAGE", "NUMPAGES"]
    assert section.footer.paragraphs[-2].text == table.source
    assert [p.text for p in section.footer.paragraphs][-1] == "Page 1 of 1"


def test_decimal_points_stand_below_each_other() -> None:
    lines = [
        Line("", 0, [text]) for text in ("12 (3.0)", "1.25", "NR (5.0, NE)", "(63.6, 89.1)", "")
    ]
    align(lines, 1)
    assert [line.cells[0] for line in lines] == [
        " 12 (3.0)    ",
        "  1.25       ",
        " NR (5.0, NE)",
        "(63.6, 89.1) ",
        "             ",
    ]


def test_a_worst_grade_stands_in_columns(tmp_path: Path) -> None:
    row = (
        "A: {incidence: [AEBODSYS, AEDECOD], data: ADAE, worst: ATOXGR, "
        "levels: {Any: [any], Low: ['1', '2'], High: ['3']}, missing: No, label: Any event}"
    )
    head = HEAD.replace("    rows:", "    columns: {by: TRT01A}\n    rows:")
    table = next(tables(results(tmp_path, row, head=head), ""))
    assert [head.span for head in table.heads[0]] == [4, 4]
    assert [head.lines[0] for head in table.heads[1]] == ["Any", "Low", "High", "No"] * 2
    shown = {line.label: [c.strip() for c in line.cells] for line in table.lines}
    assert shown["Any event"] == [
        "1 (100)",
        "0",
        "1 (100)",
        "0",
        "2 (100)",
        "1 (50.0)",
        "0",
        "1 (50.0)",
    ]
    assert shown["Rash"] == ["0", "0", "0", "0", "1 (50.0)", "0", "0", "1 (50.0)"]
