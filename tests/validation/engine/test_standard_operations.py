"""Operations on what the standards and the terminology say."""

from __future__ import annotations

import pytest

from tests.validation.engine.small import AE, SUPPAE, only, rule


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            {"operator": "required_variables"},
            {"STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AEDECOD"},
        ),
        ({"operator": "expected_variables"}, {"AESER", "AEACN", "AEREL"}),
        ({"operator": "permissible_variables"}, {"AESEV", "AESCAT"}),
        ({"operator": "get_column_order_from_library"}, {"AETERM", "AEPTCD", "AESTDTC"}),
        ({"operator": "get_model_column_order"}, {"AETERM", "AETOX", "VISITNUM"}),
        ({"operator": "variable_names"}, {"RFSTDTC", "LBTESTCD", "TSVAL"}),
        (
            {"operator": "get_model_filtered_variables", "key_name": "role", "key_value": "Timing"},
            {"AESTDTC", "EPOCH"},
        ),
        (
            {
                "operator": "codelist_terms",
                "codelists": ["NY"],
                "level": "term",
                "returntype": "value",
            },
            {"Y", "N", "U", "NA"},
        ),
        (
            {
                "operator": "codelist_terms",
                "codelists": ["NY"],
                "level": "term",
                "returntype": "code",
            },
            {"C49488"},
        ),
        (
            {
                "operator": "codelist_terms",
                "codelists": ["NY"],
                "level": "codelist",
                "returntype": "code",
            },
            {"C66742"},
        ),
        ({"operator": "define_extensible_codelists", "codelist": ["UNIT"]}, {"kg", "mmol/L"}),
        ({"operator": "valid_codelist_dates"}, {"2025-03-28"}),
        ({"operator": "valid_codelist_dates", "ct_package_types": ["SDTM"]}, {"2025-03-28"}),
    ],
)
def test_lists_from_the_standards(checked, operation, expected):
    made = rule(
        [{"name": "AETERM", "operator": "equal_to", "value": "a"}],
        {"id": "$x", **operation},
        shows=["$x"],
        **only("AE"),
    )
    [shown] = [value for *_, name, value in checked(made, {"AE": AE}) if name == "$x"]
    assert expected <= set(eval(shown))  # noqa: S307 - our own list


def test_the_model_variables_of_the_parent(checked):
    supp = {**SUPPAE, "QNAM": ["AESEV", "AESOSP", "AEX"]}
    made = rule(
        [{"name": "QNAM", "operator": "is_contained_by", "value": "$model"}],
        {"id": "$model", "operator": "get_parent_model_column_order"},
        shows=["QNAM"],
        **only("SUPP--"),
    )
    assert checked(made, {"AE": AE, "SUPPAE": supp}) == [("SUPPAE", 1, "QNAM", "AESEV")]


def test_variables_found_by_their_label_or_name(checked):
    supp = {**SUPPAE, "QLABEL": ["Severity/Intensity", "x", ""], "QNAM": ["AESEV", "Q", "Q"]}
    for operator, name in (
        ("label_referenced_variable_metadata", "QLABEL"),
        ("name_referenced_variable_metadata", "QNAM"),
    ):
        made = rule(
            [{"name": "$v", "operator": "non_empty"}],
            {"id": "$v", "operator": operator, "name": name},
            shows=["$v"],
        )
        assert checked(made, {"SUPPAE": supp}) == [("SUPPAE", 1, "$v", "AESEV")]
