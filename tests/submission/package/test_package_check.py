"""`tracelock package check`: a valid package is clean, and each spoiling is found as what it is."""

# ruff: noqa: E501 - one case per line: a table

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from specs import SpecificationError
from submission.package_check import check_package
from tests.submission.package.hand_made import (
    ADAM,
    PROGRAMS,
    SDTM,
    STF,
    TAGS,
    backbone,
    define_xml,
    leaf,
    package,
    pdf,
    write_tags,
    xpt,
)
from workbench.cli import cli

TS = {"STUDYID": ["S1-001"], "TSPARMCD": ["SSTDTC"], "TSVAL": ["2021-03-04"], "TSVALNF": [""]}
Spoil = Callable[[Path], object]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return package(tmp_path / "0001")


def codes(root: Path, agency: str = "fda", **options: int) -> set[str]:
    return {f.rule for f in check_package(root, agency, **options).findings}


def test_a_valid_package_is_clean(tree: Path) -> None:
    report = check_package(tree)
    assert report.findings == ()
    assert report.rejected_by == ""
    assert report.exit_code == 0
    assert report.studies == ("s1-001",)


def _ts(**changes: list[str]) -> Spoil:
    return lambda root: xpt(root / SDTM / "ts.xpt", {**TS, "TSPARM": ["x"], **changes})


def _tag(path: str, tag: str) -> Spoil:
    return lambda root: write_tags(root, {**TAGS, path: tag})


def _text(path: str, text: str) -> Spoil:
    return lambda root: (root / path).write_text(text, "utf-8")


def _remove(path: str) -> Spoil:
    return lambda root: (root / path).unlink()


def _move(path: str, to: str) -> Spoil:
    def move(root: Path) -> None:
        (root / to).parent.mkdir(parents=True, exist_ok=True)
        (root / path).rename(root / to)

    return move


def _one_row(name: str, label: str = "A label") -> Spoil:
    return lambda root: xpt(root / SDTM / f"{name}.xpt", {"STUDYID": ["S"]}, label=label)


REJECTED: list[tuple[str, Spoil, str, str]] = [
    ("no tagging file", _remove(STF), "PKG101", "1789"),
    ("file in no tagging file", _one_row("ae"), "PKG101", "1789"),
    ("data in a made-up folder", _move(f"{SDTM}/dm.xpt", "m5/datasets/s1-001/data/dm.xpt"), "PKG102", "1789"),
    ("data outside m5", _move(f"{SDTM}/dm.xpt", "dm.xpt"), "PKG102", "1789"),
    ("reference to nothing", _tag(f"{SDTM}/ae.xpt", "data-tabulation-dataset-sdtm"), "PKG106", "1789"),
    ("tagging file cut off", _text(STF, "<ectd:study"), "PKG111", "1789"),
    ("tagging file of something else", _text(STF, "<x/>"), "PKG111", "1789"),
    ("entities in the tagging file", _text(STF, '<!DOCTYPE s [<!ENTITY a "b">]><study/>'), "PKG111", "1789"),
    ("no study-id", lambda r: write_tags(r, TAGS, study=""), "PKG111", "1789"),
    ("no TS", _remove(f"{SDTM}/ts.xpt"), "PKG103", "1789"),
    ("TS that cannot be read", _text(f"{SDTM}/ts.xpt", "x"), "PKG103", "1734"),
    ("TS without SSTDTC", _ts(TSPARMCD=["TITLE"]), "PKG104", "1734"),
    ("TS without TSVAL", lambda r: xpt(r / SDTM / "ts.xpt", {"STUDYID": ["S"], "TSPARMCD": ["SSTDTC"]}), "PKG104", "1734"),
    ("SSTDTC without a day", _ts(TSVAL=["2021-03"]), "PKG104", "1734"),
    ("SSTDTC that is no day", _ts(TSVAL=["2021-02-30"]), "PKG104", "1734"),
    ("blank SSTDTC", _ts(TSVAL=[""]), "PKG104", "1734"),
    ("TS of another study", _ts(STUDYID=["S2"]), "PKG110", "1734"),
    ("wrong tag on a data set", _tag(f"{SDTM}/dm.xpt", "analysis-dataset-adam"), "PKG105", "1735"),
    ("old tag on a data set", _tag(f"{ADAM}/adsl.xpt", "analysis-dataset"), "PKG105", "1735"),
    ("wrong tag on define.xml", _tag(f"{ADAM}/define.xml", "data-tabulation-data-definition"), "PKG105", "1735"),
    ("no DM", _move(f"{SDTM}/dm.xpt", f"{SDTM}/ae.xpt"), "PKG107", "1789"),
    ("no ADSL", _move(f"{ADAM}/adsl.xpt", f"{ADAM}/adae.xpt"), "PKG108", "1789"),
    ("no define.xml", _remove(f"{SDTM}/define.xml"), "PKG109", "1789"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "code", "first"), [r[1:] for r in REJECTED], ids=[r[0] for r in REJECTED]
)
def test_the_gateway_rejects(tree: Path, spoil: Spoil, code: str, first: str) -> None:
    spoil(tree)
    report = check_package(tree)
    assert code in {f.rule for f in report.findings}
    assert report.rejected_by == first
    assert report.exit_code == 1


