"""The reviewers' guides: sections, content from the study, gaps, bytes, and how they are drawn."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from submission.guides.docx_view import to_docx
from submission.guides.figure import flow, svg, untangled
from submission.guides.html_view import to_html
from submission.guides.model import Bullets, Figure, Guide
from workbench.steps.package_run import PackageResult

Packaged = tuple[Path, PackageResult]
SDTM = "m5/datasets/s1/tabulations/sdtm"
ADAM = "m5/datasets/s1/analysis/adam/datasets"
PLACEHOLDER = re.compile(
    r"(?i)\b(tbd|todo|lorem|placeholder|insert .* here|text here|xxx+)\b|<[A-Z]"
)

CSDRG = [
    "1 Introduction",
    "1.1 Purpose",
    "1.2 Acronyms",
    "1.3 Study Data Standards and Dictionary Inventory",
    "2 Protocol Description",
    "2.1 Protocol Number and Title",
    "2.2 Protocol Design",
    "2.3 Trial Design Datasets",
    "2.3.1 TA - Trial Arms",
    "2.3.2 TE - Trial Elements",
    "2.3.3 TS - Trial Summary",
    "3 Subject Data Description",
    "3.1 Overview",
    "3.2 Traceability",
    "3.3 Annotated CRFs",
    "3.4 SDTM Subject Domains",
    "3.4.1 CM - Concomitant/Prior Medications",
    "3.5 Data Collected and Not Submitted",
    "4 Data Conformance Summary",
    "4.1 Conformance Inputs",
    "4.2 Issues Summary",
    "Appendix I Inclusion and Exclusion Criteria",
]
ADRG = [
    "1 Introduction",
    "1.4 Source Data Used for Analysis Dataset Creation",
    "2.2 Protocol Design in Relation to ADaM Concepts",
    "3 Analysis Considerations Related to Multiple Analysis Datasets",
    "3.1 Core Variables",
    "3.5 Imputation/Derivation Methods",
    "4 Analysis Data Creation and Processing Issues",
    "5 Analysis Dataset Descriptions",
    "6 Data Conformance Summary",
    "7 Submission of Programs",
]


def headings(path: Path) -> list[str]:
    return [p.text for p in Document(str(path)).paragraphs if p.style.name.startswith("Heading")]


def page(packaged: Packaged, name: str) -> str:
    folder = SDTM if name == "csdrg" else ADAM
    return str(
        html.fromstring((packaged[1].out / folder / f"{name}.html").read_bytes()).text_content()
    )


def tables(path: Path) -> list[list[list[str]]]:
    return [[[c.text for c in row.cells] for row in t.rows] for t in Document(str(path)).tables]


def test_sections_of_the_csdrg(packaged_once: Packaged) -> None:
    assert headings(packaged_once[1].out / "guides" / "csdrg.docx") == CSDRG


def test_sections_of_the_adrg(packaged_once: Packaged) -> None:
    found = headings(packaged_once[1].out / "guides" / "adrg.docx")
    assert [h for h in found if h in ADRG] == ADRG


@pytest.mark.parametrize("name", ["csdrg", "adrg"])
def test_both_forms_have_the_same_sections(packaged_once: Packaged, name: str) -> None:
    folder = packaged_once[1].out / (SDTM if name == "csdrg" else ADAM)
    tree = html.fromstring((folder / f"{name}.html").read_bytes())
    shown = [
        str(h.text_content()) for h in tree.xpath("//main//*[self::h2 or self::h3 or self::h4]")
    ]
    assert shown == headings(packaged_once[1].out / "guides" / f"{name}.docx")
    links = {a.get("href") for a in tree.xpath("//nav//a")}
    assert links <= {f"#{h.get('id')}" for h in tree.xpath("//*[@id]")}


@pytest.mark.parametrize("name", ["csdrg", "adrg"])
def test_no_placeholder_in_the_text(packaged_once: Packaged, name: str) -> None:
    assert not PLACEHOLDER.search(page(packaged_once, name))


def test_what_the_study_says_is_in_the_guide(packaged_once: Packaged) -> None:
    text = page(packaged_once, "csdrg")
    for said in (
        "A made-up study of nothing",
        "Nobody Ltd",
        "2021-01-31",
        "DEMO dictionary",
        "The protocol counts from the first dose.",
        "The subjects are invented.",
        "Medication as the site wrote it.",
        "CMDOSTXT: doses are kept as text",
        "Arm Treatment A (A): Screening, then Treatment.",
        "Is somebody else",
        "DM holds 2 subjects at 1 site(s).",
    ):
        assert said in text


def test_the_inventory_counts_records_and_subjects(packaged_once: Packaged) -> None:
    held = tables(packaged_once[1].out / "guides" / "csdrg.docx")
    counts = next(t for t in held if t[0][:3] == ["Data set", "Records", "Subjects"])
    rows = {row[0]: row[1:] for row in counts}
    assert rows["CM"] == ["2", "2", "", "Yes", ""]
    assert rows["TS"][:2] == ["2", ""]


def test_populations_are_counted(packaged_once: Packaged) -> None:
    held = tables(packaged_once[1].out / "guides" / "adrg.docx")
    flags = next(t for t in held if t[0][0] == "Flag")
    assert flags[1][:3] == ["SAFFL", "Safety Population Flag", "2"]


def test_copies_name_what_they_copy(packaged_once: Packaged) -> None:
    held = tables(packaged_once[1].out / "guides" / "adrg.docx")
    rows = [r for t in held if t[0][0] == "Variable" for r in t]
    assert next(r for r in rows if r[0] == "ARM")[3] == "As DM.ARM."


def test_issues_have_the_counts_of_the_report(packaged_once: Packaged) -> None:
    import json

    report = json.loads((packaged_once[1].out / "conformance/report.json").read_text("utf-8"))
    held = tables(packaged_once[1].out / "guides" / "adrg.docx")
    issues = next(t for t in held if t[0][0] == "Rule")
    shown = sum(int(row[4].replace(",", "")) for row in issues[1:])
    rules = {row[0] for row in issues[1:]}
    assert shown == sum(r["count"] for r in report["rules"] if r["id"] in rules)


def test_gaps_are_listed_and_not_in_the_text(packaged_once: Packaged) -> None:
    listed = (packaged_once[1].out / "gaps.txt").read_text("utf-8")
    assert "2.1   protocol versions, and amendments that changed the data" in listed
    assert "reason of the decision 'unexplained'" in listed
    assert "amendments" not in page(packaged_once, "csdrg")


def test_what_is_not_submitted_stands_with_its_reason(packaged_once: Packaged) -> None:
    held = tables(packaged_once[1].out / "guides" / "csdrg.docx")
    fields = next(t for t in held if t[0] == ["Raw file", "Field", "Why"])
    assert fields[1:] == [["cm.csv", "MEMO", "a note of the site"]]


def test_without_analyses_their_chapters_are_gaps(packaged_once: Packaged) -> None:
    listed = (packaged_once[1].out / "gaps.txt").read_text("utf-8")
    assert "which analyses each data set supports" in listed
    assert "programs of tables, listings and figures" in listed
    assert "special analysis rules" not in listed
    assert "The data hold no subject whose records need" in page(packaged_once, "adrg")


def test_traceability_leads_from_raw_to_analysis(packaged_once: Packaged) -> None:
    held = tables(packaged_once[1].out / "guides" / "adrg.docx")
    chart = next(t for t in held if t[0] == ["Stage", "Data set", "Comes from"])
    assert ["SDTM", "CM", "cm.csv"] in chart
    assert ["ADaM", "ADSL", "DM"] in chart


def test_the_page_loads_nothing(packaged_once: Packaged) -> None:
    text = (packaged_once[1].out / SDTM / "csdrg.html").read_text("utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["'](https?:|//)""", text)


