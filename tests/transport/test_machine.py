"""A file is called damaged where it is, and the machine where that failed."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sdtm.raw import ReadOptions, read_source
from specs import RawDataError
from transport import read_dataset, read_folder
from transport.machine import pass_on


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EMFILE])
def test_the_machine_is_passed_on(code: int) -> None:
    with pytest.raises(OSError, match=r"\[Errno"):
        pass_on(OSError(code, "x"))
    with pytest.raises(MemoryError):
        pass_on(MemoryError())


@pytest.mark.parametrize(
    "error", [OSError("bad"), FileNotFoundError(errno.ENOENT, "x"), OSError(errno.EINVAL, "x")]
)
def test_a_damaged_file_is_not(error: Exception) -> None:
    pass_on(error)


def breaks(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_while_unpacking_damages_no_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "raw.zip", "w") as archive:
        archive.writestr("cm.csv", "A,B\n1,2\n")
    monkeypatch.setattr("sdtm.raw.formats.archive._unpack", breaks)
    with pytest.raises(OSError, match="No space left"):
        read_source(tmp_path, "raw.zip", ReadOptions(member="cm.csv"))
    (tmp_path / "raw.zip").write_bytes((tmp_path / "raw.zip").read_bytes()[:40])
    with pytest.raises(RawDataError, match="RAW102"):
        read_source(tmp_path, "raw.zip", ReadOptions(member="cm.csv"))


@pytest.mark.parametrize("name", ["dm.xpt", "dm.json", "dm.ndjson", "dm.parquet"])
def test_a_right_that_lacks_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pd.DataFrame({"A": ["x"]}).to_parquet(tmp_path / name)

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", name)

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(Path, "read_text", refused)
    monkeypatch.setattr("pyarrow.parquet.read_table", refused)
    reading: list[Callable[[], Any]] = [
        lambda: read_dataset(tmp_path / name),
        lambda: read_folder(tmp_path),
    ]
    for read in reading:
        with pytest.raises(PermissionError):
            read()
