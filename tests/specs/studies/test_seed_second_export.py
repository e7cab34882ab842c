"""The second export of the seed study: its layout changed, so nothing is built, and all is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sdtm.build import build_sdtm
from specs import RawDataError, SpecificationError, load_study
from tests.specs.studies.answer_key import SEED

CUT2 = SEED / "raw-cut2"


def test_everything_that_changed_is_said_at_once() -> None:
    with pytest.raises(RawDataError) as caught:
        build_sdtm(load_study(SEED), CUT2)

    said = {(f.rule, f.raw.file if f.raw else str(f.spec)) for f in caught.value.findings}
    assert said == {
        ("RAW106", "edc/DV.csv"),  # another encoding
        ("RAW120", "lab/hospital_lab.xlsx"),  # another name of a sheet
        ("SPEC114", "sdtm/cm.yaml:13:13"),  # another name of a column
    }
    hints = [f.hint for f in caught.value.findings]
    assert "did you mean '凝血功能'?" in hints
    assert "did you mean 'PREF_NAME'?" in hints


def test_the_last_build_stays_whole(tmp_path: Path) -> None:
    from workbench.steps.sdtm import build_sdtm as publish

    out = tmp_path / "build"
    study = tmp_path / "study"
    names = shutil.ignore_patterns("raw", "raw-cut2", "build*", "contracts", ".tracelock-cache")
    shutil.copytree(SEED, study, ignore=names)
    text = (study / "study.yaml").read_text(encoding="utf-8")
    for name in ("lab_blood", "lab_serum", "lab_plasma", "lab_ranges", "lab_central", "qpcr"):
        text = text.replace(f", contract: {name}", "")
    (study / "study.yaml").write_text(text.replace(", contract: flow", ""), encoding="utf-8")
    assert publish(study, raw=SEED / "raw", out=out, only=["CM"]).published
    before = files(out)

    result = publish(study, raw=CUT2, out=out)

    assert (result.published, result.exit_code) == (False, 1)
    assert files(out) == before


def files(build: Path) -> dict[Path, bytes]:
    """All of a build but lock.json, which says what the last command saw, and what a command keeps
    for the next one."""
    found = (p for p in sorted(build.rglob("*")) if p.is_file() and p.name != "lock.json")
    return {path: path.read_bytes() for path in found if ".tracelock-cache" not in path.parts}


def test_several_lines_that_do_not_fit_are_said_at_once(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(SEED / "raw", raw)
    for name, old, new in (("CM", "PREFNAME", "PREF"), ("MH", "CYTOGEN", "KARYOTYPE")):
        path = raw / "edc" / f"{name}.csv"
        text = path.read_text(encoding="gb18030").replace(old, new, 1)
        path.write_text(text, encoding="gb18030", newline="")

    with pytest.raises(SpecificationError) as caught:
        build_sdtm(load_study(SEED), raw)

    assert [f.dataset for f in caught.value.findings] == ["CM", "MH"]
