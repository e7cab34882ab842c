"""The annotation list, and pages read from an annotated CRF."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from specs import BuildError
from submission.package.acrf import pages_of
from tests.submission.package.small_study import annotated_crf
from workbench.steps.package_run import PackageResult

Packaged = tuple[Path, PackageResult]


def lines(packaged: Packaged) -> dict[tuple[str, str], dict[str, str]]:
    path = packaged[1].out / "acrf-annotations.csv"
    with path.open(encoding="utf-8-sig") as file:
        return {(r["form"], r["field"]): r for r in csv.DictReader(file)}


def test_pages_of_free_text_annotations(tmp_path: Path) -> None:
    annotated_crf(tmp_path / "acrf.pdf")
    assert pages_of(tmp_path / "acrf.pdf") == {
        ("CM", "CMDOSTXT"): [2],
        ("CM", "CMTRT"): [2],
        ("DM", "SEX"): [1],
        ("SUPPCM", "CMWHY"): [2],
    }


def test_a_crf_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "acrf.pdf").write_text("nothing", "utf-8")
    with pytest.raises(BuildError, match="PKG172"):
        pages_of(tmp_path / "acrf.pdf")


def test_fields_and_their_variables(packaged_once: Packaged) -> None:
    found = lines(packaged_once)
    assert found["cm", "DRUG"]["annotation"] == "CM.CMTRT"
    assert found["cm", "DRUG"]["pages"] == "2"
    assert found["dm", "SEX"]["annotation"] == "DM.SEX"


def test_supplemental_qualifiers(packaged_once: Packaged) -> None:
    line = lines(packaged_once)["cm", "WHY"]
    assert (line["dataset"], line["annotation"]) == ("SUPPCM", "CMWHY in SUPPCM")


def test_fields_that_go_nowhere(packaged_once: Packaged) -> None:
    found = lines(packaged_once)
    assert found["cm", "MEMO"]["annotation"] == "[NOT SUBMITTED]"
    assert found["dm", "BIRTH"]["annotation"] == "DM.BRTHDTC"
    assert ("cm", "ROW") not in found or found["cm", "ROW"]["annotation"] != "[NOT SUBMITTED]"


def test_pages_reach_the_origins_of_define(packaged_once: Packaged) -> None:
    define = (packaged_once[1].out / "m5/datasets/s1/tabulations/sdtm/define.xml").read_text(
        "utf-8"
    )
    assert 'PageRefs="2"' in define
