"""Conditions: what is read, what is refused and where, and what they mean."""
# ruff: noqa: PT017, PLR0911 - what is refused is looked at, what is not is fine

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.conditions import (
    Among,
    Comparison,
    Condition,
    ConditionError,
    Joined,
    Literal,
    Missing,
    Name,
    Node,
    Not,
    parse_condition,
)


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ('A = "Y"', None, "not a condition", "equality is written =="),
        ('A == "Y" && B == "N"', None, "not a condition", "write 'and' and 'or'"),
        ("", None, "not a condition", "for example"),
        ("A", 0, "made of comparisons", ""),
        ("A + 1 == 2", 0, "a text or a number is needed here", ""),
        ("f(A) == 1", 0, "a text or a number is needed here", ""),
        ("A in B", 5, "'in' needs a list", ""),
        ("A in [B]", 6, "a text or a number is needed here", ""),
        ("A is 'x'", 5, "only used as 'is missing'", ""),
        ("1 is missing", 0, "a name of a column", ""),
        ("1 in [1]", 0, "a name of a column", ""),
        ("A == True", 5, "a text or a number is needed here", ""),
        ("A == b'x'", 5, "a text or a number is needed here", ""),
        ("A == f'x'", 5, "a text or a number is needed here", ""),
        ("A == -'x'", 6, "a text or a number is needed here", ""),
        ("名字 == True", 6, "a text or a number is needed here", ""),
        ("  A == True", 7, "a text or a number is needed here", ""),
        ("A == __import__('os')", 5, "a text or a number is needed here", ""),
        ("A" * 5000, 0, "4000 characters at most", ""),
    ],
)
def test_refused(text: str, offset: int | None, message: str, hint: str) -> None:
    with pytest.raises(ConditionError, match=message) as caught:
        parse_condition(text)
    assert hint in caught.value.hint
    if offset is not None:
        assert caught.value.offset == offset


def test_names_are_kept_as_written() -> None:
    condition = parse_condition(
        "ＡＢ == 'x' and `IT.A-B` is missing and DM.`a b` == 1 and ＡＢ > 1"
    )
    assert condition.names == ("ＡＢ", "IT.A-B", "DM.a b")


def test_a_back_ticked_name_is_not_mistaken_for_another() -> None:
    assert parse_condition("`a b` == _0q").names == ("a b", "_0q")


@pytest.mark.parametrize("value", ["N\\A", "\\", "a\\nb", "say is missing", "\\N", "\\x"])
def test_texts_have_no_escapes(value: str) -> None:
    tree = parse_condition(f'A == "{value}"').tree
    assert isinstance(tree, Comparison)
    assert tree.right == Literal(value)


def test_is_missing_inside_a_text_stays_text() -> None:
    tree = parse_condition("A == 'it is missing' and B is missing").tree
    assert isinstance(tree, Joined)
    assert tree.parts == (
        Comparison(Name("A", 0), "==", Literal("it is missing")),
        Missing(Name("B", 25), negated=False),
    )


def test_lines_may_be_broken() -> None:
    assert parse_condition('A == "Y"\n  and B is\n missing').names == ("A", "B")


# round trip: a generated tree, written out and read again

_names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,7}(\.[A-Z][A-Z0-9]{0,5})?", fullmatch=True).filter(
    lambda n: not any(
        part in {"and", "or", "not", "in", "is", "if", "as", "None", "True", "False", "for", "def",
                 "del", "from", "else", "elif", "with", "pass", "try", "raise", "class", "while",
                 "yield", "lambda", "return", "import", "global", "except", "finally", "assert",
                 "async", "await", "break", "nonlocal", "continue"}
        for part in n.split(".")
    )
)  # fmt: skip
_texts = st.text(
    st.characters(exclude_characters='"\n\r\0\x0c', exclude_categories=["Cs", "Co"]), max_size=12
)
_numbers = st.integers(-(10**9), 10**9).map(float)
_values = st.one_of(_texts, _numbers)
_ops = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Comparison, st.builds(Name, _names), _ops, st.builds(Literal, _values)),
    st.builds(Comparison, st.builds(Name, _names), _ops, st.builds(Name, _names)),
    st.builds(
        Among,
        st.builds(Name, _names),
        st.lists(_values, min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
    st.builds(Missing, st.builds(Name, _names), st.booleans()),
)
_trees = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(
            Joined,
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
    ),
    max_leaves=6,
)


def written(node: Any) -> str:
    match node:
        case Name(text=text):
            return str(text)
        case Literal(value=str(value)):
            return f'"{value}"'
        case Literal(value=value):
            return f"{value:.0f}"
        case Comparison(left=left, op=op, right=right):
            return f"{written(left)} {op} {written(right)}"
        case Among(name=name, values=values, negated=negated):
            shown = ", ".join(written(Literal(v)) for v in values)
            return f"{written(name)} {'not ' if negated else ''}in [{shown}]"
        case Missing(name=name, negated=negated):
            return f"{written(name)} is {'not ' if negated else ''}missing"
        case Not(inner=inner):
            return f"not ({written(inner)})"
        case Joined(op=op, parts=parts):
            return f" {op} ".join(f"({written(part)})" for part in parts)
    raise AssertionError(node)


def without_offsets(node: Any) -> Any:
    match node:
        case Name(text=text):
            return Name(text)
        case Comparison(left=left, op=op, right=right):
            return Comparison(without_offsets(left), op, without_offsets(right))
        case Among(name=name, values=values, negated=negated):
            return Among(without_offsets(name), values, negated)
        case Missing(name=name, negated=negated):
            return Missing(without_offsets(name), negated)
        case Not(inner=inner):
            return Not(without_offsets(inner))
        case Joined(op=op, parts=parts):
            return Joined(op, tuple(without_offsets(part) for part in parts))
    return node


@given(_trees)
def test_round_trip(tree: Node) -> None:
    text = written(tree)
    found = parse_condition(text)
    assert without_offsets(found.tree) == tree
    assert str(found) == text.strip()


@given(st.text(max_size=200))
def test_any_text_is_a_condition_or_a_condition_error(text: str) -> None:
    try:
        assert isinstance(parse_condition(text), Condition)
    except ConditionError as error:
        assert error.message
        assert 0 <= error.offset <= len(text) + 1


@given(
    st.lists(
        st.sampled_from(
            [
                "A",
                "(",
                ")",
                "==",
                "is",
                "missing",
                "not",
                "in",
                "[",
                "]",
                ",",
                '"x"',
                "1",
                "`",
                " ",
                ".",
                "-",
                "lambda",
                ":",
                "\\",
                "1e400",
                "{",
                "}",
                "\n",
                "9" * 5000,
            ]
        ),
        max_size=12,
    )
)
def test_any_tokens_are_a_condition_or_a_condition_error(tokens: list[str]) -> None:
    try:
        parse_condition(" ".join(tokens))
    except ConditionError as error:
        assert error.message


def test_deep_nesting_is_refused_not_a_crash() -> None:
    with pytest.raises(ConditionError):
        parse_condition("(" * 1500 + "A" + ")" * 1500)


@pytest.mark.parametrize(
    "text",
    [
        'A @ "x"',
        'A % "x"',
        'A contains ""',
        "A contains 1",
        "A contains `B`",
        'contains "x"',
        '"x" contains "y"',
    ],
)
def test_contains_needs_a_name_and_a_text(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text)


def test_a_column_may_be_called_contains() -> None:
    assert parse_condition('contains == "x"').names == ("contains",)
    assert parse_condition('"x" == contains').names == ("contains",)
