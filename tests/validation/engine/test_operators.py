"""Operators, one condition at a time; expected rows are worked out by hand."""

from __future__ import annotations

import pytest

from validation.engine import operators
from validation.engine.view import NotRunError

A = {"A": ["x", "", "Y", "y"], "B": ["x", "", "y", None], "N": [1.0, None, 3.0, 8.55]}


@pytest.mark.parametrize(
    ("operator", "name", "value", "rows"),
    [
        ("exists", "A", None, [0, 1, 2, 3]),
        ("exists", "C", None, []),
        ("not_exists", "C", None, [0, 1, 2, 3]),
        ("not_exists", "A", None, []),
        ("empty", "A", None, [1]),
        ("non_empty", "A", None, [0, 2, 3]),
        ("empty", "N", None, [1]),
        ("empty", "C", None, []),
        ("non_empty", "C", None, []),
        ("equal_to", "A", "x", [0]),
        ("equal_to", "A", "B", [0]),
        ("not_equal_to", "A", "x", [1, 2, 3]),
        ("not_equal_to", "A", "B", [2, 3]),
        ("not_equal_to", "A", "RELREC.XXTERM", [0, 2, 3]),
        ("equal_to", "A", "RELREC.XXTERM", []),
        ("equal_to_case_insensitive", "A", "y", [2, 3]),
        ("equal_to_case_insensitive", "A", "B", [0, 2]),
        ("not_equal_to_case_insensitive", "A", "B", [3]),
        ("equal_to", "N", 8.549999999999999, [3]),
        ("equal_to", "N", "3", [2]),
        ("equal_to", "N", "three", []),
        ("less_than", "N", 3, [0]),
        ("less_than_or_equal_to", "N", 3, [0, 2]),
        ("greater_than", "N", 3, [3]),
        ("greater_than", "N", 8.549999999999999, []),
        ("greater_than_or_equal_to", "N", 8.550000000000001, [3]),
        ("greater_than", "N", "--NONE", []),
        ("less_than", "N", "--NONE", []),
        ("less_than_or_equal_to", "N", "--NONE", []),
        ("greater_than_or_equal_to", "N", "--NONE", []),
        ("less_than", "A", 3, []),
    ],
)
def test_presence_and_comparison(asked, operator, name, value, rows):
    assert asked(A, operator, name, value) == rows


def test_a_literal_is_never_a_variable(asked):
    data = {"A": ["B", "x"], "B": ["q", "x"]}
    assert asked(data, "equal_to", "A", "B", value_is_literal=True) == [0]
    assert asked(data, "equal_to", "A", "B") == [1]


def test_columns_of_numbers_and_text_compare_as_numbers(asked):
    data = {"T": ["1.0", "2", "x", ""], "N": [1.0, 3.0, 1.0, None]}
    assert asked(data, "equal_to", "T", "N") == [0]
    assert asked(data, "not_equal_to", "T", "N") == [1, 2]
    assert asked(data, "less_than", "T", "N") == [1]


def test_values_can_be_rounded_to_whole_numbers(asked):
    data = {"N": [1.4, 2.6], "M": [1.0, 2.0]}
    assert asked(data, "equal_to", "N", "M", round_values=True) == [0]


def test_a_variable_can_name_the_variable_to_compare_with(asked):
    data = {"IDVAR": ["S", "G", "Z"], "IDVARVAL": ["1", "2", "3"], "S": [1.0, 9, 9], "G": ["9"] * 3}
    options = {"value_is_reference": True, "type_insensitive": True}
    assert asked(data, "equal_to", "IDVARVAL", "IDVAR", **options) == [0]
    assert asked(data, "not_equal_to", "IDVARVAL", "IDVAR", **options) == [1, 2]


def test_type_insensitive_takes_trailing_zeros_from_text_as_well(asked):
    data = {"A": ["1.0", "2.50", "x", "3"], "B": ["1", "2.5", "X", "3.1"]}
    assert asked(data, "equal_to", "A", "B") == []
    assert asked(data, "equal_to", "A", "B", type_insensitive=True) == [0, 1]
    both = {"type_insensitive": True}
    assert asked(data, "not_equal_to_case_insensitive", "A", "B", **both) == [3]


def test_flags_compare_with_flags(asked):
    given = {"$custom": [True, True]}
    assert asked({"A": ["x", "y"]}, "equal_to", "$custom", True, results=given) == [0, 1]
    assert asked({"A": ["x", "y"]}, "equal_to", "$custom", False, results=given) == []


