"""The specification workbook: round trips, and errors that name the cell."""

# ruff: noqa: E501 - one line per column or case: a table
from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from define import read_define
from define.document.binding import Node, walk
from define.model import Define, ItemRef, MetaDataVersion, RangeCheck, Study
from define.text import DocumentRef, texts
from define.workbook import read_workbook, write_workbook
from define.workbook.columns import LAYOUT
from define.workbook.grammar import pages_text, parse_pages, parse_standard, parse_where, where_text
from define.workbook.sheets import cell_text, letter
from specs.errors import BuildError, SpecificationError
from tests.define import sample

WORKBOOKS = ("CDISCPILOT01-ADaM-2026-02-23", "CDISCPILOT01-SDTM-2026-02-23")
EXAMPLES = (
    "adam20_cdisc",
    "adam21_arm_cdisc_2110",
    "adam21_arm_pilot",
    "sdtm21_cdisc_2110",
    "sdtm21_msg2_typo",
)


def cells(path: Path) -> dict[str, Counter[tuple[tuple[str, str], ...]]]:
    found = {}
    for sheet in load_workbook(path):
        rows: Any = sheet.iter_rows(values_only=True)
        head = next(rows)
        found[sheet.title] = Counter(
            tuple((h, str(v)) for h, v in zip(head, row, strict=True) if v is not None)
            for row in rows
        )
    return found


def by_oid(define: Define) -> dict[str, Any]:
    """All definitions by OID: where they stand in the document means nothing."""
    nodes = [n for n in walk(define) if getattr(n, "oid", "") and not _parts(n)]
    held: dict[str, Any] = {getattr(n, "oid", ""): n for n in nodes}
    refs = [n for n in walk(define) if isinstance(n, ItemRef)]
    places = {(r.item_oid, r.order): r for r in refs}
    assert len(places) == len(refs)
    return {**held, "refs": places}


def _parts(node: Node) -> bool:
    return isinstance(node, Study | MetaDataVersion)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_real_workbook_loses_only_what_is_listed(shared: Path, tmp_path: Path, name: str) -> None:
    source = shared / "spec-workbooks" / f"{name}.xlsx"
    reading = read_workbook(source)
    written = write_workbook(reading.define, tmp_path / "out.xlsx")
    before, after = cells(source), cells(written.path)
    lost = {s: sum((before[s] - after[s]).values()) for s in before if before[s] - after[s]}
    lost.pop("Define")
    listed = {f.message.split("!")[0] for f in reading.unknown}
    assert set(lost) <= listed
    assert read_workbook(written.path).define == reading.define


def test_the_key_that_is_no_variable_is_named_by_its_cell(shared: Path) -> None:
    reading = read_workbook(shared / "spec-workbooks" / f"{WORKBOOKS[0]}.xlsx")
    messages = [f.message for f in reading.unknown]
    assert messages.pop(4) == "Datasets!F5: key LBSEQ is not kept: no variable of ADLBHY"
    assert messages[0] == "Datasets!C2: 'ADAE' is read as 'OCCURRENCE DATA STRUCTURE'"
    assert all("is read as" in m for m in messages)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_define_survives_the_workbook_but_for_what_is_listed(
    shared: Path, tmp_path: Path, name: str
) -> None:
    """Writing what was read from a workbook gives the same workbook."""
    define = read_define(shared / "define-examples" / f"{name}.xml").define
    first = write_workbook(define, tmp_path / "a.xlsx")
    second = write_workbook(read_workbook(first.path).define, tmp_path / "b.xlsx")
    assert cells(second.path) == cells(first.path)


