"""The page of figures: each kind from a few records, offline, escaped; errors of figures.yaml."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from adam.figures import figures_html
from adam.figures.draw import _padded
from adam.figures.svg import short, ticks
from specs import SpecificationError
from transport import Dataset, VariableMeta

EVIL = '<script>alert(1)</script> & "quoted"'


def dataset(name: str, label: str = "A label", **columns: list[Any]) -> Dataset:
    frame = pd.DataFrame(columns)
    metas = tuple(
        VariableMeta(n, n, "Char" if isinstance(v[0], str) else "Num") for n, v in columns.items()
    )
    return Dataset(name, frame, metas, label)


def page(tmp_path: Path, datasets: dict[str, Dataset], figures: str | None = None) -> str:
    if figures is not None:
        (tmp_path / "figures.yaml").write_text(figures, encoding="utf-8")
    return figures_html("S1", tmp_path, datasets)


def pictures(html: str) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]  # noqa: S314


@pytest.fixture
def adtte() -> dict[str, Dataset]:
    return {
        "ADTTE": dataset(
            "ADTTE",
            "Times",
            USUBJID=["1", "2", "3"],
            PARAM=[EVIL, EVIL, "Other"],
            AVAL=[10.0, 20.0, 5.0],
            CNSR=[0.0, 1.0, 0.0],
        )
    }


def test_survival_is_suggested_by_the_data(tmp_path: Path, adtte: dict[str, Dataset]) -> None:
    html = page(tmp_path, adtte)
    assert "n = 2, events = 1, median = 10 days" in html
    assert "n = 1, events = 1, median = 5 days" in html
    curves = [p.find("polyline[@class='curve s0']") for p in pictures(html)]
    assert len(curves) == 2
    assert all(curve is not None for curve in curves)


def test_the_page_is_offline_and_escaped(tmp_path: Path, adtte: dict[str, Dataset]) -> None:
    html = page(tmp_path, adtte)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert not re.search(r"\b(?:src|href)=|url\(|@import|https?:", html)
    assert "default-src 'none'" in html
    assert "prefers-color-scheme:dark" in html


def test_course_has_a_line_per_subject_and_the_limit(tmp_path: Path) -> None:
    subjects = [s for s in ("1", "2", "3", "4") for _ in range(3)]
    data = dataset(
        "ADPC",
        USUBJID=subjects,
        PARAM=["Drug"] * 12,
        AVISITN=[1.0, 2.0, 3.0] * 4,
        AFRLT=[0.0, 24.0, 48.0] * 4,
        AVAL=[10.0, 100.0, 1.0, 20.0, 200.0, 2.0, 30.0, 300.0, 0.0, 40.0, 400.0, 4.0],
        ALLOQ=[5.0] * 12,
    )
    figures = (
        "figures:\n  - {kind: course, title: Courses, dataset: ADPC, time: AFRLT,"
        " unit: hours, scale: log, limit: ALLOQ}\n"
    )
    (picture,) = pictures(page(tmp_path, {"ADPC": data}, figures))
    lines = picture.findall("polyline[@class='course']")
    assert [line.findtext("title") for line in lines] == ["1", "2", "3", "4"]
    counts = [len(str(line.get("points")).split()) for line in lines]
    assert counts == [3, 3, 2, 3]  # a value that is not positive has no logarithm
    assert picture.findtext("polyline[@class='median']/title") == "median by visit"
    words = [t.text for t in picture.findall("text")]
    assert "LLOQ 5" in words
    assert "Time (hours)" in words


def test_swimmer_has_a_bar_per_subject_and_a_legend(tmp_path: Path) -> None:
    data = dataset(
        "ADRS",
        USUBJID=["S-1", "S-1", "S-2"],
        AVALC=["CR", "PD", "CR"],
        ADY=[28.0, 90.0, 30.0],
    )
    figures = (
        "figures:\n  - {kind: swimmer, title: Responses, dataset: ADRS, value: AVALC,"
        " events: {CR: complete response, PD: progression}}\n"
    )
    (picture,) = pictures(page(tmp_path, {"ADRS": data}, figures))
    bars = [bar.findtext("title") for bar in picture.findall("rect")]
    assert bars == ["S-2: 30 days", "S-1: 90 days"]
    marks = [m.findtext("title") for m in [*picture.iter("circle"), *picture.iter("polygon")]]
    assert "S-1 progression on day 90" in marks
    words = [t.text for t in picture.findall("text")]
    assert {"complete response", "progression", "1", "2"} <= set(words)


def test_a_condition_chooses_records(tmp_path: Path, adtte: dict[str, Dataset]) -> None:
    figures = 'figures:\n  - {kind: survival, title: T, dataset: ADTTE, where: PARAM == "Other"}\n'
    html = page(tmp_path, adtte, figures)
    assert len(pictures(html)) == 1
    assert "ADTTE where PARAM == &quot;Other&quot;: AVAL, CNSR" in html


def test_too_many_panels_are_counted_and_not_drawn(tmp_path: Path) -> None:
    n = 30
    data = dataset(
        "ADTTE",
        USUBJID=["1"] * n,
        PARAM=[f"P{i:02d}" for i in range(n)],
        AVAL=[1.0] * n,
        CNSR=[0.0] * n,
    )
    html = page(tmp_path, {"ADTTE": data})
    assert len(pictures(html)) == 24
    assert "6 more not drawn" in html


def test_nothing_to_draw_is_said(tmp_path: Path) -> None:
    html = page(tmp_path, {"ADSL": dataset("ADSL", USUBJID=["1"])})
    assert "No data set of this build suggests a figure" in html


def test_a_figure_of_a_data_set_that_was_not_built_is_left_out(tmp_path: Path) -> None:
    figures = "figures:\n  - {kind: survival, title: T, dataset: ADTTE}\n"
    assert pictures(page(tmp_path, {}, figures)) == []


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("figures:\n  - {kind: pie, title: T, dataset: ADTTE}\n", "figures.yaml:2:12", "pie"),
        ("figures:\n  - {kind: survival, title: T}\n", "figures.yaml:2:", "dataset"),
        ("figures:\n  - {kind: survival, titel: T, dataset: A}\n", "figures.yaml:2:", "titel"),
        (
            "figures:\n  - {kind: survival, title: T, dataset: A, where: A = 1}\n",
            "figures.yaml:2:",
            "",
        ),
    ],
)
def test_errors_name_file_line_and_column(tmp_path: Path, text: str, place: str, said: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        page(tmp_path, {}, text)
    one = caught.value.findings[0]
    assert str(one.spec).startswith(place)
    assert said in " ".join(finding.message for finding in caught.value.findings)
    assert not (tmp_path / "figures.html").exists()


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 700, [0, 100, 200, 300, 400, 500, 600, 700])],
)
def test_ticks_are_round(low: float, high: float, wanted: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(wanted)


def test_powers_of_ten_are_raised() -> None:
    assert [short(v) for v in (1e6, 1e-4, 100, 0.01)] == ["10⁶", "10⁻⁴", "100", "0.01"]


COURSE = "figures:\n  - {{kind: course, title: Courses, dataset: ADPC, time: AFRLT{}}}\n"


def course(tmp_path: Path, values: list[float], options: str = "", **more: list[Any]) -> list[str]:
    """The words of a picture of one subject's course."""
    times = [float(24 * n) for n in range(len(values))]
    size = len(values)
    data = dataset(
        "ADPC",
        "A label",
        USUBJID=["1"] * size,
        PARAM=["Drug"] * size,
        AFRLT=times,
        AVAL=values,
        **more,
    )
    (picture,) = pictures(page(tmp_path, {"ADPC": data}, COURSE.format(options)))
    return [str(text.text) for text in picture.findall("text")]


