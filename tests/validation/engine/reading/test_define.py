"""Rules about a define.xml, on a small one written by hand and on CDISC's own."""

from __future__ import annotations

import textwrap

import pandas as pd
import pytest

from tests.validation.engine.conftest import run_rule
from validation.engine.reading.define_source import read_define

XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1"
     xmlns:xlink="http://www.w3.org/1999/xlink">
 <Study OID="S"><MetaDataVersion OID="M" Name="M">
  <def:ValueListDef OID="VL"><ItemRef ItemOID="IT.V1" Mandatory="Yes" OrderNumber="1">
   <def:WhereClauseRef WhereClauseOID="WC"/></ItemRef></def:ValueListDef>
  <def:WhereClauseDef OID="WC">
   <RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.TESTCD">
    <CheckValue>GLUC</CheckValue></RangeCheck>
   <RangeCheck Comparator="NOTIN" SoftHard="Soft" def:ItemOID="IT.TESTCD">
    <CheckValue>X</CheckValue></RangeCheck>
  </def:WhereClauseDef>
  <ItemGroupDef OID="IG.LB" Name="LB" Domain="LB" def:Structure="one per result"
   def:ArchiveLocationID="LF">
   <Description><TranslatedText>Laboratory</TranslatedText></Description>
   <ItemRef ItemOID="IT.TESTCD" OrderNumber="1" Mandatory="Yes" KeySequence="1" Role="Topic"/>
   <ItemRef ItemOID="IT.ORRES" OrderNumber="2" Mandatory="No"/>
   <ItemRef ItemOID="IT.LOST" OrderNumber="3" Mandatory="No" def:HasNoData="Yes"/>
   <def:Class Name="FINDINGS"><def:SubClass Name="SUB"/></def:Class>
   <def:leaf ID="LF" xlink:href="lb.xpt"><def:title>lb.xpt</def:title></def:leaf>
  </ItemGroupDef>
  <ItemGroupDef OID="IG.EX" Name="EX" Domain="EX" def:HasNoData="No"/>
  <ItemDef OID="IT.TESTCD" Name="LBTESTCD" DataType="text" Length="8" def:CommentOID="C">
   <Description><TranslatedText>Test  Code</TranslatedText></Description>
   <CodeListRef CodeListOID="CL"/><def:Origin Type="Collected"/></ItemDef>
  <ItemDef OID="IT.ORRES" Name="LBORRES" DataType="text" Length="20">
   <def:ValueListRef ValueListOID="VL"/></ItemDef>
  <ItemDef OID="IT.LOST" Name="LBLOST" DataType="text" Length="5"/>
  <ItemDef OID="IT.V1" Name="LBORRES" DataType="integer" Length="2"/>
  <CodeList OID="CL" Name="Test" DataType="text">
   <CodeListItem CodedValue="GLUC"><Decode><TranslatedText>Glucose</TranslatedText></Decode>
    <Alias Context="nci:ExtCodeID" Name="C105585"/></CodeListItem>
   <EnumeratedItem CodedValue="ALT"/>
   <Alias Context="nci:ExtCodeID" Name="C65047"/></CodeList>
 </MetaDataVersion></Study></ODM>
