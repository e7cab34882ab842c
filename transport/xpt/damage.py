"""What is wrong with a transport file, with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from specs.codes import finding
from specs.errors import RawDataError
from specs.findings import RawCell


def fail(
    code: str, path: Path, message: str, *, offset: int | None = None, **fields: Any
) -> NoReturn:
    """Raise a RawDataError that names the file and the byte."""
    where = path.name if offset is None else f"{path.name} at byte {offset}"
    raw = RawCell(file=path.name, column="" if offset is None else f"byte {offset}")
    raise RawDataError(finding(code, f"{where}: {message}", raw=raw, **fields))
