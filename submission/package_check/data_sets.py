"""The data sets of a package: format, names, labels, lengths, size and parts, text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from specs import Finding, TracelockError
from submission.package_check.tree import ADAM, SDTM, Package, PackageFile, about
from transport import Dataset, XptHeader, read_xpt

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
_ASCII_SHOWN = 5
ENCODINGS = ("utf-8", "gb18030", "cp1252")
"""A transport file does not say how its text is encoded; these are tried in turn."""


def data_set_findings(package: Package) -> Iterator[Finding]:
    """Everything about the transport files of the package."""
    for file in package.submitted:
        if file.suffix == ".xpt" and not file.link and file.size:
            yield from _one(package, file)
    for study in package.studies:
        for place in (SDTM, ADAM):
            yield from split_findings(package, study, place)


def _one(package: Package, file: PackageFile) -> Iterator[Finding]:
    header = package.header(file)
    if isinstance(header, TracelockError):
        yield about("PKG130", file, f"{header.findings[0].message} ({header.findings[0].rule})")
        return
    dataset = header.name.upper()
    if header.version != 5:
        message = f"{file.name} is transport version {header.version}, not 5"
        yield about("PKG130", file, message, dataset=dataset)
    if header.name.lower() != file.stem.lower():
        message = f"{file.name} holds the data set {header.name}"
        yield about("PKG131", file, message, dataset=dataset)
    if not header.records:
        yield about("PKG135", file, f"{file.name} has no records", dataset=dataset)
    yield from _labels(package, file, header)
    if package.profile.ascii_only:
        yield from _ascii(file, header)


def _labels(package: Package, file: PackageFile, header: XptHeader) -> Iterator[Finding]:
    limit, longest = package.profile.label_bytes, package.profile.text_bytes
    size = len(header.label.encode(header.encoding))
    name = header.name.upper()
    if not 1 <= size <= limit:
        yield about("PKG132", file, f"{name}: the data set's label has {size} bytes", dataset=name)
    for variable in header.variables:
        place = {"dataset": name, "variable": variable.name}
        size = len(variable.label.encode(header.encoding))
        if not 1 <= size <= limit:
            yield about(
                "PKG133", file, f"{name}.{variable.name}: its label has {size} bytes", **place
            )
        if not _NAME.fullmatch(variable.name):
            yield about("PKG134", file, f"{name}: {variable.name!r} is no variable name", **place)
        if variable.type == "Char" and (variable.length or 0) > longest:
            message = f"{name}.{variable.name} has {variable.length} bytes; {longest} are read"
            yield about("PKG139", file, message, **place)


def _ascii(file: PackageFile, header: XptHeader) -> Iterator[Finding]:
    """Records whose text is not ASCII. The file is read only when its bytes say that it is so."""
    name = header.name.upper()
    for what, label in [(name, header.label), *((v.name, v.label) for v in header.variables)]:
        if not label.isascii():
            yield about("PKG138", file, f"the label of {what} is {label!r}", dataset=name)
    if plain_text(file.path, header):
        return
    for encoding in ENCODINGS:
        try:
            yield from non_ascii(read_xpt(file.path, encoding=encoding), file.relative)
        except TracelockError:
            continue
        return
    message = f"the text of {file.name} is in none of {', '.join(ENCODINGS)}"
    yield about("PKG130", file, message, dataset=name)


def plain_text(path: Path, header: XptHeader) -> bool:
    """Whether no text field of the data has a byte above 127. Numbers have such bytes by nature."""
    import numpy as np

    if not header.records:
        return True
    shape = (header.records, header.record_length)
    data = np.memmap(path, np.uint8, "r", header.offset, shape)
    spans = [
        (start, start + (v.length or 0))
        for start, v in zip(header.positions, header.variables, strict=True)
        if v.type == "Char"
    ]
    step = max(1, (16 << 20) // max(1, header.record_length))
    for first in range(0, header.records, step):
        block = np.asarray(data[first : first + step])
        if any((block[:, start:stop] > 127).any() for start, stop in spans):
            return False
    return True


def non_ascii(dataset: Dataset, relative: str) -> Iterator[Finding]:
    """One finding per record and variable with text that is not ASCII, a few per variable."""
    frame = dataset.frame
    for variable in dataset.variables:
        if variable.type != "Char":
            continue
        column = frame[variable.name].astype("category")
        odd = [c for c in column.cat.categories if not str(c).isascii()]
        rows = column.isin(odd).to_numpy().nonzero()[0] if odd else []
        for row in rows[:_ASCII_SHOWN]:
            value, key = str(column.iloc[row]), _key(frame, row)
            more = f" (and {len(rows) - _ASCII_SHOWN} more)" if len(rows) > _ASCII_SHOWN else ""
            message = f"{dataset.name} record {row + 1}, {variable.name} is {value!r}{more}"
            yield about(
                "PKG138",
                relative,
                message,
                dataset=dataset.name,
                record=int(row) + 1,
                variable=variable.name,
                value=value,
                key=key,
            )


def _key(frame: pd.DataFrame, row: int) -> tuple[tuple[str, str], ...]:
    names = [c for c in frame.columns if c == "USUBJID" or str(c).endswith("SEQ")][:2]
    return tuple((str(n), str(frame[n].iloc[row])) for n in names)


def split_findings(package: Package, study: str, place: str) -> Iterator[Finding]:
    """Large data sets come in parts as well as whole, and the parts make up the whole."""
    parts = package.at(study, f"{place}/split", ".xpt")
    limit = package.profile.size_limit
    for file in package.at(study, place, ".xpt"):
        own = [p for p in parts if is_part(p.stem, file.stem)]
        if file.size > limit and not own:
            message = f"{file.name} has {file.size:,} bytes; above {limit:,} parts are needed"
            yield about("PKG136", file, message)
        yield from _adds_up(package, file, own)
        for part in own:
            if part.size > limit:
                yield about("PKG136", part, f"the part {part.name} has {part.size:,} bytes")
    wholes = {f.stem for f in package.at(study, place, ".xpt")}
    for part in parts:
        if not any(is_part(part.stem, whole) for whole in wholes):
            yield about("PKG137", part, f"{part.name} is a part of nothing: the whole is not there")


def is_part(part: str, whole: str) -> bool:
    """Whether ``lb1`` (or ``lbhm``, as SDTM splits by category) is a part of ``lb``."""
    return part != whole and part.lower().startswith(whole.lower())


def _adds_up(package: Package, whole: PackageFile, parts: list[PackageFile]) -> Iterator[Finding]:
    headers = [package.header(f) for f in (whole, *parts)]
    if not parts or any(isinstance(h, TracelockError) for h in headers):
        return
    first, *rest = (h for h in headers if not isinstance(h, TracelockError))
    if sum(h.records for h in rest) != first.records:
        total = sum(h.records for h in rest)
        message = f"{whole.name} has {first.records:,} records, its parts have {total:,}"
        yield about("PKG137", whole, message)
    for header, part in zip(rest, parts, strict=True):
        if [v.name for v in header.variables] != [v.name for v in first.variables]:
            yield about("PKG137", part, f"{part.name} has other variables than {whole.name}")