def test_criteria_come_in_the_order_of_the_gateway(tree: Path) -> None:
    assert list(check_package(tree).criteria) == ["1789", "1734", "1735", "1736"]


def test_1736_alone(tree: Path) -> None:
    tags = {k: v for k, v in TAGS.items() if not k.endswith("adsl.xpt")}
    _move(f"{ADAM}/adsl.xpt", f"{ADAM}/adae.xpt")(tree)
    write_tags(tree, {**tags, f"{ADAM}/adae.xpt": "analysis-dataset-adam"})
    assert check_package(tree).rejected_by == "1736"


def test_a_simplified_ts_is_accepted(tmp_path: Path) -> None:
    xpt(tmp_path / SDTM / "ts.xpt", TS)
    write_tags(tmp_path, {f"{SDTM}/ts.xpt": "data-tabulation-dataset-sdtm"})
    report = check_package(tmp_path)
    assert report.rejected_by == ""
    assert {f.rule for f in report.findings} == {"PKG112"}


def test_a_start_date_may_be_missing_with_a_reason(tree: Path) -> None:
    _ts(TSVAL=[""], TSVALNF=["NA"])(tree)
    assert check_package(tree).rejected_by == ""


def test_a_tagging_file_without_its_backbone_cannot_be_followed(tree: Path) -> None:
    (tree / "index.xml").unlink()
    report = check_package(tree)
    assert {f.rule for f in report.findings} == {"PKG113"}
    assert report.rejected_by == ""


def test_a_backbone_that_cannot_be_read_is_named(tree: Path) -> None:
    (tree / "index.xml").write_text("<ectd", "utf-8")
    assert "PKG111" in codes(tree)


def test_direct_references_are_followed(tree: Path) -> None:
    text = (tree / STF).read_text("utf-8").replace('name="', 'name="', 1)
    for path in TAGS:
        inside = path.removeprefix("m5/datasets/s1-001/")
        text = text.replace(
            f"../../../index.xml#n{''.join(c if c.isalnum() else '-' for c in path)}", inside
        )
    (tree / STF).write_text(text, "utf-8")
    assert check_package(tree).findings == ()


def test_elsewhere_the_criteria_block(tree: Path) -> None:
    (tree / SDTM / "ts.xpt").unlink()
    found = {f.rule: f.severity.value for f in check_package(tree, "pmda").findings}
    assert found["PKG103"] == "blocks"


def test_elsewhere_what_does_not_reject_is_as_severe_as_at_the_fda(tree: Path) -> None:
    (tree / PROGRAMS / "copy.txt").write_text("x")
    (tree / PROGRAMS / "AD SL.txt").write_text("y")
    (tree / PROGRAMS / "empty.txt").write_text("")
    told = {
        agency: {
            f.rule: f.severity.value
            for f in check_package(tree, agency).findings
            if f.severity.value != "rejects"
        }
        for agency in ("fda", "pmda")
    }
    both = told["fda"].keys() & told["pmda"].keys()
    assert {"PKG126", "PKG127"} <= both
    assert {told["fda"][rule] for rule in both} > {"explain"}
    assert {rule: told["pmda"][rule] for rule in both} == {r: told["fda"][r] for r in both}


