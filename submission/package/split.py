"""Parts of a large transport file, cut between subjects, without reading it into memory.

Study Data Technical Conformance Guide: data sets above the size limit are submitted in parts, in
the folder ``split``, as well as whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from specs import BuildError, finding
from transport import XptHeader, read_xpt_header, whole_file

CARD = 80
_NAME_AT = 5 * CARD + 8
"""Where the data set's name stands: in the first member card after library and descriptor."""
_BLOCK = 16 << 20


def split_dataset(path: Path, folder: Path, limit: int) -> list[Path]:
    """Write the parts of a transport file to ``folder`` as ``lb1.xpt``, ``lb2.xpt``, ...

    No part is larger than ``limit`` bytes and no subject (USUBJID) is in two parts, as long as the
    records of a subject stand together. Raises BuildError PKG137 when that cannot be.
    """
    header = read_xpt_header(path)
    starts = _cuts(path, header, limit)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, (first, last) in enumerate(pairwise(starts), 1):
        name = _part_name(header.name, number, len(starts) - 1)
        target = folder / f"{name.lower()}.xpt"
        _write_part(path, header, name, (first, last), target)
        made.append(target)
    return made


def _part_name(name: str, number: int, parts: int) -> str:
    digits = str(number).zfill(len(str(parts)))
    if len(name) + len(digits) > 8:
        message = f"{name} in {parts} parts: their names would have more than 8 characters"
        raise BuildError(finding("PKG137", message, dataset=name))
    return name + digits


def _cuts(path: Path, header: XptHeader, limit: int) -> list[int]:
    """First record of each part, and the number of records."""
    most = (limit - header.offset - CARD) // max(1, header.record_length)
    borders = _borders(path, header)
    cuts = [0]
    while header.records - cuts[-1] > most:
        fitting = borders[(borders > cuts[-1]) & (borders <= cuts[-1] + most)]
        if not len(fitting):
            message = f"{header.name}: one subject alone is larger than {limit:,} bytes"
            raise BuildError(finding("PKG137", message, dataset=header.name))
        cuts.append(int(fitting[-1]))
    return [*cuts, header.records]


def _borders(path: Path, header: XptHeader) -> Any:
    """Records at which another subject begins; every record in a data set without subjects."""
    names = [v.name for v in header.variables]
    if "USUBJID" not in names:
        return np.arange(1, header.records)
    place = names.index("USUBJID")
    start, width = header.positions[place], header.variables[place].length or 1
    shape = (header.records, header.record_length)
    data = np.memmap(path, np.uint8, "r", header.offset, shape)
    subjects = np.ascontiguousarray(data[:, start : start + width]).view(f"S{width}").ravel()
    return np.flatnonzero(subjects[1:] != subjects[:-1]) + 1


def _write_part(
    path: Path, header: XptHeader, name: str, records: tuple[int, int], target: Path
) -> None:
    first, last = records
    size = (last - first) * header.record_length
    with path.open("rb") as whole, whole_file(target) as out:
        start = bytearray(whole.read(header.offset))
        start[_NAME_AT : _NAME_AT + 8] = name.ljust(8).encode("ascii")
        out.write(bytes(start))
        whole.seek(header.offset + first * header.record_length)
        for piece in _pieces(whole, size):
            out.write(piece)
        out.write(b" " * (-size % CARD))


def _pieces(file: Any, size: int) -> Iterator[bytes]:
    while size:
        piece = file.read(min(size, _BLOCK))
        if not piece:
            return
        size -= len(piece)
        yield piece
