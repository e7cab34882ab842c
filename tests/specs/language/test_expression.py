from __future__ import annotations

import ast
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.language.expression import (
    Binary,
    Call,
    Constant,
    Duration,
    ExpressionError,
    Negative,
    Node,
    Reference,
    parse_expression,
)


def shown(node: Node) -> str:
    """With every pair of parentheses, as ``ast`` would show it."""
    match node:
        case Constant():
            return repr(node.value)
        case Reference():
            return node.name
        case Negative():
            return f"(-{shown(node.inner)})"
        case Binary():
            return f"({shown(node.left)} {node.op} {shown(node.right)})"
        case Duration():
            return f"[{shown(node.amount)} {node.unit}]"
        case Call():
            return f"{node.function}({', '.join(map(shown, node.arguments))})"


def as_python(tree: ast.expr) -> str:
    signs = {
        ast.Add: "+",
        ast.Sub: "-",
        ast.Mult: "*",
        ast.Div: "/",
        ast.FloorDiv: "//",
        ast.Mod: "%",
        ast.Pow: "**",
    }
    if isinstance(tree, ast.BinOp):
        return f"({as_python(tree.left)} {signs[type(tree.op)]} {as_python(tree.right)})"
    if isinstance(tree, ast.UnaryOp):
        return f"(-{as_python(tree.operand)})"
    if isinstance(tree, ast.Constant):
        assert isinstance(tree.value, int)
        return repr(float(tree.value))
    assert isinstance(tree, ast.Name)
    return tree.id


arithmetic = st.recursive(
    st.sampled_from(["A", "B", "7", "12"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner).map(
            " ".join
        )
        | inner.map("({})".format)
        | inner.map("-{}".format)
    ),
    max_leaves=12,
)


@given(arithmetic)
def test_operators_bind_as_in_python(text: str) -> None:
    assert shown(parse_expression(text).tree) == as_python(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AVAL - BASE", ("AVAL", "BASE")),
        ("DM.AGE * 2 + DM.AGE", ("DM.AGE",)),
        ("raw.`用药 剂量` / `体重(kg)`", ("raw.用药 剂量", "体重(kg)")),
        ("剂量 * 2", ("剂量",)),
        ("days", ("days",)),
        ("AVAL / days", ("AVAL", "days")),
        ("max(A, min(B, C))", ("A", "B", "C")),
        ("1 + 2", ()),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert parse_expression(text).names == names


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("T + 6 hours", "(T + [6.0 hours])"),
        ("T + 1 hour", "(T + [1.0 hours])"),
        ("T - (A + 1) days", "(T - [(A + 1.0) days])"),
        ("T + A weeks", "(T + [A weeks])"),
        ("days days + T", "([days days] + T)"),
        ("T + 2 * 3 months", "(T + (2.0 * [3.0 months]))"),
    ],
)
def test_a_unit_after_a_value_makes_a_duration(text: str, tree: str) -> None:
    assert shown(parse_expression(text).tree) == tree


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("  ", 0),
        ("1 +", 3),
        ("A + * B", 4),
        ("A B", 2),
        ("(A + B", 6),
        ("A + B)", 5),
        ("A > B", 2),
        ("A = B", 2),
        ("'a'", 0),
        ("[A]", 0),
        ("A if B else C", 2),
        ("lambda: 1", 6),
        ("f'{A}'", 1),
        ("A.B.C", 0),
        ("__import__('os')", 11),
        ("maks(A, B)", 0),
        ("MAX(A, B)", 0),
        ("max(A)", 0),
        ("abs()", 0),
        ("sqrt(A, B)", 0),
        ("2 + round(A, B)", 13),
        ("round(A, 1.5)", 9),
        ("round(A, 99)", 9),
        ("1e999", 0),
        ("1_000", 1),
        ("T + 6 ours", 6),
        ("`A + 1", 0),
        ("１２ + A", 0),
    ],
)
def test_what_is_no_arithmetic_is_refused_where_it_begins(text: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as error:
        parse_expression(text)
    assert error.value.offset == offset


def test_a_word_that_is_nearly_known_gets_a_hint() -> None:
    with pytest.raises(ExpressionError) as error:
        parse_expression("flor(A)")
    assert "'floor'" in error.value.hint
    with pytest.raises(ExpressionError) as error:
        parse_expression("T + 6 horas")
    assert "'hours'" in error.value.hint


def test_every_part_knows_where_it_begins() -> None:
    tree = parse_expression("  AVAL - `B A` * 2").tree
    assert isinstance(tree, Binary)
    assert isinstance(tree.right, Binary)
    offsets = [tree.left.offset, tree.offset, tree.right.left.offset, tree.right.right.offset]
    assert offsets == [2, 7, 9, 17]


@pytest.mark.parametrize(
    "text", ["(" * 3000 + "A", "-" * 3000 + "A", "A" + "+A" * 1900, "A" + "**A" * 1000, "A" * 9999]
)
def test_no_text_is_too_deep(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert parse_expression(text).names


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40) | st.text("AB.`12+-*/%(), edays", max_size=20))
def test_no_text_gives_another_error(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert parse_expression(text).text == text.strip()


@given(st.text("AB.`12+-*/%(), edays", max_size=20))
def test_an_error_points_into_the_text(text: str) -> None:
    offset = 0
    try:
        parse_expression(text)
    except ExpressionError as error:
        offset = error.offset
    assert 0 <= offset <= len(text)
