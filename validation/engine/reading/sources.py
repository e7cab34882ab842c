"""Read the data sets of a folder; what is wrong with one file does not stop the others."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from specs.errors import TracelockError
from specs.findings import Finding
from transport import Dataset, content_hash, read_csv_dataset, read_folder
from transport.publish import scratch

_NOT_A_NUMBER = "FILE043"
_WHOLE = (".xpt", ".json", ".ndjson", ".parquet")
_DATASETS, _VARIABLES = "_datasets.csv", "_variables.csv"


class Reads:
    """Folders of data sets, each read once for all runs of a call."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, str | None], tuple[list[Dataset], list[Finding]]] = {}

    def data(
        self, folder: Path, problems: list[Finding], encoding: str | None = None
    ) -> list[Dataset]:
        """The data sets of a folder, as :func:`read_data` gives them."""
        key = (folder.resolve(), encoding)
        if key not in self._read:
            found: list[Finding] = []
            self._read[key] = (read_data(folder, found, encoding), found)
        read, found = self._read[key]
        problems += found
        return list(read)

    @staticmethod
    def digest(source: object) -> str:
        """The SHA-256 of a file that says all of its data set; "" for any other."""
        path = None if source is None else Path(str(source))
        if path is None or path.suffix.lower() not in _WHOLE or not path.is_file():
            return ""
        return content_hash(path)


def read_data(folder: Path, problems: list[Finding], encoding: str | None = None) -> list[Dataset]:
    """The data sets of a folder, named after their files; what is wrong is added to ``problems``.

    ``encoding`` is that of the transport files, as a study declares it.

    A CSV variable that is described as Num and holds text is read as Char, so that the rules still
    see the data set; the finding about it stays.
    """
    found: list[Finding] = []
    read = read_folder(folder, on_error=found, encoding=encoding)
    for name, variables in _mistyped(found).items():
        path = next(
            (p for p in folder.iterdir() if p.stem.upper() == name and p.suffix.lower() == ".csv"),
            None,
        )
        if name not in read and path is not None:
            dataset = _read_as_text(path, variables, found)
            if dataset is not None:
                read[name] = dataset
    problems += found
    labels = _labels(folder / _VARIABLES)
    for name, dataset in read.items():
        dataset.name = name
        if str(dataset.source).lower().endswith(".csv"):
            dataset.variables = tuple(
                replace(each, label=labels.get((name, each.name.upper()), each.label))
                for each in dataset.variables
            )
    return list(read.values())


def _labels(described: Path) -> dict[tuple[str, str], str]:
    """Labels as ``_variables.csv`` has them, to the last blank: their length is checked."""
    rows = _rows(described)
    return {
        (Path(str(row.get("dataset"))).stem.upper(), str(row.get("variable")).strip().upper()): str(
            row.get("label") or ""
        )
        for row in rows
    }


def _rows(described: Path) -> list[dict[str, str]]:
    """The rows of a describing file; none when it cannot be read (the reader of the data sets has
    said so)."""
    try:
        with described.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _mistyped(found: Iterable[Finding]) -> dict[str, set[str]]:
    variables: dict[str, set[str]] = {}
    for each in found:
        if each.rule == _NOT_A_NUMBER:
            variables.setdefault(each.dataset, set()).add(each.variable.upper())
    return variables


def _read_as_text(path: Path, variables: set[str], found: list[Finding]) -> Dataset | None:
    with scratch() as folder:
        described = folder / _VARIABLES
        with (
            path.with_name(_VARIABLES).open(encoding="utf-8-sig", newline="") as old,
            described.open("w", encoding="utf-8", newline="") as new,
        ):
            rows = csv.DictReader(old)
            writer = csv.DictWriter(new, rows.fieldnames or [], extrasaction="ignore")
            writer.writeheader()
            for row in rows:
                if (
                    Path(str(row["dataset"])).stem.upper() == path.stem.upper()
                    and str(row["variable"]).upper() in variables
                ):
                    row["type"] = "Char"
                writer.writerow(row)
        try:
            return read_csv_dataset(path, described, path.with_name(_DATASETS))
        except TracelockError as error:
            found += error.findings
            return None


def declared_classes(folder: Path) -> dict[str, tuple[str, str]]:
    """The ADaM class and subclass that ``_datasets.csv`` states, by data set name."""
    rows = _rows(folder / _DATASETS)
    return {
        Path(str(row.get("Filename") or "")).stem.upper(): (
            str(row.get("Class") or ""),
            str(row.get("Subclass") or ""),
        )
        for row in rows
    }


def define_beside(folder: Path) -> Path | None:
    """``define.xml`` in the folder, or the only file that is named like one."""
    if (folder / "define.xml").is_file():
        return folder / "define.xml"
    found = sorted(folder.glob("define*.xml")) if folder.is_dir() else []
    return found[0] if len(found) == 1 else None


def unread(problems: Iterable[Finding], read: Iterable[str]) -> list[Finding]:
    """The problems for which a data set (or the define.xml) is not there to be checked."""
    names = set(read)
    lost = [p for p in problems if p.severity.rank <= 1 and p.dataset.upper() not in names]
    return sorted(lost, key=lambda each: (each.dataset, each.rule, each.message))
