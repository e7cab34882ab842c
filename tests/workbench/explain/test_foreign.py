"""Data sets that nothing here built: what their define.xml says, else that nothing is recorded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from transport import Dataset, VariableMeta, write_xpt
from workbench.explain.foreign import NOTHING
from workbench.steps.explain import explain

DEFINE = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1"
 ODMVersion="1.3.2" FileType="Snapshot" FileOID="F" CreationDateTime="2024-01-01T00:00:00">
<Study OID="S"><GlobalVariables><StudyName>S</StudyName><StudyDescription>S</StudyDescription>
<ProtocolName>S</ProtocolName></GlobalVariables>
<MetaDataVersion OID="M" Name="M" def:DefineVersion="2.1.0">
<ItemGroupDef OID="IG.DM" Name="DM" Repeating="No" Purpose="Tabulation">
<ItemRef ItemOID="IT.DM.AGE" Mandatory="No" MethodOID="MT.AGE"/></ItemGroupDef>
<ItemDef OID="IT.DM.AGE" Name="AGE" DataType="integer" Length="3">
<def:Origin Type="Derived" Source="Sponsor"/></ItemDef>
<MethodDef OID="MT.AGE" Name="AGE" Type="Computation"><Description>
<TranslatedText xml:lang="en">Years from birth to consent</TranslatedText></Description></MethodDef>
</MetaDataVersion></Study></ODM>
"""


def data(folder: Path) -> Path:
    frame = pd.DataFrame({"USUBJID": pd.Series(["S-001"], dtype="category"), "AGE": [41.0]})
    metas = (
        VariableMeta("USUBJID", "Subject", "Char", length=5),
        VariableMeta("AGE", "Age", "Num"),
    )
    write_xpt(Dataset("DM", frame, metas), folder / "dm.xpt")
    return folder


def test_without_a_define_nothing_is_recorded(tmp_path: Path) -> None:
    found = explain(data(tmp_path), "DM", "001", {}, "AGE")
    assert (found.value, found.steps, found.parts) == ("41", [NOTHING], [])


def test_a_define_says_origin_and_method(tmp_path: Path) -> None:
    (data(tmp_path) / "define.xml").write_text(DEFINE)
    found = explain(tmp_path, "DM", "001", {}, "AGE")
    assert found.steps == [
        "origin: Derived Sponsor (define.xml)",
        "method: Years from birth to consent (define.xml)",
    ]
    other = explain(tmp_path, "DM", "001", {}, "USUBJID")
    assert other.steps == ["define.xml does not know DM.USUBJID"]
