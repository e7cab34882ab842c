"""Edits of a mapping workbook, and what they change in the files of the study."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

from specs.errors import SpecificationError
from workbench.mapping.importing import import_mapping

from .conftest import FILES

Cell = tuple[str, dict[str, str], str]
"""Sheet, row and column."""


def changed(study: Path) -> dict[str, list[str]]:
    """By file, the lines that are gone (-) and new (+)."""
    out = {}
    for name, text in FILES.items():
        after = (study / name).read_bytes().decode()
        found = difflib.ndiff(text.splitlines(), after.splitlines())
        lines = [line for line in found if line[:1] in "+-"]
        if lines:
            out[name] = lines
    return out


def take(study: Path) -> Any:
    return import_mapping(study.parent / "map.xlsx", study)


def refused(study: Path) -> list[str]:
    with pytest.raises(SpecificationError) as error:
        take(study)
    assert changed(study) == {}
    return [f"{f.rule} {f.message}" for f in error.value.findings]


def test_nothing_edited_is_nothing_changed(study: Path, editing: Any) -> None:
    with editing():
        pass
    assert take(study).files == []
    assert changed(study) == {}


EDITS: list[tuple[Cell, str, str, list[str]]] = [
    (("AE", {"Variable": "AETERM"}, "Raw column"), "TERM", "", []),
    (
        ("AE", {"Variable": "AEDECOD"}, "Line"),
        "{from: TERM, case: title}",
        "sdtm/ae.yaml",
        ["-   AEDECOD: {from: TERM, case: upper}", "+   AEDECOD: {from: TERM, case: title}"],
    ),
    (
        ("AE", {"Variable": "AETERM"}, "Comment"),
        "verbatim",
        "sdtm/ae.yaml",
        [
            "-   AETERM:  TERM          # as entered",
            "+   AETERM:  {from: TERM, note: verbatim}          # as entered",
        ],
    ),
    (
        ("AE", {"Variable": "AESEV"}, "Condition"),
        'SEV != "9"',
        "sdtm/ae.yaml",
        [
            "-   AESEV:   {from: SEV, map: severity}",
            '+   AESEV:   {from: SEV, map: severity, when: SEV != "9"}',
        ],
    ),
    (
        ("LB", {"Variable": "LBDTC"}, "Comment"),
        "as = told",
        "sdtm/lb.yaml",
        ["-   LBDTC: {date: DT}", "+   LBDTC: {date: DT, note: as = told}"],
    ),
    (
        ("lb_tests.csv", {"raw": "wbc"}, "LBCAT"),
        'BLOOD, "white"',
        "sdtm/lb_tests.csv",
        ["- wbc,WBC,HEMATOLOGY,10^9/L", '+ wbc,WBC,"BLOOD, ""white""",10^9/L'],
    ),
    (
        ("visits.csv", {"VISITNUM": "1"}, "VISITDY"),
        "-14",
        "visits.csv",
        ["- scr|screen,1,SCREENING,-7", "+ scr|screen,1,SCREENING,-14"],
    ),
    (
        ("Maps", {"Raw_spelling": "mild"}, "Raw spelling"),
        "leicht",
        "codelists.yaml",
        [
            '-       MILD: ["1", mild]   # the first grade',
            '+       MILD: ["1", leicht]   # the first grade',
        ],
    ),
    (
        ("Columns", {"Source": "ae", "Column": "PAGE"}, "Not submitted because"),
        "a page: no data",
        "study.yaml",
        [
            '-   ae: {file: AE.csv, not-submitted: {PAGE: "the page of the form"}}',
            '+   ae: {file: AE.csv, not-submitted: {PAGE: "a page: no data"}}',
        ],
    ),
    (
        ("Settings", {"File": "sdtm/ae.yaml", "Place": "keys"}, "Value"),
        "[AETERM, AESTDTC, AESEV]",
        "sdtm/ae.yaml",
        ["- keys: [AETERM, AESTDTC]", "+ keys: [AETERM, AESTDTC, AESEV]"],
    ),
    (
        ("Sources", {"Source": "lb"}, "Encoding"),
        "utf-8",
        "study.yaml",
        ["-   lb: {file: LB.csv}", "+   lb: {file: LB.csv, encoding: utf-8}"],
    ),
]


