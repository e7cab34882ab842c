"""What `explain` reads of a build in pieces is what reading all of it gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from specs import RawDataError
from transport import Dataset, VariableMeta, read_xpt_header, write_xpt
from workbench.explain.reading.record_vectors import RecordVectors
from workbench.explain.reading.xpt_start import header_of_one


def written(path: Path, records: int, width: int) -> Path:
    texts = pd.Series(["x" * width] * records, dtype="category")
    frame = pd.DataFrame({"A": texts, "N": np.arange(records, dtype=float)})
    metas = (VariableMeta("A", "Text", "Char", length=width), VariableMeta("N", "N", "Num"))
    write_xpt(Dataset("LB", frame, metas), path)
    return path


@pytest.mark.parametrize(("records", "width"), [(3, 100), (9_000, 192), (30_000, 71), (60_000, 20)])
def test_the_header_is_that_of_the_whole_file(tmp_path: Path, records: int, width: int) -> None:
    path = written(tmp_path / "lb.xpt", records, width)
    assert header_of_one(path) == read_xpt_header(path)
    assert header_of_one(path).records == records


@pytest.mark.parametrize("cut", [17, 80 * 7])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "lb.xpt", 9_001, 193)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(RawDataError) as caught:
        header_of_one(path)
    assert caught.value.findings[0].rule == "FILE011"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RawDataError):
        header_of_one(tmp_path / "lb.xpt")


def test_the_vectors_of_a_record_are_of_its_row_group(tmp_path: Path) -> None:
    rows = np.arange(1000, dtype=np.int32)[::-1]
    table = pa.table({"row": rows, "stream": rows % 7})
    pq.write_table(table, tmp_path / "lb.parquet", row_group_size=64)
    vectors = RecordVectors.open(tmp_path / "lb.parquet")
    for record in (0, 63, 64, 500, 999):
        assert vectors.of(record) == {"row": 999 - record, "stream": (999 - record) % 7}