def test_a_part_that_cannot_be_read_is_one_finding(tree: Path) -> None:
    _part(tree)
    path = tree / SDTM / "split" / "dm1.xpt"
    path.write_bytes(path.read_bytes()[:200])
    found = [f for f in check_package(tree).findings if "dm1" in f"{f.message} {f.dataset}"]
    assert "PKG137" not in {f.rule for f in found}
    assert "PKG130" in {f.rule for f in found}


def test_a_define_that_is_a_link_is_told_as_a_link(tree: Path) -> None:
    file = tree / SDTM / "define.xml"
    file.rename(tree.parent / "define.xml")
    file.symlink_to(tree.parent / "define.xml")
    told = {f.rule for f in check_package(tree).findings}
    (tree.parent / "define.xml").write_text("no define.xml at all")
    assert "PKG128" in told
    assert codes(tree) == told  # what a link leads to is not looked at


def test_pmda_asks_for_no_tagging_file(tree: Path) -> None:
    (tree / STF).unlink()
    (tree / "index.xml").unlink()
    assert codes(tree, "pmda") == set()


def _long(root: Path) -> None:
    (root / PROGRAMS / ("a" * 70 + ".txt")).write_text("y", "utf-8")


def _link(root: Path) -> None:
    (root / PROGRAMS / "link.txt").symlink_to("adsl.txt")


def _link_loop(root: Path) -> None:
    (root / PROGRAMS / "loop").symlink_to(root, target_is_directory=True)


def _v8(root: Path) -> None:
    data = bytearray((root / SDTM / "dm.xpt").read_bytes())
    data[:25] = b"HEADER RECORD*******LIBV8"
    (root / SDTM / "dm.xpt").write_bytes(bytes(data))


def _no_label(root: Path) -> None:
    data = (root / SDTM / "dm.xpt").read_bytes()
    (root / SDTM / "dm.xpt").write_bytes(data.replace(b"Label of STUDYID", b" " * 16))


def _odd_variable(root: Path) -> None:
    data = (root / SDTM / "dm.xpt").read_bytes()
    (root / SDTM / "dm.xpt").write_bytes(data.replace(b"STUDYID ", b"_TUDYID "))


def _empty_data(root: Path) -> None:
    xpt(root / SDTM / "dm.xpt", {"STUDYID": [], "USUBJID": []})


def _chinese(root: Path) -> None:
    xpt(root / SDTM / "dm.xpt", {"STUDYID": ["S1-001"] * 9, "USUBJID": ["1", *["患者"] * 8]})


def _part(root: Path) -> None:
    xpt(root / SDTM / "split" / "dm1.xpt", {"STUDYID": ["S1-001"], "USUBJID": ["1"]})


def _lonely_part(root: Path) -> None:
    xpt(root / SDTM / "split" / "lb1.xpt", {"STUDYID": ["S1-001"]})


def _other_columns(root: Path) -> None:
    xpt(root / SDTM / "split" / "dm1.xpt", {"STUDYID": ["S1-001"] * 2})


def _describe(*names: str, **options: str) -> Spoil:
    return _text(f"{SDTM}/define.xml", define_xml(list(names), **options))