def guide() -> Guide:
    made = Guide("g", "A Guide", "S1", (("Study", "S1"),))
    section = made.section("First <&>")
    section.say("Some text.")
    section.say("  ")
    section.table(("A", "B"), [])
    section.table(("A", "B"), [("1", "x")], widths=(1, 2), numbers=(0,), caption="A table")
    section.blocks.append(Bullets(("one", "two")))
    chart = flow(
        [("L", ["a", "b"]), ("R", ["c"]), ("None", [])], [("a", "c"), ("b", "a"), ("a", "z")]
    )
    section.blocks.append(Figure(chart, "A chart"))
    section.section("Second").section("Third").section("Fourth").say("deep")
    return made


def test_the_same_guide_gives_the_same_bytes() -> None:
    assert to_docx(guide()) == to_docx(guide())
    assert to_html(guide()) == to_html(guide())


def test_a_document_holds_no_clock_and_no_author() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(guide()))) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert "1960-01-01T00:00:00Z" in core
    assert "python-docx" not in core


def test_headings_of_tables_repeat_on_each_page() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(guide()))) as archive:
        document = archive.read("word/document.xml").decode()
    assert "w:tblHeader" in document
    links = set(re.findall(r'w:anchor="([^"]+)"', document))
    assert links <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', document))


def test_empty_blocks_are_left_out() -> None:
    assert len(guide().sections[0].blocks) == 4


def test_a_chart_keeps_known_arrows_only() -> None:
    chart = flow([("L", ["a"]), ("R", ["c"])], [("a", "c"), ("x", "c")])
    assert chart.arrows == {("a", "c")}
    assert chart.rows() == [("R", "c", "a")]


def test_an_arrow_may_lead_back() -> None:
    drawn = svg(flow([("L", ["a"]), ("R", ["c"])], [("c", "a")]), "t")
    starts, ends = re.search(r'd="M(\d+) \d+C[\d ]+ (\d+) \d+"', drawn).groups()  # type: ignore[union-attr]
    assert int(starts) > int(ends)


def test_untangling_follows_the_second_column() -> None:
    assert untangled(["a", "b", "c"], ["x", "y"], [("a", "y"), ("b", "x")]) == ["b", "a", "c"]


names = st.text(min_size=1, max_size=40).filter(lambda t: all(c.isprintable() for c in t))


@given(st.lists(names, max_size=4, unique=True), st.lists(names, max_size=4, unique=True))
def test_any_names_make_well_formed_charts(left: list[str], right: list[str]) -> None:
    arrows = [(a, b) for a in left for b in right]
    drawn = etree.fromstring(svg(flow([("L", left), ("R", right)], arrows), "t").encode())
    boxes = drawn.findall("{http://www.w3.org/2000/svg}rect")
    assert len(boxes) == len(left) + len(right)


@given(names)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    made = Guide("g", text, "S1", ())
    made.section(text).say("x" + text)
    shown = html.fromstring(to_html(made).decode())
    assert shown.xpath("string(//h1)") == text
