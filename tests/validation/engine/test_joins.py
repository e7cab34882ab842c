"""Records beside records of other data sets: keys, qualifiers, children, RELREC."""

from __future__ import annotations

from tests.validation.engine.small import AE, DM, SUPPAE, only, rule


def test_a_join_leaves_out_records_without_a_partner_unless_it_is_a_left_join(checked):
    check = [{"name": "RFSTDTC", "operator": "empty"}]
    inner = rule(check, matches=[{"Name": "DM", "Keys": ["USUBJID"]}], **only("AE"))
    assert checked(inner, {"DM": DM, "AE": AE}) == []
    left = rule(
        check, matches=[{"Name": "DM", "Keys": ["USUBJID"], "Join Type": "left"}], **only("AE")
    )
    assert checked(left, {"DM": DM, "AE": AE}) == [("AE", 4, "RFSTDTC", "")]


def test_a_name_with_its_data_set_is_the_joined_variable(checked):
    sv = {"DOMAIN": ["SV"], "USUBJID": ["1"], "EPOCH": ["A"]}
    se = {"DOMAIN": ["SE"] * 2, "USUBJID": ["1", "1"], "EPOCH": ["A", "B"]}
    made = rule(
        [{"name": "EPOCH", "operator": "not_equal_to", "value": "SE.EPOCH"}],
        shows=["EPOCH", "SE.EPOCH"],
        matches=[{"Name": "SE", "Keys": ["USUBJID"]}],
        **only("SV"),
    )
    assert checked(made, {"SV": sv, "SE": se}) == [
        ("SV", 1, "EPOCH", "A"),
        ("SV", 1, "SE.EPOCH", "B"),
    ]


def test_keys_may_have_two_names(checked):
    relsub = {"USUBJID": ["1"], "RSUBJID": ["2"], "SREL": ["x"]}
    made = rule(
        [{"name": "RFSTDTC", "operator": "is_incomplete_date"}],
        matches=[{"Name": "DM", "Keys": [{"Left": "RSUBJID", "Right": "USUBJID"}]}],
        **only("RELSUB"),
    )
    assert checked(made, {"RELSUB": relsub, "DM": DM}) == [("RELSUB", 1, "RFSTDTC", "2020-02")]


def test_a_record_with_the_same_values_is_reported_once(checked):
    ex = {"DOMAIN": ["EX"] * 3, "USUBJID": ["1"] * 3, "EXTRT": ["x"] * 3}
    made = rule(
        [{"name": "EXTRT", "operator": "equal_to", "value": "x"}],
        shows=["USUBJID"],
        matches=[{"Name": "EX", "Keys": ["USUBJID"]}],
        **only("DM"),
    )
    assert checked(made, {"DM": DM, "EX": ex}) == [("DM", 1, "USUBJID", "1")]


def test_supplemental_qualifiers_become_variables_of_their_parent(checked):
    made = rule(
        [{"name": "AESOSP", "operator": "non_empty"}],
        shows=["AETERM", "AESOSP"],
        matches=[{"Name": "SUPPAE", "Keys": ["USUBJID"]}],
        **only("AE"),
    )
    assert checked(made, {"AE": AE, "SUPPAE": SUPPAE}) == [
        ("AE", 2, "AETERM", "b"),
        ("AE", 2, "AESOSP", "death risk"),
    ]


def child(name):
    return {"Name": name, "Keys": ["USUBJID", "IDVAR", "IDVARVAL"], "Child": True}


def test_a_child_is_compared_with_the_record_that_it_points_to(checked):
    made = rule(
        [
            {
                "name": "IDVARVAL",
                "operator": "not_equal_to",
                "value": "IDVAR",
                "value_is_reference": True,
            }
        ],
        shows=["IDVARVAL"],
        matches=[child("SUPP--")],
        **only("SUPP--"),
    )
    assert checked(made, {"AE": AE, "SUPPAE": SUPPAE}) == [
        ("SUPPAE", 2, "IDVARVAL", "9"),
        ("SUPPAE", 3, "IDVARVAL", "1"),
    ]


