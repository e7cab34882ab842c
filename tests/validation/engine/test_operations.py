"""Operations and joins, through small rules on small data; expectations worked out by hand."""

from __future__ import annotations

import ast

import pytest

from tests.validation.engine.conftest import run_rule
from tests.validation.engine.small import AE, DM, TS, only, rule
from validation.engine import operations
from validation.engine.run import Status


def test_distinct_values_of_another_data_set(checked):
    made = rule(
        [{"name": "USUBJID", "operator": "is_not_contained_by", "value": "$dm"}],
        {"id": "$dm", "operator": "distinct", "domain": "DM", "name": "USUBJID"},
        shows=["USUBJID", "$dm"],
        **only("AE"),
    )
    assert checked(made, {"DM": DM, "AE": AE}) == [
        ("AE", 4, "USUBJID", "3"),
        ("AE", 4, "$dm", "['1', '2']"),
    ]


def test_distinct_values_within_groups_and_a_filter(checked):
    made = rule(
        [{"name": "$terms", "operator": "does_not_contain", "value": "a"}],
        {
            "id": "$terms",
            "operator": "distinct",
            "domain": "AE",
            "name": "AETERM",
            "group": ["USUBJID"],
            "filter": {"AESEQ": 1},
        },
        shows=["$terms"],
        **only("DM"),
    )
    assert checked(made, {"DM": DM, "AE": AE}) == [("DM", 2, "$terms", "['c']")]


def test_group_aliases_name_the_variables_of_the_checked_data_set(checked):
    supp = {
        "RDOMAIN": ["AE"],
        "USUBJID": ["1"],
        "IDVAR": ["AESEQ"],
        "IDVARVAL": ["2"],
        "QNAM": ["X"],
    }
    made = rule(
        [{"name": "$n", "operator": "equal_to", "value": 1}],
        {
            "id": "$n",
            "operator": "record_count",
            "domain": "SUPPAE",
            "group": ["USUBJID", "IDVARVAL"],
            "group_aliases": ["USUBJID", "AESEQ"],
        },
        shows=["AESEQ", "$n"],
        **only("AE"),
    )
    assert checked(made, {"AE": AE, "SUPPAE": supp}) == [
        ("AE", 2, "AESEQ", "2.0"),
        ("AE", 2, "$n", "1"),
    ]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"operator": "record_count"}, "3"),
        ({"operator": "record_count", "filter": {"TSPARMCD": "RACE%"}}, "2"),
        ({"operator": "record_count", "filter": {"TSPARMCD": ["AGEMAX", "RACE1"]}}, "2"),
        ({"operator": "variable_exists", "name": "TSVAL"}, "True"),
        ({"operator": "variable_exists", "name": "AETERM", "domain": "AE"}, "True"),
        ({"operator": "variable_is_null", "name": "TSVAL"}, "False"),
        ({"operator": "variable_is_null", "name": "TSX", "source": "evaluation"}, "True"),
        ({"operator": "variable_count", "name": "--SEQ"}, "1"),
        ({"operator": "variable_count", "name": "DOMAIN"}, "3"),
        ({"operator": "dataset_names"}, "['AE', 'DM', 'TS']"),
        ({"operator": "study_domains"}, "['DM', 'AE', 'TS']"),
        ({"operator": "extract_metadata", "name": "dataset_name"}, "TS"),
        ({"operator": "domain_is_custom"}, "False"),
        ({"operator": "domain_label"}, "Trial Summary"),
        ({"operator": "max", "domain": "AE", "name": "AESTDY"}, "5.0"),
        ({"operator": "min", "domain": "AE", "name": "AESTDY"}, "-2.0"),
        ({"operator": "mean", "domain": "AE", "name": "AESTDY"}, "1.25"),
        ({"operator": "max", "domain": "AE", "name": "AETERM"}, "d"),
        ({"operator": "min_date", "domain": "AE", "name": "AESTDTC"}, "2020-01-01"),
        ({"operator": "max_date", "domain": "AE", "name": "AESTDTC"}, "2020-03-01"),
        ({"operator": "max_date", "domain": "AE", "name": "AETERM"}, ""),
        (
            {"operator": "regex_find_replace", "name": "TSVAL", "find": "P(.*)Y", "replace": r"\1"},
            "80",
        ),
        ({"operator": "map", "map": [{"output": "C1"}]}, "C1"),
        ({"operator": "codelist_extensible", "codelist": "NY"}, "False"),
    ],
)
def test_one_value_for_all(checked, operation, expected):
    made = rule(
        [{"name": "TSPARMCD", "operator": "equal_to", "value": "AGEMAX"}],
        {"id": "$x", **operation},
        shows=["$x"],
        **only("TS"),
    )
    assert checked(made, {"DM": DM, "AE": AE, "TS": TS}) == [("TS", 1, "$x", expected)]


def test_a_list_of_variables_is_shown_with_their_values(checked):
    made = rule(
        [{"name": "TSPARMCD", "operator": "equal_to", "value": "AGEMAX"}],
        {"id": "$x", "operator": "get_column_order_from_dataset"},
        shows=["$x"],
    )
    assert checked(made, {"TS": TS}) == [
        ("TS", 1, "$x", "['DOMAIN', 'TSPARMCD', 'TSVAL']"),
        ("TS", 1, "DOMAIN", "TS"),
        ("TS", 1, "TSPARMCD", "AGEMAX"),
        ("TS", 1, "TSVAL", "P80Y"),
    ]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"operator": "max", "name": "AESTDY"}, ["1.0", "1.0", "5.0", "1.0"]),
        ({"operator": "mean", "name": "AESTDY"}, ["-0.5", "-0.5", "5.0", "1.0"]),
        (
            {"operator": "min_date", "name": "AESTDTC"},
            ["2020-01-09"] * 2 + ["2020-03-01", "2020-01-01"],
        ),
        ({"operator": "record_count", "filter": {"AETERM": "a"}}, ["1", "1", "0", "0"]),
    ],
)
def test_one_value_per_group(checked, operation, expected):
    made = rule(
        [{"name": "AETERM", "operator": "non_empty"}],
        {"id": "$x", "group": ["USUBJID"], **operation},
        shows=["$x"],
        **only("AE"),
    )
    assert [value for *_, value in checked(made, {"AE": AE})] == expected


def test_a_map_takes_the_first_line_that_fits(checked):
    lines = [{"AETERM": "a", "output": "A"}, {"USUBJID": "1", "output": "B"}]
    made = rule(
        [{"name": "AETERM", "operator": "non_empty"}],
        {"id": "$x", "operator": "map", "map": lines},
        shows=["$x"],
    )
    assert [value for *_, value in checked(made, {"AE": AE})] == ["A", "B", "", ""]


def test_study_day_has_no_day_zero_and_needs_two_complete_dates(checked):
    made = rule(
        [{"name": "--STDY", "operator": "not_equal_to", "value": "$dy"}],
        {"id": "$dy", "operator": "dy", "name": "--STDTC"},
        shows=["--STDY", "$dy"],
        matches=[{"Name": "DM", "Keys": ["USUBJID"]}],
        **only("AE"),
    )
    assert checked(made, {"DM": DM, "AE": AE}) == [
        ("AE", 2, "AESTDY", "-2.0"),
        ("AE", 2, "$dy", "-1"),
        ("AE", 3, "AESTDY", "5.0"),
        ("AE", 3, "$dy", ""),
    ]


def test_timing_variables_are_shown_with_their_list(checked):
    lb = {"DOMAIN": ["LB"], "LBTESTCD": ["A"], "VISITNUM": [1], "LBDTC": ["2020"]}
    made = rule(
        [{"name": "LBTESTCD", "operator": "non_empty"}],
        {
            "id": "$timing",
            "operator": "get_dataset_filtered_variables",
            "key_name": "role",
            "key_value": "Timing",
        },
        shows=["$timing"],
    )
    assert checked(made, {"LB": lb}) == [
        ("LB", 1, "$timing", "['VISITNUM', 'LBDTC']"),
        ("LB", 1, "VISITNUM", "1.0"),
        ("LB", 1, "LBDTC", "2020"),
    ]


def test_counts_of_values_over_all_data_sets(checked):
    made = rule(
        [{"name": "USUBJID", "operator": "value_has_multiple_references", "value": "$n"}],
        {"id": "$n", "operator": "variable_value_count", "name": "USUBJID"},
        shows=["USUBJID"],
        **only("DM"),
    )
    assert checked(made, {"DM": DM, "AE": AE}) == [
        ("DM", 1, "USUBJID", "1"),
        ("DM", 2, "USUBJID", "2"),
    ]


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ({"operator": "distinct", "domain": "ZZ", "name": "A"}, "ZZ is not in the study"),
        ({"operator": "distinct", "name": "AENONE"}, "AENONE is not in AE"),
        ({"operator": "record_count", "filter": {"AENONE": 1}}, "AENONE (filter) is not in AE"),
        ({"operator": "record_count", "group": ["AENONE"]}, "AENONE (group) is not in both"),
        ({"operator": "dy", "name": "--STDTC"}, "RFSTDTC is not there"),
        ({"operator": "regex_find_replace", "name": "Q", "find": "a"}, "Q is not there"),
        ({"operator": "map", "map": [{"Q": 1, "output": "x"}]}, "Q is not in AE"),
        ({"operator": "extract_metadata", "name": "colour"}, "does not know colour"),
        (
            {"operator": "valid_external_dictionary_value", "external_dictionary_type": "meddra"},
            "meddra",
        ),
        ({"operator": "codelist_terms", "codelists": ["NOSUCH"]}, "codelist NOSUCH is not in"),
        ({"operator": "codelist_terms", "codelist_code": "C1"}, "several terminology packages"),
        ({"operator": "codelist_extensible", "codelist": "NOSUCH"}, "codelist NOSUCH is not in"),
        ({"operator": "codelist_extensible"}, "names no codelist"),
        ({"operator": "define_variable_metadata"}, "no define.xml"),
        (
            {"operator": "get_model_filtered_variables", "key_name": "colour"},
            "no property 'colour'",
        ),
        ({"operator": "label_referenced_variable_metadata", "name": "Q"}, "Q is not there"),
    ],
)
def test_what_cannot_be_computed_is_not_run_with_its_reason(tmp_path, operation, reason):
    made = rule([{"name": "AETERM", "operator": "non_empty"}], {"id": "$x", **operation})
    result = run_rule(tmp_path, made, {"AE": AE})
    assert result.rules[0].status is Status.NOT_RUN
    assert reason in result.rules[0].reason


@pytest.mark.parametrize(
    ("match", "reason"),
    [
        ({"Name": "ZZ", "Keys": ["USUBJID"]}, "ZZ is not in the study"),
        ({"Name": "DM", "Keys": ["NOKEY"]}, "NOKEY is not in both AE and DM"),
        ({"Name": "SUPP--", "Keys": ["USUBJID"]}, "SUPPAE is not in the study"),
        ({"Name": "RELREC"}, "RELREC is not in the study"),
    ],
)
def test_a_join_that_is_not_possible_is_not_run_with_its_reason(tmp_path, match, reason):
    made = rule([{"name": "AETERM", "operator": "non_empty"}], matches=[match], **only("AE"))
    result = run_rule(tmp_path, made, {"AE": AE, "DM": DM})
    assert (result.rules[0].status, result.rules[0].reason) == (Status.NOT_RUN, reason)


def test_attributes_of_the_terms_of_a_package(tmp_path):
    ts = {"DOMAIN": ["TS"] * 2, "TSVALCD": ["C49488", "C1"], "TSVCDVER": ["2025-03-28"] * 2}
    ask = {"operator": "get_codelist_attributes", "name": "TSVALCD", "id": "$codes"}
    ask |= {"ct_attribute": "Term CCODE", "ct_version": "TSVCDVER"}
    made = rule(
        [{"name": "TSVALCD", "operator": "is_not_contained_by", "value": "$codes"}],
        ask,
        shows=["TSVALCD"],
    )
    found = run_rule(tmp_path, made, {"TS": ts}).findings
    assert [f.value for f in found] == ["C1"]
    other = run_rule(tmp_path, made, {"TS": {**ts, "TSVCDVER": ["1999-01-01"] * 2}})
    assert "terminology sdtmct-1999-01-01 is not held" in other.rules[0].reason
    made["Operations"][0]["ct_attribute"] = "colour"
    assert "known ct_attribute" in run_rule(tmp_path, made, {"TS": ts}).rules[0].reason


def test_a_terminology_package_that_is_not_held(tmp_path):
    made = rule(
        [{"name": "AETERM", "operator": "non_empty"}],
        {"id": "$x", "operator": "codelist_terms", "codelists": ["NY"]},
    )
    result = run_rule(tmp_path, made, {"AE": AE}, ct="sdtmct-1999-01-01")
    assert result.rules[0].reason == "codelist_terms: terminology sdtmct-1999-01-01 is not held"


def test_a_custom_domain_has_the_variables_of_its_class(checked):
    xx = {"DOMAIN": ["XX"], "USUBJID": ["1"], "XXTESTCD": ["A"]}
    made = rule(
        [{"name": "XXTESTCD", "operator": "non_empty"}],
        {"id": "$custom", "operator": "domain_is_custom"},
        {"id": "$label", "operator": "domain_label"},
        {"id": "$order", "operator": "get_model_column_order"},
        shows=["$custom", "$label", "$order"],
    )
    found = {name: value for *_, name, value in checked(made, {"XX": xx})}
    assert (found["$custom"], found["$label"]) == ("True", "")
    assert "XXORRES" in found["$order"]


def test_library_operations_need_the_standard_that_was_asked_for(tmp_path):
    made = rule(
        [{"name": "AETERM", "operator": "non_empty"}],
        {"id": "$r", "operator": "required_variables"},
    )
    result = run_rule(tmp_path, made, {"AE": AE}, standard="sendig", version="3.1")
    assert result.rules[0].reason == "required_variables: SENDIG 3.1 is not held"


def test_the_documented_operations_are_there():
    assert {"distinct", "dy", "record_count", "codelist_terms"} <= set(operations.known())
    assert len(operations.known()) > 45


def test_members_of_a_shown_list_that_are_variables_are_shown_too(checked):
    made = rule(
        [{"name": "AETERM", "operator": "equal_to", "value": "a"}],
        {"id": "$timing", "operator": "distinct", "domain": "TX", "name": "NAME"},
        shows=["AETERM", "$timing"],
        **only("AE"),
    )
    tx = {"DOMAIN": ["TX"] * 2, "NAME": ["AESTDY", "AEENDY"]}
    assert checked(made, {"AE": AE, "TX": tx}) == [
        ("AE", 1, "AETERM", "a"),
        ("AE", 1, "$timing", "['AESTDY', 'AEENDY']"),
        ("AE", 1, "AESTDY", "1.0"),
    ]


def test_variables_of_the_data_set_of_one_kind_come_in_standard_order(checked):
    def shown(operator):
        made = rule(
            [{"name": "AETERM", "operator": "equal_to", "value": "a"}],
            {"id": "$x", "operator": operator, "key_name": "role", "key_value": "Timing"},
            shows=["$x"],
            **only("AE"),
        )
        data = {**AE, "VISIT": ["x"] * 4, "AEDTC": ["2020"] * 4, "VISITNUM": [1] * 4}
        [text] = [value for *_, name, value in checked(made, {"AE": data}) if name == "$x"]
        return ast.literal_eval(text)

    held = ["VISITNUM", "VISIT", "AEDTC", "AESTDTC", "AESTDY"]
    assert shown("get_dataset_filtered_variables") == held
    timing = shown("get_column_order_from_library")
    assert [name for name in timing if name in held] == held
    assert "AETERM" not in timing
