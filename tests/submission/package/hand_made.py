"""A package made by hand: valid, small, with nothing of ours in how it is written."""

# ruff: noqa: E501 - XML as it stands in files
from __future__ import annotations

from pathlib import Path

import pandas as pd
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from transport import Dataset, VariableMeta, write_xpt

STUDY = "s1-001"
SDTM = f"m5/datasets/{STUDY}/tabulations/sdtm"
ADAM = f"m5/datasets/{STUDY}/analysis/adam/datasets"
PROGRAMS = f"m5/datasets/{STUDY}/analysis/adam/programs"
STF = f"m5/datasets/{STUDY}/stf-{STUDY}.xml"
TAGS = {
    f"{SDTM}/dm.xpt": "data-tabulation-dataset-sdtm",
    f"{SDTM}/ts.xpt": "data-tabulation-dataset-sdtm",
    f"{SDTM}/define.xml": "data-tabulation-data-definition",
    f"{SDTM}/acrf.pdf": "annotated-crf",
    f"{ADAM}/adsl.xpt": "analysis-dataset-adam",
    f"{ADAM}/define.xml": "analysis-data-definition",
}


def xpt(
    path: Path, columns: dict[str, list[str]], *, name: str = "", label: str = "A label"
) -> None:
    """A transport file of text columns, each labelled with its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame({k: pd.Categorical([v or None for v in vs]) for k, vs in columns.items()})
    metas = tuple(VariableMeta(k, f"Label of {k}", "Char", 40) for k in columns)
    dataset = Dataset(name or path.stem.upper(), frame, metas, label)
    write_xpt(dataset, path, encoding="utf-8")


def pdf(path: Path, pages: int = 2, **extras: bool) -> None:
    """A PDF; extras: bookmark, script, protect, attach."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if extras.get("bookmark"):
        writer.add_outline_item(title="AE", page_number=0)
    if extras.get("script"):
        action = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("x"),
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if extras.get("attach"):
        writer.add_attachment("a.txt", b"x")
    if extras.get("protect"):
        writer.encrypt("secret")
    writer.pdf_header = "%PDF-1.7"
    with path.open("wb") as file:
        writer.write(file)


def define_xml(datasets: list[str], *, extra: str = "", stylesheet: str = "define2-1.xsl") -> str:
    """The least that the schema of Define-XML 2.1 asks of a document with these data sets."""
    groups = "".join(
        f'<ItemGroupDef OID="IG.{d}" Name="{d}" Repeating="No" Purpose="Tabulation" SASDatasetName="{d}" '
        f'def:Structure="One record per subject" def:ArchiveLocationID="LF.{d}">'
        f'<Description><TranslatedText xml:lang="en">{d}</TranslatedText></Description>'
        f'<ItemRef ItemOID="IT.STUDYID" OrderNumber="1" Mandatory="Yes"/><def:Class Name="SPECIAL PURPOSE"/>'
        f'<def:leaf ID="LF.{d}" xlink:href="{d.lower()}.xpt"><def:title>{d.lower()}.xpt</def:title>'
        "</def:leaf></ItemGroupDef>"
        for d in datasets
    )
    item = (
        '<ItemDef OID="IT.STUDYID" Name="STUDYID" DataType="text" Length="40" SASFieldName="STUDYID">'
        '<Description><TranslatedText xml:lang="en">Label of STUDYID</TranslatedText></Description></ItemDef>'
    )
    standards = (
        '<def:Standards><def:Standard OID="STD.1" Name="SDTMIG" Type="IG" Version="3.4" Status="Final"/>'
        "</def:Standards>"
    )
    sheet = f'<?xml-stylesheet type="text/xsl" href="{stylesheet}"?>' if stylesheet else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{sheet}'
        '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" FileType="Snapshot" FileOID="F" ODMVersion="1.3.2" '
        'CreationDateTime="2024-01-01T00:00:00" def:Context="Submission"><Study OID="S"><GlobalVariables>'
        "<StudyName>S1</StudyName>"
        "<StudyDescription>S1</StudyDescription><ProtocolName>S1</ProtocolName></GlobalVariables>"
        '<MetaDataVersion OID="M" Name="M" def:DefineVersion="2.1.0">'
        f"{standards}{groups}{item}{extra}</MetaDataVersion></Study></ODM>"
    )


def leaf(href: str) -> str:
    return f'<def:leaf ID="LF.X" xlink:href="{href}"><def:title>x</def:title></def:leaf>'


def stf(tags: dict[str, str], *, study: str = "S1-001") -> str:
    """A study tagging file as ICH STF 2.6.1 shows it."""
    contents = "".join(
        f'<doc-content xlink:href="../../../index.xml#{identifier(path)}">'
        f'<file-tag name="{tag}" info-type="us"/></doc-content>'
        for path, tag in tags.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<!DOCTYPE ectd:study SYSTEM "../../../util/dtd/ich-stf-v2-2.dtd">'
        '<ectd:study xmlns:ectd="http://www.ich.org/ectd" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xml:lang="en" dtd-version="2.2"><study-identifier><title>A study</title>'
        f"<study-id>{study}</study-id></study-identifier><study-document>{contents}</study-document>"
        "</ectd:study>"
    )


def identifier(path: str) -> str:
    return "n" + "".join(c if c.isalnum() else "-" for c in path)


def backbone(paths: list[str]) -> str:
    leafs = "".join(
        f'<leaf ID="{identifier(p)}" xlink:href="{p}"><title>x</title></leaf>' for p in paths
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE ectd:ectd SYSTEM "util/dtd/ich-ectd-3-2.dtd">'
        '<ectd:ectd xmlns:ectd="http://www.ich.org/ectd" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"{leafs}</ectd:ectd>"
    )


def write_tags(root: Path, tags: dict[str, str], *, study: str = "S1-001") -> None:
    (root / STF).write_text(stf(tags, study=study), "utf-8")
    (root / "index.xml").write_text(backbone(list(tags)), "utf-8")


def package(root: Path) -> Path:
    """The whole package: DM, TS and ADSL of one study."""
    xpt(root / SDTM / "dm.xpt", {"STUDYID": ["S1-001"] * 2, "USUBJID": ["1", "2"]})
    xpt(
        root / SDTM / "ts.xpt",
        {
            "STUDYID": ["S1-001"] * 2,
            "DOMAIN": ["TS"] * 2,
            "TSPARMCD": ["TITLE", "SSTDTC"],
            "TSPARM": ["Trial Title", "Study Start Date"],
            "TSVAL": ["A study", "2021-03-04"],
        },
    )
    xpt(root / ADAM / "adsl.xpt", {"STUDYID": ["S1-001"], "USUBJID": ["1"]})
    for folder, names in ((SDTM, ["DM", "TS"]), (ADAM, ["ADSL"])):
        (root / folder / "define.xml").write_text(define_xml(names), "utf-8")
        (root / folder / "define2-1.xsl").write_text("<x/>", "utf-8")
    pdf(root / SDTM / "acrf.pdf", 3)
    pdf(root / SDTM / "csdrg.pdf", 4)
    pdf(root / ADAM / "adrg.pdf", 5)
    (root / PROGRAMS).mkdir(parents=True)
    (root / PROGRAMS / "adsl.txt").write_text("x", "utf-8")
    write_tags(root, TAGS)
    return root
