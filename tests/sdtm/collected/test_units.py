"""Units: spellings of controlled terminology; conversions by hand or published synonyms."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdtm.collected.unit_dimensions import parse_unit
from sdtm.collected.units import (
    UnitTable,
    convert,
    find_conversion,
    normalise_unit,
    number_text,
    round_half_up,
)
from specs.standards import load_ct

CT = load_ct("sdtmct-2025-03-28")
LAB = UnitTable(CT, ["UNIT"])
PK = UnitTable(CT, ["PKUNIT"])


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ("10~9/L", "10^9/L"),
        ("×10⁹/L", "10^9/L"),
        ("x10^9/L", "10^9/L"),
        ("10E9/L", "10^9/L"),
        ("10*9/L", "10^9/L"),
        ("10^9 / L", "10^9/L"),
        ("１０^９/Ｌ", "10^9/L"),
        ("10^3/uL", "10^9/L"),
        ("/uL", "10^6/L"),
        ("μg/L", "ug/L"),
        ("µg/L", "ug/L"),
        ("ug/L", "ug/L"),
        ("ng/ml", "ug/L"),
        ("ng/mL", "ug/L"),
        ("pg/ml", "ng/L"),
        ("MG/DL", "mg/dL"),
        ("mmol/l", "mmol/L"),
        ("g/dl", "g/dL"),
        ("sec", "s"),
        ("℃", "C"),
        ("°F", "F"),
        ("公斤", "kg"),
        ("mmHG", "mmHg"),
        ("%", "%"),
    ],
)
def test_spellings_of_the_laboratory(raw: str, unit: str) -> None:
    found = LAB.resolve(raw)
    assert found.term is not None, found.message
    assert (found.term.value, found.codelist) == (unit, "UNIT")
    assert bool(found.steps) == (raw != unit)


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ("copies/μg gDNA", "DNA copies/ug"),
        ("拷贝/μg DNA", "DNA copies/ug"),
        ("copies/mL", "copies/mL"),
        ("copies/ug", "copies/ug"),
        ("pg/mL", "pg/mL"),
        ("ng/ml", "ng/mL"),
    ],
)
def test_spellings_of_pharmacokinetics(raw: str, unit: str) -> None:
    found = PK.resolve(raw)
    assert found.term is not None, found.message
    assert found.term.value == unit


@pytest.mark.parametrize("raw", ["", "mg/LL", "Mg", "KMOL", "units?", "milligram-ish", "1"])
def test_an_unknown_unit_is_a_problem(raw: str) -> None:
    found = LAB.resolve(raw)
    assert (found.term, found.problem) == (None, "MAP260")
    assert repr(raw) in found.message


def test_the_spelling_of_the_study_wins() -> None:
    table = UnitTable(CT, ["UNIT"], {"个/HP": "/HPF", "U": "10^6 U"})
    assert [found.value for raw in ("个/HP", "U") if (found := table.resolve(raw).term)] == [
        *("/HPF", "10^6 U"),
    ]


def test_a_synonym_that_is_another_amount_is_not_believed() -> None:
    """CT 2025-03-28 lists dpm/cg under dpm/100 mg, but 100 mg are 10 cg."""
    found = LAB.resolve("dpm/cg")
    assert (found.term, found.problem) == (None, "MAP260")
    assert "it is 10 of them" in found.message


def test_synonyms_of_ct_that_we_can_size_have_the_size_of_their_term() -> None:
    """The published synonyms check the parser of units, and the other way round."""
    sized, different = 0, []
    for name in ("UNIT", "PKUNIT"):
        for term in CT.codelist(name).terms.values():
            for synonym in term.synonyms:
                one, two = parse_unit(synonym), parse_unit(term.value)
                if one.dimension == two.dimension:
                    sized += 1
                    if one.size != two.size:
                        different.append((synonym, term.value))
    assert sized > 600
    assert set(different) == KNOWN_ERRORS_OF_CT


KNOWN_ERRORS_OF_CT: set[tuple[str, str]] = {("dpm/cg", "dpm/100 mg")}


@pytest.mark.parametrize(
    ("number", "source", "target", "analyte", "expected"),
    [
        ("1.2", "mg/dL", "mg/L", "", "12"),
        ("95", "g/L", "g/dL", "", "9.5"),
        ("1", "mg/dL", "umol/L", "CREAT", "88.4"),
        ("88.4", "umol/L", "mg/dL", "CREAT", "1"),
        ("10", "mg/L", "umol/L", "CREAT", "88.4"),
        ("2", "mg/dL", "umol/L", "BILI", "34.2"),
        ("20", "mg/dL", "mmol/L", "UREAN", "7.14"),
        ("5", "mg/dL", "umol/L", "URATE", "297.4"),
        ("90", "mg/dL", "mmol/L", "GLUC", "4.995"),
        ("140", "mEq/L", "mmol/L", "SODIUM", "140"),
        ("2", "mEq/L", "mmol/L", "CA", "1"),
        ("3.5", "10^9/L", "/uL", "", "3500"),
        ("98.6", "F", "C", "", "37"),
        ("37", "C", "F", "", "98.6"),
        ("310.15", "K", "C", "", "37"),
        ("120", "mmHg", "kPa", "", "15.9986864898"),
        ("70", "in", "cm", "", "177.8"),
        ("150", "LB", "kg", "", "68.0388555"),
        ("20", "min", "h", "", "0.333333333333333"),
        ("48", "h*ng/mL", "day*ug/L", "", "2"),
        ("0.5", "mg/L FEU", "ug/mL FEU", "", "0.5"),
        ("2.10", "mg/L", "mg/L", "", "2.10"),
        ("1500", "copies/mL", "copies/L", "", "1500000"),
        ("3", "10^6 CFU/mL", "CFU/mL", "", "3000000"),
        ("1", "mL/min/1.73 m2", "L/h/1.73 m2", "", "0.06"),
        ("12", "(mg*h/L)/(mg/kg)", "(mg*min/mL)/(g/kg)", "", "720"),
    ],
)
def test_conversions(number: str, source: str, target: str, analyte: str, expected: str) -> None:
    conversion = find_conversion(source, target, analyte)
    assert conversion.problem is None, conversion.message
    assert number_text(convert(Decimal(number), conversion)) == expected


@pytest.mark.parametrize(
    ("source", "target", "analyte", "code", "names"),
    [
        ("copies/mL", "DNA copies/ug", "", "MAP261", ["copies / volume", "DNA copies / mass"]),
        ("mg/dL", "umol/L", "", "MAP262", ["mass / volume", "amount of substance / volume"]),
        ("mg/dL", "umol/L", "NOSUCH", "MAP262", ["NOSUCH"]),
        ("mg/dL", "mmol", "CREAT", "MAP261", ["mass / volume", "amount of substance"]),
        ("log10 copies/mL", "log10 copies/L", "", "MAP261", ["log10"]),
        ("mmol/mol", "%", "", "MAP261", ["percent"]),
        ("mg/g", "g/L", "", "MAP261", ["mass / mass"]),
        ("U/L", "IU/L", "", "MAP261", ["U / volume", "IU / volume"]),
        ("kg", "kg/m2", "", "MAP261", ["mass / length^2"]),
        ("C", "g", "", "MAP261", ["temperature"]),
        ("mL/min", "mL/min/m2", "", "MAP261", ["length^2"]),
        ("/uL", "mg/L", "", "MAP261", ["number / volume"]),
    ],
)
def test_units_that_do_not_convert(
    source: str, target: str, analyte: str, code: str, names: list[str]
) -> None:
    conversion = find_conversion(source, target, analyte)
    assert conversion.problem == code
    assert all(name in conversion.message for name in names)
    with pytest.raises(ValueError, match="is"):
        convert(Decimal(1), conversion)


def test_infinity_is_not_converted() -> None:
    with pytest.raises(ValueError, match="cannot be converted"):
        convert(Decimal("NaN"), find_conversion("g", "mg"))


def test_the_factor_is_a_step() -> None:
    assert find_conversion("mg/dL", "umol/L", "CREAT").steps == ("mg/dL x 88.4 (CREAT) = umol/L",)
    assert find_conversion("g/dL", "g/L").steps == ("g/dL x 10 = g/L",)
    assert find_conversion("g/L", "g/L").steps == ()


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [
        ("2.345", 2, "2.35"),
        ("2.344999", 2, "2.34"),
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("2.5", 0, "3"),
        ("5", 1, "5.0"),
        ("-0.04", 1, "0.0"),
        ("123456789012345678901234567890.15", 1, "123456789012345678901234567890.2"),
    ],
)
def test_rounding_is_half_up(number: str, decimals: int, expected: str) -> None:
    assert number_text(round_half_up(Decimal(number), decimals)) == expected


def test_converted_and_rounded() -> None:
    assert number_text(convert(Decimal("1.25"), find_conversion("g/L", "g/dL"), 2)) == "0.13"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("m²", "m2"),
        ("×10¹²/l", "10^12/L"),
        ("mg/m²", "mg/m2"),
        ("ml", "mL"),
        ("mol/l", "mol/L"),
        ("cal", "cal"),
        ("mg · h", "mg · h"),
        ("h×ng/mL", "h*ng/mL"),
        ("100 mg", "100 mg"),
    ],
)
def test_typography(raw: str, plain: str) -> None:
    assert normalise_unit(raw) == plain


UNITS = sorted(CT.codelist("UNIT").terms)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=3)


@given(NUMBERS, st.sampled_from([("mg/dL", "kg/L"), ("F", "C"), ("mmHg", "Pa"), ("in", "km")]))
def test_there_and_back(number: Decimal, units: tuple[str, str]) -> None:
    there, back = find_conversion(*units), find_conversion(*reversed(units))
    assert there.scale * back.scale == 1
    assert (Fraction(number) * there.scale + there.offset) * back.scale + back.offset == number


@given(NUMBERS)
def test_conversion_is_exact_where_a_decimal_can_be(number: Decimal) -> None:
    assert convert(number, find_conversion("mg/dL", "umol/L", "CREAT")) == number * Decimal("88.4")


@given(st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_any_two_units_convert_or_say_why(source: str, target: str) -> None:
    conversion = find_conversion(source, target)
    same = parse_unit(source).dimension == parse_unit(target).dimension
    assert (conversion.problem is None) == same


@given(st.text(max_size=15))
def test_any_text_is_a_unit_or_a_problem(text: str) -> None:
    found = LAB.resolve(text)
    assert (found.term is None) == (found.problem is not None)
    assert parse_unit(text).size > 0


@pytest.mark.parametrize(
    ("raw", "declared", "unit"),
    [
        ("G/L", ["g/L"], "g/L"),
        ("G/L", ["10^9/L"], "10^9/L"),
        ("G/L", ["mg/dL"], "g/L"),
        ("次/分", ["breaths/min"], "breaths/min"),
        ("bpm", ["beats/min"], "beats/min"),
        ("G/L", [], None),
        ("次/分", ["mmHg"], None),
    ],
)
def test_spellings_that_mean_two_things(raw: str, declared: list[str], unit: str | None) -> None:
    found = LAB.resolve(raw, declared)
    assert (found.term and found.term.value) == unit
    assert found.problem == (None if unit else "MAP264")


def test_every_synonym_that_is_another_unit_in_another_case_needs_a_declaration() -> None:
    """A synonym such as G/L, whose letters are those of the unit g/L."""
    terms = CT.codelist("UNIT").terms
    folded = {value.casefold(): value for value in terms}
    twice = {
        synonym
        for term in terms.values()
        for synonym in term.synonyms
        if (other := folded.get(synonym.casefold())) not in (None, term.value)
        and synonym not in terms
        and parse_unit(str(other)) != parse_unit(term.value)
    }
    assert {text for text in twice if LAB.resolve(text).term is not None} == set()
