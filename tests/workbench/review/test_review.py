"""The page: what it holds, that it holds nothing else, and that it stays small."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbench.queries.conftest import MEDS, Desk
from workbench.review.completeness import completeness
from workbench.review.packed import packed


def opened(text: str) -> dict[str, list[object]]:
    """A block read back as the page's script reads it."""
    data = zlib.decompress(base64.b64decode(text))
    length = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + length])
    out = {}
    for one in head["columns"]:
        start = 4 + length + one["at"]
        assert start % 4 == 0, "typed arrays need their places aligned"
        codes = np.frombuffer(data, f"<{one['type']}", head["n"], start)
        out[one["name"]] = [one["values"][code - 1] if code else "" for code in codes.tolist()]
    return out


@given(st.lists(st.tuples(st.text(max_size=4), st.integers(-3, 3)), max_size=30))
def test_columns_come_back_as_they_were(rows: list[tuple[str, int]]) -> None:
    texts, numbers = [row[0] for row in rows], [row[1] for row in rows]
    read = opened(packed({"T": texts, "N": pd.Series(numbers, dtype="float64")}))
    assert read == {"T": texts, "N": numbers}


def test_more_values_than_a_byte_holds_come_back() -> None:
    for size in (255, 256, 70_000):
        numbers = list(range(size))
        assert opened(packed({"N": pd.Series(numbers)}))["N"] == numbers


def test_three_hundred_thousand_records_are_within_the_budget() -> None:
    size = 300_000
    chance = np.random.default_rng(1)
    columns = {
        "USUBJID": pd.Series(np.repeat([f"S1-{n:03d}" for n in range(300)], 1_000)),
        "LBTESTCD": pd.Series(np.tile([f"T{n:02d}" for n in range(40)], 7_500)),
        "LBSTRESN": pd.Series(chance.normal(50, 20, size).round(1)),
        "LBDTC": pd.Series(
            np.tile([f"2024-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 26)], 1_000)
        ),
        "LBDY": pd.Series(chance.integers(1, 365, size)),
        "_row": pd.Series(np.arange(size)),
    }
    assert len(packed(columns)) < 8_000_000


def test_completeness_by_hand() -> None:
    dm = pd.DataFrame(
        {
            "USUBJID": ["A", "B", "C", "D"],
            "SITEID": ["01", "01", "02", "02"],
            "RFSTDTC": ["2024-01-01", "2024-01-01", "2024-01-01", ""],
            "RFPENDTC": ["2024-03-01", "2024-03-01", "2024-01-05", ""],
        }
    )
    tv = pd.DataFrame({"VISIT": ["DAY 1", "DAY 28"], "VISITNUM": [1, 2], "VISITDY": [1, 28]})
    sv = pd.DataFrame({"USUBJID": ["A", "B", "C", "A"], "VISIT": ["DAY 1"] * 3 + ["DAY 28"]})
    vs = pd.DataFrame(
        {
            "USUBJID": ["A", "B", "C", "A"],
            "VISIT": ["DAY 1", "DAY 1", "DAY 1", "DAY 28"],
            "VSSTAT": ["", "NOT DONE", "", ""],
        }
    )
    found = completeness({"DM": dm, "TV": tv, "SV": sv, "VS": vs}, dt.date(2024, 2, 15))
    got = {(c.site, c.visit): (c.due, c.present, c.missing, c.not_done) for c in found}
    assert got == {
        ("01", "DAY 1"): (2, 1, 0, 1),
        ("02", "DAY 1"): (1, 1, 0, 0),
        ("01", "DAY 28"): (2, 1, 1, 0),  # C had left by then, B was due and is missing
    }


@pytest.fixture
def page(tmp_path: Path) -> str:
    desk = Desk(tmp_path / "study")
    desk.export([{**MEDS[0], "MED": "</script><img src=x onerror=alert(1)>"}, *MEDS[1:]])
    desk.build()
    return (desk.out / "review.html").read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Names and attributes of all elements, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def test_nothing_in_the_data_is_markup_and_nothing_leaves_the_page(page: str) -> None:
    read = Elements()
    read.feed(page)
    assert not [tag for tag, _ in read.found if tag in ("img", "link", "iframe", "object")]
    for _, attributes in read.found:
        assert not {"src", "onerror", "onclick", "style"} & set(attributes)
        assert not str(attributes.get("href") or "").startswith(("http", "//", "javascript"))
    found = Elements()
    found.feed(page)
    blocks = {
        str(attributes["id"]): text
        for (tag, attributes), text in zip(found.found, found.texts, strict=True)
        if tag == "script" and "id" in attributes
    }
    asked = json.loads(blocks["d-queries"])
    assert any("onerror" in str(one.get("question")) for one in asked)
    assert opened(blocks["t-CM"])["CMTRT"] == [
        "</script><img src=x onerror=alert(1)>",
        "zinc",
        "=iron",
    ]
    assert opened(blocks["t-CM"])["_row"] == [2, 3, 4]


def test_the_policy_allows_the_pages_own_script_and_style_alone(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    style = page.partition("<style>")[2].partition("</style>")[0]
    for text in (script, style):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")


def test_the_summaries_stand_without_a_script(page: str) -> None:
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "Blocked: 2 questions are open" in bare
    assert "Open by site" in bare
    assert "9 rows: 9 became records" in bare


def test_the_same_build_gives_the_same_page(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "study")
    desk.build()
    before = (desk.out / "review.html").read_bytes()
    desk.build()
    assert (desk.out / "review.html").read_bytes() == before