@pytest.mark.parametrize(
    ("operator", "value", "options", "rows"),
    [
        ("matches_regex", "^[A-Z]+$", {}, [0]),
        ("not_matches_regex", "^[A-Z]+$", {}, [1, 2]),
        ("matches_regex", "A", {}, [0, 2]),
        ("prefix_matches_regex", "^A$", {"prefix": 1}, [0, 2]),
        ("not_prefix_matches_regex", "^A$", {"prefix": 1}, [1, 3]),
        ("suffix_matches_regex", r"\d$", {"suffix": 1}, [2]),
        ("not_suffix_matches_regex", r"\d$", {"suffix": 1}, [0, 1, 3]),
        ("prefix_matches_regex", "AB", {"prefix": 0}, [0, 2]),
        ("starts_with", "AB", {}, [0, 2]),
        ("ends_with", "C", {}, [0]),
        ("ends_with", "S", {}, [0, 1]),
        ("prefix_equal_to", "AB", {"prefix": 2}, [0, 2]),
        ("prefix_not_equal_to", "AB", {"prefix": 2}, [1, 3]),
        ("suffix_equal_to", "B1", {"suffix": 2}, [2]),
        ("suffix_not_equal_to", "B1", {"suffix": 2}, [0, 1, 3]),
        ("longer_than", 2, {}, [0, 2]),
        ("longer_than_or_equal_to", 2, {}, [0, 1, 2]),
        ("shorter_than", 3, {}, [1]),
        ("shorter_than_or_equal_to", 3, {}, [0, 1, 2]),
        ("has_equal_length", "L", {}, [1]),
        ("has_not_equal_length", "L", {}, [0, 2, 3]),
        ("has_equal_length", 3, {}, [0, 2]),
        ("contains", "B", {}, [0, 2]),
        ("does_not_contain", "B", {}, [1, 3]),
        ("contains_case_insensitive", "b", {}, [0, 2]),
        ("does_not_contain_case_insensitive", "b", {}, [1, 3]),
        ("equals_string_part", "L", {"regex": ".(..)"}, []),
    ],
)
def test_text(asked, operator, value, options, rows):
    data = {"T": ["ABC", "de", "AB1", ""], "L": ["x", "yy", "xxxx", "z"], "S": ["C", "e", "2", ""]}
    assert asked(data, operator, "T", value, **options) == rows


def test_a_value_equals_the_only_member_of_a_collection(asked):
    given = {"$one": [("x",)] * 2, "$two": [("x", "y")] * 2}
    assert asked({"A": ["x", "y"]}, "equal_to", "A", "$one", results=given) == [0]
    assert asked({"A": ["x", "y"]}, "equal_to", "A", "$two", results=given) == []


def test_a_part_of_another_value(asked):
    data = {"RDOMAIN": ["AE", "LB"], "D": ["SUPPAE", "SUPPAE"]}
    assert asked(data, "equals_string_part", "RDOMAIN", "D", regex=".{4}(..).*") == [0]
    assert asked(data, "does_not_equal_string_part", "RDOMAIN", "D", regex=".{4}(..).*") == [1]


def test_text_compared_with_a_variable_that_is_absent_is_false(asked):
    for operator in ("starts_with", "has_equal_length", "prefix_equal_to", "contains"):
        assert asked(A, operator, "A", "--NONE") == []


def test_parts_around_a_separator(asked):
    data = {"D": ["2003-12-15/2003-12-20", "2003-12/2003-12-20", "2003", ""]}
    assert asked(data, "split_parts_have_equal_length", "D") == [0]
    assert asked(data, "split_parts_have_unequal_length", "D") == [1]


@pytest.mark.parametrize(
    ("operator", "value", "rows"),
    [
        ("is_contained_by", ["x", "Y"], [0, 2]),
        ("is_not_contained_by", ["x", "Y"], [1, 3]),
        ("is_not_contained_by", ["x", "Y", None], [3]),
        ("is_contained_by", "B", [0, 3]),
        ("is_contained_by_case_insensitive", ["X", "y"], [0, 2, 3]),
        ("is_not_contained_by_case_insensitive", ["X", "y"], [1]),
        ("contains_all", ["x", "Y"], [0, 1, 2, 3]),
        ("contains_all", ["x", "q"], []),
        ("not_contains_all", ["x", "q"], [0, 1, 2, 3]),
    ],
)
def test_membership(asked, operator, value, rows):
    assert asked(A, operator, "A", value) == rows


