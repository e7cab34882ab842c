"""The seed study, built once for all of its tests."""

from __future__ import annotations

import pytest

from sdtm.build import SdtmBuild, build_sdtm
from specs import load_study
from tests.specs.studies.answer_key import SEED, Answer, Check, read_key


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
