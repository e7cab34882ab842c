"""A small study, packaged once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.submission.package.small_study import annotated_crf, dry_run, small_study
from workbench.steps.package_run import PackageResult


@pytest.fixture(scope="session")
def packaged_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PackageResult]:
    """The study folder and what packaging said. Not to be changed."""
    study = small_study(tmp_path_factory.mktemp("packaged") / "study")
    annotated_crf(study / "documents" / "acrf.pdf")
    return study, dry_run(study, dataset_json=True)


@pytest.fixture
def study(packaged_once: tuple[Path, PackageResult], tmp_path: Path) -> Path:
    """A copy of the study with its builds and its package, to be changed."""
    copy = tmp_path / "study"
    shutil.copytree(packaged_once[0], copy)
    return copy
