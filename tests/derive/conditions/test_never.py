"""Conditions that are judged impossible hold for no values; plainly impossible ones are found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.judged.never import Known, never_holds
from derive.values.column import Column, Kind
from derive.values.masks import mask
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.text import Text
from specs.conditions import parse_condition

WORDS = ["A", "B", "C", "5", "7"]
DAYS = ["2024", "2024-01", "2024-01-01", "2024-01-02", "2024-02-29", "2023-12-31"]
TIMES = [*DAYS, "2024-01-01T08", "2024-01-01T08:30", "2024-01-02T00:00:00"]
FIGURES = [0.0, 0.1, 1.0, 2.0, 1e9]
KINDS = {
    "t": Kind.TEXT, "u": Kind.TEXT, "w": Kind.TEXT, "r": Kind.TEXT,
    "n": Kind.NUMBER, "m": Kind.NUMBER, "k": Kind.NUMBER,
    "d": Kind.DAY, "e": Kind.DAY, "f": Kind.DAY,
    "x": Kind.SECOND, "y": Kind.SECOND, "z": Kind.SECOND,
}  # fmt: skip
CLOSED = frozenset({"A", "B"})
"""The words that ``u`` can hold."""


def known(name: str) -> Known:
    """What is known of the names of these tests; ``v`` is another name of ``t``."""
    key = "t" if name == "v" else name
    kind = KINDS[key]
    return Known(key, kind, CLOSED if key == "u" else None, raw=key == "r", shown=name)


def judged(text: str) -> str:
    return never_holds(parse_condition(text).tree, known)


names = {kind: [n for n, k in KINDS.items() if k is kind] for kind in set(KINDS.values())}
names[Kind.TEXT] = [*names[Kind.TEXT], "v"]
values = {Kind.TEXT: WORDS, Kind.NUMBER: FIGURES, Kind.DAY: DAYS, Kind.SECOND: TIMES}


def written(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


@st.composite
def atoms(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(list(values)))
    name = draw(st.sampled_from(names[kind]))
    form = draw(st.sampled_from(["literal", "literal", "pair", "pair", "missing", "among"]))
    ops = ["==", "!="] if kind is Kind.TEXT else ["==", "!=", "<", "<=", ">", ">="]
    if form == "missing":
        return f"{name} is {draw(st.sampled_from(['', 'not ']))}missing"
    if form == "among":
        some = draw(st.lists(st.sampled_from(values[kind]), min_size=1, max_size=3))
        if kind is Kind.SECOND:
            some = [text for text in some if "T" in text] or ["2024-01-01T08"]
        listed = ", ".join(map(written, some))
        return f"{name} {draw(st.sampled_from(['in', 'not in']))} [{listed}]"
    op = draw(st.sampled_from(ops))
    if form == "pair":
        return f"{name} {op} {draw(st.sampled_from(names[kind]))}"
    if name == "r" and draw(st.booleans()):
        op = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
        return f"r {op} {draw(st.sampled_from([5, 7, 6]))}"
    pool = values[kind]
    if kind is Kind.SECOND and op in ("==", "!="):
        pool = [text for text in pool if "T" in text]
    return f"{name} {op} {written(draw(st.sampled_from(pool)))}"


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds(
        lambda op, parts: "(" + f" {op} ".join(parts) + ")",
        st.sampled_from(["and", "and", "or"]),
        st.lists(inner, min_size=2, max_size=4),
    )
    return st.one_of(joined, st.builds(lambda part: f"not ({part})", inner))


conditions = st.recursive(atoms(), nested, max_leaves=7)
ROWS = 300


def column(name: str, draws: list[int]) -> Column:
    kind = KINDS[name]
    pool: list[str | float | None] = [*values[kind], None]
    if name == "u":
        pool = ["A", "B", None]
    if name == "r":
        pool = [*WORDS, "6.5", None]
    chosen = [pool[number % len(pool)] for number in draws]
    if kind is Kind.NUMBER:
        return Number.of([float("nan") if v is None else float(v) for v in chosen])
    texts = Text.of(None if v is None else str(v) for v in chosen)
    return texts if kind is Kind.TEXT else of_text(texts, kind)[0]


@settings(max_examples=400, deadline=None)
@given(conditions, st.randoms(use_true_random=False))
def test_a_condition_that_is_judged_dead_holds_for_no_values(text: str, random: object) -> None:
    condition = parse_condition(text)
    if not never_holds(condition.tree, known):
        return
    columns = {
        name: column(name, [random.randrange(1000) for _ in range(ROWS)])  # type: ignore[attr-defined]
        for name in KINDS
    }
    columns["v"] = columns["t"]
    holds = mask(condition, columns.__getitem__, lambda name: name == "r")
    assert not holds.any(), text


@pytest.mark.parametrize(
    "text",
    [
        "t != t",
        "t != v",
        "n != n",
        "x != x",
        "n < n",
        "x < x",
        'u == "C"',
        'u in ["C", "D"]',
        'u not in ["A", "B"]',
        'u != "A" and u != "B"',
        't == "A" and t == "B"',
        't == "A" and v == "B"',
        't in ["A", "B"] and t in ["C"]',
        't == "A" and t == u and u == "B"',
        't == w and w == u and t == "C"',
        "n < 1 and n > 2",
        "n == 1 and n != 1",
        "n in [1, 2] and n > 2",
        "n < m and m < k and k < n",
        "n < m and m <= k and k <= n",
        "n == m and n < m",
        "n <= m and m <= n and n != m",
        'x > "2024-01-02" and x < "2024-01-01"',
        'd == "2024-01-01" and d == "2024-01-02"',
        "x < y and y < z and z < x",
        "x < y and y < x",
        "d < e and e <= d",
        "x < y and x is missing",
        "t is missing and t is not missing",
        "t is missing and v is not missing",
        "not (t is missing or t is not missing)",
        'not (t == "A") and t is not missing and t == "A"',
        "r < 5 and r > 7",
        'r == "A" and r > 5',
        "r == 5 and r != 5",
        '(t == "A" or t == "B") and t == "C"',
    ],
)
def test_is_found_dead(text: str) -> None:
    assert judged(text)


@pytest.mark.parametrize(
    "text",
    [
        "t == t",
        "n <= n",
        't == "A" or t == "B"',
        'not (t == "A") and t != "B"',
        "x <= y and y <= x and x != y",  # 2024-01 and 2024-01-02
        "x <= y and y <= z and z < x",
        'x > "2024-01-01" and x < "2024-01-03"',
        "not (n < 1) and not (n >= 1)",  # missing
        "not (r < 5) and not (r >= 5)",  # no number
        "not (t == w) and not (t != w)",
        'u != "A"',
        't contains "A" and t == "B"',  # patterns are not judged
        "n > 1 and n < 1.5",
    ],
)
def test_is_not_judged_dead(text: str) -> None:
    assert not judged(text)
