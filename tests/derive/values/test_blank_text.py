"""White space is Unicode's: a text of nothing that anybody sees is missing."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from derive.values.text import Text

ODD = "\u00ad\u034f\u115f\u180e\u200b\u200d\u2060\u2800\u3164\ufe0f\ufeff"
UNSEEN = st.text(
    st.characters(categories=["Zs", "Zl", "Zp", "Cc"], include_characters=ODD), min_size=1
)


@given(UNSEEN, UNSEEN)
def test_what_nobody_sees_is_blank_and_no_part_of_a_value(before: str, after: str) -> None:
    texts = Text.from_series(pd.Series([before, f"{before}x{after}"], dtype="category"))
    assert texts.texts().tolist() == ["", "x"]


def test_the_middle_of_a_text_stays() -> None:
    texts = Text.from_series(pd.Series(["a\u2003b", "\u00e9"], dtype="category"))
    assert texts.texts().tolist() == ["a\u2003b", "\u00e9"]
