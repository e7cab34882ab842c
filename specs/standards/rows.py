"""The tab-separated tables that hold the facts of a standard: one header line, text cells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table as name -> text. Raises ValueError for a row of another width."""
    lines = path.read_text("utf-8").splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]


def write_rows(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table; the same rows give the same bytes. Raises ValueError for a tab in a cell."""
    lines = ["\t".join(names)]
    for row in rows:
        if len(row) != len(names) or any("\t" in cell or "\n" in cell for cell in row):
            raise ValueError(f"{path.name}: a cell holds a tab or line break: {row}")
        lines.append("\t".join(row))
    write_bytes(path, ("\n".join(lines) + "\n").encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader never sees half a file."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)  # noqa: PTH105 - the one call that is atomic on every platform
    finally:
        beside.unlink(missing_ok=True)
