"""define.html: the official stylesheet, complete, self-contained, the same bytes each time."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree

from define import to_version, write_define
from define.page.html import external_addresses, stylesheet, to_html, write_html
from specs.errors import BuildError, SpecificationError
from tests.define import sample


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("html")
    return to_html(write_define(sample.adam_define(), folder / "define.xml")).decode()


def test_page_and_stylesheet_stand_beside_the_document(tmp_path: Path) -> None:
    path = write_define(sample.sdtm_define(), tmp_path / "define.xml")
    html = write_html(path)
    assert html == tmp_path / "define.html"
    assert (tmp_path / "define2-1.xsl").read_bytes() == stylesheet()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "define.html",
        "define.xml",
        "define2-1.xsl",
    ]


def test_data_sets_variables_codelists_and_results_are_shown(page: str) -> None:
    for text in (
        "ADLB",
        "Analysis Value",
        "BILI",
        "Bilirubin",
        "Mean of ALT",
        "proc means",
        "BASIC DATA STRUCTURE",
    ):
        assert text in page


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert external_addresses(page.encode()) == []
    assert external_addresses(b'<script src="https://x.example/a.js">') == [
        "https://x.example/a.js"
    ]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " java\tscript:alert(1)",
        "java\u200bscript:alert(1)",
        "%6aavascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http://example.org/a.pdf",
        "ftp://example.org/a.pdf",
        "//example.org/a.pdf",
        "\\\\server\\share\\a.pdf",
        "/etc/passwd",
        "C:\\a.pdf",
        "https:javascript",
        "blob:https://x/1",
    ],
)
def test_links_that_may_not_be_followed_are_words(tmp_path: Path, href: str) -> None:
    define = sample.sdtm_define()
    leaf = define.metadata.leafs[0]
    leaf.href, leaf.title = "HERE", "A document"
    path = write_define(define, tmp_path / "define.xml")
    text = path.read_text("utf-8").replace('"HERE"', quoteattr(href, {"\t": "&#9;"}))
    path.write_text(text, "utf-8")
    page = to_html(path).decode()
    links = etree.HTML(page).xpath("//@href | //@src | //@action")
    assert "A document" in page
    assert not [link for link in links if not re.match(r"(#|[\w.]+(\.\w+)?(#.*)?$|https://)", link)]


@pytest.mark.parametrize("href", ["acrf.pdf", "../programs/a.sas", "https://example.org/a.pdf"])
def test_other_links_stay(tmp_path: Path, href: str) -> None:
    define = sample.sdtm_define()
    define.metadata.leafs[0].href = href
    page = to_html(write_define(define, tmp_path / "define.xml")).decode()
    assert [link for link in etree.HTML(page).xpath("//a/@href") if link.startswith(href)]


def test_it_prints_landscape(page: str) -> None:
    assert re.findall(r"@page\s*\{[^}]*\}", page) == ["@page { size: A4 landscape; margin: 12mm; }"]
    assert page.index("landscape") < page.index("</head>")


def test_the_same_document_gives_the_same_page(tmp_path: Path) -> None:
    path = write_define(sample.adam_define(), tmp_path / "define.xml")
    assert to_html(path) == to_html(path)
    assert str(tmp_path).encode() not in to_html(path)


def test_a_2_0_document_is_shown_too(tmp_path: Path) -> None:
    define = to_version(sample.sdtm_define(), "2.0").define
    page = to_html(write_define(define, tmp_path / "define.xml")).decode()
    assert "Adverse Events" in page


def test_the_page_of_a_real_document_has_all_its_variables(shared: Path) -> None:
    from define import read_define

    path = shared / "define-examples" / "adam21_arm_cdisc_2110.xml"
    page = to_html(path).decode()
    for item in read_define(path).define.metadata.items:
        assert item.name in page


@pytest.mark.parametrize("name", ["adam21_arm_cdisc_2110", "sdtm21_cdisc_2110", "adam21_arm_pilot"])
def test_the_page_is_the_one_of_the_published_stylesheet(shared: Path, name: str) -> None:
    path = shared / "define-examples" / f"{name}.xml"
    published = str(etree.XSLT(etree.fromstring(stylesheet()))(etree.parse(path)))
    ours = to_html(path).decode()
    safe = re.sub(r' href="http://[^"]*"', "", published)
    assert _body(ours) == _body(safe)


def _body(page: str) -> str:
    return page[page.index("<body") :]


def test_a_document_that_cannot_be_read_gives_no_page(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text("nothing")
    with pytest.raises(SpecificationError):
        write_html(path)
    assert [p.name for p in tmp_path.iterdir()] == ["define.xml"]


def test_a_stylesheet_cannot_read_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.xml").write_text("<secret>classified</secret>")
    spy = (
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        '<xsl:template match="/">'
        f"<x><xsl:value-of select=\"document('file://{tmp_path}/other.xml')\"/></x></xsl:template></xsl:stylesheet>"
    )
    monkeypatch.setattr("define.page.html.stylesheet", spy.encode)
    path = write_define(sample.adam_define(), tmp_path / "define.xml")
    with contextlib.suppress(BuildError):
        page = to_html(path)
        assert b"classified" not in page


def test_a_stylesheet_that_fails_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = b'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
    broken = b'<xsl:stylesheet version="1.0" ' + space + b"><xsl:if/></xsl:stylesheet>"
    monkeypatch.setattr("define.page.html.stylesheet", lambda: broken)
    with pytest.raises(BuildError, match="DEF030"):
        to_html(write_define(sample.adam_define(), tmp_path / "define.xml"))
