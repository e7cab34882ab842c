from __future__ import annotations

import pytest

from specs.errors import SpecificationError
from specs.standards import Codelist, load_ct

CT = load_ct("sdtmct-2025-03-28")


@pytest.mark.parametrize("key", ["C66742", "NY", "No Yes Response"])
def test_a_codelist_is_found_by_code_value_or_name(key: str) -> None:
    assert list(CT.codelist(key).terms) == ["N", "NA", "U", "Y"]
    assert CT.codelist(key).extensible is False


def test_the_version_is_the_date_of_the_package() -> None:
    assert CT.version == "2025-03-28"


def test_an_unknown_codelist_is_refused_with_a_hint() -> None:
    with pytest.raises(SpecificationError, match="STD202") as error:
        CT.codelist("AESEVV")
    assert "AESEV" in error.value.findings[0].hint


def test_an_unknown_package_is_refused() -> None:
    with pytest.raises(SpecificationError, match="STD201") as error:
        load_ct("sdtmct-1999-01-01")
    assert "sdtmct-2025-03-28" in error.value.findings[0].hint


def test_a_package_name_is_not_a_path() -> None:
    with pytest.raises(SpecificationError, match="STD201"):
        load_ct("../tables/sdtmct-2025-03-28")


def test_a_submission_value_is_case_sensitive() -> None:
    assert CT.term("ONCRSR", "CRi") is not None
    assert CT.term("ONCRSR", "CRI") is None


@pytest.mark.parametrize(
    ("codelist", "text", "value"),
    [
        ("UNIT", "pg/mL", "ng/L"),
        ("PKUNIT", "pg/mL", "pg/mL"),
        ("UNIT", "ng/mL", "ug/L"),
        ("UNIT", "sec", "s"),
        ("UNIT", "10^9/L", "10^9/L"),
        ("NY", "yes", "Y"),
        ("NY", "Yes", "Y"),
    ],
)
def test_synonyms_as_ct_states_them(codelist: str, text: str, value: str) -> None:
    found = CT.synonym(codelist, text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["", "ng/LL", "nanogramm", "Ye"])
def test_what_is_only_similar_is_not_found(text: str) -> None:
    assert CT.synonym("UNIT", text) is None


def test_a_synonym_of_two_terms_is_no_answer() -> None:
    lines = ("C1\tA\t\tsame;Only A", "C2\tB\t\tsame;only b")
    codelist = Codelist("C0", "X", "X", extensible=True, lines=lines)
    assert codelist.synonym("same") is None
    assert codelist.synonym("ONLY A") == codelist.terms["A"]


@pytest.mark.parametrize("text", ["mrad", "MG/DL", "PG/ML"])
def test_case_is_never_ignored_for_units(text: str) -> None:
    assert CT.synonym("UNIT", text) is None


def test_suggestions_are_submission_values() -> None:
    assert CT.suggest("AESEV", "MODERATTE") == ["MODERATE"]
    assert CT.suggest("AESEV", "qqqq") == []


def test_test_codes_and_test_names_are_paired_by_their_c_code() -> None:
    partner = CT.partner("LBTESTCD")
    assert partner is not None
    assert partner.submission_value == "LBTEST"
    name = CT.paired("LBTESTCD", "INTLK6", "LBTEST")
    assert name is not None
    assert (name.value, name.code) == ("Interleukin 6", "C74834")
    assert CT.paired("LBTESTCD", "NOSUCH", "LBTEST") is None


def test_a_codelist_without_a_partner() -> None:
    assert CT.partner("NY") is None


def test_every_test_code_codelist_has_its_partner_with_the_same_concepts() -> None:
    for codelist in CT.codelists.values():
        if codelist.name.endswith("Test Code"):
            partner = CT.partner(codelist.code)
            assert partner is not None
            assert partner.by_code.keys() == codelist.by_code.keys()


def test_terms_of_this_version() -> None:
    """From the published package: what changed its code or came in lately (read by hand)."""
    assert [
        (codelist, value, term.code if (term := CT.term(codelist, value)) else None)
        for codelist, value in [
            ("ONCRTSCD", "EMDRESP"),
            ("PKUNIT", "DNA copies/ug"),
            ("UNIT", "10^6 Therapeutic Cells"),
            ("UNIT", "pg/mL"),
            ("PROCEDUR", "LEUKAPHERESIS"),
        ]
    ] == [
        ("ONCRTSCD", "EMDRESP", "C204685"),
        ("PKUNIT", "DNA copies/ug", "C170632"),
        ("UNIT", "10^6 Therapeutic Cells", "C187973"),
        ("UNIT", "pg/mL", None),
        ("PROCEDUR", "LEUKAPHERESIS", None),
    ]


def test_define_ct_does_not_say_what_is_extensible() -> None:
    assert load_ct("define-xmlct-2026-03-27").codelist("ORIGINT").extensible is None
