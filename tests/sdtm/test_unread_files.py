"""Files of the raw folder that no source reads: the account has them, and undeclared ones block."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from sdtm.build import SdtmBuild
from sdtm.planning.lint import check_sdtm
from specs import Finding, load_study
from specs.exports import export_files, is_meant
from tests.sdtm.small import STUDY, build, files, write

ODM = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot" FileOID="F" ODMVersion="1.3.2"
 CreationDateTime="2024-01-01T00:00:00">
<ClinicalData StudyOID="S" MetaDataVersionOID="M"><SubjectData SubjectKey="001">
<StudyEventData StudyEventOID="E"><FormData FormOID="F">
<ItemGroupData ItemGroupOID="IG_CM"><ItemData ItemOID="ROW" Value="R1"/></ItemGroupData>
<ItemGroupData ItemGroupOID="IG_PG"><ItemData ItemOID="RES" Value="POS"/></ItemGroupData>
</FormData></StudyEventData></SubjectData></ClinicalData></ODM>
"""


def open_(built: SdtmBuild) -> list[Finding]:
    return [f for f in built.findings if f.rule == "MAP354"]


def not_read(built: SdtmBuild) -> list[dict[str, object]]:
    assert built.account is not None
    found: list[dict[str, object]] = built.account.to_dict()["not_read"]
    return found


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name.removeprefix("hidden_"))
        page.sheet_state = "hidden" if name.startswith("hidden_") else "visible"
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_source(cm: str, name: str, content: bytes, more: str = "") -> dict[str, str | bytes]:
    contents: dict[str, str | bytes] = dict(files())
    del contents["raw/cm.csv"]
    contents["study.yaml"] = STUDY.replace("{file: cm.csv, row-id: ROW}", cm) + more
    contents[f"raw/{name}"] = content
    return contents


def test_a_file_that_no_source_names_blocks(tmp_path: Path) -> None:
    built = build(tmp_path, {**files(), "raw/edc/CM_2.csv": "SUBJID\n001\n"})
    (found,) = open_(built)
    assert found.severity.value == "blocks"
    assert found.message == "no source reads edc/CM_2.csv (11 bytes)"
    assert not_read(built) == [{"file": "edc/CM_2.csv", "bytes": 11}]


@pytest.mark.parametrize("said", ["edc/CM_2.csv", "edc/*.csv", "edc/**", "**/CM_?.csv"])
def test_one_that_is_declared_is_listed_with_why(tmp_path: Path, said: str) -> None:
    contents = {**files(), "raw/edc/CM_2.csv": "SUBJID\n001\n"}
    contents["study.yaml"] += f"not-read: {{'{said}': the first transfer}}\n"
    built = build(tmp_path, contents)
    assert open_(built) == []
    (one,) = not_read(built)
    assert (one["file"], one["why"]) == ("edc/CM_2.csv", "the first transfer")


@pytest.mark.parametrize("name", ["cm.csv", "CM.csv", "gone.csv"])
def test_a_declaration_of_what_is_read_or_not_there(tmp_path: Path, name: str) -> None:
    contents = files()
    contents["study.yaml"] += f"not-read: {{{name}: no reason}}\n"
    built = build(tmp_path, contents)
    assert [f.rule for f in built.findings if f.rule == "SPEC142"] == ["SPEC142"]


def test_empty_files_and_litter_are_no_finding(tmp_path: Path) -> None:
    more = {"raw/x.csv": "", "raw/.DS_Store": "1", "raw/~$cm.xlsx": "1"}
    built = build(tmp_path, {**files(), **more})
    assert open_(built) == []
    assert not_read(built) == [{"file": "x.csv", "bytes": 0}]


def test_sheets_that_no_source_reads(tmp_path: Path) -> None:
    content = workbook(
        CM=[["SUBJID", "ROW"], ["001", "R1"]],
        More=[["SUBJID", "ROW"], ["002", "R2"], [None, None]],
        hidden_Old=[["x"]],
        Sheet3=[],
    )
    built = build(tmp_path, with_source("{file: cm.xlsx, sheet: CM}", "cm.xlsx", content))
    assert [f.message for f in open_(built)] == [
        "no source reads cm.xlsx[More] (2 rows)",
        "no source reads cm.xlsx[Old] (1 rows)",
    ]
    assert {"file": "cm.xlsx[Sheet3]", "rows": 0} in not_read(built)


def test_members_of_an_archive_that_no_source_reads(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("cm.csv", "SUBJID,ROW\n001,R1\n")
        archive.writestr("pg.csv", "SUBJID,RES\n001,POS\n")
        archive.writestr("notes.txt", "of the lab")
    more = "not-read: {'a.zip!/notes.txt': a letter}\n"
    contents = with_source("{file: a.zip, member: cm.csv}", "a.zip", out.getvalue(), more)
    built = build(tmp_path, contents)
    assert [f.message for f in open_(built)] == ["no source reads a.zip!/pg.csv (19 bytes)"]


def test_item_groups_that_no_source_reads(tmp_path: Path) -> None:
    cm = "{file: cm.xml, item-group: IG_CM, subject: SubjectKey}"
    built = build(tmp_path, with_source(cm, "cm.xml", ODM.encode()))
    assert [f.message for f in open_(built)] == ["no source reads cm.xml[IG_PG] (1 rows)"]
    more = "not-read: {'cm.xml[IG_P*]': pregnancy tests stay with the site}\n"
    other = tmp_path / "other"
    assert open_(build(other, with_source(cm, "cm.xml", ODM.encode(), more))) == []


def test_check_tells_of_them_too(tmp_path: Path) -> None:
    write(tmp_path, {**files(), "raw/ae.csv": "SUBJID\n001\n"})
    assert [f.message for f in check_sdtm(load_study(tmp_path)) if f.rule == "MAP354"] == [
        "no source reads ae.csv (11 bytes)"
    ]


def test_the_study_in_its_own_raw_folder_is_no_export(tmp_path: Path) -> None:
    write(tmp_path, {"study.yaml": "study: X", "a.csv": "A\n1\n", "build/manifest.json": (
        '{"tracelock": "0.1.0", "outputs": {}}'), "build/x.csv": "A\n"})  # fmt: skip
    assert export_files(tmp_path, tmp_path, [tmp_path / "study.yaml"]) == ["a.csv"]


def test_a_study_inside_the_raw_folder_is_no_export(tmp_path: Path) -> None:
    write(tmp_path, {"s/study.yaml": "study: X", "s/b.csv": "A\n1\n", "a.csv": "A\n1\n"})
    assert export_files(tmp_path, tmp_path / "s") == ["a.csv"]


@pytest.mark.parametrize(
    ("place", "pattern", "meant"),
    [
        ("lab/a.csv", "*.csv", False),
        ("lab/a.csv", "lab/*.csv", True),
        ("x[1].csv", "x[1].csv", True),
        ("x1.csv", "x[1].csv", False),
        ("b.xlsx[Notes]", "b.xlsx", False),
        ("b.xlsx[Notes]", "*.xlsx[N*]", True),
        ("a/b/c.txt", "a/**", True),
    ],
)
def test_what_a_pattern_means(place: str, pattern: str, *, meant: bool) -> None:
    assert is_meant(place, pattern) is meant
