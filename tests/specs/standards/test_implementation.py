from __future__ import annotations

import pytest

from specs.errors import SpecificationError
from specs.standards import load_ig

IG = load_ig("sdtmig", "3.4")


def test_a_variable_of_the_guide_is_not_from_the_model() -> None:
    found = IG.variable("AE", "AESEV")
    assert found is not None
    assert (found.label, found.codelist_codes, found.from_model) == (
        "Severity/Intensity",
        ("C66769",),
        False,
    )


def test_a_variable_that_only_the_model_has_is_permissible() -> None:
    found = IG.variable("AE", "AELNKID")
    assert found is not None
    assert (found.label, found.type, found.core, found.from_model) == (
        "Link ID",
        "Char",
        "Perm",
        True,
    )


@pytest.mark.parametrize("name", ["AETESTCD", "LBSEV", "AEXYZ", "CMTRT", ""])
def test_a_variable_of_another_class_is_unknown(name: str) -> None:
    assert IG.variable("AE", name) is None


def test_model_variables_take_their_place_among_those_of_the_guide() -> None:
    names = [
        "AEENDY",
        "AEDTC",
        "AETERM",
        "AELNKID",
        "STUDYID",
        "AESPID",
        "USUBJID",
        "AESEQ",
        "VISITNUM",
    ]
    assert IG.order("AE", names) == [
        *("STUDYID", "USUBJID", "AESEQ", "AESPID", "AELNKID", "AETERM", "VISITNUM", "AEDTC"),
        "AEENDY",
    ]


def test_order_of_the_guide_is_kept_for_every_data_set() -> None:
    for name in IG.names:
        listed = [v.name for v in IG.dataset(name).variables]
        assert IG.order(name, reversed(listed)) == listed


def test_an_unknown_name_is_not_ordered_but_refused_with_a_hint() -> None:
    with pytest.raises(SpecificationError) as error:
        IG.order("AE", ["AETREM"])
    assert error.value.findings[0].rule == "STD103"
    assert "AETERM" in error.value.findings[0].hint


def test_supplemental_qualifiers_name_their_domain() -> None:
    assert IG.dataset("SUPPAE").label == "Supplemental Qualifiers for AE"
    assert "SUPPLB" in IG
    assert [v.name for v in IG.dataset("SUPPAE").variables][5] == "QNAM"


def test_relrec_is_a_data_set() -> None:
    assert [v.name for v in IG.dataset("RELREC").variables] == [
        *("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE", "RELID"),
    ]


def test_an_unknown_domain_is_refused() -> None:
    with pytest.raises(SpecificationError, match="STD102") as error:
        IG.dataset("XQ")
    assert "Findings" in error.value.findings[0].hint


def test_a_custom_domain_takes_all_variables_of_its_class() -> None:
    custom = IG.custom("XC", "Findings", "Chimerism")
    found = custom.variable("XCTESTCD")
    assert found is not None
    assert (found.label, found.core) == ("Short Name of Measurement, Test, or Exam", "Req")
    assert custom.order(["XCDTC", "XCORRES", "XCTESTCD", "XCSEQ"]) == [
        *("XCSEQ", "XCTESTCD", "XCORRES", "XCDTC"),
    ]
    assert custom.variable("XCTERM") is None


def test_findings_about_has_the_object() -> None:
    found = IG.custom("XF", "Findings About").variable("XFOBJ")
    assert found is not None
    assert found.core == "Req"


def test_a_custom_domain_needs_a_general_class() -> None:
    with pytest.raises(SpecificationError, match="STD104"):
        IG.custom("XC", "Trial Design")


@pytest.mark.parametrize(("standard", "version"), [("sdtmig", "9.9"), ("send", "3.1")])
def test_an_unknown_standard_is_refused(standard: str, version: str) -> None:
    with pytest.raises(SpecificationError, match="STD101"):
        load_ig(standard, version)  # type: ignore[call-overload]