TRIPPED: list[tuple[str, Spoil, str]] = [
    ("upper-case name", _move(f"{PROGRAMS}/adsl.txt", f"{PROGRAMS}/ADSL.txt"), "PKG120"),
    ("blank in a name", _move(f"{PROGRAMS}/adsl.txt", f"{PROGRAMS}/ad sl.txt"), "PKG121"),
    ("two full stops", _move(f"{PROGRAMS}/adsl.txt", f"{PROGRAMS}/ad.sl.txt"), "PKG121"),
    ("Chinese name", _move(f"{PROGRAMS}/adsl.txt", f"{PROGRAMS}/程序.txt"), "PKG122"),
    ("long name", _long, "PKG123"),
    ("long data set name", _move(f"{SDTM}/dm.xpt", f"{SDTM}/demograph.xpt"), "PKG123"),
    ("data set that nobody describes", _one_row("ae"), "PKG144"),
    ("long path", _move(f"{PROGRAMS}/adsl.txt", f"{PROGRAMS}/{'b' * 60}/{'a' * 60}.txt"), "PKG124"),
    ("wrong type", _move(f"{PROGRAMS}/adsl.txt", f"{PROGRAMS}/adsl.sas7bdat"), "PKG125"),
    ("empty file", _text(f"{PROGRAMS}/adsl.txt", ""), "PKG126"),
    ("same content twice", _text(f"{PROGRAMS}/copy.txt", "x"), "PKG127"),
    ("symbolic link", _link, "PKG128"),
    ("loop of links", _link_loop, "PKG128"),
    ("unknown folder", _text(f"{PROGRAMS}/../notes.txt", "y"), "PKG129"),
    ("transport version 8", _v8, "PKG130"),
    ("another data set", lambda r: xpt(r / SDTM / "dm.xpt", {"STUDYID": ["S"]}, name="AE"), "PKG131"),
    ("no data set label", lambda r: xpt(r / SDTM / "dm.xpt", {"STUDYID": ["S"]}, label=""), "PKG132"),
    ("no variable label", _no_label, "PKG133"),
    ("odd variable name", _odd_variable, "PKG134"),
    ("no records", _empty_data, "PKG135"),
    ("text that is not ASCII", _chinese, "PKG138"),
    ("label that is not ASCII", lambda r: xpt(r / SDTM / "dm.xpt", {"STUDYID": ["S"]}, label="人口"), "PKG138"),
    ("part that does not add up", _part, "PKG137"),
    ("part of nothing", _lonely_part, "PKG137"),
    ("part with other variables", _other_columns, "PKG137"),
    ("no stylesheet named", _describe("DM", "TS", stylesheet=""), "PKG140"),
    ("stylesheet not there", _remove(f"{SDTM}/define2-1.xsl"), "PKG140"),
    ("no annotated CRF", _remove(f"{SDTM}/acrf.pdf"), "PKG141"),
    ("no guide", _remove(f"{SDTM}/csdrg.pdf"), "PKG142"),
    ("guide as DOCX", _move(f"{ADAM}/adrg.pdf", f"{ADAM}/adrg.docx"), "PKG143"),
    ("data set not described", _describe("DM"), "PKG144"),
    ("described without a file", _describe("DM", "TS", "AE"), "PKG145"),
    ("define.xml cut off", _text(f"{SDTM}/define.xml", "<ODM"), "PKG146"),
    ("leaf outside the package", _describe("DM", "TS", extra=leaf("../../../../../../etc/passwd")), "PKG147"),
    ("leaf at the root", _describe("DM", "TS", extra=leaf("/etc/passwd")), "PKG147"),
    ("leaf to nothing", _describe("DM", "TS", extra=leaf("nothing.pdf")), "PKG148"),
    ("no programs", _remove(f"{PROGRAMS}/adsl.txt"), "PKG149"),
    ("unreadable PDF", _text(f"{SDTM}/acrf.pdf", "nothing"), "PKG150"),
    ("protected PDF", lambda r: pdf(r / SDTM / "acrf.pdf", protect=True), "PKG151"),
    ("long PDF without bookmarks", lambda r: pdf(r / SDTM / "acrf.pdf", 9), "PKG153"),
    ("script in a PDF", lambda r: pdf(r / SDTM / "acrf.pdf", script=True), "PKG154"),
    ("attachment in a PDF", lambda r: pdf(r / SDTM / "acrf.pdf", attach=True), "PKG154"),
    ("manifest of something else", _text("manifest.json", "[]"), "PKG163"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "code"), [t[1:] for t in TRIPPED], ids=[t[0] for t in TRIPPED])
def test_a_reviewer_trips_over(tree: Path, spoil: Spoil, code: str) -> None:
    spoil(tree)
    assert code in codes(tree)


def test_non_ascii_names_the_record(tree: Path) -> None:
    _chinese(tree)
    first = next(f for f in check_package(tree).findings if f.rule == "PKG138")
    assert (first.dataset, first.variable, first.record, first.value) == (
        "DM",
        "USUBJID",
        2,
        "患者",
    )


def test_elsewhere_text_need_not_be_ascii(tree: Path) -> None:
    _chinese(tree)
    assert "PKG138" not in codes(tree, "nmpa")