def test_membership_of_numbers_compares_numbers(asked):
    assert asked({"N": [1.0, 2.0, None]}, "is_contained_by", "N", [1, 3]) == [0]
    assert asked({"N": [1.0, 2.0, None]}, "is_not_contained_by", "N", ["1"]) == [1, 2]


def test_prefix_and_suffix_in_a_collection(asked):
    data = {"V": ["AETERM", "LBTEST"]}
    given = {"$list": [("AE", "XX"), ("AE", "XX")]}
    assert asked(data, "prefix_is_contained_by", "V", "$list", prefix=1, results=given) == []
    options = {"results": given}
    assert asked(data, "is_contained_by", "V", ["AETERM", "$list"], **options) == [0]
    assert asked(data, "prefix_is_not_contained_by", "V", "$list", prefix=2, **options) == [1]
    assert asked(
        {"V": ["FAAE", "FALB"]}, "suffix_is_contained_by", "V", "$list", suffix=2, **options
    ) == [0]
    assert asked(
        {"V": ["FAAE", "FALB"]}, "suffix_is_not_contained_by", "V", "$list", suffix=2, **options
    ) == [1]


def test_a_collection_per_record(asked):
    data = {"V": ["1", "2", ""]}
    given = {"$own": [("1", "2"), ("1",), ("1",)]}
    assert asked(data, "is_contained_by", "V", "$own", results=given) == [0]
    assert asked(data, "is_not_contained_by", "V", "$own", results=given) == [1, 2]
    assert asked(data, "contains", "$own", "2", results=given) == [0]
    assert asked(data, "does_not_contain", "$own", "V", results=given) == [1, 2]
    assert asked(data, "empty", "$own", results={"$own": [(), ("1",), ("1",)]}) == [0]


def test_collections_compare_with_collections(asked):
    given = {"$a": [("A", "B", "D")] * 2, "$b": [("D", "A")] * 2, "$c": [("Q",)] * 2}
    data = {"V": ["x", "y"]}

    def yes(operator, left, right):
        return asked(data, operator, left, right, results=given) == [0, 1]

    assert yes("shares_at_least_one_element_with", "$a", "$b")
    assert not yes("shares_exactly_one_element_with", "$a", "$b")
    assert yes("shares_no_elements_with", "$a", "$c")
    assert yes("contains_all", "$a", "$b")
    assert not yes("is_contained_by", "$a", "$b")
    assert yes("is_contained_by", "$b", "$a")
    assert yes("is_not_ordered_subset_of", "$b", "$a")
    assert not yes("is_ordered_subset_of", "$c", "$a")


def test_collections_that_differ_by_record(asked):
    given = {"$a": [("A", "B"), ("B", "A")], "$b": [("A", "B"), ("A", "B")]}
    data = {"V": ["x", "y"]}
    assert asked(data, "is_ordered_subset_of", "$a", "$b", results=given) == [0]
    assert asked(data, "shares_at_least_one_element_with", "$a", "$b", results=given) == [0, 1]


@pytest.mark.parametrize(
    ("operator", "rows"),
    [
        ("date_equal_to", [7]),
        ("date_not_equal_to", [0, 1, 2, 3]),
        ("date_greater_than", [0]),
        ("date_greater_than_or_equal_to", [0, 1, 3, 7]),
        ("date_less_than", [2]),
        ("date_less_than_or_equal_to", [1, 2, 3, 7]),
    ],
)
def test_dates_compare_at_the_precision_they_share(asked, operator, rows):
    data = {
        "D": ["2019", "2019-03-02T10:00", "2018-01", "2019", "x", "", "2019-01-01", "2019-04"],
        "E": ["2018-06-14", "2019-03-02", "2018-02-03", "2019-03-02", "2019", "", None, "2019-04"],
    }
    assert asked(data, operator, "D", "E") == rows
    assert asked(data, operator, "D", "--ABSENT") == []


def test_one_component_of_a_date(asked):
    data = {"D": ["2019-05-02", "2020", "2021-06"]}
    assert asked(data, "date_greater_than", "D", "2019", date_component="year") == [1, 2]
    assert asked(data, "date_equal_to", "D", "2000-05", date_component="month") == [0]


def test_auto_takes_the_precision_of_the_less_precise_date(asked):
    data = {"D": ["2019-05-02", "2019", "2021-06"]}
    assert asked(data, "date_equal_to", "D", "2019-05", date_component="auto") == [0, 1]
    assert asked(data, "date_not_equal_to", "D", "2019-05", date_component="auto") == [2]


