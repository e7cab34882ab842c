"""CSV data sets described by ``_datasets.csv`` and ``_variables.csv`` (CDISC Open Rules layout)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from specs.codes import finding
from specs.errors import RawDataError
from specs.findings import Finding, RawCell
from transport.dataset import Dataset, VariableMeta, VariableType
from transport.machine import pass_on
from transport.xpt.read import as_categories

DATASETS, VARIABLES = "_datasets.csv", "_variables.csv"


def is_open_rules_folder(folder: Path) -> bool:
    """Whether a folder has the layout's two descriptions."""
    return (folder / DATASETS).is_file() and (folder / VARIABLES).is_file()


def read_csv_dataset(
    path: Path | str,
    variables_csv: Path | str | None = None,
    datasets_csv: Path | str | None = None,
    *,
    on_finding: list[Finding] | None = None,
) -> Dataset:
    """Read one CSV data set; the descriptions lie beside it unless given.

    Text stays as it is (``001``, ``NA``); an empty cell is missing; a Num cell must be a number.
    A column without a usable description is Char (FILE052), a short line ends in empty cells
    (FILE053); both are added to ``on_finding``.

    Raises:
        RawDataError: FILE001, FILE050, FILE051, FILE043 (all bad cells' first, per column).
    """
    path = Path(path)
    described = _described(path, Path(variables_csv or path.with_name(VARIABLES)))
    name = path.stem.upper()
    unknown: list[Finding] = []
    header, rows = _table(path, unknown)
    variables = []
    for column in header:
        meta = described.get((path.stem.lower(), column.upper()))
        if meta is None:
            message = (
                f"{path.name}: column {column} has no usable line in {VARIABLES}; read as text"
            )
            unknown.append(finding("FILE052", message, dataset=name, variable=column))
        variables.append(meta or VariableMeta(column))
    problems: list[Finding] = []
    columns = {}
    for n, meta in enumerate(variables):
        texts = [row[n] for row in rows]
        columns[n] = _number(path, meta, texts, problems) if meta.type == "Num" else _text(texts)
    if problems:
        raise RawDataError(problems)
    if on_finding is not None:
        on_finding += unknown
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)
    frame.columns = pd.Index(header, dtype="str")
    label = _labels(Path(datasets_csv or path.with_name(DATASETS))).get(path.stem.lower(), "")
    return Dataset(name, frame, tuple(variables), label, source=path)


def csv_variables(path: Path) -> tuple[VariableMeta, ...]:
    """The variables of a CSV data set, in the order of its header line."""
    described = _described(path, path.with_name(VARIABLES))
    header = _without_nameless_end([c.strip() for c in next(_lines(path), (0, []))[1]])
    return tuple(described.get((path.stem.lower(), c.upper()), VariableMeta(c)) for c in header)