def test_the_sample_comes_back_but_for_marks(tmp_path: Path) -> None:
    define = sample.adam_define()
    written = write_workbook(define, tmp_path / "a.xlsx")
    again = read_workbook(written.path)
    assert again.unknown == []
    assert written.lost == []
    assert by_oid(again.define) == by_oid(define)
    body, before = again.define.metadata, define.metadata
    assert [d.name for d in body.datasets] == ["ADSL", "ADLB"]
    assert body.methods == before.methods
    assert body.leafs == before.leafs
    result, old = body.displays[0].results[0], before.displays[0].results[0]
    assert (result.documentation and result.documentation.description) == (
        old.documentation and old.documentation.description
    )
    assert result.inputs is not None
    assert old.inputs is not None
    assert [d.variable_oids for d in result.inputs.datasets] == [
        d.variable_oids for d in old.inputs.datasets
    ]
    assert result.code == old.code
    assert body.displays[0].documents == before.displays[0].documents


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    one = write_workbook(sample.sdtm_define(), tmp_path / "a.xlsx").path.read_bytes()
    two = write_workbook(sample.sdtm_define(), tmp_path / "b.xlsx").path.read_bytes()
    assert one == two


def test_pages_of_the_crf_come_back(tmp_path: Path) -> None:
    again = read_workbook(write_workbook(sample.sdtm_define(), tmp_path / "a.xlsx").path).define
    birth = next(i for i in again.metadata.items if i.oid == "IT.DM.BRTHDTC")
    assert birth.origins[0].documents[0].leaf_id == "LF.acrf"
    assert birth.origins[0].documents[0].pages[0].pages == "2 3"


SMALL: dict[str, list[dict[str, Any]]] = {
    "Define": [{"Attribute": "StudyName", "Value": "S1"}, {"Attribute": "StandardName", "Value": "SDTM-IG"},
               {"Attribute": "StandardVersion", "Value": "3.4"}],
    "Datasets": [{"Dataset": "DM", "Label": "Demographics", "Key Variables": "USUBJID"}],
    "Variables": [{"Order": 1, "Dataset": "DM", "Variable": "USUBJID", "Data Type": "text", "Length": 10.0},
                  {"Order": 2, "Dataset": "DM", "Variable": "SEX", "Data Type": "text", "Codelist": "SEX"}],
    "Codelists": [{"ID": "SEX", "Name": "Sex", "Data Type": "text", "Order": 1, "Term": "F"},
                  {"ID": "SEX", "Name": "Sex", "Data Type": "text", "Order": 2, "Term": "M"}],
}  # fmt: skip


def book(path: Path, **changes: list[dict[str, Any]]) -> Path:
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in {**SMALL, **{k.replace("_", " "): v for k, v in changes.items()}}.items():
        sheet = made.create_sheet(name)
        extra = [k for row in rows for k in row]
        columns = list(dict.fromkeys([*LAYOUT.get(name, ()), *extra]))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(c) for c in columns])
    made.save(path)
    return path


def refused(path: Path) -> str:
    with pytest.raises(SpecificationError) as caught:
        read_workbook(path)
    return f"{caught.value.findings[0].rule} {caught.value.findings[0].message}"


def test_numbers_become_text_and_the_standard_is_taken_from_define(tmp_path: Path) -> None:
    reading = read_workbook(book(tmp_path / "a.xlsx"))
    body = reading.define.metadata
    assert body.items[0].length == "10"
    assert [(s.name, s.version, s.type) for s in body.standards] == [("SDTMIG", "3.4", "IG")]
    assert body.datasets[0].standard_oid == body.standards[0].oid
    assert [t.value for t in body.codelists[0].enumerated] == ["F", "M"]
    assert reading.unknown == []


