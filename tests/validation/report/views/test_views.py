"""Every view shows the same numbers, and the JSON view comes back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from specs.errors import SpecificationError
from specs.findings import Finding, Severity
from validation.report import (
    Report,
    ReportInput,
    RuleStatus,
    RunState,
    build_report,
    concise,
    full,
    guide_rows,
    read_report,
    schema,
    write_findings_json,
    write_json,
    write_xlsx,
)
from validation.report.views import xlsx_view
from validation.report.views.html_view import page_data, report_html
from validation.report.views.json_view import report_to_dict

SCHEMA_FILE = Path(__file__).parents[4] / "docs" / "report.schema.json"


@pytest.fixture(scope="module")
def report(given) -> Report:
    return build_report(given)


@pytest.fixture(scope="module")
def workbook(report, tmp_path_factory) -> CalamineWorkbook:
    path = tmp_path_factory.mktemp("xlsx") / "report.xlsx"
    write_xlsx(report, path)
    return CalamineWorkbook.from_path(path)


def sheet(workbook: CalamineWorkbook, name: str) -> list[dict[str, object]]:
    head, *rows = workbook.get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_all_views_count_the_same(report, findings, workbook):
    data = report_to_dict(report)
    page = page_data(report)
    found = re.findall(r"\(([\d,]+) found", concise(report))
    assert {
        len(findings),
        len(report),
        report.counts.total,
        data["findings"]["count"],
        len(data["findings"]["columns"]["record"]),
        sum(group["count"] for group in data["groups"]),
        sum(rule["count"] for rule in data["rules"]),
        page["count"],
        sum(page["groups"]["count"]),
        sum(map(int, found)),
        len(sheet(workbook, "Issue Details")),
        sum(row["Issues"] for row in sheet(workbook, "Issue Summary")),
        sum(row["Issues"] for row in sheet(workbook, "Rules Report")),
        sum(row.count for row in guide_rows(report, everything=True)),
        full(report, records=99).count("\n    record ") + full(report).count("\n    data set"),
    } == {15}


def test_json_fits_its_schema(report):
    jsonschema.Draft202012Validator(schema()).validate(
        json.loads(json.dumps(report_to_dict(report)))
    )


def test_the_schema_refuses_another_report(report):
    wrong = {**report_to_dict(report), "schema": "tracelock-report/2"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


def test_the_schema_in_the_documentation_is_this_one():
    assert json.loads(SCHEMA_FILE.read_text("utf-8")) == schema()


def test_json_comes_back(report, tmp_path):
    write_json(report, tmp_path / "r.json")
    back = read_report(tmp_path / "r.json")
    assert report_to_dict(back) == report_to_dict(report)


def test_a_report_of_nothing_comes_back(given, tmp_path):
    write_json(build_report(replace(given, findings=[])), tmp_path / "r.json")
    assert len(read_report(tmp_path / "r.json")) == 0


def test_a_previous_report_is_the_same_from_memory_and_from_file(given, report, tmp_path):
    write_json(report, tmp_path / "r.json")
    from_file = build_report(given, previous=read_report(tmp_path / "r.json"))
    assert from_file.changes == build_report(given, previous=report).changes
    assert from_file.changes["New"] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema": "tracelock-report/1"}',
        b'{"schema": "other"}',
        b"\xff",
    ],
)
def test_what_is_no_report_is_refused(content, tmp_path):
    (tmp_path / "r.json").write_bytes(content)
    with pytest.raises(SpecificationError, match=r"VAL920 r\.json cannot be read as a report"):
        read_report(tmp_path / "r.json")


def test_a_report_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SpecificationError, match="No such file"):
        read_report(tmp_path / "r.json")


def test_a_report_with_fewer_rows_than_declared_is_refused(report, tmp_path):
    data = report_to_dict(report)
    data["findings"]["count"] += 1
    (tmp_path / "r.json").write_text(json.dumps(data), "utf-8")
    with pytest.raises(SpecificationError):
        read_report(tmp_path / "r.json")


@pytest.mark.parametrize("write", [write_json, write_xlsx])
def test_same_report_same_bytes(write, given, tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    write(build_report(given), tmp_path / "a")
    write(build_report(given), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_xlsx_has_the_sheets_of_core(workbook):
    assert workbook.sheet_names == [
        "Conformance Details",
        "Dataset Details",
        "Issue Summary",
        "Issue Details",
        "Rules Report",
    ]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("Issue Summary", "Dataset|CORE-ID|Message|Issues|Explanation"),
        (
            "Issue Details",
            "CORE-ID|Message|Executability|Dataset|USUBJID|Record|Sequence|Variable(s)|Value(s)",
        ),
        ("Rules Report", "CORE-ID|Version|CDISC RuleID|FDA RuleID|Message|Status"),
    ],
)  # fmt: skip
def test_xlsx_begins_with_the_columns_of_core(workbook, name, columns):
    wanted = columns.split("|")
    assert workbook.get_sheet_by_name(name).to_python()[0][: len(wanted)] == wanted


def test_xlsx_row_of_an_issue(workbook):
    row = next(
        row
        for row in sheet(workbook, "Issue Details")
        if row["Record"] == 2 and row["Dataset"] == "LB"
    )
    assert row == {
        "CORE-ID": "CG0006", "Message": "Unit differs within a test", "Executability": "",
        "Dataset": "LB", "USUBJID": "S1-001", "Record": 2, "Sequence": "2",
        "Variable(s)": "LBORRESU", "Value(s)": "mg/dL", "Severity": "blocks", "Status": "New",
        "Explanation": "", "First seen": "cut 2", "Owner": "site",
        "Hint": "convert", "Key": "USUBJID=S1-001, LBSEQ=2", "Raw cell": "lab/a.xlsx:5 结果",
        "Raw value": "mg/dL", "Specification": "sdtm/lb.yaml:7:12",
    }  # fmt: skip


def test_xlsx_tells_what_ran_from_what_did_not(workbook):
    states = {
        row["CORE-ID"]: (row["Status"], row["Reason"]) for row in sheet(workbook, "Rules Report")
    }
    assert states["CG0006"] == ("ISSUE REPORTED", "")
    assert states["CG0200"] == ("SUCCESS", "")
    assert states["CG0300"] == ("SKIPPED", "operator 'frobs' is not known")
    assert states["CG0400"] == ("NOT APPLICABLE", "no data set PC")


def test_xlsx_values_are_text_never_formulas(report, tmp_path):
    write_xlsx(report, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert {cell.value[0] for cell in texts if cell.quotePrefix} == {"="}
    assert not [c.value for c in texts if c.value[0] in "=+-@\t" and not c.quotePrefix]


def test_more_findings_than_a_sheet_holds_continue_on_the_next(report, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_view, "ROWS_PER_SHEET", 4)
    write_xlsx(report, tmp_path / "r.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    names = [name for name in book.sheet_names if name.startswith("Issue Details")]
    assert [len(sheet(book, name)) for name in names] == [4, 4, 4, 3]


def test_a_failed_write_leaves_the_old_file(report, tmp_path, monkeypatch):
    path = tmp_path / "r.xlsx"
    path.write_text("old")
    monkeypatch.setattr(xlsx_view, "row_blocks", lambda *_, **__: (1 / n for n in [0]))
    with pytest.raises(ZeroDivisionError):
        write_xlsx(report, path)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_concise_has_printable_lines_and_the_verdict(report):
    lines = concise(report).splitlines()
    assert all(line.isprintable() for line in lines)
    assert lines[-1] == (
        "Not ready: 1 finding makes the gateway reject it, 3 block the lock and "
        "10 wait for an explanation; 1 rule did not run."
    )


def test_concise_says_what_changed_since_the_previous_report(tmp_path):
    found = [Finding("R", "m", Severity.BLOCKS, "AE", "AETERM", 1, value=text) for text in "abc"]
    ran = (RuleStatus("R"),)
    first = build_report(ReportInput(found[:2], ran, label="cut 1"))
    write_json(first, tmp_path / "report.json")
    previous = read_report(tmp_path / "report.json")
    lines = concise(build_report(ReportInput(found[1:], ran), previous=previous)).splitlines()
    told = "1 new, 0 grown, 1 unchanged, 1 gone, 0 not checked (groups of findings)"
    assert lines[-2] == f"since cut 1: {told}"
    assert not any(line.startswith("since ") for line in concise(first).splitlines())


def test_concise_has_one_line_for_many_values_of_one_rule(report):
    lines = concise(report).splitlines()[:-1]
    assert [line.split()[1] for line in lines].count("CG0100") == 1
    (folded,) = (line for line in lines if "CG0100" in line)
    assert "AE.AEDECOD: not a term" in folded
    assert "(10 found, 10 values (" in folded
    assert [line.split()[1] for line in lines].count("CG0006") == 2  # few values: a line each


def test_full_says_where_and_why_not(report):
    text = full(report)
    assert "raw lab/a.xlsx:5 结果 = 'mg/dL'  spec sdtm/lb.yaml:7:12" in text
    assert "not-run CG0300: operator 'frobs' is not known" in text


def test_full_says_how_many_it_leaves_out(report):
    assert "    ... and 1 more" in full(report, records=1)


def test_a_list_of_findings_as_json(findings, tmp_path):
    write_findings_json(findings[:2], tmp_path / "f.json")
    rows = json.loads((tmp_path / "f.json").read_bytes())
    assert [(row["rule"], row["record"], row["raw"]["row"]) for row in rows] == [
        ("CG0006", 1, 4),
        ("CG0006", 2, 5),
    ]


def test_no_findings_as_json(tmp_path):
    write_findings_json([], tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_bytes()) == []


def test_ten_thousand_groups_of_one_issue_keep_their_counts(given):
    many = [
        Finding(
            "CG0006",
            "m",
            Severity.BLOCKS,
            "LB",
            "LBORRESU",
            i + 1,
            (("USUBJID", f"S{i % 7}"),),
            f"v{i}",
        )
        for i in range(10_000)
    ]
    page = page_data(build_report(replace(given, findings=many)))
    assert sum(page["groups"]["count"]) == len(page["rows"]["record"]) == 10_000


def test_html_of_a_report_of_nothing(given):
    assert "Clean: 5 rules ran" in report_html(build_report(replace(given, findings=[])))


def test_a_cell_too_long_for_a_sheet_says_so(given, tmp_path):
    long = Finding("CG0006", "m" * 40_000, Severity.BLOCKS, "LB")
    write_xlsx(build_report(replace(given, findings=[long])), tmp_path / "r.xlsx")
    text = openpyxl.load_workbook(tmp_path / "r.xlsx")["Issue Details"]["B2"].value
    assert len(text) == 32_767
    assert text.endswith(" ... (40,000 characters)")


def test_gone_groups_are_on_the_page(given):
    before = build_report(given)
    now = build_report(replace(given, findings=[]), previous=before)
    page = report_html(now)
    assert page.count("<td>Gone</td>") == len(before.groups)


def test_nothing_gone_is_said(given):
    made = build_report(given)
    assert (
        "everything that the previous report found is still found"
        in report_html(build_report(given, previous=made)).lower()
    )


def test_xlsx_says_what_was_run(workbook):
    details = dict(workbook.get_sheet_by_name("Conformance Details").to_python()[1:])
    assert details["SDTMIG"] == "3.4"
    assert (details["Findings"], details["Open: blocks"], details["Rules: not-run"]) == (
        "15",
        "3",
        "1",
    )
    assert details["Previous report"] == "none"


def test_concise_has_one_line_per_rule_for_what_is_settled():
    known = [
        Finding("VAL906", f"waiver {n}", Severity.INFO, dataset=name, value=str(n))
        for name in ("AE", "CM", "DM", "LB")
        for n in range(2)
    ]
    lines = concise(build_report(ReportInput(known, (RuleStatus("R"),)))).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("info    VAL906 AE, CM, DM, ...: waiver 0, and others (8 found")


def test_concise_names_the_rules_that_did_not_run_by_reason():
    rules = [RuleStatus(f"D{n}", status=RunState.NOT_RUN, reason="no define.xml") for n in range(5)]
    rules += [RuleStatus("E", status=RunState.ERROR, reason="it broke"), RuleStatus("R")]
    lines = concise(build_report(ReportInput([], tuple(rules)))).splitlines()
    assert lines[:2] == [
        "failed  E: it broke",
        "not run D0, D1, D2, ... (5 rules): no define.xml",
    ]
    assert len(lines) == 3


def test_a_workbook_is_not_saved_with_a_time_that_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import openpyxl

    from specs.errors import SpecificationError
    from validation.report.files import save_workbook

    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("Findings")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "\u00b2")
    with pytest.raises(SpecificationError, match="FILE034"):
        save_workbook(book, tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []
