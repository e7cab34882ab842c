"""Operators and operations as the Open Rules document them; expectations worked out by hand."""

from __future__ import annotations

from ast import literal_eval

import pytest

from tests.validation.engine.small import AE, DM, only, rule
from validation.engine.operators.title_case import in_title_case


def test_auto_takes_dates_that_agree_as_far_as_both_go_for_the_same(asked):
    data = {
        "D": ["2019", "2019-03-02T10:00", "2018-01", "x", "2019-04"],
        "E": ["2019-05-04", "2019-03-02", "2018-02", "2019", "2019-03-09"],
    }
    assert asked(data, "date_equal_to", "D", "E", date_component="auto") == [0, 1]
    assert asked(data, "date_greater_than_or_equal_to", "D", "E", date_component="auto") == [
        0,
        1,
        4,
    ]
    assert asked(data, "date_less_than", "D", "E", date_component="auto") == [2]


def test_inconsistency_of_a_part_of_the_values(asked):
    data = {"T": ["2020-01-01T10", "2020-01-01T12", "2020-01-02", "2020-01-01"], "S": ["a"] * 4}
    found = asked(data, "is_inconsistent_across_dataset", "T", "S", regex=r"^(\d{4}-\d\d-\d\d)")
    assert found == [2]
    whole = asked(data, "is_inconsistent_across_dataset", "T", "S", regex=r"\d{4}")
    assert whole == []
    assert asked(data, "is_inconsistent_across_dataset", "T", "S", regex="nothing") == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Laboratory Test Results", True),
        ("Date of Birth", True),
        ("Date Of Birth", False),
        ("Laboratory test Results", False),
        ("the Trial", False),
        ("A Study of eGFR and IgG in 2nd Visit", True),
        ("Start/End Date", True),
        ("Follow-up Visit", False),
        ("Follow-Up Visit", True),
        ("Point-of-Care Test", True),
        ("Subject ID", True),
        ("Study Day of Start (Baseline)", True),
        ("Study Day of Start (baseline)", False),
        ("Trial: the Beginning", False),
        ("Trial: The Beginning", True),
    ],
)
def test_title_case(text, answer):
    assert in_title_case(text) is answer


def test_a_blank_is_in_title_case(asked):
    data = {"L": ["Start Date", "start date", "", None]}
    assert asked(data, "is_title_case", "L") == [0, 2, 3]
    assert asked(data, "is_not_title_case", "L") == [1]


def _listed(checked, *ops, data=None, about="AE"):
    """What the operations give, as it is shown on the first record."""
    made = rule(
        [{"name": "DOMAIN", "operator": "non_empty"}],
        *ops,
        shows=[each["id"] for each in ops],
        **only(about),
    )
    found = checked(made, data or {"DM": DM, "AE": AE})
    return {name: value for _, record, name, value in found if record == 1}


def _map(name, *members):
    return {"id": name, "operator": "map", "map": [{"output": list(members)}]}


def test_the_required_and_expected_variables_come_in_the_order_of_the_guide(checked):
    shown = _listed(checked, {"id": "$r", "operator": "required_expected_variables"}, about="DM")
    assert shown["$r"].startswith("['STUDYID', 'DOMAIN', 'USUBJID', 'SUBJID', 'RFSTDTC'")
    assert "'BRTHDTC'" not in shown["$r"]


def test_domains_of_the_guide(checked):
    shown = _listed(
        checked,
        {"id": "$all", "operator": "standard_domains"},
        {"id": "$td", "operator": "get_library_class_domains", "domain_class": "TRIAL DESIGN"},
        {"id": "$any", "operator": "get_library_class_domains"},
    )
    assert shown["$all"].startswith("['AE', 'AG', 'BE'")
    assert sorted(literal_eval(shown["$td"])) == ["TA", "TD", "TE", "TI", "TM", "TS", "TV"]
    assert sorted(literal_eval(shown["$any"])) == literal_eval(shown["$all"])


@pytest.mark.parametrize(("parent", "custom"), [("AE", "False"), ("XX", "True")])
def test_the_parent_of_qualifiers_may_be_custom(checked, parent, custom):
    name = f"SUPP{parent}"
    made = rule(
        [{"name": "QNAM", "operator": "non_empty"}],
        {"id": "$c", "operator": "related_domain_is_custom"},
        shows=["$c"],
    )
    data = {name: {"RDOMAIN": [parent], "USUBJID": ["1"], "QNAM": ["A"]}}
    assert checked(made, data) == [(name, 1, "$c", custom)]


