"""A folder of data sets, in any of the formats, read with what is wrong named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from specs.codes import finding
from specs.errors import RawDataError, TracelockError
from specs.findings import Finding, RawCell
from transport.dataset import Dataset, VariableMeta
from transport.formats.dataset_json_read import (
    read_dataset_dsjc,
    read_dataset_json,
    read_dataset_ndjson,
    read_json_header,
)
from transport.formats.open_rules_csv import (
    csv_label,
    csv_variables,
    is_open_rules_folder,
    read_csv_dataset,
)
from transport.formats.parquet import parquet_header, read_parquet_dataset
from transport.machine import pass_on
from transport.xpt.header import is_version_8, read_xpt_header
from transport.xpt.read import read_xpt

_READERS: dict[str, Callable[[Path], Dataset]] = {
    ".xpt": read_xpt,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_ndjson,
    ".dsjc": read_dataset_dsjc,
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


def read_dataset(path: Path | str, *, encoding: str | None = None) -> Dataset:
    """Read a data set by the suffix of its file (xpt, json, ndjson, dsjc, parquet, csv).

    ``encoding`` is that of transport files, as a study declares it; None and ascii are UTF-8.

    Raises:
        RawDataError: FILE010 for another suffix, and what the reader of the format raises.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        message = f"{path.name}: {path.suffix or 'no suffix'} is none of {known}"
        raise RawDataError(finding("FILE010", message, raw=RawCell(path.name)))
    if reader is read_xpt:
        return read_xpt(path, encoding=_declared(encoding))
    return reader(path)


def _declared(encoding: str | None) -> str | None:
    """What to hand to a reader: ASCII is UTF-8 too, which is what it takes without a name."""
    return None if encoding in ("ascii", "utf-8") else encoding


_OF_A_BUILD = {
    "manifest.json", "lock.json", "findings.json", "report.json", "report.html", "report.xlsx",
    "raw_account.json", "adam_account.json", "pool_account.json", "report.sarif",
    "report.junit.xml", "queries.xlsx", "figures.html", "review.html",
}  # fmt: skip
"""Files that a build or a validation writes beside data sets."""
_DEFINE = (".xml", ".xsl", ".html")
"""A define.xml, its style sheet and its page lie beside the data sets."""
_OTHER_DATA = {
    ".sas7bdat", ".v8x", ".v8xpt", ".xport", ".stx", ".cpt", ".rds", ".rda", ".feather",
    ".jsonl", ".xlsx", ".xls", ".tsv", ".zip", ".gz", ".7z", ".tar",
}  # fmt: skip
"""Data sets in formats that nobody submits, or packed: not to be passed over in silence."""
_LATIN = "cp1252"
"""What SAS writes under Windows for western languages, where it is not UTF-8."""


def read_folder(
    folder: Path | str,
    *,
    on_error: list[Finding] | None = None,
    encoding: str | None = None,
) -> dict[str, Dataset]:
    """Read all data sets of a folder, by upper-case name of the file.

    ``encoding`` is that of the transport files, as a study declares it; None and ascii are UTF-8.

    What is wrong with one file (unreadable, two files for one data set, odd names) is added to
    ``on_error``, and the rest still loads; a transport file whose text is not UTF-8 is then read as
    Windows-1252, and the finding FILE014 stays. A folder ``split`` is read only for data sets that
    are not there whole.

    Raises:
        RawDataError: FILE001 and FILE075; without ``on_error``, any finding that blocks.
    """
    found: list[Finding] = []
    out: dict[str, Dataset] = {}
    for name, path in _files(Path(folder), found).items():
        said: list[Finding] = []
        dataset = _read(path, said, encoding)
        found += [_of_dataset(each, name) for each in said]
        if dataset is not None:
            out[name] = dataset
    for name in _without_copies({name: (_name(d), d.name) for name, d in out.items()}, found):
        del out[name]
    _report(found, on_error)
    return out


def _name(dataset: Dataset) -> str:
    return Path(str(dataset.source)).name


def _read(path: Path, found: list[Finding], encoding: str | None) -> Dataset | None:
    """One data set; None, and the reason in ``found``, when it cannot be read."""
    try:
        if path.suffix.lower() == ".csv":
            return read_csv_dataset(path, on_finding=found)
        if path.suffix.lower() == ".xpt" and path.is_file() and is_version_8(path):
            message = f"{path.name} is transport version 8, not 5"
            found.append(finding("FILE015", message, raw=RawCell(path.name)))
        return read_dataset(path, encoding=encoding)
    except TracelockError as error:
        found += error.findings
    if _declared(encoding) is not None:
        return None
    if path.suffix.lower() != ".xpt" or {each.rule for each in found} - {"FILE014", "FILE015"}:
        return None
    try:
        dataset = read_xpt(path, encoding=_LATIN)
    except TracelockError:
        return None
    found[:] = [
        replace(f, message=f"{f.message}; read as Windows-1252 all the same")
        if f.rule == "FILE014"
        else f
        for f in found
    ]
    return dataset


