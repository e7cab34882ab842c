"""A study that is read-only can be packaged: builds go elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.submission.package.small_study import dry_run, small_study
from tests.workbench.conftest import hashes


def test_builds_go_where_one_says(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    before = hashes(study)
    done = dry_run(study, out=tmp_path / "out", build=tmp_path / "built")
    assert done.published
    assert (tmp_path / "built" / "sdtm" / "dm.xpt").is_file()
    assert hashes(study) == before
    again = dry_run(study, out=tmp_path / "out", build=tmp_path / "built")
    assert again.steps[0] == "SDTM is up to date"


def test_builds_of_a_read_only_study_go_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = small_study(tmp_path / "study")
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != study and real(path, mode))
    before = hashes(study)
    assert dry_run(study, out=tmp_path / "out").published
    assert (tmp_path / "out-build" / "sdtm" / "dm.xpt").is_file()
    assert hashes(study) == before
