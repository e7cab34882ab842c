"""Builds that know the last one and builds that know nothing give the same, whatever was edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import chain_edits
from bench.random_edits import compared

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2])
def test_five_edits(tmp_path: Path, seed: int) -> None:
    done = list(compared(tmp_path, 5, seed))
    assert len(done) == 5
    assert [(name, differ) for name, _, differ in done if differ] == []


def test_two_edits_of_a_study_with_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    done = list(chain_edits.compared(tmp_path, 2, 3))
    assert [(name, differ) for name, _, differ in done if differ] == []
