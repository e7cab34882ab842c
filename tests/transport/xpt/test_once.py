"""Within one command a transport file is read once, and each reader may change what it has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from specs import RawDataError
from transport import Dataset, VariableMeta, read_xpt, write_xpt
from transport.xpt.once import reading_once


def written(path: Path, text: str) -> Path:
    frame = pd.DataFrame({"A": pd.Categorical([text, None]), "N": [1.0, 2.0]})
    metas = (VariableMeta("A", length=8), VariableMeta("N", type="Num", length=8))
    write_xpt(Dataset("X", frame, metas), path, encoding="utf-8")
    return path


def test_a_reader_that_writes_changes_nothing_for_the_next(tmp_path: Path) -> None:
    path = written(tmp_path / "x.xpt", "a")
    with reading_once():
        first = read_xpt(path)
        first.frame.loc[0, "N"] = 9.0
        first.frame["M"] = 1
        assert list(read_xpt(path).frame.columns) == ["A", "N"]
        assert read_xpt(path).frame["N"].tolist() == [1.0, 2.0]


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "x.xpt", "a")
    with reading_once():
        read_xpt(path)
        written(path, "b")
        assert read_xpt(path).frame["A"].tolist()[0] == "b"


def test_a_copy_says_where_it_lies(tmp_path: Path) -> None:
    path = written(tmp_path / "x.xpt", "a")
    copy = tmp_path / "y.xpt"
    copy.write_bytes(path.read_bytes())
    with reading_once():
        assert [Path(str(read_xpt(p).source)).name for p in (path, copy)] == ["x.xpt", "y.xpt"]


def test_what_is_no_ascii_is_refused_all_the_same(tmp_path: Path) -> None:
    path = written(tmp_path / "x.xpt", "é")
    with reading_once():
        assert read_xpt(path, encoding="utf-8").frame["A"].tolist()[0] == "é"
        with pytest.raises(RawDataError):
            read_xpt(path, encoding="ascii")