VARIABLE = {"Dataset": "DM", "Variable": "AGE", "Data Type": "integer"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Datasets": [{"Dataset": "DM"}, {"Dataset": "DM"}]}, "DEF021 Datasets!A3 defines DM a second time"),
        ({"Variables": [{**VARIABLE, "Dataset": "AE"}]}, "DEF021 Variables!B2 names 'AE'"),
        ({"Variables": [VARIABLE, VARIABLE]}, "DEF021 Variables!C3 defines DM.AGE a second time"),
        ({"Variables": [{**VARIABLE, "Pages": "3"}]}, "DEF021 Variables!O2 has a value, and Variables!M2 no origin"),
        ({"Variables": [{**VARIABLE, "Origin": "Collected", "Pages": "3"}]}, "DEF021 Variables!O2 names pages, and no document is the CRF"),
        ({"ValueLevel": [{"Dataset": "DM", "Variable": "AGE", "Where Clause": "SEX EQ F"}]}, "DEF021 ValueLevel!C2 refines DM.AGE"),
        ({"ValueLevel": [{"Dataset": "DM", "Variable": "SEX", "Where Clause": "SEX"}]}, "DEF021 ValueLevel!D2 'SEX' is no condition"),
        ({"ValueLevel": [{"Dataset": "DM", "Variable": "SEX", "Where Clause": "SEX XX F"}]}, "DEF021 ValueLevel!D2 'XX' is none of"),
        ({"ValueLevel": [{"Dataset": "DM", "Variable": "SEX", "Where Clause": "SEX IN F"}]}, "DEF021 ValueLevel!D2 IN wants"),
        ({"ValueLevel": [{"Dataset": "DM", "Variable": "SEX", "Where Clause": "AGE EQ 1"}]}, "DEF021 ValueLevel!D2 asks DM.AGE"),
        ({"ValueLevel": [{"Dataset": "DM", "Variable": "SEX", "Where Clause": "SEX EQ F"}] * 2}, "DEF021 ValueLevel!D3 describes DM.SEX a second time"),
        ({"Codelists": [SMALL["Codelists"][0], {**SMALL["Codelists"][1], "Name": "Other"}]}, "DEF021 Codelists!B3 is 'Other', Codelists!B2 says 'Sex'"),
        ({"Methods": [{"ID": "M1", "Pages": "3"}]}, "DEF021 Methods!H2 names pages, and Methods!G2 no document"),
        ({"Analysis_Results": [{"Display": "T1", "ID": "R1"}]}, "DEF021 Analysis Results!A2 names 'T1'"),
        ({"Analysis_Displays": [{"ID": "T1"}], "Analysis_Results": [{"Display": "T1", "Variables": "AGE"}]}, "DEF021 Analysis Results!D2 holds 'AGE'"),
        ({"Analysis_Displays": [{"ID": "T1"}], "Analysis_Results": [{"Display": "T1", "Selection Criteria": "SEX EQ F"}]}, "DEF021 Analysis Results!G2 holds 'SEX EQ F'"),
    ],
)  # fmt: skip
def test_an_error_begins_with_its_cell(tmp_path: Path, changes: Any, message: str) -> None:
    assert refused(book(tmp_path / "a.xlsx", **changes)).startswith(message)


def test_what_is_no_workbook_or_lacks_sheets_or_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("no workbook")
    assert refused(path).startswith("DEF020 a.xlsx cannot be read as XLSX")
    assert refused(tmp_path / "none.xlsx").startswith("DEF020")
    made = Workbook()
    made.save(path)
    assert refused(path) == "DEF020 a.xlsx has no sheet Define, Datasets, Variables"
    made = load_workbook(book(path))
    made["Variables"]["C1"] = "Name"
    made.save(path)
    assert refused(path) == "DEF020 a.xlsx sheet Variables has no column Variable"


def test_a_workbook_that_unpacks_without_bound_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb", "w") as out,
    ):
        for _ in range(210):
            out.write(bytes(1024 * 1024))
    assert refused(path).startswith("DEF020 a.xlsx would unpack to 22")


def test_unknown_columns_sheets_and_attributes_are_listed(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        Variables=[
            {**VARIABLE, "Developer Notes": "ask"},
            {**VARIABLE, "Variable": "SEX", "Developer Notes": "x"},
        ],
        Define=[{"Attribute": "Sponsor", "Value": "Us"}],
        Datasets=[{"Dataset": "DM"}],
        Todo=[{"What": "things"}],
    )
    assert sorted(f.message for f in read_workbook(path).unknown) == [
        "Define!B2: Sponsor 'Us' is not kept",
        "Variables!U2 and 1 more: column 'Developer Notes' is not kept",
        "sheet 'Todo' with 1 rows is not kept",
    ]


