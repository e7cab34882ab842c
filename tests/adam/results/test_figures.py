"""Figures of results: curves, bands, numbers at risk, several arms in one picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf

from adam.results.data_set import write_curves
from adam.results.showing.figures import DrawnFigure, figure_html, figures
from specs import SpecificationError
from tests.adam.results.test_declarations import results

HEAD = """\
figures:
  F1: {title: Living & well, of: [OS], footnotes: [A note]}
populations:
  all: {where: SAFFL == "Y", label: Safety Population}
displays:
  T1:
    title: A table
    population: all
    columns: {by: TRT01A}
    rows:
"""
OS = "OS: {survival: AVAL, data: ADTTE, label: Overall survival (months), unit: months}"
DAYS = [40.0, 100.0, 200.0, 300.0, 350.0, 400.0]
CENSORED = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]
ADTTE = pd.DataFrame(
    {
        "USUBJID": [f"S-{i}" for i in range(6)],
        "PARAMCD": "OS",
        "AVALU": "DAYS",
        "AVAL": DAYS,
        "CNSR": CENSORED,
    }
)
ADSL = pd.DataFrame(
    {
        "USUBJID": [f"S-{i}" for i in range(6)],
        "SAFFL": "Y",
        "TRT01A": ["A", "B", "A", "B", "A", "B"],
    }
)


def drawn(folder: Path, head: str = HEAD) -> DrawnFigure:
    made = results(folder, OS, head=head, ADTTE=ADTTE, ADSL=ADSL)
    return dict(figures(made, "no data cut"))["F1"]


def test_every_arm_has_a_curve_a_band_and_numbers_at_risk(tmp_path: Path) -> None:
    figure = drawn(tmp_path)
    picture = ET.fromstring(figure.picture)  # noqa: S314
    assert [p.get("class") for p in picture.findall("polyline")] == ["curve s0", "curve s1"]
    assert {p.get("class") for p in picture.findall("polygon")} == {"band s0", "band s1"}
    words = [text.text for text in picture.iter("text")]
    first = words.index("Overall survival, A: n = 3, events = 2, median = 7 (1, NE)")
    assert words[first + 1 : first + 4] == ["at risk", "3", "2"]
    assert figure.source == "Source: ADSL, ADTTE; analyses OS; analyses.yaml:2; no data cut"


def test_without_a_band_none_is_drawn_nor_told(tmp_path: Path) -> None:
    figure = drawn(tmp_path, HEAD.replace("footnotes", "band: false, at-risk: false, footnotes"))
    assert "polygon" not in figure.picture
    assert "at risk" not in figure.picture
    assert figure.footnotes == ("A note",)


def test_the_curves_written_are_those_of_scipy(tmp_path: Path) -> None:
    head = HEAD.replace("    columns: {by: TRT01A}\n", "")
    made = results(tmp_path, OS, head=head, ADTTE=ADTTE, ADSL=ADSL)
    write_curves(made.curves, tmp_path)
    read = pd.read_csv(tmp_path / "curves.csv")
    right = [d for d, c in zip(DAYS, CENSORED, strict=True) if c]
    exact = [d for d, c in zip(DAYS, CENSORED, strict=True) if not c]
    curve = ecdf(CensoredData(uncensored=exact, right=right)).sf
    band = curve.confidence_interval(0.95, method="log-log")
    # A hair later, for months and back are not exact
    days = read["TIME"] * 30.4375 + 1e-6
    assert read["VALUE"].tolist() == pytest.approx(curve.evaluate(days).tolist())
    inside = (read["VALUE"] > 0) & (read["VALUE"] < 1)
    low = band.low.evaluate(days[inside])
    assert read.loc[inside, "LOWER"].tolist() == pytest.approx(low.tolist())
    assert read["ATRISK"].tolist() == [6, 6, 5, 4, 3, 2, 1]
    assert read["CENSORED"].sum() == 2


def test_the_page_is_offline_and_escaped(tmp_path: Path) -> None:
    page = figure_html(drawn(tmp_path), "S")
    assert "Living &amp; well" in page
    assert "://" not in page
    assert re.search(r"<p>Bands are pointwise 95 %", page)


@pytest.mark.parametrize(
    ("of", "code", "said"),
    [
        ("[OSS]", "ADAM301", "there is no analysis 'OSS'"),
        ("[OS, N]", "ADAM302", "N is subjects, which has no curve"),
        ("[OS, DAYS]", "ADAM302", "one axis cannot show survival in days, survival in months"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path: Path, of: str, code: str, said: str) -> None:
    rows = (OS, "N: {subjects: any}", "DAYS: {survival: AVAL, data: ADTTE}")
    head = HEAD.replace("of: [OS]", f"of: {of}")
    with pytest.raises(SpecificationError) as error:
        results(tmp_path, *rows, head=head, ADTTE=ADTTE, ADSL=ADSL)
    found = error.value.findings[0]
    assert found.rule == code
    assert said in found.message
    assert found.spec is not None
    assert found.spec.line == 2