def test_a_date_compares_with_the_only_member_of_a_collection(asked):
    given = {"$cut": [("2020-01-01",)] * 2}
    data = {"D": ["2020-01-02", "2019"]}
    assert asked(data, "date_greater_than", "D", "$cut", results=given) == [0]
    assert asked(data, "date_not_equal_to", "D", "$cut", results=given) == [0, 1]


def test_complete_and_valid_dates(asked):
    data = {"D": ["2019-02-28", "2019-02-30", "2019-02", "2019-02-28T25:00", "", "2019---04"]}
    assert asked(data, "is_complete_date", "D") == [0]
    assert asked(data, "is_incomplete_date", "D") == [1, 2, 3, 4, 5]
    assert asked(data, "invalid_date", "D") == [1, 3]


def test_an_interval_is_no_complete_date_and_a_blank_may_stand_before_the_time(asked):
    data = {"D": ["2019-02-28/2019-03-02", "2019-02-28 10:30:00", "2019-02-28T10", " 2019-02-28"]}
    assert asked(data, "is_complete_date", "D") == [1, 2]


def test_durations(asked):
    data = {"D": ["P3D", "-PT2H", "P", "PT", "3 days", "", "P2W", "P1Y2M3DT4H5M6.5S"]}
    assert asked(data, "invalid_duration", "D", negative=False) == [1, 2, 3, 4]
    assert asked(data, "invalid_duration", "D", negative=True) == [2, 3, 4]


def test_uniqueness(asked):
    data = {"S": [1.0, 1.0, 2.0, None, None], "U": ["a", "a", "a", "b", "b"], "V": list("pqrst")}
    assert asked(data, "is_not_unique_set", "S", "U") == [0, 1, 3, 4]
    assert asked(data, "is_unique_set", "S", ["U"]) == [2]
    assert asked(data, "is_not_unique_set", "S", ["U", "V", "NOT_THERE"]) == []
    keys = {"$key": [("S", "U")] * 5}
    assert asked(data, "is_not_unique_set", "$key", results=keys) == [0, 1, 3, 4]


def test_uniqueness_of_a_part_of_the_values(asked):
    data = {"D": ["2020-01-01T10:00", "2020-01-01T11:00", "2020-01"], "N": [1.0, 1.0, 1.0]}
    assert asked(data, "is_not_unique_set", "N", "D", regex=r"^\d{4}-\d{2}-\d{2}") == [0, 1]


def test_one_to_one(asked):
    data = {"C": ["A", "A", "B", "C", "", ""], "D": ["x", "y", "z", "z", "q", ""]}
    assert asked(data, "is_not_unique_relationship", "C", "D") == [0, 1, 2, 3]
    assert asked(data, "is_unique_relationship", "C", "D") == [4, 5]
    assert asked(data, "is_not_unique_relationship", "C", "ABSENT") == []


def test_inconsistency_is_of_the_minority_or_of_all(asked):
    data = {
        "U": ["mg", "mg", "g", "ml", "l", "kg"],
        "T": ["A", "A", "A", "B", "B", "C"],
    }
    assert asked(data, "is_inconsistent_across_dataset", "U", "T") == [2, 3, 4]
    assert asked(data, "is_inconsistent_across_dataset", "U", ["ABSENT"]) == []


def test_a_blank_is_no_value_where_blanks_do_not_count(asked):
    data = {"U": [1.0, 1.0, None, 1.0, 2.0, None, 3.0, None], "T": list("AAABBBCC")}
    said = "is_inconsistent_across_dataset"
    assert asked(data, said, "U", "T", blanks=False) == [3, 4]
    assert asked(data, said, "U", "T") == [2, 3, 4, 5, 6, 7]


def test_same_values(asked):
    assert asked({"V": ["a", "a"]}, "has_same_values", "V") == [0, 1]
    assert asked({"V": ["a", ""]}, "has_different_values", "V") == [0, 1]


def test_several_rows(asked):
    data = {"R": ["1", "1", "1", "2"], "U": ["a", "a", "b", "b"]}
    assert asked(data, "present_on_multiple_rows_within", "R", within="U") == [0, 1]
    assert asked(data, "not_present_on_multiple_rows_within", "R", within=["U"]) == [2, 3]
    assert asked(data, "present_on_multiple_rows_within", "R", 2) == [0, 1, 2]


def test_counts_of_references(asked):
    given = {"$n": [(("a", 2), ("b", 1))] * 3}
    data = {"V": ["a", "b", ""]}
    assert asked(data, "value_has_multiple_references", "V", "$n", results=given) == [0]
    assert asked(data, "value_does_not_have_multiple_references", "V", "$n", results=given) == [
        1,
        2,
    ]


