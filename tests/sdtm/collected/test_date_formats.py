"""The language of declared dates: any declaration is compiled or refused with its reason."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sdtm.collected.date_formats import compile_format, compile_formats
from specs import SpecificationError

_TOKENS = ["YYYY", "YY", "MM", "DD", "MON", "M", "D", "HH", "mm", "SS", "AM"]
_FORMS = st.lists(st.sampled_from([*_TOKENS, "-", "/", " ", "T", ".", "("]), max_size=7)


@given(_FORMS.map("".join) | st.text(max_size=8), st.lists(st.text(max_size=3), max_size=2))
def test_any_declaration_is_compiled_or_refused(form: str, unknown: list[str]) -> None:
    try:
        found = compile_format(form, tuple(unknown))
    except SpecificationError as error:
        (one,) = error.findings
        assert (one.rule, one.value) == ("MAP201", form)
    else:
        assert set(found.pattern.groupindex) & {"year", "short_year", "hour"}


@given(st.permutations(["YYYY", "MM", "DD"]), st.sampled_from("-/. ("), st.text("UNKX", min_size=2))
def test_each_part_may_be_an_unknown_token(order: list[str], dash: str, word: str) -> None:
    found = compile_format(dash.join(order), (word,))
    parts = {"YYYY": "2024", "MM": word, "DD": word}
    got = found.parts(dash.join(parts[token] for token in order))
    assert got == {"year": "2024", "month": word, "day": word}


def test_iso_and_excel_stand_alone() -> None:
    first, second, third = compile_formats(["iso", "DD-MON-YYYY", "excel"], ["UN"])
    assert (first, third) == ("iso", "excel")
    assert not isinstance(second, str)
    assert isinstance(second.pattern, re.Pattern)
    assert second.parts("UN-mar-2020") == {"day": "UN", "month_name": "mar", "year": "2020"}
