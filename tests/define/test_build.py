"""The builder: stable OIDs, order, keys, sharing, and what it refuses."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import define.build
from define import Analysed, CodeTerm, Condition, DefineBuilder
from define.oids import dataset_oid, made, variable_oid
from define.origins import assigned, collected, derived, predecessor, protocol
from specs.errors import BuildError


@pytest.fixture
def builder() -> DefineBuilder:
    b = DefineBuilder("S1", description="Study", protocol="P1", created="2026-01-31T00:00:00")
    ig = b.add_standard("SDTMIG", "3.4")
    b.add_dataset(
        "LB",
        "Laboratory",
        cls="FINDINGS",
        structure="One record per test",
        keys=["USUBJID", "LBTESTCD"],
        standard=ig,
    )
    b.add_variable("LB", "LBTESTCD", "Test", "text", length=8)
    b.add_variable("LB", "USUBJID", "Subject", "text", length=10)
    b.add_variable("LB", "LBORRES", "Result", "text", length=10)
    return b


def test_the_docstring_example_holds() -> None:
    assert doctest.testmod(define.build).failed == 0


@pytest.mark.parametrize(
    ("oid", "pattern"),
    [
        (dataset_oid("DM"), "IG.DM"),
        (variable_oid("DM", "USUBJID"), "IT.DM.USUBJID"),
        (made("CL", "SEX"), "CL.SEX"),
        (made("WC", "LB", "LBTESTCD.ALT"), "WC.LB.LBTESTCD.ALT"),
    ],
)
def test_oids_follow_the_documented_patterns(oid: str, pattern: str) -> None:
    assert oid == pattern


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_oids_are_short_safe_and_distinct(one: str, other: str) -> None:
    first, second = made("WC", one), made("WC", other)
    assert len(first) <= 103
    assert first.isascii()
    assert " " not in first
    assert (first == second) == (one == other)


def test_order_and_keys_come_from_the_calls(builder: DefineBuilder) -> None:
    refs = builder.build().metadata.datasets[0].items
    assert [r.order for r in refs] == ["1", "2", "3"]
    assert [r.key_sequence for r in refs] == ["2", "1", ""]


def test_a_value_level_row_has_item_list_and_where_clause(builder: DefineBuilder) -> None:
    where = (Condition("LBTESTCD", "EQ", ("ALT",)),)
    oid = builder.add_value_level("LB", "LBORRES", where, "ALT", "float", length=5, digits=1)
    body = builder.build().metadata
    assert oid == "IT.LB.LBORRES.LBTESTCD.ALT"
    assert body.value_lists[0].oid == "VL.LB.LBORRES"
    assert body.value_lists[0].items[0].where_clause_oids == ["WC.LB.LBTESTCD.ALT"]
    assert body.where_clauses[0].checks[0].item_oid == "IT.LB.LBTESTCD"


def test_one_selection_is_one_where_clause(builder: DefineBuilder) -> None:
    where = (Condition("LBTESTCD", "IN", ("ALT", "AST")), Condition("DM.SEX", "NE", ("F",)))
    first = builder.add_where("LB", where)
    assert builder.add_where("LB", where) == first
    clause = builder.build().metadata.where_clauses[0]
    assert [c.item_oid for c in clause.checks] == ["IT.LB.LBTESTCD", "IT.DM.SEX"]
    assert clause.checks[0].values == ["ALT", "AST"]


def test_decodes_make_a_decoded_list(builder: DefineBuilder) -> None:
    builder.add_codelist(
        "SEX", [CodeTerm("F", "Female", "C16576"), CodeTerm("X", extended=True)], code="C66731"
    )
    codelist = builder.build().metadata.codelists[0]
    assert [t.value for t in codelist.decoded] == ["F", "X"]
    assert codelist.decoded[1].extended == "Yes"
    assert codelist.is_non_standard == "Yes"
    assert codelist.aliases[0].name == "C66731"


def test_a_data_set_without_data_has_no_file(builder: DefineBuilder) -> None:
    builder.add_dataset(
        "MH", "History", cls="EVENTS", structure="One record", keys=[], has_no_data=True
    )
    dataset = builder.build().metadata.datasets[1]
    assert dataset.leaf is None
    assert dataset.archive_location_id == ""


def test_defining_twice_is_refused(builder: DefineBuilder) -> None:
    with pytest.raises(BuildError, match=r"DEF012 IT\.LB\.USUBJID is defined twice"):
        builder.add_variable("LB", "USUBJID", "Subject", "text", length=10)


def test_using_before_defining_is_refused(builder: DefineBuilder) -> None:
    with pytest.raises(BuildError, match="DEF012"):
        builder.add_variable("AE", "AETERM", "Term", "text", length=10)
    with pytest.raises(BuildError, match="DEF012"):
        builder.add_value_level(
            "LB", "LBSTRESC", [Condition("LBTESTCD", "EQ", ("A",))], "A", "text"
        )


def test_results_name_data_sets_variables_and_selection(builder: DefineBuilder) -> None:
    builder.add_display("T-1", "Table 1")
    where = (Condition("LBTESTCD", "EQ", ("ALT",)),)
    builder.add_result(
        "T-1", "R1", "Mean", reason="SPECIFIED IN SAP", purpose="PRIMARY OUTCOME MEASURE",
        inputs=[Analysed("LB", ("LBORRES",), where)], code="mean(x)",
    )  # fmt: skip
    result = builder.build().metadata.displays[0].results[0]
    assert result.oid == "AR.T-1.R1"
    assert result.inputs is not None
    assert result.inputs.datasets[0].variable_oids == ["IT.LB.LBORRES"]
    assert result.documentation is None


def test_a_blank_comment_is_no_comment(builder: DefineBuilder) -> None:
    assert builder.add_comment("LB", "") == ""
    assert builder.build().metadata.comments == []


def test_build_gives_either_version(builder: DefineBuilder) -> None:
    assert builder.build("2.0").metadata.standard_name_2_0 == "SDTM-IG"
    assert builder.build().version == "2.1"


def test_origins_in_the_terms_of_2_1() -> None:
    crf = collected([12, 3, 3])
    assert (crf.type, crf.source) == ("Collected", "Investigator")
    assert crf.documents[0].pages[0].pages == "3 12"
    assert collected(source="Vendor").documents == []
    assert [o.type for o in (derived(), assigned(), protocol())] == [
        "Derived",
        "Assigned",
        "Protocol",
    ]
    assert predecessor("DM.AGE").description[0].text == "DM.AGE"


@pytest.mark.parametrize(("purpose", "product"), [("Analysis", "ADaM"), ("Tabulation", "SDTM")])
def test_documents_of_both_kinds_have_oids_of_their_own(purpose: str, product: str) -> None:
    b = DefineBuilder("S", description="d", protocol="p", created="2026-01-31T00:00:00")
    b.add_dataset("A", "A", cls="EVENTS", structure="s", keys=[], purpose=purpose)
    define = b.build()
    assert define.file_oid == f"DEFINE.S.{product}"
    assert define.metadata.oid == f"MDV.S.{product}"
    assert define.metadata.description == f"Data definitions for {product} of study S"
    assert define.metadata.datasets[0].domain == ("" if purpose == "Analysis" else "A")
