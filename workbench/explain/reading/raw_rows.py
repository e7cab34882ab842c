"""One row of a raw source, fetched again as text: quickly where the format allows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from derive.values.text import Text
from sdtm.raw import one_row, read_source
from sdtm.records.sources import SourceTable, from_raw, read_options
from specs import BuildError, Study, finding
from specs.text.invisible import visible


def source_row(study: Study, raw_dir: Path, name: str, file: str, row: int) -> SourceTable:
    """A source reduced to one row (by file and 1-based row), columns trimmed as in a build."""
    spec = study.spec.sources[name]
    quick = one_row(raw_dir, file, row, read_options(spec))
    if quick is not None:
        named = {spec.rename.get(column, column): text for column, text in quick.items()}
        there = {old: new for old, new in spec.rename.items() if old in quick}
        return _table(name, file, row, named, there)
    raws = read_source(raw_dir, spec.file, read_options(spec))
    whole = from_raw(name, raws, spec.rename)
    at = np.flatnonzero((whole.row_of == row) & (np.array(whole.files)[whole.file_of] == file))
    if not len(at):
        raise BuildError(finding("PKG004", f"{file} has no row {row} any more"))
    index = int(at[0])
    cells = {column: whole.cell(index, column) for column in whole.names}
    texts = {column: cell.text for column, cell in cells.items()}
    return _table(name, file, row, texts, {c.column: n for n, c in cells.items()})


def _table(
    name: str, file: str, row: int, cells: dict[str, str], rename: dict[str, str]
) -> SourceTable:
    out = SourceTable(name, [file], 1, np.array([row]), np.array([0]), list(cells), rename=rename)
    for column, text in cells.items():
        out.put(column, Text.of([visible(text)]), text)
    return out
