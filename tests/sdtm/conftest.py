"""Fixtures of the SDTM tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from specs import Study, load_study
from tests.sdtm.small import write

MakeStudy = Callable[[Mapping[str, "str | bytes"]], Study]


@pytest.fixture
def make_study(tmp_path: Path) -> MakeStudy:
    """Writes a study folder and loads it."""
    return lambda contents: load_study(write(tmp_path / "study", contents))
