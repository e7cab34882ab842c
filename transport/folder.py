"""A folder of data sets, in any of the formats, read with what is wrong named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specs.codes import finding
from specs.errors import RawDataError, TracelockError
from specs.findings import Finding, RawCell
from transport.dataset import Dataset, VariableMeta
from transport.dataset_json_read import read_dataset_json, read_dataset_ndjson, read_json_header
from transport.open_rules_csv import (
    csv_label,
    csv_variables,
    is_open_rules_folder,
    read_csv_dataset,
)
from transport.parquet import parquet_header, read_parquet_dataset
from transport.xpt_header import read_xpt_header
from transport.xpt_read import read_xpt

_READERS: dict[str, Callable[[Path], Dataset]] = {
    ".xpt": read_xpt,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_ndjson,
    ".parquet": read_parquet_dataset,
    ".csv": read_csv_dataset,
}
_FILE_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,7}")


@dataclass(frozen=True, slots=True)
class DatasetHeader:
    """What a file says of its data set. ``records`` is None where counting means reading (CSV)."""

    name: str
    label: str
    variables: tuple[VariableMeta, ...]
    records: int | None
    path: Path


def read_dataset(path: Path | str) -> Dataset:
    """Read a data set by the suffix of its file (xpt, json, ndjson, parquet, csv).

    Raises:
        RawDataError: FILE010 for another suffix, and what the reader of the format raises.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        message = f"{path.name}: {path.suffix or 'no suffix'} is none of {known}"
        raise RawDataError(finding("FILE010", message, raw=RawCell(path.name)))
    return reader(path)


_OF_A_BUILD = {"manifest.json", "findings.json", "report.json"}
"""Files that a build writes beside its data sets; they are no Dataset-JSON."""


def read_folder(folder: Path | str, *, on_error: list[Finding] | None = None) -> dict[str, Dataset]:
    """Read all data sets of a folder, by upper-case name of the file.

    What is wrong with one file (unreadable, two files for one data set, odd names) is added to
    ``on_error``, and the rest still loads. A folder ``split`` is read only for data sets that are
    not there whole.

    Raises:
        RawDataError: FILE001 and FILE075; without ``on_error``, any finding that blocks.
    """
    found: list[Finding] = []
    out: dict[str, Dataset] = {}
    for name, path in _files(Path(folder), found).items():
        try:
            if path.suffix.lower() == ".csv":
                dataset = read_csv_dataset(path, on_finding=found)
            else:
                dataset = read_dataset(path)
        except TracelockError as error:
            found += error.findings
            continue
        found += _name_findings(path, dataset.name)
        out[name] = dataset
    _report(found, on_error)
    return out


def folder_headers(
    folder: Path | str, *, on_error: list[Finding] | None = None
) -> dict[str, DatasetHeader]:
    """As :func:`read_folder`, but headers only."""
    found: list[Finding] = []
    out = {}
    for name, path in _files(Path(folder), found).items():
        try:
            out[name] = read_header(path)
        except TracelockError as error:
            found += error.findings
            continue
        found += _name_findings(path, out[name].name)
    _report(found, on_error)
    return out


def read_header(path: Path | str) -> DatasetHeader:
    """What a file says of its data set, without its records. Raises as :func:`read_dataset`."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".xpt":
        xpt = read_xpt_header(path)
        return DatasetHeader(xpt.name, xpt.label, xpt.variables, xpt.records, path)
    if suffix in (".json", ".ndjson"):
        name, variables, label, records = read_json_header(path)
        return DatasetHeader(name, label, variables, records, path)
    if suffix == ".parquet":
        variables, label, records = parquet_header(path)
        return DatasetHeader(path.stem.upper(), label, variables, records, path)
    if suffix == ".csv":
        return DatasetHeader(path.stem.upper(), csv_label(path), csv_variables(path), None, path)
    return DatasetHeader(*_unknown(path))


def _unknown(path: Path) -> tuple[str, str, tuple[VariableMeta, ...], int, Path]:
    dataset = read_dataset(path)  # raises FILE010
    return dataset.name, dataset.label, dataset.variables, dataset.records, path


def _report(found: list[Finding], on_error: list[Finding] | None) -> None:
    if on_error is not None:
        on_error += found
        return
    blocking = [f for f in found if f.severity.rank <= 1]
    if blocking:
        raise RawDataError(blocking)


def _files(folder: Path, found: list[Finding]) -> dict[str, Path]:
    """The file of each data set, in order of names."""
    if not folder.is_dir():
        raise RawDataError(finding("FILE001", f"{folder.name}: no such folder"))
    files = _of_one_folder(folder, found)
    split = folder / "split"
    if split.is_dir():
        whole = set(files)
        for name, path in _of_one_folder(split, found).items():
            if not any(name.startswith(w) for w in whole):
                files[name] = path
    if not files and not any(f.rule == "FILE070" for f in found):
        message = f"{folder.name}: no data set ({', '.join(sorted(_READERS))})"
        raise RawDataError(finding("FILE075", message))
    return dict(sorted(files.items()))


def _of_one_folder(folder: Path, found: list[Finding]) -> dict[str, Path]:
    described = is_open_rules_folder(folder)
    by_name: dict[str, list[Path]] = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        if path.name.startswith(("_", ".")) or path.name in _OF_A_BUILD:
            continue
        suffix = path.suffix.lower()
        if suffix not in _READERS or (suffix == ".csv" and not described):
            message = f"{path.name}: not a data set; left out"
            found.append(finding("FILE073", message, raw=RawCell(path.name)))
            continue
        by_name.setdefault(path.stem.upper(), []).append(path)
    for name, paths in by_name.items():
        if len(paths) > 1:
            names = " and ".join(p.name for p in paths)
            message = f"{name} has {len(paths)} files, {names}; none is read"
            raw = RawCell(paths[0].name)
            found.append(finding("FILE070", message, dataset=name, raw=raw))
    return {name: paths[0] for name, paths in by_name.items() if len(paths) == 1}


def _name_findings(path: Path, member: str) -> list[Finding]:
    raw = RawCell(path.name)
    out = []
    stem = path.stem
    if stem not in (stem.lower(), stem.upper()):
        message = f"{path.name}: file name in mixed case"
        out.append(finding("FILE071", message, dataset=member, raw=raw))
    if stem.upper() != member.upper():
        message = f"{path.name} holds the data set {member}"
        out.append(finding("FILE072", message, dataset=member, raw=raw))
    if path.suffix.lower() == ".xpt" and not _FILE_NAME.fullmatch(stem):
        message = f"{path.name}: {stem!r} is no name of a transport file"
        out.append(finding("FILE074", message, dataset=member, raw=raw))
    return out
