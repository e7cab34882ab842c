"""What is held of each version, what is refused aloud, and how terminology is brought in."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from specs.errors import SpecificationError
from specs.standards import dataset_classes, holding, import_ct, load_ct, load_ig
from specs.standards.command import compare, list_
from specs.standards.publications import HEADER


@pytest.mark.parametrize(
    ("standard", "version", "whole"),
    [
        ("sdtmig", "3.4", True),
        ("sdtmig", "3.3", False),
        ("sdtmig", "3.2", False),
        ("sendig", "3.1.1", True),
        ("sendig", "3.1", False),
        ("adamig", "1.3", True),
        ("adamig", "1.1", False),
    ],
)
def test_what_is_held_whole_can_be_loaded_and_nothing_else(
    standard: str, version: str, whole: bool
) -> None:
    assert holding(standard, version).is_whole is whole
    if whole:
        assert load_ig(standard, version).version == version  # type: ignore[call-overload]
        return
    with pytest.raises(SpecificationError, match="STD101"):
        load_ig(standard, version)  # type: ignore[call-overload]


def test_a_version_held_in_part_says_which_part() -> None:
    with pytest.raises(SpecificationError, match=r"of SDTMIG 3\.3 only this is here"):
        load_ig("sdtmig", "3.3")
    assert any("labels" in words for words in holding("sdtmig", "3.3").missing())


def test_sdtmig_3_3_has_the_data_sets_before_3_4() -> None:
    """SDTMIG 3.4 added BE, BS, CP, GF and RELSPEC, and removed MO."""
    old, new = dataset_classes("sdtmig", "3.3"), dataset_classes("sdtmig", "3.4")
    assert set(new.classes) - set(old.classes) == {"BE", "BS", "CP", "GF", "RELSPEC"}
    assert set(old.classes) - set(new.classes) == {"MO"}
    assert old.class_of("AE") == "Events"


def test_sendig_has_no_model_variables() -> None:
    guide = load_ig("sendig", "3.1.1")
    assert guide.variable("LB", "LBORRES") is not None
    assert guide.variable("LB", "LBLNKID") is None
    assert guide.dataset("SUPPLB").label == "Supplemental Qualifiers for LB"
    assert guide.custom("XX", "Findings").model_variables == ()


@pytest.mark.parametrize(
    ("package", "named"),
    [
        ("sdtmct-2024-09-27", "'SDTM Terminology 2024-09-27.txt'"),
        ("adamct-2024-09-27", "'ADaM Terminology 2024-09-27.txt'"),
        ("sendct-2023-12-15", "'SEND Terminology 2023-12-15.txt'"),
        ("define-xmlct-2023-12-15", "'Define-XML Terminology 2023-12-15.txt'"),
    ],
)
def test_a_package_that_is_not_held_says_how_to_bring_it_in(package: str, named: str) -> None:
    with pytest.raises(SpecificationError, match="STD201") as error:
        load_ct(package)
    hint = error.value.findings[0].hint
    assert named in hint
    assert f"--package {package}" in hint


OLD = [
    ("C1", "", "Yes", "Colour", "COLOR", "", "", "Colour"),
    ("C10", "C1", "", "Colour", "RED", "", "", "Red"),
    ("C11", "C1", "", "Colour", "GREY", "", "", "Grey"),
    ("C12", "C1", "", "Colour", "PINK", "", "", "Pink"),
    ("C13", "C1", "", "Colour", "TAN", "", "", "Tan"),
]
NEW = [
    ("C1", "", "Yes", "Colour", "COLOR", "", "", "Colour"),
    ("C10", "C1", "", "Colour", "RED", "", "", "Red"),
    ("C11", "C1", "", "Colour", "GRAY", "", "", "Grey"),
    ("C99", "C1", "", "Colour", "PINK", "", "", "Pink, the flower"),
    ("C14", "C1", "", "Colour", "BLUE", "", "", "Blue"),
    ("C2", "", "No", "Shape", "SHAPE", "", "", "Shape"),
    ("C20", "C2", "", "Shape", "ROUND", "", "", "Round"),
]


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    for date, rows in (("2020-01-01", OLD), ("2021-01-01", NEW)):
        lines = ["\t".join(row) for row in (HEADER, *rows)]
        file = tmp_path / f"SDTM Terminology {date}.txt"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        import_ct(file, tmp_path / "standards")
    return tmp_path / "standards"


def test_terms_are_followed_across_versions_by_their_code(packages: Path) -> None:
    words = ["sdtmct-2020-01-01", "sdtmct-2021-01-01", "--into", str(packages)]
    result = CliRunner().invoke(compare, words)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "COLOR (C1): C11 'GREY' is now 'GRAY'",
        "COLOR (C1): 'PINK' is now C99, another concept",
        "COLOR (C1): C13 'TAN' is gone",
        "COLOR (C1): C14 'BLUE' is new",
        "SHAPE (C2): the codelist is new",
        "5 changes from sdtmct-2020-01-01 to sdtmct-2021-01-01",
    ]
    only = CliRunner().invoke(compare, [*words, "--codelist", "SHAPE"])
    assert only.output.splitlines()[0] == "SHAPE (C2): the codelist is new"


def test_a_comparison_with_what_is_not_there_is_refused(packages: Path) -> None:
    result = CliRunner().invoke(compare, ["sdtmct-2020-01-01", "sdtmct-2022-01-01"])
    assert result.exit_code == 2
    assert "STD201" in result.output
    words = ["sdtmct-2020-01-01", "sdtmct-2021-01-01", "--into", str(packages)]
    assert CliRunner().invoke(compare, [*words, "--codelist", "NONE"]).exit_code == 2


def test_the_list_says_what_is_not_held(packages: Path) -> None:
    output = CliRunner().invoke(list_, ["--into", str(packages)]).output
    assert "SDTMIG 3.3: data sets with their classes" in output
    assert "not held: variables with their labels" in output
    assert "sdtmct-2020-01-01" in output
