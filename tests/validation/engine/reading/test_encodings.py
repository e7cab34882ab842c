"""Transport files in the encoding that a study declares, and what stands beside."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from transport import Dataset, VariableMeta, write_xpt
from validation import validate


def dm(country: str) -> Dataset:
    frame = pd.DataFrame({"DOMAIN": ["DM"], "USUBJID": ["S-1"], "ARM": [country]}).astype(
        "category"
    )
    return Dataset("DM", frame, tuple(VariableMeta(name, name) for name in frame.columns), "DM")


def test_the_declared_encoding_reads_what_the_build_wrote(tmp_path: Path) -> None:
    write_xpt(dm("不良事件"), tmp_path / "dm.xpt", encoding="gb18030")
    known = validate(tmp_path, encoding="gb18030")
    assert not [one for one in known.problems if one.rule.startswith("FILE")]
    told = validate(tmp_path)
    assert "FILE014" in {one.rule for one in told.problems}


def test_a_data_set_beside_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "adam").mkdir()
    (tmp_path / "sdtm").mkdir()
    write_xpt(dm("A"), tmp_path / "adam" / "dm.xpt")
    (tmp_path / "sdtm" / "ae.xpt").write_bytes(b"HEADER RECORD*******LIBRARY HEADER" + b"x" * 400)
    found = validate(tmp_path / "adam", beside=tmp_path / "sdtm")
    assert [one for one in found.problems if "ae.xpt" in str(one.raw) or "ae.xpt" in one.message]
