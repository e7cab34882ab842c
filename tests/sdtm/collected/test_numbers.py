"""Results and ranges; expected values are written by hand or come from ``decimal``."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.collected.numbers import (
    Result,
    ResultRules,
    convert_range,
    convert_result,
    parse_ranges,
    parse_result,
    parse_results,
)
from sdtm.collected.units import find_conversion

RULES = ResultRules(
    flags="↑↓HL*",
    below=["BLQ", "<LLOQ", "低于检测下限", "<"],
    not_detected=["未检出"],
    not_done=["未做", "QNS"],
    ambiguous=["ND"],
    terms={"阴性": "NEGATIVE", "(-)": "NEGATIVE", "NEG": "NEGATIVE"},
)


def parse(text: str | None, **options: Any) -> Result:
    return parse_result(text, replace(RULES, **options))


@pytest.mark.parametrize(
    ("raw", "text", "numeric"),
    [
        ("2.3", "2.3", "2.3"),
        (" 5.10 ", "5.10", "5.10"),
        ("-1.5", "-1.5", "-1.5"),
        ("+5", "5", "5"),
        (".5", "0.5", "0.5"),
        ("０.５", "0.5", "0.5"),
        ("−2", "-2", "-2"),
        ("=7", "7", "7"),
        ("3.2E4", "32000", "32000"),
        ("1.2e-3", "0.0012", "0.0012"),
        ("2.1×10^6", "2100000", "2100000"),
        ("2.1x10⁶", "2100000", "2100000"),
        ("1.2亿", "120000000", "120000000"),
        ("5万", "50000", "50000"),
        ("<2.5", "<2.5", None),
        ("＜2.5", "<2.5", None),
        ("> 5000", ">5000", None),
        ("≤7", "<=7", None),
        ("≥7", ">=7", None),
    ],
)
def test_numbers_and_comparators(raw: str, text: str, numeric: str | None) -> None:
    found = parse(raw)
    assert (found.text, found.problem) == (text, None)
    assert found.numeric == (None if numeric is None else Decimal(numeric))


@pytest.mark.parametrize(
    ("raw", "text", "flags", "unit", "note"),
    [
        ("<2.5 pg/ml", "<2.5", "", "pg/ml", ""),
        ("2.5mg/L", "2.5", "", "mg/L", ""),
        ("2.5 mg/L H", "2.5", "H", "mg/L", ""),
        ("5 10^9/L", "5", "", "10^9/L", ""),
        ("2.1×10^6/kg", "2100000", "", "/kg", ""),
        ("0.03%", "0.03", "", "%", ""),
        ("2.3↑", "2.3", "↑", "", ""),
        ("2.3H", "2.3", "H", "", ""),
        ("L 2.3*", "2.3", "L*", "", ""),
        (">5000↑", ">5000", "↑", "", ""),
        ("5000 (稀释后)", "5000", "", "", "稀释后"),
        ("5000（稀释后）↑", "5000", "↑", "", "稀释后"),
        ("5000↑(1:10 diluted)", "5000", "↑", "", "1:10 diluted"),
    ],
)
def test_what_stands_around_a_number_is_set_apart(
    raw: str, text: str, flags: str, unit: str, note: str
) -> None:
    found = parse(raw)
    assert (found.text, found.flags, found.unit_text, found.note) == (text, flags, unit, note)
    assert found.problem is None


@pytest.mark.parametrize(
    ("raw", "status", "text"),
    [
        ("BLQ", "BELOW", ""),
        ("blq", "BELOW", ""),
        ("<LLOQ", "BELOW", ""),
        ("＜LLOQ", "BELOW", ""),
        ("低于检测下限", "BELOW", ""),
        ("未检出", "NOT DETECTED", "NOT DETECTED"),
        ("QNS", "NOT DONE", ""),
        ("未做", "NOT DONE", ""),
        ("阴性", "TERM", "NEGATIVE"),
        ("（-）", "TERM", "NEGATIVE"),
        ("neg ↓", "TERM", "NEGATIVE"),
    ],
)
def test_declared_words(raw: str, status: str, text: str) -> None:
    found = parse(raw)
    assert (found.status, found.text, found.number, found.problem) == (status, text, None, None)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("ND", "MAP252"),
        ("H", "MAP253"),
        ("↑↑", "MAP253"),
        ("2.1*10E6/kg", "MAP254"),
        ("2,5", "MAP251"),
        ("1,234", "MAP251"),
        ("2-3", "MAP250"),
        ("2.3↑ mg/L", "MAP250"),
        ("0-7", "MAP250"),
        ("1.2.3", "MAP250"),
        ("1/2", "MAP250"),
        ("1:40", "MAP250"),
        ("HIGH", "MAP250"),
        ("阳性", "MAP250"),
        ("<", "MAP250"),
        ("--", "MAP250"),
        ("NaN", "MAP250"),
        ("Infinity", "MAP250"),
        ("1_000", "MAP250"),
        ("٣", "MAP250"),
    ],
)
def test_what_is_not_declared_is_a_problem(raw: str, code: str) -> None:
    found = parse(raw)
    assert (found.problem, found.number, found.text) == (code, None, "")
    assert found.message


@pytest.mark.parametrize("raw", [None, "", "  ", "\u200b"])
def test_blank_is_empty(raw: str | None) -> None:
    assert parse(raw) == Result()


@pytest.mark.parametrize(
    ("raw", "locale", "text"),
    [
        ("1,234", "point", "1234"),
        ("1,234,567.8", "point", "1234567.8"),
        ("2,5", "point", None),
        ("1,23,456", "point", None),
        ("2,5", "comma", "2.5"),
        ("1.234", "comma", "1234"),
        ("1.234,5 mg/L", "comma", "1234.5"),
        ("12", "comma", "12"),
        ("<2,5", "comma", "<2.5"),
        ("1.5", "comma", None),
        ("1,234.5", "comma", None),
    ],
)
def test_locales(raw: str, locale: str, text: str | None) -> None:
    found = parse(raw, locale=locale)
    assert (found.text, found.problem) == ((text, None) if text else ("", "MAP251"))


@pytest.mark.parametrize(("meaning", "number"), [("10^n", "2100000"), ("10^(n+1)", "21000000")])
def test_10e6_means_what_is_declared(meaning: str, number: str) -> None:
    assert parse("2.1*10E6/kg", power_of_ten=meaning).number == Decimal(number)


def test_a_word_declared_as_ambiguous_is_so_whatever_else_it_is() -> None:
    assert parse("ND", not_detected=["ND"], not_done=["ND"]).problem == "MAP252"


def test_without_declared_flags_an_arrow_is_a_problem() -> None:
    assert parse_results(["2.3↑", "2.3"])[0].problem == "MAP250"


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4
    )
)
def test_every_decimal_comes_back_exactly(number: Decimal) -> None:
    found = parse(f"{number:f}")
    assert found.numeric == number
    assert Decimal(found.text) == number


@given(st.integers(-(10**12), 10**12))
def test_thousands_come_back_exactly(number: int) -> None:
    assert parse(f"{number:,}", locale="point").number == number


@given(
    st.text(max_size=20) | st.from_regex(r"[<>]?[0-9.,]{1,8}[ A-Za-z/^*×↑H()]{0,6}", fullmatch=True)
)
def test_any_text_gives_one_answer(text: str) -> None:
    for locale in (None, "point", "comma"):
        found = parse(text, locale=locale)
        assert found.problem is None or found.number is None
        if found.number is not None:
            assert found.number.is_finite()


@pytest.mark.parametrize(
    ("text", "sex", "low", "high"),
    [
        ("0-7", None, "0", "7"),
        ("0.5 ~ 1.2", None, "0.5", "1.2"),
        ("3.5–9.5", None, "3.5", "9.5"),
        ("0--7", None, "0", "7"),
        ("(0 - 7)", None, "0", "7"),
        ("-5-5", None, "-5", "5"),
        ("<7", None, None, "7"),
        ("≤7", None, None, "7"),
        (">10", None, "10", None),
        ("3.5-", None, "3.5", None),
        ("男:130-175 女:115-150", "M", "130", "175"),
        ("男:130-175 女:115-150", "女", "115", "150"),
        ("男：130～175；女：115～150", "F", "115", "150"),
        ("Male 130-175, Female 115-150", "F", "115", "150"),
        ("F: <5 M: <7", "M", None, "7"),
        ("", None, None, None),
    ],
)
def test_ranges(text: str, sex: str | None, low: str | None, high: str | None) -> None:
    found = parse_ranges([text], [sex])[0]
    assert found.problem is None
    assert (found.low, found.high) == tuple(None if x is None else Decimal(x) for x in (low, high))


def test_an_exclusive_limit_is_marked() -> None:
    below, at_most, above = parse_ranges(["<7", "≤7", ">7"])
    assert (below.high_sign, at_most.high_sign, above.low_sign) == ("<", "", ">")


@pytest.mark.parametrize(
    ("text", "sex", "code"),
    [
        ("阴性", None, "MAP255"),
        ("7-3", None, "MAP255"),
        ("0-7 mg", None, "MAP255"),
        ("0-", "M", None),
        ("-5--1", None, "MAP255"),
        ("1,2-3,4", None, "MAP255"),
        ("男:130-175 女:115-150", None, "MAP256"),
        ("男:130-175 女:115-150", "U", "MAP256"),
        ("男:130-175", "F", "MAP255"),
    ],
)
def test_ranges_that_cannot_be_read(text: str, sex: str | None, code: str | None) -> None:
    found = parse_ranges([text], [sex])[0]
    assert found.problem == code
    if code:
        assert (found.low, found.high) == (None, None)


def test_ranges_follow_the_locale() -> None:
    found = parse_ranges(["1,2-3,4"], locale="comma")[0]
    assert (found.low, found.high) == (Decimal("1.2"), Decimal("3.4"))


@given(st.text(max_size=20), st.sampled_from([None, "M", "F", "x"]))
def test_any_text_gives_one_range(text: str, sex: str | None) -> None:
    found = parse_ranges([text], [sex])[0]
    if found.low is not None and found.high is not None:
        assert found.low <= found.high


def test_a_converted_result_keeps_its_comparator() -> None:
    found = convert_result(parse("<0.5"), find_conversion("mg/dL", "mg/L"))
    assert (found.text, found.numeric) == ("<5", None)
    assert found.steps == ("mg/dL x 10 = mg/L",)


def test_a_result_in_its_unit_keeps_its_digits() -> None:
    assert convert_result(parse("5.10"), find_conversion("ug/L", "ng/mL")).text == "5.10"


def test_a_converted_result_is_rounded_if_asked() -> None:
    found = convert_result(parse("1.05"), find_conversion("mg/dL", "umol/L", "CREAT"), 1)
    assert (found.text, found.numeric) == ("92.8", Decimal("92.8"))


def test_a_word_has_no_unit() -> None:
    word = parse("阴性")
    assert convert_result(word, find_conversion("mg/dL", "mg/L")) == word


def test_a_range_is_converted_with_its_results() -> None:
    conversion = find_conversion("mg/dL", "umol/L", "CREAT")
    found = convert_range(parse_ranges(["0.5-1.2"])[0], conversion)
    assert (found.low, found.high) == (Decimal("44.2"), Decimal("106.08"))
    assert convert_range(parse_ranges(["<1"])[0], conversion).low is None


def test_a_letter_is_a_flag_only_where_it_is_no_word() -> None:
    assert (parse("LOW").problem, parse("5 mmol/L").unit_text) == ("MAP250", "mmol/L")


@pytest.mark.parametrize("raw", ["2²", "12¹", "5⁰", "5①", "①", "1½", "½", "7₂", "5⑴", "⒈5", "<5²"])
def test_a_digit_with_a_mark_is_no_digit(raw: str) -> None:
    assert parse(raw).problem == "MAP250"
    assert parse_ranges([f"0-{raw}"])[0].problem == "MAP255"


@pytest.mark.parametrize(
    ("raw", "unit"), [("5 m²", "m2"), ("5㎎", "mg"), ("5/mm³", "/mm3"), ("2×10⁶/kg", "/kg")]
)
def test_a_raised_digit_in_a_unit_is_its_power(raw: str, unit: str) -> None:
    assert parse(raw).unit_text == unit


@given(st.integers(0, 999), st.characters(categories=["No"]))
def test_no_mark_behind_a_number_changes_it(number: int, mark: str) -> None:
    read = parse(f"{number}{mark}")
    assert read.problem is not None or read.unit_text, "it is read as if the mark were not there"
    assert read.number in (None, number)
