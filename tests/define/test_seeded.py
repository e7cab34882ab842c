"""Every check finds the defect that was made for it, at a line; the valid documents have none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from define import run_checks
from define.checks import CHECKS
from tests.define import sample, seeded


@pytest.fixture(scope="module")
def documents() -> dict[str, tuple[bytes, Any]]:
    return seeded.documents()


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    identifier = request.getfixturevalue("identifier")
    make = sample.sdtm_define if seeded.DEFECTS[identifier][0] == "sdtm" else sample.adam_define
    return sample.write_study(tmp_path, make()).parent


def test_there_is_a_defect_for_every_check() -> None:
    assert set(seeded.DEFECTS) == set(CHECKS)


@pytest.mark.parametrize("identifier", sorted(seeded.DEFECTS))
def test_a_seeded_defect_is_found(
    identifier: str, folder: Path, documents: dict[str, tuple[bytes, Any]]
) -> None:
    report = seeded.run_seeded(identifier, folder, documents)
    found = [f for f in report.findings if f.rule == identifier]
    assert found, f"{identifier} not among {sorted({f.rule for f in report.findings})}"
    assert all(f.spec is not None and f.spec.line > 0 for f in found)


@pytest.mark.parametrize("kind", ["sdtm", "adam"])
def test_the_valid_documents_have_no_finding(kind: str, tmp_path: Path) -> None:
    make, data = (
        (sample.sdtm_define, sample.sdtm_data)
        if kind == "sdtm"
        else (sample.adam_define, sample.adam_data)
    )
    report = run_checks(sample.write_study(tmp_path, make()), data())
    assert [f.message for f in report.findings] == []
    assert set(report.not_run) == (set() if kind == "sdtm" else {"DEF275"})  # ADaMIG has no domains
    assert len(report.ran) + len(report.not_run) == len(CHECKS)