def test_bookmarks_in_a_long_pdf(tree: Path) -> None:
    pdf(tree / SDTM / "acrf.pdf", 9, bookmark=True)
    assert codes(tree) == set()


def test_an_old_pdf_version(tree: Path) -> None:
    path = tree / SDTM / "acrf.pdf"
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.2", 1))
    assert codes(tree) == {"PKG152"}


def test_a_large_data_set_comes_in_parts(tree: Path) -> None:
    assert "PKG136" in codes(tree, size_limit=100)


def test_a_dictionary_address_is_no_file(tree: Path) -> None:
    _describe("DM", "TS", extra=leaf("https://www.meddra.org"))(tree)
    assert codes(tree) == set()


def test_names_that_differ_in_case_alone(tree: Path) -> None:
    (tree / PROGRAMS / "Adsl.txt").write_text("z", "utf-8")
    assert {"PKG120", "PKG127"} <= codes(tree)


def test_variables_longer_than_the_agency_reads(tree: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["a" * 250], "AVAL": [1.0]})
    labels = {"USUBJID": "x", "AVAL": "y"}
    path = tree / SDTM / "dm.xpt"
    pyreadstat.write_xport(frame, path, "x", labels, table_name="DM", file_format_version=5)
    assert "PKG139" in codes(tree)


@pytest.mark.parametrize(("size", "told"), [(200, False), (201, True)])
def test_a_text_of_200_bytes_is_read(tree: Path, size: int, told: bool) -> None:
    labels = {"USUBJID": "x"}
    path = tree / SDTM / "dm.xpt"
    frame = pd.DataFrame({"USUBJID": ["x" * size]})
    pyreadstat.write_xport(frame, path, "x", labels, table_name="DM", file_format_version=5)
    assert ("PKG139" in codes(tree)) is told


def test_a_changed_file_differs_from_the_manifest(tree: Path) -> None:
    import hashlib

    (tree / "index.xml").write_text(backbone(list(TAGS)), "utf-8")
    files = sorted(p for p in tree.rglob("*") if p.is_file())
    entries = [
        {
            "path": p.relative_to(tree).as_posix(),
            "sha256": hashlib.sha256(p.read_bytes()).hexdigest(),
        }
        for p in files
    ]
    manifest = {"schema": "tracelock-package/1", "lock": "ready", "files": entries}
    (tree / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert codes(tree) == set()
    (tree / PROGRAMS / "adsl.txt").write_text("changed", "utf-8")
    (tree / PROGRAMS / "new.txt").write_text("new", "utf-8")
    (tree / SDTM / "acrf.pdf").unlink()
    assert {"PKG160", "PKG161", "PKG162"} <= codes(tree)


def test_no_folder_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(SpecificationError, match="PKG100"):
            check_package(folder)


def test_a_module_alone_is_refused(tree: Path) -> None:
    with pytest.raises(SpecificationError, match="PKG100 m5 is a module"):
        check_package(tree / "m5")


def test_an_unknown_agency_is_refused(tree: Path) -> None:
    with pytest.raises(SpecificationError, match="PKG176"):
        check_package(tree, "fad")


def test_nothing_is_read_through_links(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.xpt"
    outside.write_bytes(b"secret")
    (tree / SDTM / "ae.xpt").symlink_to(outside)
    assert "PKG130" not in codes(tree)


def test_the_command_answers_in_words_and_in_json(tree: Path) -> None:
    said = CliRunner().invoke(cli, ["package", "check", str(tree)])
    assert said.exit_code == 0
    assert "Would the gateway reject it: no" in said.output
    for number in range(8):
        (tree / PROGRAMS / f"A{number}.txt").write_text(f"{number}", "utf-8")
    told = CliRunner().invoke(cli, ["package", "check", str(tree)])
    assert told.exit_code == 1
    assert "PKG120: 3 more" in told.output
    read = json.loads(
        CliRunner().invoke(cli, ["package", "check", str(tree), "--format", "json"]).output
    )
    assert sum(f["rule"] == "PKG120" for f in read["findings"]) == 8
    assert read["criteria"]["1789"] == "pass"


def test_the_command_refuses_what_is_no_package(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["package", "check", str(tmp_path)])
    assert result.exit_code == 2