def test_a_child_whose_parent_is_not_in_the_study_points_nowhere(checked):
    made = rule(
        [
            {
                "name": "IDVARVAL",
                "operator": "not_equal_to",
                "value": "IDVAR",
                "value_is_reference": True,
            }
        ],
        shows=["IDVARVAL"],
        matches=[child("CO")],
        **only("CO"),
    )
    co = {
        "DOMAIN": ["CO"] * 2,
        "RDOMAIN": ["AE", "XX"],
        "USUBJID": ["1", "1"],
        "IDVAR": ["AESEQ", "XXSEQ"],
        "IDVARVAL": ["1", "1"],
    }
    assert checked(made, {"AE": AE, "CO": co}) == [("CO", 2, "IDVARVAL", "1")]


def test_names_of_variables_count_when_the_data_set_of_their_record_has_them(checked):
    operation = {
        "id": "$variables",
        "operator": "distinct",
        "domain": "CO",
        "name": "IDVAR",
        "value_is_reference": True,
    }
    check = [{"name": "IDVAR", "operator": "is_not_contained_by", "value": "$variables"}]
    co = {
        "DOMAIN": ["CO"] * 4,
        "RDOMAIN": ["AE", "AE", "XX", "DM"],
        "IDVAR": ["AESEQ", "AEX", "XXSEQ", "AESEQ"],
    }
    dm = {"DOMAIN": ["DM"], "USUBJID": ["1"]}
    data = {"AE": AE, "DM": dm, "CO": co}
    made = rule(check, operation, shows=["IDVAR"], **only("CO"))
    assert checked(made, data) == [("CO", 2, "IDVAR", "AEX"), ("CO", 3, "IDVAR", "XXSEQ")]
    grouped = rule(check, {**operation, "group": ["RDOMAIN"]}, shows=["IDVAR"], **only("CO"))
    assert checked(grouped, data)[-1] == ("CO", 4, "IDVAR", "AESEQ")


def test_the_variables_of_the_parent(checked):
    made = rule(
        [{"name": "IDVAR", "operator": "is_not_contained_by", "value": "$variables"}],
        {
            "id": "$variables",
            "operator": "distinct",
            "domain": "SUPP--",
            "name": "IDVAR",
            "value_is_reference": True,
        },
        shows=["IDVAR"],
        matches=[child("SUPP--")],
        **only("SUPP--"),
    )
    assert checked(made, {"AE": AE, "SUPPAE": SUPPAE}) == [("SUPPAE", 3, "IDVAR", "AEX")]


FA = {
    "DOMAIN": ["FA"] * 3,
    "USUBJID": ["1", "1", "2"],
    "FASEQ": [1, 2, 1],
    "FAOBJ": ["b", "z", "c"],
    "FALNKID": ["L1", "L2", "L1"],
}


def test_records_that_relrec_relates(checked):
    relrec = {
        "RDOMAIN": ["AE", "FA", "AE", "FA"],
        "USUBJID": ["1"] * 4,
        "IDVAR": ["AESEQ", "FASEQ", "AESEQ", "FASEQ"],
        "IDVARVAL": ["2", "1", "1", "2"],
        "RELID": ["R1", "R1", "R2", "R2"],
    }
    made = rule(
        [{"name": "FAOBJ", "operator": "not_equal_to", "value": "RELREC.**TERM"}],
        shows=["FAOBJ", "RELREC.**TERM"],
        matches=[{"Name": "RELREC"}],
        **only("FA"),
    )
    assert checked(made, {"AE": AE, "FA": FA, "RELREC": relrec}) == [
        ("FA", 2, "FAOBJ", "z"),
        ("FA", 2, "RELREC.**TERM", "a"),
    ]


def test_data_sets_that_relrec_relates(checked):
    relrec = {
        "RDOMAIN": ["AE", "FA", "LB"],
        "USUBJID": ["", "", ""],
        "IDVAR": ["AELNKID", "FALNKID", "LBSEQ"],
        "IDVARVAL": ["", "", ""],
        "RELID": ["R1", "R1", "R1"],
    }
    ae = {**AE, "AELNKID": ["L1", "", "L1", "L1"]}
    made = rule(
        [{"name": "FAOBJ", "operator": "not_equal_to", "value": "RELREC.AETERM"}],
        shows=["FAOBJ", "RELREC.AETERM"],
        matches=[{"Name": "RELREC", "Wildcard": "AE"}],
        **only("FA"),
    )
    assert checked(made, {"AE": ae, "FA": FA, "RELREC": relrec}) == [
        ("FA", 1, "FAOBJ", "b"),
        ("FA", 1, "RELREC.AETERM", "a"),
    ]
