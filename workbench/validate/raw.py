"""What the raw cells behind the findings say, word for word, where the raw exports are at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from specs import Study, TracelockError
from transport.publish.manifest import CACHE

if TYPE_CHECKING:
    from sdtm.raw import KeptTables
    from validation.report import Report

_MOST_BYTES = 50_000_000
"""Larger raw files are not read again for a report."""
Cells = dict[tuple[str, int, str], str]


def with_raw_text(report: Report, study: Study, raw_dir: Path, build: Path) -> Report:
    """The report with the text of the raw cells that its findings lead to.

    A cell in a file that is not the one of the build any more, or cannot be read, stays without.
    """
    from validation.report.counting.table import category

    table = report.table
    wanted = _as_built(_wanted(table), raw_dir, build)
    if not wanted:
        return report
    cells = _cells(study, raw_dir, wanted, build)
    keys = zip(
        _texts(table["raw_file"]), table["raw_row"], _texts(table["raw_column"]), strict=True
    )
    known = _texts(table["raw_text"])
    texts = [text or cells.get(key, "") for text, key in zip(known, keys, strict=True)]
    return replace(report, table=table.assign(raw_text=category(np.array(texts, dtype=object))))


def _texts(column: Any) -> list[str]:
    return [str(text) for text in column.astype(object)]


def _wanted(table: Any) -> dict[str, set[tuple[int, str]]]:
    """Rows and columns by raw file, of findings without the text."""
    some = table[(table["raw_row"] > 0) & (table["raw_text"] == "") & (table["raw_column"] != "")]
    places = some[["raw_file", "raw_row", "raw_column"]].drop_duplicates()
    out: dict[str, set[tuple[int, str]]] = {}
    for file, row, column in places.itertuples(index=False):
        out.setdefault(str(file), set()).add((int(row), str(column)))
    return out


def _as_built(
    wanted: dict[str, set[tuple[int, str]]], raw_dir: Path, build: Path
) -> dict[str, set[tuple[int, str]]]:
    """Without files that have changed since the build, or are large."""
    from workbench.explain.reading.build_folder import BuildFolder

    if not (build / "manifest.json").is_file():
        return {}
    folder = BuildFolder(build)
    names = {file: file.partition("#")[0] for file in wanted}
    same = {name for name in set(names.values()) if _is_as_built(folder, raw_dir, name)}
    return {file: places for file, places in wanted.items() if names[file] in same}


def _is_as_built(folder: Any, raw_dir: Path, name: str) -> bool:
    path = raw_dir / name.partition("!")[0]
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return False
    try:
        folder.check_raw(raw_dir, name)
    except TracelockError:
        return False
    return True


def _cells(
    study: Study, raw_dir: Path, wanted: dict[str, set[tuple[int, str]]], build: Path
) -> Cells:
    from fnmatch import fnmatchcase

    from sdtm.raw import KeptTables
    from workbench.incremental.program import program_digest

    kept = KeptTables([build / CACHE], program_digest())

    cells: Cells = {}
    for name, spec in study.spec.sources.items():
        files = [file for file in wanted if fnmatchcase(file.partition("#")[0], spec.file)]
        if files:
            cells |= _of_source(study, raw_dir, name, wanted, kept)
    return cells


def _of_source(
    study: Study,
    raw_dir: Path,
    name: str,
    wanted: dict[str, set[tuple[int, str]]],
    kept: KeptTables,
) -> Cells:
    from sdtm.raw import read_source
    from sdtm.records.sources import from_raw, read_options

    spec = study.spec.sources[name]
    try:
        tables = read_source(raw_dir, spec.file, read_options(spec), kept)
        whole = from_raw(name, tables, spec.rename)
    except TracelockError:
        return {}
    cells: Cells = {}
    for number, file in enumerate(whole.files):
        here = np.flatnonzero(whole.file_of == number)
        place = pd.Series(here, index=whole.row_of[here])
        for row, column in wanted.get(file, ()):
            if row in place.index and whole.has(column):
                cells[file, row, column] = whole.cell(int(place[row]), column).text
    return cells