"""
LB = {"LBTESTCD": ["GLUC", "GLUC", "ALT", "BAD"], "LBORRES": ["5", "5.5", "xxx", "high"]}


@pytest.fixture
def define(tmp_path):
    path = tmp_path / "define.xml"
    path.write_text(textwrap.dedent(XML), "utf-8")
    return path


def found(folder, kind, check, shows, define, **more):
    made = {
        "Rule Type": kind,
        "Check": {"all": check},
        "Outcome": {"Message": "m", "Output Variables": shows},
        **more,
    }
    data = pd.DataFrame(LB)
    data.attrs["label"] = "Lab Tests"
    result = run_rule(folder, made, {"LB": data}, define=define)
    assert result.rules[0].reason == ""
    return [(f.dataset, f.record, f.variable, f.value) for f in result.findings]


def test_variables_of_the_define(tmp_path, define):
    check = [{"name": "define_variable_has_codelist", "operator": "equal_to", "value": True}]
    shows = [
        "define_variable_name",
        "define_variable_label",
        "define_variable_codelist_coded_codes",
    ]
    assert found(tmp_path, "Define Item Metadata Check", check, shows, define) == [
        ("LB", 1, "define_variable_name", "LBTESTCD"),
        ("LB", 1, "define_variable_label", "Test Code"),
        ("LB", 1, "define_variable_codelist_coded_codes", "['C105585']"),
    ]


def test_variables_of_the_define_and_the_library(tmp_path, define):
    check = [{"name": "library_variable_core", "operator": "equal_to", "value": "Exp"}]
    kind = "Define Item Metadata Check against Library Metadata"
    assert found(tmp_path, kind, check, ["define_variable_name"], define) == [
        ("LB", 2, "define_variable_name", "LBORRES")
    ]


def test_variables_of_data_and_define(tmp_path, define):
    check = [{"name": "variable_name", "operator": "not_equal_to", "value": "define_variable_name"}]
    for kind in (
        "Variable Metadata Check against Define XML",
        "Variables Metadata Check against Define XML and Library Metadata",
    ):
        assert found(tmp_path, kind, check, ["variable_name", "define_variable_name"], define) == [
            ("LB", 3, "variable_name", ""),
            ("LB", 3, "define_variable_name", "LBLOST"),
        ]


def test_the_data_set_and_the_define(tmp_path, define):
    check = [{"name": "dataset_label", "operator": "not_equal_to", "value": "define_dataset_label"}]
    shows = ["define_dataset_label", "define_dataset_location", "define_dataset_key_sequence"]
    assert found(tmp_path, "Dataset Metadata Check against Define XML", check, shows, define) == [
        ("LB", 1, "define_dataset_label", "Laboratory"),
        ("LB", 1, "define_dataset_location", "lb.xpt"),
        ("LB", 1, "define_dataset_key_sequence", "['LBTESTCD']"),
    ]


def test_values_and_the_codelist_of_their_variable(tmp_path, define):
    check = [
        {"name": "define_variable_has_codelist", "operator": "equal_to", "value": True},
        {
            "name": "variable_value",
            "operator": "is_not_contained_by",
            "value": "define_variable_codelist_coded_values",
        },
    ]
    shows = ["variable_name", "variable_value"]
    assert found(tmp_path, "Value Check against Define XML Variable", check, shows, define) == [
        ("LB", 4, "variable_name", "LBTESTCD"),
        ("LB", 4, "variable_value", "BAD"),
    ]


def test_values_and_value_level_metadata(tmp_path, define):
    check = [{"name": "type_check", "operator": "equal_to", "value": False}]
    kind = "Value Check against Define XML VLM"
    assert found(tmp_path, kind, check, ["variable_value", "define_vlm_data_type"], define) == [
        ("LB", 2, "variable_value", "5.5"),
        ("LB", 2, "define_vlm_data_type", "integer"),
    ]


@pytest.mark.parametrize(
    ("operator", "records"),
    [
        ("non_conformant_value_data_type", [2]),
        ("conformant_value_data_type", [1]),
        ("non_conformant_value_length", [2]),
        ("conformant_value_length", [1]),
    ],
)
def test_records_and_value_level_metadata(tmp_path, define, operator, records):
    check = [{"name": "LBORRES", "operator": operator}]
    kind = "Value Level Metadata Check against Define XML"
    rows = found(tmp_path, kind, check, ["LBORRES"], define)
    assert [record for _, record, *_ in rows] == records


def test_records_and_the_keys_of_the_define(tmp_path, define):
    check = [{"name": "define_dataset_key_sequence", "operator": "is_not_unique_set"}]
    kind = "Dataset Contents Check against Define XML"
    rows = found(tmp_path, kind, check, ["LBTESTCD"], define)
    assert rows == [("LB", 1, "LBTESTCD", "GLUC"), ("LB", 2, "LBTESTCD", "GLUC")]


def test_data_sets_of_the_define_that_were_not_submitted(tmp_path, define):
    check = [
        {"name": "define_dataset_has_no_data", "operator": "equal_to", "value": False},
        {"name": "filename", "operator": "empty"},
    ]
    kind = "Domain Presence Check against Define XML"
    rows = found(tmp_path, kind, check, ["define_dataset_name", "EX"], define, Sensitivity="Study")
    assert rows == [
        ("STUDY", None, "define_dataset_name", "EX"),
        ("STUDY", None, "EX", "Not in dataset"),
    ]


def test_one_attribute_of_a_variable(tmp_path, define):
    check = [{"name": "$role", "operator": "equal_to", "value": "Topic"}]
    ask = {
        "operator": "define_variable_metadata",
        "attribute_name": "define_variable_role",
        "id": "$role",
    }
    rows = found(
        tmp_path, "Record Data", check, ["$role"], define, Operations=[ask | {"name": "LBTESTCD"}]
    )
    assert len(rows) == 4
    every = [{"name": "$role", "operator": "non_empty"}]
    rows = found(tmp_path, "Record Data", every, ["$role"], define, Operations=[ask])
    assert "('LBTESTCD', 'Topic')" in rows[0][3]


def test_a_data_set_that_the_define_does_not_describe(tmp_path, define):
    made = {
        "Rule Type": "Define Item Metadata Check",
        "Check": {"all": [{"name": "define_variable_name", "operator": "empty"}]},
    }
    result = run_rule(tmp_path, made, {"ZZ": LB}, define=define)
    assert result.rules[0].reason == "the define.xml does not describe ZZ"


def test_a_broken_define_is_one_finding_and_other_rules_run(tmp_path):
    path = tmp_path / "define.xml"
    path.write_text("<ODM><Study>")
    made = {"Check": {"all": [{"name": "LBTESTCD", "operator": "equal_to", "value": "BAD"}]}}
    result = run_rule(tmp_path, made, {"LB": LB}, define=path)
    assert [f.rule for f in result] == ["VAL016", "T1"]
    path.write_text("<ODM/>")
    assert [f.rule for f in run_rule(tmp_path, made, {"LB": LB}, define=path)] == ["VAL016", "T1"]


def test_no_entity_of_a_define_is_resolved(tmp_path):
    path = tmp_path / "define.xml"
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = f'<!DOCTYPE ODM [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    path.write_text(XML.replace("<ODM", f"{head}<ODM", 1).replace("Laboratory", "&e;"), "utf-8")
    problems = []
    define = read_define(path, problems)
    assert "secret" not in str(define)


def test_cdisc_examples_are_read(shared):
    files = sorted((shared / "define-examples").rglob("*.xml"))
    for path in files:
        define = read_define(path, [])
        if define is None:
            continue
        assert define.datasets
        named = [row["define_dataset_name"] for row in define.datasets]
        assert all(define.variables(name) for name in named if name)
    assert files


def test_where_clauses_compare_numbers(define):
    from validation.engine.columns import Column
    from validation.engine.reading.define_types import _holds

    column = Column.from_series(pd.Series([1.0, 2.0, 3.0]))
    answers = {c: _holds(column, c, ("2",)).tolist() for c in ("LT", "LE", "GT", "GE", "??")}
    assert answers["LT"] == [True, False, False]
    assert answers["LE"] == [True, True, False]
    assert answers["GT"] == [False, False, True]
    assert answers["GE"] == [False, True, True]
    assert answers["??"] == [False, False, False]
