"""The standard, version and terminology of a run where the caller names none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from lxml import etree

from specs import SpecificationError
from validation import validate
from validation.engine.reading.stated import Stated, stated_by

AE = pd.DataFrame({"DOMAIN": ["AE"], "USUBJID": ["1"], "AESTDTC": ["2022-13-01"]})
ADSL = pd.DataFrame({"USUBJID": ["1"], "AGE": ["40"]})
NEW = """<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1">
<Study OID="S"><MetaDataVersion OID="M" Name="M"><def:Standards>{}</def:Standards>
</MetaDataVersion></Study></ODM>"""
OLD = """<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.0">
<Study OID="S"><MetaDataVersion OID="M" Name="M" def:StandardName="{}" def:StandardVersion="{}"/>
</Study></ODM>"""
METADATA = "{http://www.cdisc.org/ns/odm/v1.3}MetaDataVersion"


def standards(*named: tuple[str, str]) -> str:
    return NEW.format(
        "".join(
            f'<def:Standard OID="{n}" Name="{name}" Type="IG" Version="{version}"/>'
            for n, (name, version) in enumerate(named)
        )
    )


def stated(document: str) -> Stated:
    return stated_by(next(etree.fromstring(document).iter(METADATA)))


@pytest.mark.parametrize(
    ("document", "version"),
    [
        (standards(("SDTMIG", "3.3")), "3.3"),
        (standards(("SDTMIG", "3.1.2"), ("SDTMIG", "3.2"), ("SDTMIG-MD", "9.0")), "3.2"),
        (standards(("SDTMIG", "3.10"), ("SDTMIG", "3.4")), "3.10"),
        (standards(("STDTMIG", "3.3"), ("SDTMIG-MD", "1.1")), "3.3"),
        (standards(("ADaMIG", "1.1")), None),
        (OLD.format("SDTM-IG", "3.1.2"), "3.1.2"),
        (OLD.format("CDISC SDTM", "3.2"), "3.2"),
        (standards(), None),
    ],
)
def test_the_version_is_the_newest_one_of_the_guide(document: str, version: str | None) -> None:
    assert stated(document).version("sdtmig") == version


@pytest.mark.parametrize("name", ["SENDIG", "SEND-IG", "CDISC SEND"])
def test_nonclinical_data_are_known_by_the_guide(name: str) -> None:
    assert stated(OLD.format(name, "3.1")).is_nonclinical


def test_the_data_are_checked_as_their_define_xml_says(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text(standards(("SDTMIG", "3.3")), encoding="utf-8")
    result = validate({"AE": AE}, define=path)
    assert result.standards["version"] == "3.3"
    reasons = {run.id: run.reason for run in result.rules}
    assert "SDTMIG 3.3 is not held" in reasons["TL-S-REQUIRED-MISSING"]
    assert validate({"AE": AE}, version="3.4", define=path).standards["version"] == "3.4"


def test_a_version_that_no_rule_is_for_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text(OLD.format("SDTM-IG", "3.1.2"), encoding="utf-8")
    assert validate({"AE": AE}, define=path).rules_run == 0


def test_nonclinical_data_are_not_checked_as_those_of_people(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_text(OLD.format("SEND-IG", "3.1"), encoding="utf-8")
    result = validate({"AE": AE}, define=path)
    assert (result.standards["standard"], result.rules_run) == ("sendig", 0)


def test_analysis_data_are_known_by_their_names() -> None:
    said = validate({"ADSL": ADSL}).standards
    assert (said["standard"], said["version"]) == ("adamig", "1.3")
    assert validate({"AE": AE}).standards["standard"] == "sdtmig"


def test_an_analysis_guide_that_is_not_held_is_not_replaced() -> None:
    held = validate({"ADSL": ADSL}, version="1.3")
    assert [f.variable for f in held if f.rule == "TL-A-VARIABLE-TYPE"][:1] == ["variable_name"]
    other = validate({"ADSL": ADSL}, version="1.1")
    reasons = {run.id: run.reason for run in other.rules}
    assert reasons["TL-A-VARIABLE-TYPE"] == "ADaMIG 1.1 is not held"


def test_an_analysis_guide_that_there_never_was_is_refused() -> None:
    with pytest.raises(SpecificationError, match=r"there is no ADaMIG 3\.4"):
        validate({"ADSL": ADSL}, standard="adamig", version="3.4")


@pytest.mark.parametrize(
    ("name", "standard", "version", "ct"),
    [
        ("sdtm20_cdisc.xml", "sdtmig", "3.1.2", None),
        ("sdtm21_cdisc_2110.xml", "sdtmig", "3.2", "2015-12-18"),
        ("sdtm21_msg2_typo.xml", "sdtmig", "3.3", "2020-12-18"),
        ("adam20_cdisc.xml", "adamig", "1.0", None),
        ("adam21_arm_pilot.xml", "adamig", "1.1", None),
    ],
)
def test_what_published_documents_state(
    shared: Path, name: str, standard: str, version: str, ct: str | None
) -> None:
    path = shared / "define-examples" / name
    said = stated_by(next(etree.parse(str(path)).iter(METADATA)))
    assert said.version(standard) == version
    if standard == "sdtmig":
        assert said.terminology(standard) == ct