@pytest.mark.parametrize(
    ("at", "value", "after"), [(a, v, {f: x} if x else {}) for a, v, f, x in EDITS]
)
def test_a_cell_changes_its_line_alone(
    study: Path, editing: Any, at: Cell, value: str, after: dict[str, list[str]]
) -> None:
    sheet, where, column = at
    with editing() as hand:
        hand.put(sheet, column, value, **where)
    take(study)
    assert changed(study) == after


def test_a_new_row_is_a_new_line_and_a_row_less_a_line_less(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.delete("AE", Variable="AELLT")
        hand.add("AE", Part="variables", Variable="AEENDTC", Raw_column="ST")
        hand.add(
            "Maps", Map="severity", Means="value", Submission_value="MODERATE", Raw_spelling="2"
        )
        hand.delete("Maps", Raw_spelling="NA")
    take(study)
    gone = ["-   AELLT:   {from: TERM, case: upper}", "+   AEENDTC: {date: ST}"]
    assert changed(study)["sdtm/ae.yaml"] == gone
    assert changed(study)["codelists.yaml"] == ["-     blank: [NA]", "+       MODERATE: 2"]


def test_a_row_that_is_renamed_keeps_its_place_and_comment(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.put("AE", "Variable", "AEHLT", Variable="AELLT")
    take(study)
    line = "{from: TERM, case: upper}"
    assert changed(study) == {"sdtm/ae.yaml": [f"-   AELLT:   {line}", f"+   AEHLT:   {line}"]}


def test_the_same_workbook_can_be_imported_again(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.put("AE", "Comment", "verbatim", Variable="AETERM")
        hand.add("AE", Part="variables", Variable="AEENDTC", Raw_column="ST")
        hand.add("lb_tests.csv", raw="plt", LBTESTCD="PLAT", LBCAT="HEMATOLOGY", LBSTRESU="10^9/L")
    take(study)
    assert take(study).files == []


def test_what_was_edited_elsewhere_since_stays(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.put("AE", "Comment", "verbatim", Variable="AETERM")
    path = study / "sdtm" / "ae.yaml"
    path.write_text(path.read_text().replace("case: upper", "case: lower"))
    take(study)
    assert "case: lower" in path.read_text()
    assert "note: verbatim" in path.read_text()


def test_a_cell_that_was_edited_on_both_sides_is_told(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.put("AE", "Line", "{from: TERM, case: title}", Variable="AEDECOD")
    path = study / "sdtm" / "ae.yaml"
    path.write_text(path.read_text().replace("case: upper", "case: lower"))
    with pytest.raises(SpecificationError) as error:
        take(study)
    assert error.value.findings[0].rule == "DEF072"
    assert "AE!I3 (Line)" in error.value.findings[0].message
    assert "case: lower" in path.read_text()


@pytest.mark.parametrize(
    ("at", "value", "told"),
    [
        (
            ("AE", {"Variable": "AEDECOD"}, "Line"),
            "{from: TERM",
            "DEF071 AE!I3 (Line): not valid YAML",
        ),
        (("AE", {"Variable": "AEDECOD"}, "Line"), "", "DEF071 AE!I3 (Line): a line says something"),
        (("AE", {"Variable": "AEDECOD"}, "Line"), "=A1", "DEF071 AE!I3 (Line): it is a formula"),
        (("AE", {"Variable": "AEDECOD"}, "Core"), "Exp", "DEF071 AE!D3 (Core): nobody reads"),
        (
            ("AE", {"Variable": "AEDECOD"}, "Variable"),
            "",
            "DEF071 AE!B3 (Variable): a variable has",
        ),
        (("AE", {"Variable": "AEDECOD"}, "Variable"), "AESEV", "DEF071 AE!B4 (Variable): this row"),
        (("AE", {"Variable": "AEDECOD"}, "Line"), "{form: TERM}", "DEF073"),
        (("Maps", {"Raw_spelling": "NA"}, "Means"), "never", "DEF071 Maps!B5 (Means)"),
        (("Columns", {"Source": "ae", "Column": "SEV"}, "Column"), "SV", "DEF071 Columns!A4: rows"),
        (
            ("Settings", {"Place": "keys", "File": "sdtm/ae.yaml"}, "Value"),
            "[A",
            "DEF071 Settings!C",
        ),
        (
            ("Settings", {"Place": "keys", "File": "sdtm/ae.yaml"}, "File"),
            "x.yaml",
            "DEF071 Settings",
        ),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_and_nothing_written(
    study: Path, editing: Any, at: Cell, value: str, told: str
) -> None:
    sheet, where, column = at
    with editing() as hand:
        hand.put(sheet, column, value, **where)
    assert any(one.startswith(told) for one in refused(study)), refused(study)


def test_the_check_names_the_row_of_the_workbook(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.put("AE", "Raw column", "TREM", Variable="AETERM")
    assert any("AE, row 2" in one for one in refused(study))


def test_another_study_and_another_file_are_refused(study: Path, editing: Any) -> None:
    with editing() as hand:
        hand.book.create_sheet("Notes")
    assert refused(study)[0].startswith("DEF070")
    with editing() as hand:
        del hand.book["Notes"]
    path = study / "study.yaml"
    path.write_text(path.read_text().replace("study: S1", "study: S2"))
    with pytest.raises(SpecificationError, match="is of the study S1"):
        take(study)


def test_a_text_that_looks_like_a_formula_is_a_text(study: Path, editing: Any) -> None:
    path = study / "sdtm" / "ae.yaml"
    path.write_text(path.read_text().replace("case: upper", 'case: upper, note: "=1+1"'))
    with editing() as hand:
        row, at = hand.row("AE", Variable="AEDECOD"), hand.columns("AE")["Comment"]
        cell = hand.book["AE"].cell(row, at)
        assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
        assert hand.book["AE"].page_setup.orientation == "landscape"
        assert hand.book["AE"].print_title_rows == "$1:$1"


def test_values_of_the_raw_data_are_told_with_what_uses_them(study: Path, editing: Any) -> None:
    with editing() as hand:
        row = hand.row("Columns", Source="ae", Column="SEV")
        at = hand.columns("Columns")
        told = {name: hand.book["Columns"].cell(row, at[name]).value for name in at}
    assert told["Filled"] == "2"
    assert told["Values by frequency"] == "1 (1); 3 (1)"
    assert told["Used by"] == "AE.AESEV"


def test_blank_rows_and_equal_rows_of_a_table_stay(study: Path, editing: Any) -> None:
    path = study / "sdtm" / "lb_tests.csv"
    before = path.read_text() + ",,,\nplt,PLAT,HEMATOLOGY,\nplt,PLAT,HEMATOLOGY,\n"
    path.write_text(before)
    with editing() as hand:
        hand.put("lb_tests.csv", "LBCAT", "BLOOD", raw="hb")
    text = path.read_text()
    sheet = import_edits_of(study)
    assert sheet == ["lb_tests.csv!2 LBCAT"]
    assert path.read_text() == text.replace("hb,HGB,HEMATOLOGY", "hb,HGB,BLOOD")


def import_edits_of(study: Path) -> list[str]:
    edits: list[str] = take(study).edits
    return edits


def test_analysis_data_are_edited_alike(study: Path, editing: Any) -> None:
    (study / "adam").mkdir()
    adsl = "dataset: ADSL\nlabel: Subjects\nclass: subject-level\nkeys: [STUDYID, USUBJID]\n"
    adsl += (
        "records: {from: DM}\nvariables:\n  AGEGR1: {category: AGE, cut: [65], labels: [a, b]}\n"
    )
    (study / "adam" / "adsl.yaml").write_text(adsl)
    with editing() as hand:
        hand.put("ADSL", "Comment", "two groups", Variable="AGEGR1")
    take(study)
    after = (study / "adam" / "adsl.yaml").read_text()
    assert after == adsl.replace("labels: [a, b]}", "labels: [a, b], note: two groups}")
