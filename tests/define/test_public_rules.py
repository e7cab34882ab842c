"""Defects as the public rules of Pinnacle 21 and PMDA describe them: ours finds each of them.

The numbers and what they are about are public; the edits follow their descriptions, not our checks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from define import run_checks
from define.checks import CHECKS
from define.checks.public import PUBLIC
from define.origins import page_refs
from specs import all_codes
from tests.define import sample
from tests.define.seeded import codelist, group, item, ref
from tests.define.spoiling import HEAD, D, Seed, documents

Edit = Callable[[Seed], Any]
SDTM: dict[str, Edit] = {
    "DD0025": lambda s: s.put(f"{codelist('MEDDRA')}/o:ExternalCodeList", "Version", "28"),
    "DD0024": lambda s: s.put(f"{codelist('AESEV')}/o:EnumeratedItem", "CodedValue", "TERRIBLE"),
    "DD0028": lambda s: s.put(f"{codelist('SEX')}/o:CodeListItem/o:Alias", "Name", "C20197"),
    "DD0032": lambda s: s.drop(f"{codelist('SEX')}/o:CodeListItem/o:Alias"),
    "DD0040": lambda s: s.drop(ref("TS.TSPARMCD"), "KeySequence"),
    "DD0045": lambda s: s.drop(group("LB"), "Domain"),
    "DD0047": lambda s: s.drop(group("LB"), "SASDatasetName"),
    "DD0049": lambda s: s.put(group("LB"), "Domain", "VS"),
    "DD0063": lambda s: s.put(group("LB"), "Domain", "AE"),
    "DD0069": lambda s: s.put(item("AE.AETERM"), "SignificantDigits", "2"),
    "DD0070": lambda s: s.drop(item("AE.AETERM"), "SASFieldName"),
    "DD0076": lambda s: s.put(f"{codelist('COLOR')}/o:EnumeratedItem", "Rank", "1"),
    "DD0077": lambda s: s.drop(f"{codelist('COLOR')}/o:EnumeratedItem", "OrderNumber"),
    "DD0127": lambda s: s.drop(codelist("AESEV"), "def:StandardOID"),
    "DD0133": lambda s: s.drop(group("MH"), "def:CommentOID"),
    "DD0134": lambda s: s.put(ref("DM.AGE"), "def:HasNoData", "Yes"),
    "DD0138": lambda s: s.put(codelist("SEX"), "def:StandardOID", "STD.NONE"),
    "OD0078": lambda s: s.put(codelist("AESEV"), "SASFormatName", "AESEV"),
}
ADAM: dict[str, Edit] = {
    "DD0046": lambda s: s.put(group("ADSL"), "Domain", "ADSL"),
    "DD0093": lambda s: s.put("arm:AnalysisResult", "ParameterOID", "IT.ADSL.USUBJID"),
    "DD0096": lambda s: s.every("arm:AnalysisVariable"),
    "DD0098": lambda s: s.drop("arm:ProgrammingCode", "Context"),
    "DD0069": lambda s: s.put(item("ADSL.TRTSDT"), "SignificantDigits", "0"),
}


@pytest.fixture(scope="module")
def samples() -> dict[str, tuple[bytes, Any]]:
    return documents()


def found(kind: str, edit: Edit, samples: dict[str, tuple[bytes, Any]], folder: Path) -> set[str]:
    make = sample.sdtm_define if kind == "sdtm" else sample.adam_define
    path = sample.write_study(folder, make())
    text, data = samples[kind]
    tree = etree.fromstring(text)
    seed = Seed(tree, data(), folder)
    edit(seed)
    path.write_bytes(HEAD + etree.tostring(tree, encoding="UTF-8"))
    return {f.rule for f in run_checks(path).findings}


@pytest.mark.parametrize("number", sorted(SDTM))
def test_a_defect_of_the_public_rule_is_found(
    number: str, samples: dict[str, tuple[bytes, Any]], tmp_path: Path
) -> None:
    assert found("sdtm", SDTM[number], samples, tmp_path) & set(PUBLIC[number])


@pytest.mark.parametrize("number", sorted(ADAM))
def test_a_defect_of_the_public_rule_is_found_in_analysis_data(
    number: str, samples: dict[str, tuple[bytes, Any]], tmp_path: Path
) -> None:
    assert found("adam", ADAM[number], samples, tmp_path) & set(PUBLIC[number])


def test_an_origin_that_differs_from_the_value_level_is_dd0074(
    samples: dict[str, tuple[bytes, Any]], tmp_path: Path
) -> None:
    def edit(s: Seed) -> None:
        origin = etree.SubElement(s.one(item("SUPPAE.QVAL")), f"{D}Origin", Type="Assigned")
        origin.set("Source", "Sponsor")
        origin.addnext(s.one(f"{item('SUPPAE.QVAL')}/def:ValueListRef"))

    assert "DEF189" in found("sdtm", edit, samples, tmp_path)


@pytest.mark.parametrize(
    ("kind", "edit", "code"),
    [
        (
            "adam",
            lambda s: s.put(f"{group('ADSL')}/def:Class", "Name", "BASIC DATA STRUCTURE"),
            "DEF139",
        ),
        ("sdtm", lambda s: s.put(ref("AE.AETERM"), "def:IsNonStandard", "Yes"), "DEF138"),
        ("sdtm", lambda s: s.put(ref("AE.AETERM"), "Role", "Identifier"), "DEF159"),
    ],
)
def test_what_contradicts_the_guide(
    kind: str, edit: Edit, code: str, samples: dict[str, tuple[bytes, Any]], tmp_path: Path
) -> None:
    assert code in found(kind, edit, samples, tmp_path)


def assigned_day(s: Seed) -> None:
    """DM.RFSTDTC, which is derived by a method, as a study day that is assigned."""
    s.put(item("DM.RFSTDTC"), "Name", "DMDY")
    s.put(f"{item('DM.RFSTDTC')}/def:Origin", "Type", "Assigned")


def duplicate(s: Seed) -> None:
    term = s.one(f"{codelist('SEX')}/o:CodeListItem[1]")
    term.addnext(copy.deepcopy(term))


@pytest.mark.parametrize(
    ("edit", "code", "not_too"),
    [
        (lambda s: s.put(group("LB"), "Domain", "VS"), "DEF147", {"DEF148"}),
        (lambda s: s.every(f"{group('LB')}/def:leaf"), "DEF242", {"DEF117"}),
        (assigned_day, "DEF196", {"DEF188"}),
        (lambda s: s.put(f"{item('DM.SEX')}/def:Origin", "Type", "Guessed"), "DEF181", {"DEF197"}),
        (duplicate, "DEF133", {"DEF203"}),
    ],
)
def test_one_defect_is_said_once(
    edit: Edit,
    code: str,
    not_too: set[str],
    samples: dict[str, tuple[bytes, Any]],
    tmp_path: Path,
) -> None:
    rules = found("sdtm", edit, samples, tmp_path)
    assert code in rules
    assert not rules & not_too


def test_every_number_leads_to_a_code_that_exists() -> None:
    codes = all_codes()
    assert all(ours in codes for numbers in PUBLIC.values() for ours in numbers)
    assert {c for numbers in PUBLIC.values() for c in numbers if c > "DEF1"} <= set(CHECKS)


def test_nonclinical_origins_are_its_own(tmp_path: Path) -> None:
    """SEND: origins in capitals in 2.0, no pages and no annotated CRF in either version."""
    from define import read_define, to_version, write_define

    define = sample.sdtm_define()
    define.metadata.standards[0].name = "SENDIG"
    define.metadata.standards[0].version = "3.1.1"
    define.metadata.standards[1].publishing_set = "SEND"
    for one in define.metadata.items:
        for origin in one.origins:
            origin.documents = []
    define.metadata.annotated_crf = []
    about_origins = {"DEF181", "DEF182", "DEF183", "DEF187", "DEF188", "DEF244"}
    newer = write_define(define, tmp_path / "a.xml")
    assert not about_origins & {f.rule for f in run_checks(newer).findings}
    old = write_define(to_version(define, "2.0").define, tmp_path / "b.xml")
    types = {o.type for i in read_define(old).define.metadata.items for o in i.origins}
    assert {"COLLECTED", "DERIVED"} <= types
    send_only = [f.message for f in run_checks(old).findings if f.rule == "DEF181"]
    assert all("COLLECTED" not in m and "DERIVED" not in m for m in send_only)
    assert page_refs("LF.acrf", []) == []


@pytest.mark.parametrize("name", ["CDISC ADaM", "ADaM-IG", "ADaM", "CDISC_ADaM"])
def test_a_standard_is_known_by_its_other_names(name: str) -> None:
    from define.guide_names import guide_name, is_adam, old_guide_name

    assert guide_name(name) == "ADaMIG"
    assert is_adam(name)
    assert old_guide_name("ADaMIG") == "ADaM-IG"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SDTM-IG", "SDTMIG"),
        ("SEND-IG-DART", "SENDIG-DART"),
        ("ADaM-OCCDSIG", "ADaM-OCCDSIG"),
        ("BIMO", "BIMO"),
        ("STDTMIG", "STDTMIG"),
        ("", ""),
    ],
)
def test_other_names_stay(text: str, name: str) -> None:
    from define.guide_names import guide_name

    assert guide_name(text) == name