def test_a_data_set_about_others_has_no_domain(checked):
    relrec = {"RDOMAIN": ["AE", "XX", "None"], "USUBJID": ["1"] * 3}
    made = rule(
        [{"name": "RDOMAIN", "operator": "is_not_contained_by", "value": "$d"}],
        {"id": "$d", "operator": "study_domains"},
        shows=["RDOMAIN", "$d"],
    )
    found = checked(made, {"AE": AE, "RELREC": relrec})
    assert found == [
        ("RELREC", 2, "RDOMAIN", "XX"),
        ("RELREC", 2, "$d", "[None, 'AE']"),
        ("RELREC", 3, "RDOMAIN", "None"),
        ("RELREC", 3, "$d", "[None, 'AE']"),
    ]


def test_one_list_without_another(checked):
    minus = {"operator": "minus", "name": "$have", "subtract": "$away"}
    shown = _listed(
        checked,
        {"id": "$have", "operator": "get_column_order_from_dataset"},
        {"id": "$away", "operator": "distinct", "domain": "TS", "name": "TSVAL"},
        {"id": "$any", "order_insensitive": True, **minus},
        {"id": "$ordered", **minus},
        {"id": "$all", "operator": "minus", "name": "$have"},
        data={
            "AE": {"DOMAIN": ["AE"], "A": ["1"], "B": ["2"], "C": ["3"]},
            "TS": {"TSVAL": ["C", "A", "Z"]},
        },
    )
    assert shown["$any"] == "['DOMAIN', 'B']"
    assert shown["$ordered"] == "['DOMAIN', 'A', 'B']"
    assert shown["$all"] == "['DOMAIN', 'A', 'B', 'C']"


def test_a_text_taken_apart(checked):
    made = rule(
        [{"name": "$parts", "operator": "contains", "value": "B", "value_is_literal": True}],
        {"id": "$parts", "operator": "split_by", "name": "AETERM", "delimiter": ";"},
        shows=["$parts"],
    )
    ae = {"DOMAIN": ["AE"] * 3, "AETERM": ["A;B", "AB", ""]}
    assert checked(made, {"AE": ae}) == [("AE", 1, "$parts", "['A', 'B']")]


def test_a_prefix_in_a_filter(checked):
    made = rule(
        [{"name": "$n", "operator": "equal_to", "value": 2}],
        {
            "id": "$n",
            "operator": "record_count",
            "domain": "TS",
            "filter": {"TSPARMCD": "RACE&"},
        },
        shows=["$n"],
        **only("DM"),
    )
    ts = {"TSPARMCD": ["RACE1", "AGE", "RACE2"]}
    assert checked(made, {"DM": DM, "TS": ts}) == [("DM", 1, "$n", "2"), ("DM", 2, "$n", "2")]


def test_a_variable_that_is_asked_to_be_absent_is_shown(checked):
    made = {
        "Sensitivity": "Dataset",
        "Check": {
            "all": [
                {"name": "AESEQ", "operator": "exists"},
                {"name": "AEPRESP", "operator": "not_exists"},
            ]
        },
    }
    assert checked(made, {"AE": AE}) == [
        ("AE", None, "AESEQ", "1.0"),
        ("AE", None, "AEPRESP", "Not in dataset"),
    ]


@pytest.mark.parametrize("ct", ["2025-03-28", "sdtmct-2025-03-28"])
def test_terminology_is_named_by_its_package_or_its_date(checked, ct):
    made = rule(
        [{"name": "SEX", "operator": "is_not_contained_by", "value": "$sex"}],
        {
            "id": "$sex",
            "operator": "codelist_terms",
            "codelists": ["SEX"],
            "level": "term",
            "returntype": "value",
        },
        shows=["SEX"],
    )
    dm = {"DOMAIN": ["DM", "DM"], "SEX": ["M", "MALE"]}
    assert checked(made, {"DM": dm}, ct=ct) == [("DM", 2, "SEX", "MALE")]


@pytest.mark.parametrize(
    ("operator", "name", "found"),
    [
        ("exists", "AESEQ", True),
        ("exists", "AESPID", False),
        ("exists", "variable_name", True),
        ("not_exists", "--SEQ", False),
        ("not_exists", "AESPID", True),
    ],
)
def test_a_table_of_metadata_knows_the_variables_it_is_about(checked, operator, name, found):
    made = {
        "Rule Type": "Variable Metadata Check",
        "Sensitivity": "Dataset",
        "Check": {"all": [{"name": name, "operator": operator}]},
    }
    assert bool(checked(made, {"AE": AE})) is found