def _of_dataset(said: Finding, name: str) -> Finding:
    return said if said.dataset else replace(said, dataset=name)


def _without_copies(files: dict[str, tuple[str, str]], found: list[Finding]) -> list[str]:
    """The data sets to leave out: a file named for its data set is there, and this is another.

    ``files`` are (file name, name inside) by data set.
    """
    dropped = []
    for name, (file, inside) in files.items():
        member = inside.upper()
        raw = RawCell(file)
        if name == member:
            continue
        if member in files and files[member][1].upper() == member:
            dropped.append(name)
            whole = files[member][0]
            message = f"{member} has 2 files, {whole} and {file}; only {whole} is read"
            found.append(finding("FILE070", message, dataset=member, value=file, raw=raw))
        else:
            message = f"{file} holds the data set {inside}"
            found.append(finding("FILE072", message, dataset=name, value=inside, raw=raw))
    return dropped


def folder_headers(
    folder: Path | str,
    *,
    on_error: list[Finding] | None = None,
    encoding: str | None = None,
) -> dict[str, DatasetHeader]:
    """As :func:`read_folder`, but headers only."""
    found: list[Finding] = []
    out = {}
    for name, path in _files(Path(folder), found).items():
        try:
            out[name] = read_header(path, encoding=encoding)
        except TracelockError as error:
            found += [_of_dataset(each, name) for each in error.findings]
    for name in _without_copies({n: (h.path.name, h.name) for n, h in out.items()}, found):
        del out[name]
    _report(found, on_error)
    return out


def read_header(path: Path | str, *, encoding: str | None = None) -> DatasetHeader:
    """What a file says of its data set, without its records. Raises as :func:`read_dataset`."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".xpt":
        xpt = read_xpt_header(path, encoding=_declared(encoding))
        return DatasetHeader(xpt.name, xpt.label, xpt.variables, xpt.records, path)
    if suffix in (".json", ".ndjson", ".dsjc"):
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
    for name, path in files.items():
        found += _name_findings(name, path)
    if not files and not any(f.rule in ("FILE001", "FILE070") for f in found):
        message = f"{folder.name}: no data set ({', '.join(sorted(_READERS))})"
        raise RawDataError([finding("FILE075", message), *found])
    return dict(sorted(files.items()))


def _of_one_folder(folder: Path, found: list[Finding]) -> dict[str, Path]:
    by_name: dict[str, list[Path]] = {}
    for path in _data_files(folder, found):
        by_name.setdefault(path.stem.upper(), []).append(path)
    for name, paths in by_name.items():
        if len(paths) > 1:
            names = " and ".join(p.name for p in paths)
            message = f"{name} has {len(paths)} files, {names}; none is read"
            raw = RawCell(paths[0].name)
            found.append(finding("FILE070", message, dataset=name, raw=raw))
    return {name: paths[0] for name, paths in by_name.items() if len(paths) == 1}


def _data_files(folder: Path, found: list[Finding]) -> Iterator[Path]:
    """The files that hold data sets; what else is there, and looks like one, is a finding."""
    described = is_open_rules_folder(folder)
    for path in _entries(folder):
        suffix, raw = path.suffix.lower(), RawCell(path.name)
        if path.name.startswith(("_", ".")) or path.name in _OF_A_BUILD:
            continue
        if suffix in _READERS and not path.is_file():
            what = "a folder" if path.is_dir() else "no file that can be opened"
            name, message = path.stem.upper(), f"{path.name} is {what}"
            found.append(finding("FILE001", message, dataset=name, raw=raw))
        elif not path.is_file() or (path.stem.lower().startswith("define") and suffix in _DEFINE):
            continue
        elif suffix == ".csv" and not described:
            message = "not read: CSV without _datasets.csv and _variables.csv beside it"
            found.append(finding("FILE076", message, value=path.name, raw=raw))
        elif suffix in _OTHER_DATA:
            message = f"not read: {suffix} is none of {', '.join(sorted(_READERS))}"
            found.append(finding("FILE076", message, value=path.name, raw=raw))
        elif suffix not in _READERS:
            message = "not a data set; left out"
            found.append(finding("FILE073", message, value=path.name, raw=raw))
        else:
            yield path


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        pass_on(error)
        message = f"{folder.name}: cannot be read: {error.strerror}"
        raise RawDataError(finding("FILE001", message, raw=RawCell(folder.name))) from None


def _name_findings(name: str, path: Path) -> list[Finding]:
    raw, stem = RawCell(path.name), path.stem
    out = []
    if stem not in (stem.lower(), stem.upper()):
        message = "file name in mixed case"
        out.append(finding("FILE071", message, dataset=name, value=path.name, raw=raw))
    if path.suffix.lower() == ".xpt" and not _FILE_NAME.fullmatch(stem):
        message = "file name that is no data set name of 1 to 8 letters and digits"
        out.append(finding("FILE074", message, dataset=name, value=path.name, raw=raw))
    return out
