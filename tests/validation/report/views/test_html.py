"""The HTML view: offline, safe against hostile values, and drawn by a real browser."""

from __future__ import annotations

import html
import html.parser
import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given as example_of
from hypothesis import strategies as st

from specs.findings import Finding, Severity
from tests.validation.report.conftest import NASTY, lab
from validation.report import ReportInput, RuleStatus, build_report, write_html
from validation.report.views.html_view import embedded, report_html

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


class Page(html.parser.HTMLParser):
    """What a browser would see: scripts, addresses, and handlers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag
        self.addresses += [v for k, v in attrs if k in {"src", "href"} and not v.startswith("#")]
        self.handlers += [k for k, _ in attrs if k.startswith("on")]

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts.append(data)

    def handle_endtag(self, tag):
        self.inside = ""


@pytest.fixture(scope="module")
def page_text(given) -> str:
    before = build_report(ReportInput([lab("A", 1, NASTY[0])], given.rules, label=NASTY[1]))
    return report_html(build_report(given, previous=before))


def test_nothing_is_loaded_from_anywhere(page_text):
    page = Page(page_text)
    assert page.addresses == []
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", page_text)
    outside = set(re.findall(r"https?://[^\"' <)]+", page_text))
    assert outside == {"http://www.w3.org/2000/svg"}, "the SVG namespace is a name, not an address"


def test_hostile_values_make_no_element(page_text):
    page = Page(page_text)
    assert page.handlers == []
    assert "img" not in page.tags
    assert page.tags.count("script") == 2


def test_hostile_values_reach_the_script_unharmed(page_text):
    data = json.loads(Page(page_text).scripts[0])
    assert {text.replace("\ud800", "\\ud800") for text in NASTY} <= set(data["pool"])


def test_only_its_own_script_and_style_may_run(page_text):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page_text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]


@example_of(st.text())
def test_no_text_can_close_the_data_block(text):
    block = embedded({"x": text})
    assert "<" not in block
    assert json.loads(block) == {"x": text}


def test_same_report_same_page(given, page_text):
    assert report_html(build_report(given)) == report_html(build_report(given))


def test_control_characters_are_shown_on_the_front_page(given):
    assert (
        "\u202e"
        not in report_html(build_report(ReportInput(study="\u202eevil", label="x"))).split(
            "<script"
        )[0]
    )


def test_the_front_page_says_it_all_without_a_script(page_text):
    front = page_text.split("<script")[0]
    for part in (
        "Not ready: 1 finding makes the gateway reject it",
        "operator &#x27;frobs&#x27; is not known",
        "no data set PC",
        "SDTMIG 3.4",
        "2025-03-28",
        "ab" * 32,
    ):
        assert part in front


def dom(path, *more: str) -> str:
    """The page as a browser leaves it after its scripts."""
    assert CHROMIUM is not None
    call = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        f"--user-data-dir={path.parent / 'profile'}",
        "--virtual-time-budget=10000",  # rows are drawn in animation frames
        "--dump-dom",
        *more,
        path.as_uri(),
    ]
    return subprocess.run(call, capture_output=True, check=True, timeout=120).stdout.decode()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to look at the page with")
def test_a_browser_draws_the_findings(given, tmp_path):
    write_html(build_report(given), tmp_path / "r.html")
    drawn = dom(tmp_path / "r.html")
    assert "15 of 15 findings in 4 issues" in drawn
    assert drawn.count('class="row l1') == 4
    assert "<img" not in drawn


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to look at the page with")
def test_a_browser_opens_a_hundred_thousand_findings(tmp_path):
    shared = {"message": "m", "severity": Severity.BLOCKS, "dataset": "LB", "variable": "LBORRESU"}
    many = [
        Finding("CG0006", record=i, key=(("USUBJID", f"S{i % 500}"),), value=str(i % 40), **shared)
        for i in range(100_000)
    ]
    write_html(build_report(ReportInput(many, (RuleStatus("CG0006"),))), tmp_path / "r.html")
    assert "100,000 of 100,000 findings in 1 issue" in dom(tmp_path / "r.html")


SAVES = """<script>
HTMLAnchorElement.prototype.click = () => {};
URL.createObjectURL = blob => {
  blob.text().then(text => { document.body.dataset.saved = text; });
  return "#";
};
document.querySelector("[data-set=LB]").click();
document.querySelector("#f-save").click();
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to look at the page with")
def test_a_browser_saves_what_is_shown_and_no_formula(given, tmp_path):
    formula = Finding("R", "m", Severity.BLOCKS, "LB", "X", 1, (), '=1+"1"')
    report = build_report(ReportInput([formula, lab("A", 1, "plain")], given.rules))
    page = re.sub(r"<meta http-equiv=[^>]*>", "", report_html(report))
    (tmp_path / "r.html").write_text(page.replace("</body>", SAVES + "</body>"), "utf-8")
    saved = html.unescape(re.search(r'data-saved="([^"]*)"', dom(tmp_path / "r.html"))[1])
    lines = saved.strip("\ufeff\n").splitlines()
    assert lines[0].startswith('"Severity","Rule","Data set","Record"')
    assert len(lines) == 3
    assert '"\'=1+""1"""' in saved