def test_units_are_those_that_the_records_state(tmp_path: Path) -> None:
    stated = course(tmp_path, [1.0, 2.0], FRLTU=["HOURS"] * 2, AVALU=["ng/mL"] * 2)
    assert {"Time (hours)", "AVAL (ng/mL)"} <= set(stated)
    mixed = course(tmp_path, [1.0, 2.0], FRLTU=["HOURS", "DAYS"], AVALU=["ng/mL", "g/L"])
    assert {"Time (days)", "AVAL"} <= set(mixed)


@pytest.mark.parametrize(
    ("low", "high", "bottom", "top"),
    [
        (1, 100, 0, 105.94),
        (50, 100, 0, 103),
        (90, 100, 89.4, 100.6),
        (5, 5, 4.5, 5.5),
        (0, 0, 0, 1),
    ],
)
def test_a_linear_axis_begins_at_zero_where_the_values_lie_near_it(
    low: float, high: float, bottom: float, top: float
) -> None:
    assert _padded(low, high) == pytest.approx((bottom, top))


def test_a_course_without_a_value_that_has_a_logarithm_is_not_drawn(tmp_path: Path) -> None:
    data = dataset("ADPC", USUBJID=["1"], PARAM=["Drug"], AFRLT=[0.0], AVAL=[0.0])
    html = page(tmp_path, {"ADPC": data}, COURSE.format(", scale: log"))
    assert pictures(html) == []


def test_concentrations_over_time_suggest_a_course(tmp_path: Path) -> None:
    data = dataset(
        "ADPC", USUBJID=["1", "1"], PARAM=["Drug"] * 2, AFRLT=[0.0, 24.0], AVAL=[1.0, 10.0]
    )
    (picture,) = pictures(page(tmp_path, {"ADPC": data}))
    assert "Time (hours)" in [text.text for text in picture.findall("text")]
    assert [line.findtext("title") for line in picture.findall("polyline")] == ["1"]
