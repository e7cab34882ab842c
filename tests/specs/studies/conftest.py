"""The seed study, built once for all of its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from adam import BuildResult, build_adam
from sdtm.build import SdtmBuild, build_sdtm
from specs import load_study
from tests.specs.studies.answer_key import SEED, Answer, Check, read_key
from transport import write_xpt


@pytest.fixture(scope="session")
def seed_build() -> SdtmBuild:
    """SDTM of the first export, as the specification says it."""
    return build_sdtm(load_study(SEED))


@pytest.fixture(scope="session")
def seed_check(seed_build: SdtmBuild) -> Check:
    """The build, ready to be asked by the answer key."""
    return Check(seed_build)


@pytest.fixture(scope="session")
def seed_key() -> list[Answer]:
    """The answer key of the first export."""
    return read_key()


@pytest.fixture(scope="session")
def seed_sdtm(seed_build: SdtmBuild, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tabulation data, as files."""
    folder = tmp_path_factory.mktemp("seed-sdtm")
    for name, dataset in seed_build.datasets.items():
        write_xpt(dataset, folder / f"{name.lower()}.xpt", encoding="ascii")
    return folder


@pytest.fixture(scope="session")
def seed_adam(seed_sdtm: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """The analysis data."""
    return build_adam(SEED, sdtm=seed_sdtm, out=tmp_path_factory.mktemp("seed-adam") / "adam")
