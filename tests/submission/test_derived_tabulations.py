"""define.xml of tabulation data that the analysis specification derives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from submission.defining.derived_tabulations import (
    derived_keys,
    derived_provenance,
    derived_tabulations,
)

from adam.load import LoadedDataset
from specs import load_study
from tests.specs.studies.answer_key import SEED


@pytest.fixture(scope="module")
def known() -> dict[str, LoadedDataset]:
    """What the seed study derives."""
    return derived_tabulations(load_study(SEED))


def test_relations_belong_to_the_tabulation_data(known: dict[str, LoadedDataset]) -> None:
    assert list(known) == ["PP"]


def test_keys_are_those_of_the_analysis_specification(known: dict[str, LoadedDataset]) -> None:
    assert derived_keys(known, "PP")[:3] == ["STUDYID", "USUBJID", "PPTESTCD"]
    assert derived_keys(known, "LB") == []


def test_a_result_is_derived_with_a_method(known: dict[str, LoadedDataset]) -> None:
    found = derived_provenance(known, "PP", "PPSTRESN")

    assert found.origins[0].type == "Derived"
    assert "linear" in found.method.lower() or "Non-compartmental" in found.method


def test_a_constant_and_an_unknown_data_set_are_assigned(known: dict[str, LoadedDataset]) -> None:
    for name, variable in (("PP", "DOMAIN"), ("XX", "XXORRES")):
        assert derived_provenance(known, name, variable).origins[0].type == "Assigned"


def test_a_variable_of_the_records_is_derived(known: dict[str, LoadedDataset]) -> None:
    assert derived_provenance(known, "PP", "PPENINT").origins[0].type == "Derived"


def test_a_study_without_analysis_data_derives_nothing(tmp_path: Path) -> None:
    shutil.copytree(SEED, tmp_path / "study", ignore=shutil.ignore_patterns("adam", "raw*"))

    assert derived_tabulations(load_study(tmp_path / "study")) == {}
