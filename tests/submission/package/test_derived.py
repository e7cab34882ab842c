"""Tabulation data that the analysis build derived, among the collected ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from specs import BuildError
from submission.package.derived import append_records
from transport import Dataset, VariableMeta, write_xpt


def relations(path: Path, rows: list[tuple[str, str]], names: tuple[str, str]) -> Path:
    """A small RELREC."""
    frame = pd.DataFrame(rows, columns=list(names))
    metas = [VariableMeta(name, f"Label of {name}") for name in names]
    write_xpt(Dataset("RELREC", frame, metas, "Related Records"), path, encoding="ascii")
    return path


def test_records_are_appended_and_lengths_grow(tmp_path: Path) -> None:
    names = ("RDOMAIN", "RELID")
    collected = relations(tmp_path / "relrec.xpt", [("AE", "A1"), ("CM", "A1")], names)
    derived = relations(tmp_path / "derived.xpt", [("PP", "PC-PP CD7CARQ 1")], names)

    append_records(collected, derived, encoding="ascii")
    frame, meta = pyreadstat.read_xport(collected)

    assert frame.to_numpy().tolist() == [["AE", "A1"], ["CM", "A1"], ["PP", "PC-PP CD7CARQ 1"]]
    assert meta.column_labels == ["Label of RDOMAIN", "Label of RELID"]
    assert meta.table_name == "RELREC"


def test_other_variables_are_refused(tmp_path: Path) -> None:
    collected = relations(tmp_path / "relrec.xpt", [("AE", "A1")], ("RDOMAIN", "RELID"))
    derived = relations(tmp_path / "derived.xpt", [("PP", "A1")], ("RDOMAIN", "RELTYPE"))

    with pytest.raises(BuildError, match="PKG155"):
        append_records(collected, derived, encoding="ascii")
