"""What was not looked at is not passed: a package is judged by what is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from submission.package_check import check_package
from tests.submission.package.hand_made import (
    ADAM,
    SDTM,
    STF,
    TAGS,
    define_xml,
    package,
    pdf,
    stf,
    write_tags,
    xpt,
)
from workbench.cli import cli


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return package(tmp_path / "0001")


def codes(root: Path) -> set[str]:
    return {found.rule for found in check_package(root).findings}


def held(root: Path, relative: str) -> Path:
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _json(root: Path) -> None:
    held(root, f"{ADAM}/adsl.json").write_text("{}", "utf-8")


def _compressed(root: Path) -> None:
    held(root, f"{SDTM}/dm.dsjc").write_bytes(b"x")


def _zip(root: Path) -> None:
    with zipfile.ZipFile(held(root, f"{SDTM}/dm.zip"), "w") as file:
        file.writestr("dm.xpt", "x")


def _pdf(root: Path) -> None:
    pdf(held(root, f"{SDTM}/acrf.pdf"))


def _nothing(root: Path) -> None:
    held(root, "m5/53-clin-stud-rep/report.txt").write_text("x", "utf-8")


@pytest.mark.parametrize("fill", [_json, _compressed, _zip, _pdf, _nothing])
def test_without_transport_files_nothing_is_judged(tmp_path: Path, fill) -> None:
    fill(tmp_path)
    report = check_package(tmp_path)

    assert set(report.criteria.values()) == {"not judged"}
    assert (report.verdict, report.exit_code) == ("not judged", 2)
    assert "PKG180" in codes(tmp_path)


def test_the_command_says_that_nothing_was_judged(tmp_path: Path) -> None:
    _json(tmp_path)
    said = CliRunner().invoke(cli, ["package", "check", str(tmp_path)])
    assert said.exit_code == 2
    assert "Would the gateway reject it: not judged" in said.output
    assert "passed" not in said.output


def test_data_in_another_format_beside_transport_files_are_told(tree: Path) -> None:
    held(tree, f"{SDTM}/lb.json").write_text("{}", "utf-8")
    report = check_package(tree)
    assert set(report.criteria.values()) == {"pass"}
    assert "PKG181" in codes(tree)
    assert report.exit_code == 1


def test_a_define_without_data_sets_leaves_1736_open(tree: Path) -> None:
    for path in [*tree.glob(f"{SDTM}/*.xpt"), *tree.glob(f"{ADAM}/*.xpt")]:
        path.unlink()
    assert check_package(tree).criteria["1736"] == "not judged"


def test_tags_that_cannot_be_followed_leave_1735_open(tree: Path) -> None:
    (tree / "index.xml").unlink()
    (tree / STF).write_text(stf(TAGS), "utf-8")
    report = check_package(tree)
    assert report.criteria["1735"] == "not judged"
    assert report.verdict == "no (1735 not judged)"


TS = {
    "STUDYID": ["S1-001"] * 3,
    "TSPARMCD": ["TITLE", "SSTDTC", "SSTDTC"],
    "TSVAL": ["Étude à Québec", "2021-03-04", "2021-03-04"],
    "TSVALNF": ["", "", ""],
    "TSSEQ": ["1", "1", "2"],
}


def test_a_trial_summary_in_windows_1252_is_read(tree: Path) -> None:
    path = tree / SDTM / "ts.xpt"
    xpt(path, TS)
    # the same text in the other encoding: two letters of one byte, and blanks for what is over
    utf, latin = ("Étude à Québec".encode(name) for name in ("utf-8", "cp1252"))
    path.write_bytes(path.read_bytes().replace(utf, latin.ljust(len(utf))))

    assert check_package(tree).criteria["1734"] == "pass"


def test_two_start_dates_are_told(tree: Path) -> None:
    xpt(tree / SDTM / "ts.xpt", {**TS, "TSVAL": ["A study", "2021-03-04", "2019-01-01"]})
    assert "PKG183" in codes(tree)


def test_a_define_that_its_schema_does_not_allow_is_told(tree: Path) -> None:
    text = define_xml(["DM", "TS"]).replace(' CreationDateTime="2024-01-01T00:00:00"', "")
    (tree / SDTM / "define.xml").write_text(text.replace('ODMVersion="1.3.2"', ""), "utf-8")
    (found,) = (f for f in check_package(tree).findings if f.rule == "PKG182")
    assert "CreationDateTime" in found.message


def test_a_word_document_has_no_place_in_module_5(tree: Path) -> None:
    held(tree, f"{SDTM}/csdrg.docx").write_bytes(b"x")
    write_tags(tree, TAGS)
    assert "PKG125" in codes(tree)