def csv_label(path: Path) -> str:
    """The data set's label in ``_datasets.csv``, or ""."""
    return _labels(path.with_name(DATASETS)).get(path.stem.lower(), "")


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells. Raises RawDataError FILE001, FILE051."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        pass_on(error)
        raise _error("FILE001", path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise _error("FILE014", path, f"is not UTF-8 at byte {error.start}") from None
    except csv.Error as error:
        said = "a quote is opened and never closed" if "end of data" in str(error) else str(error)
        raise _error("FILE051", path, said, row=reader.line_num) from None


def _table(
    path: Path, on_finding: list[Finding] | None = None
) -> tuple[list[str], list[list[str]]]:
    """Header and rows; lines of another size raise, or else short ones are findings."""
    lines = _lines(path)
    header = next(lines, (0, []))[1]
    written = len(header)
    header = _without_nameless_end([cell.strip() for cell in header])
    wrong = _wrong_header(header)
    if wrong:
        raise _error("FILE051", path, wrong, row=1)
    rows = []
    for number, row in lines:
        if not row:
            continue
        if len(row) != written or any(row[len(header) :]):
            what = f"{len(row)} cells, the header has {len(header)}"
            if on_finding is None or any(row[len(header) :]):
                raise _error("FILE051", path, what, row=number)
            on_finding.append(_finding("FILE053", path, what, row=number))
        rows.append((row + [""] * len(header))[: len(header)])
    return header, rows


def _without_nameless_end(header: list[str]) -> list[str]:
    """A spreadsheet writes commas for columns that were once used: behind the last name there is
    nothing, unless a row has something there, which is told as a row that is too long."""
    while header and not header[-1]:
        header.pop()
    return header


def _wrong_header(header: list[str]) -> str:
    if not header:
        return "the file is empty; the first line names the columns"
    if "" in header:
        return f"column {header.index('') + 1} has no name"
    twice = [name for name, count in Counter(header).items() if count > 1]
    return f"there are several columns {', '.join(twice)}" if twice else ""


def _described(path: Path, variables_csv: Path) -> dict[tuple[str, str], VariableMeta]:
    if not variables_csv.is_file():
        raise _error("FILE050", path, f"no {variables_csv.name} beside it")
    return _variables(variables_csv, variables_csv.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _variables(path: Path, _modified: int) -> dict[tuple[str, str], VariableMeta]:
    header: list[str] = []
    rows = []
    for _, row in _lines(path):
        if not header:
            header = [cell.strip() for cell in row]
        elif len(row) == len(header):
            rows.append(row)
    places = {name.lower(): n for n, name in enumerate(header)}
    if not {"dataset", "variable", "label", "type"} <= set(places):
        needed = "dataset, variable, label and type"
        raise _error("FILE050", path, f"needs the columns {needed}; {_has(header)}", row=1)
    out = {}
    for row in rows:
        cell = {name: row[n].strip() for name, n in places.items()}
        name = Path(cell["dataset"]).stem.lower()
        meta = _variable(cell)
        if meta is not None:
            out[name, cell["variable"].upper()] = meta
    return out


def _has(header: list[str]) -> str:
    return f"it has {', '.join(header)}" if any(header) else "it has none"


def _variable(cell: dict[str, str]) -> VariableMeta | None:
    """The variable of a line; None if its type is neither Char nor Num."""
    kinds: dict[str, VariableType] = {"char": "Char", "num": "Num"}
    kind = kinds.get(cell["type"].lower())
    if kind is None:
        return None
    length = cell.get("length", "")
    return VariableMeta(
        cell["variable"],
        cell["label"],
        kind,
        int(float(length)) if length.replace(".", "", 1).isdigit() else None,
        cell.get("format", ""),
    )


def _labels(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    header, rows = _table(path)
    places = {name.lower(): n for n, name in enumerate(header)}
    if not {"filename", "label"} <= set(places):
        raise _error("FILE050", path, f"needs Filename and Label; {_has(header)}", row=1)
    return {Path(r[places["filename"]]).stem.lower(): r[places["label"]] for r in rows}


def _text(texts: list[str]) -> Any:
    """Text as it is written: a blank at the end is a finding of some rules, and shown."""
    codes, values = pd.factorize(np.array(texts, dtype=object))
    return as_categories(codes, [str(v) for v in values])


def _number(path: Path, meta: VariableMeta, texts: list[str], problems: list[Finding]) -> Any:
    values = np.full(len(texts), np.nan)
    codes, distinct = pd.factorize(np.array([t.strip() for t in texts], dtype=object))
    numbers = np.full(len(distinct), np.nan)
    for n, text in enumerate(distinct):
        if text in ("", "."):
            continue
        number = _as_number(text)
        if number is None:
            row = int(np.argmax(codes == n)) + 1
            message = f"{path.name} record {row}, {meta.name}: {text!r} is not a number"
            raw = RawCell(path.name, row + 1, meta.name, text)
            fields = {"dataset": path.stem.upper(), "variable": meta.name, "record": row}
            problems.append(finding("FILE043", message, raw=raw, value=text, **fields))
        else:
            numbers[n] = number
    if len(texts):
        values = numbers[codes]
    return values


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) and "_" not in text else None


def _error(code: str, path: Path, what: str, row: int | None = None) -> RawDataError:
    return RawDataError(_finding(code, path, what, row))


def _finding(code: str, path: Path, what: str, row: int | None = None) -> Finding:
    line = f":{row}" if row else ""
    return finding(code, f"{path.name}{line}: {what}", raw=RawCell(path.name, row))