SE = {
    "U": ["a", "a", "a", "b"],
    "ST": ["2020-01-01", "2020-03-01", "2020-02-01", "2020-01-01"],
    "EN": ["2020-02-01", "", "2020-02-15", ""],
    "SEQ": [1.0, 3.0, 2.0, 1.0],
}


def test_the_last_record_of_a_group(asked):
    data = {**SE, "EN": ["", "", "2020-02-15", ""]}
    assert asked(data, "empty_within_except_last_row", "EN", "U", ordering="ST") == [0]
    assert asked(data, "non_empty_within_except_last_row", "EN", "U", ordering="ST") == [2]


def test_the_next_record_of_a_group(asked):
    options = {"within": "U", "ordering": "SEQ"}
    assert asked(SE, "has_next_corresponding_record", "EN", "ST", **options) == [0]
    assert asked(SE, "does_not_have_next_corresponding_record", "EN", "ST", **options) == [2]
    assert asked(SE, "has_next_corresponding_record", "EN", "--X", **options) == []
    assert asked(SE, "has_next_corresponding_record", "EN", "ST", within="U") == []


def test_order_of_records(asked):
    data = {"U": ["a", "a", "b"], "S": [1.0, 2.0, 1.0]}
    assert asked(data, "is_ordered_set", "S", "U") == [0, 1, 2]
    assert asked(data, "is_not_ordered_set", "S") == [0, 1, 2]
    assert asked(data, "is_ordered_by", "U", order="asc") == [0, 1, 2]
    assert asked(data, "is_not_ordered_by", "U", order="dsc") == [0, 1, 2]


def test_target_sorted_by_other_variables(asked):
    spec = [{"name": "ST", "sort_order": "asc", "null_position": "last"}]
    good = {**SE, "SEQ": [1.0, 3.0, 2.0, 1.0]}
    assert asked(good, "target_is_not_sorted_by", "SEQ", spec, within="U") == []
    bad = {**SE, "SEQ": [1.0, 2.0, 3.0, 1.0]}
    assert asked(bad, "target_is_not_sorted_by", "SEQ", spec, within="U") == [1, 2]
    assert asked(bad, "target_is_sorted_by", "SEQ", spec, within="U") == [0, 3]
    assert asked(bad, "target_is_not_sorted_by", "SEQ", ["ABSENT"], within="U") == []
    down = [{"name": "ST", "order": "dsc", "null_position": "first"}]
    assert asked(SE, "target_is_not_sorted_by", "SEQ", down, within="U") == [0, 1]


def test_a_partial_date_that_overlaps_the_next_has_no_certain_place(asked):
    data = {"--STDTC": [], "AESTDTC": ["2005-10", "2005-10-08", "2005-11-01"], "S": [1.0, 2.0, 3.0]}
    del data["--STDTC"]
    spec = [{"name": "--STDTC", "sort_order": "asc"}]
    assert asked(data, "target_is_not_sorted_by", "S", spec) == [0, 1]


def test_enumerated_columns(asked):
    data = {"TSVAL": ["a", "", "a"], "TSVAL1": ["b", "b", ""], "TSVAL2": ["", "", "c"]}
    assert asked(data, "inconsistent_enumerated_columns", "TSVAL") == [1, 2]


def test_define_operators_need_a_define(asked):
    for operator in ("conformant_value_data_type", "non_conformant_value_length"):
        with pytest.raises(NotRunError, match="value-level"):
            asked(A, operator, "A")
    with pytest.raises(NotRunError, match=r"define\.xml"):
        asked(A, "references_correct_codelist", "A", "x")


def test_codelist_reference(asked):
    data = {"A": ["x", "y"], "define_variable_ccode": ["C1", "C2"]}
    assert asked(data, "references_correct_codelist", "A", "C1") == [0]
    assert asked(data, "does_not_reference_correct_codelist", "A", "C1") == [1]


def test_an_operator_and_its_complement_divide_the_records(asked):
    pairs = [("empty", "non_empty"), ("is_contained_by", "is_not_contained_by")]
    for yes, no in pairs:
        rows = asked(A, yes, "A", ["x"]) + asked(A, no, "A", ["x"])
        assert sorted(rows) == [0, 1, 2, 3]


def test_the_documented_operators_are_there():
    names = set(operators.known())
    assert {"equal_to", "is_not_unique_set", "target_is_not_sorted_by"} <= names
    assert len(names) > 85