def test_where_clauses_of_their_own_sheet(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        ValueLevel=[
            {"Dataset": "DM", "Variable": "USUBJID", "Where Clause": "WC1", "Data Type": "text"}
        ],
        WhereClauses=[
            {"ID": "WC1", "Dataset": "DM", "Variable": "SEX", "Comparator": "IN", "Value": "F, M"}
        ],
    )
    check = read_workbook(path).define.metadata.where_clauses[0].checks[0]
    assert (check.item_oid, check.comparator, check.values) == ("IT.DM.SEX", "IN", ["F", "M"])


def test_a_text_that_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    define = sample.adam_define()
    define.metadata.methods[0].description = texts("x" * 40_000)
    with pytest.raises(BuildError, match="DEF023 Methods!D2 would hold 40,000 characters"):
        write_workbook(define, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_formula_is_text(tmp_path: Path) -> None:
    define = sample.adam_define()
    define.metadata.methods[0].description = texts("=1+1")
    path = write_workbook(define, tmp_path / "a.xlsx").path
    assert read_workbook(path).define.metadata.methods[0].description == texts("=1+1")
    cells = [c for row in openpyxl.load_workbook(path)["Methods"].iter_rows() for c in row]
    assert [(c.data_type, c.quotePrefix) for c in cells if c.value == "=1+1"] == [("s", True)]


NAME = st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)


@given(
    st.lists(
        st.tuples(
            NAME,
            st.sampled_from(["EQ", "NE", "IN", "NOTIN"]),
            st.lists(VALUE, min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_where_clauses_come_back(conditions: list[tuple[str, str, list[str]]]) -> None:
    checks = [RangeCheck(comparator=c, values=v if "IN" in c else v[:1]) for _, c, v in conditions]
    names = [n for n, _, _ in conditions]
    again = parse_where(where_text(checks, names))
    assert [(c.variable, c.comparator, list(c.values)) for c in again] == [
        (n, c.comparator, c.values) for n, c in zip(names, checks, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("12 14", "PhysicalRef", "12 14"),
        ("12, 14", "PhysicalRef", "12 14"),
        ("5-9", "PhysicalRef", "5-9"),
        ("AE DM", "NamedDestination", "AE DM"),
    ],
)
def test_pages(text: str, kind: str, shown: str) -> None:
    page = parse_pages(text)
    assert page.type == kind
    assert pages_text([DocumentRef(leaf_id="L", pages=[page])]) == shown
    assert pages_text([]) == ""


def test_names_of_standards() -> None:
    assert parse_standard("ADaMIG 1.3") == ("ADaMIG", "", "1.3")
    assert parse_standard("SDTM 2025-03-28") == ("CDISC/NCI", "SDTM", "2025-03-28")
    assert parse_standard("CDISC/NCI ADaM 2025-03-28") == ("CDISC/NCI", "ADaM", "2025-03-28")
    assert parse_standard("SDTMIG") == ("SDTMIG", "", "")


def test_cells_and_letters() -> None:
    import datetime as dt

    assert [cell_text(v) for v in (True, 3.0, 3.5, None, dt.date(2026, 1, 2), "a\r\nb")] == [
        "Yes",
        "3",
        "3.5",
        "",
        "2026-01-02",
        "a\nb",
    ]
    assert [letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_what_is_said_of_a_dictionary_comes_back(tmp_path: Path) -> None:
    """CDISC's example has a country codelist of ISO 3166 that names its CT package and a comment."""
    define = sample.sdtm_define()
    external = next(c for c in define.metadata.codelists if c.external)
    external.standard_oid = define.metadata.standards[1].oid
    external.comment_oid = define.metadata.comments[0].oid
    external.sas_format_name = "$DICT"
    back = read_workbook(write_workbook(define, tmp_path / "spec.xlsx").path).define.metadata
    again = next(c for c in back.codelists if c.external and c.name == external.name)
    said = [external.standard_oid, external.comment_oid, external.sas_format_name]
    assert [again.standard_oid, again.comment_oid, again.sas_format_name] == said
