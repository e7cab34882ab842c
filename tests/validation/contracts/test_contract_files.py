"""Contract files: any content is a contract that can be run, or is refused with a finding."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs import SpecificationError
from validation.contracts import load, run_contract
from validation.contracts._dates import check_format, ordinal

_TEXTS = ["text", "integer", "decimal", "date", "YYYY-MM-DD", "(", "1e400", "NaN", "-inf", "١"]
_VALUES = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(_TEXTS)
_NAMES = ["required", "type", "format", "min", "max", "values", "pattern", "not-blank"]
_COLUMN = st.dictionaries(
    st.sampled_from(_NAMES), _VALUES | st.lists(_VALUES, max_size=2), max_size=4
)
_TREES = st.recursive(
    _VALUES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*_NAMES, "A"]), inner, max_size=4)
    ),
    max_leaves=8,
)
_KEYS = ["contract", "about", "closed", "columns", "unique", "rows"]
_TOKENS = ["YYYY", "MM", "DD", "MON", "M", "D", "hh", "mm", "ss", "-", "/", " ", "("]


def test_every_kind_of_content_is_loaded_once() -> None:
    got = load({"contract": "lab", "columns": {"A": {"type": "integer", "min": 0}}})
    assert got.columns["A"].limits() == (0.0, None)


@given(st.dictionaries(st.sampled_from(_KEYS), _TREES, max_size=4))
def test_any_content_is_a_contract_or_refused(content: dict[str, object]) -> None:
    try:
        got = load(content, name="lab")
    except SpecificationError as error:
        for one in error.findings:
            assert one.rule == "RAW512"
    else:
        assert got.contract in {"lab", content.get("contract")}


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("AB"), _COLUMN, max_size=2))
def test_any_contract_that_is_loaded_can_be_run(columns: dict[str, object]) -> None:
    try:
        contract = load({"contract": "lab", "columns": columns})
    except SpecificationError:
        return
    texts = ["1", "x", None, "NaN", "1e999", "2020-02-30", "٣"]
    frame = pd.DataFrame({"A": pd.Categorical(texts)})
    found = run_contract(frame, np.arange(2, 9), "lab.csv", contract, None)
    assert {one.raw.column for one in found if one.raw} <= {"A", "B", ""}


@given(st.dates(), st.permutations(["year", "month", "day"]), st.sampled_from(["-", "/", " "]))
def test_what_is_written_in_a_format_is_that_day(day: dt.date, order: list[str], dash: str) -> None:
    token = {"year": "YYYY", "month": "MM", "day": "DD"}
    written = {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
    form = dash.join(token[part] for part in order)
    assert ordinal(dash.join(written[part] for part in order), [form]) == day.toordinal()


def _refusal_of(form: str) -> str | None:
    try:
        check_format(form)
    except ValueError as error:
        return str(error)
    return None


@given(
    st.lists(st.sampled_from(_TOKENS), max_size=7).map("".join) | st.text(max_size=8),
    st.text(max_size=12),
)
def test_any_format_is_refused_or_reads_days(form: str, text: str) -> None:
    said = _refusal_of(form)
    if said is None:
        day = ordinal(text, [form])
        assert day is None or dt.date.fromordinal(day).year > 0
    else:
        assert repr(form) in said


@pytest.mark.parametrize("form", ["YYYY-MM", "YYYY-MM-DD-D", "YYYY-MON-MM-DD", "MM-DD"])
def test_a_format_needs_each_part_once(form: str) -> None:
    with pytest.raises(ValueError, match="format"):
        check_format(form)
