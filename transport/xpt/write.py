"""Data sets to SAS transport version 5, a column at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from specs.codes import finding
from specs.errors import BuildError
from specs.findings import Finding
from transport.atomic import whole_file
from transport.dataset import Dataset, SpecialMissing, VariableMeta
from transport.header_time import header_time
from transport.text_column import TextColumn, known_encoding
from transport.xpt import ibm, layout

_CHUNK_BYTES = 2 << 20
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class NumberColumn:
    """A Num column in range, ready to be laid out as IBM floating point."""

    def __init__(
        self, dataset: str, meta: VariableMeta, values: Any, special: SpecialMissing | None
    ) -> None:
        self._dataset, self._meta, self._special = dataset, meta, special
        self.findings: list[Finding] = []
        self._values = self._numbers(values)
        self.width = 8 if meta.length is None else meta.length
        if not 2 <= self.width <= 8:
            self._complain("FILE033", None, f"length {self.width} is not 2 to 8")
            return
        self._check()

    def fill(self, start: int, stop: int, out: npt.NDArray[np.void]) -> None:
        """Lay out the records ``start`` to ``stop`` in ``out``, ``width`` bytes each."""
        bits = ibm.to_ibm(self._values[start:stop])
        if self._special is not None:
            rows = self._special.rows
            here = (rows >= start) & (rows < stop)
            letters = np.array([ord(x) for x in self._special.letters], dtype=np.uint64)
            bits[rows[here] - start] = letters[here] << np.uint64(56)
        ordered = bits.astype(">u8").view("V8")
        if self.width < 8:
            ordered = ordered.view(np.uint8).reshape(-1, 8)[:, : self.width].copy()
            ordered = ordered.view(f"V{self.width}").ravel()
        out[:] = ordered

    def blank_at(self, record: int) -> bool:
        """A number is never all blanks, missing or not."""
        del record
        return False

    def zero_at(self, record: int) -> bool:
        """Whether the value of that record (0-based) is the number 0, and bytes of zero."""
        return bool(self._values[record] == 0)

    def _numbers(self, values: Any) -> npt.NDArray[np.float64]:
        if values.dtype.kind not in "iufb" or str(values.dtype) == "category":
            self._complain("FILE026", None, f"it is Num, but holds {values.dtype}")
            return np.zeros(len(values))
        if values.dtype.kind in "iu" and (abs(values.fillna(0)) > 2**53).any():
            self._complain("FILE025", None, "integers beyond 2**53 are not exact as numbers")
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))

    def _check_special(self, special: SpecialMissing) -> None:
        """Special missing values stand where the frame holds NaN, and nowhere else."""
        inside = (special.rows >= 0) & (special.rows < len(self._values))
        if not inside.all():
            self._complain("FILE026", None, "a special missing value is outside the records")
            return
        numbers = ~np.isnan(self._values[special.rows])
        if numbers.any():
            row = int(special.rows[np.argmax(numbers)])
            self._complain("FILE026", row, "special missing, but the value is")

    def _check(self) -> None:
        if self._special is not None:
            self._check_special(self._special)
        wrong = ibm.out_of_range(self._values)
        if wrong.any():
            self._complain("FILE025", int(np.argmax(wrong)), "no transport number holds")
        elif self.width < 8:
            cut = np.uint64((1 << 8 * (8 - self.width)) - 1)
            lost = (ibm.to_ibm(self._values) & cut) != 0
            if lost.any():
                what = f"{self.width} bytes do not hold"
                self._complain("FILE029", int(np.argmax(lost)), what)

    def _complain(self, code: str, row: int | None, what: str) -> None:
        name = self._meta.name
        value = "" if row is None else repr(float(self._values[row]))
        record = None if row is None else row + 1
        where = f"{self._dataset}.{name}" + (f" record {record}" if record else "")
        message = f"{where}: {what} {value}".rstrip()
        fields = {"dataset": self._dataset, "variable": name, "record": record, "value": value}
        self.findings.append(finding(code, message, **fields))


Column = TextColumn | NumberColumn


def write_xpt(
    dataset: Dataset,
    path: Path | str,
    *,
    encoding: str = "ascii",
    created: datetime | None = None,
    modified: datetime | None = None,
) -> None:
    """Write one data set as a SAS transport file, version 5 (TS-140).

    Lengths come from ``VariableMeta.length`` or else from the data; limits count bytes in
    ``encoding`` (one of xpt_layout.ENCODINGS). ``created`` is the header's time, else
    SOURCE_DATE_EPOCH, else 1960-01-01; ``modified`` is ``created`` unless given.

    Raises:
        BuildError: all that version 5 cannot hold (FILE020 to FILE033); no file is left.
    """
    encoding = known_encoding(encoding, dataset.name)
    columns, problems = _columns(dataset, encoding)
    problems = _description_findings(dataset, encoding) + problems
    if not problems and dataset.records and columns:
        problems = _blank_end(dataset, columns)
    if problems:
        raise BuildError(problems)
    created = created or header_time()
    with whole_file(path) as out:
        out.write(_headers(dataset, columns, encoding, created, modified or created))
        written = 0
        for chunk in _records(columns, dataset.records):
            out.write(chunk.data)
            written += chunk.nbytes
        out.write(b" " * (-written % layout.CARD))


def _columns(dataset: Dataset, encoding: str) -> tuple[list[Column], list[Finding]]:
    columns: list[Column] = []
    problems: list[Finding] = []
    for position, meta in enumerate(dataset.variables):
        values = dataset.frame.iloc[:, position]
        try:
            if meta.type == "Char":
                columns.append(TextColumn(dataset.name, meta, values, encoding))
            else:
                special = dataset.special_missing.get(meta.name)
                columns.append(NumberColumn(dataset.name, meta, values, special))
            problems += columns[-1].findings
        except BuildError as error:
            problems += error.findings
    return columns, problems


def _records(columns: list[Column], records: int) -> Iterator[npt.NDArray[np.uint8]]:
    """The observations, in buffers of some megabytes."""
    length = sum(column.width for column in columns)
    step = max(1, _CHUNK_BYTES // max(length, 1))
    for start in range(0, records, step):
        stop = min(start + step, records)
        buffer = np.empty((stop - start) * length, dtype=np.uint8)
        position = 0
        for column in columns:
            shape, strides = (stop - start,), (length,)
            kind = f"V{column.width}"
            column.fill(start, stop, np.ndarray(shape, kind, buffer, position, strides))
            position += column.width
        yield buffer


def _blank_end(dataset: Dataset, columns: list[Column]) -> list[Finding]:
    """The last record cannot be told from padding: all blank, or nothing but the number 0 at the
    end of a card (readers say why: ``transport.xpt.end``)."""
    last = dataset.records - 1
    length = sum(column.width for column in columns)
    whole = length < layout.CARD and not dataset.records * length % layout.CARD
    if all(column.blank_at(last) for column in columns):
        what = "every variable is blank"
    elif whole and all(isinstance(c, NumberColumn) and c.zero_at(last) for c in columns):
        what = "every variable is the number 0, in whole cards"
    else:
        return []
    message = f"{dataset.name} record {last + 1}: {what}, as padding is"
    return [finding("FILE028", message, dataset=dataset.name, record=last + 1)]


def _description_findings(dataset: Dataset, encoding: str) -> list[Finding]:
    """What the header cannot hold: names, labels, formats."""
    out = []
    if not layout.NAME.fullmatch(dataset.name):
        out.append(
            finding("FILE020", f"{dataset.name!r} is no data set name", dataset=dataset.name)
        )
    out += _label_findings(dataset.name, "", dataset.label, encoding)
    if not dataset.variables:
        out.append(finding("FILE030", f"{dataset.name} has no variables", dataset=dataset.name))
    if len(dataset.variables) > 9999:
        out.append(finding("FILE030", f"{dataset.name} has over 9999 variables"))
    seen: set[str] = set()
    for meta in dataset.variables:
        if meta.name.upper() in seen:
            message = f"{dataset.name}: {meta.name} is there twice, but for upper and lower case"
            out.append(finding("FILE020", message, dataset=dataset.name, variable=meta.name))
        seen.add(meta.name.upper())
        place = {"dataset": dataset.name, "variable": meta.name}
        if not layout.NAME.fullmatch(meta.name):
            message = f"{dataset.name}: {meta.name!r} is no variable name"
            out.append(finding("FILE020", message, **place))
        out += _label_findings(dataset.name, meta.name, meta.label, encoding)
        for text in (meta.format, meta.informat):
            if layout.SasFormat.parse(text) is None:
                message = f"{dataset.name}.{meta.name}: {text!r} is no format of version 5"
                out.append(finding("FILE027", message, value=text, **place))
    return out


def _label_findings(dataset: str, variable: str, label: str, encoding: str) -> list[Finding]:
    place = {"dataset": dataset, "variable": variable, "value": label}
    where = f"label of {dataset}" + (f".{variable}" if variable else "")
    try:
        size = len(label.encode(encoding))
    except UnicodeEncodeError as error:
        odd = label[error.start]
        return [finding("FILE024", f"{where}: {odd!r} is not in {encoding}: {label!r}", **place)]
    if size > 40:
        return [finding("FILE021", f"{where}: {size} bytes in {encoding}: {label!r}", **place)]
    return []


def _headers(
    dataset: Dataset, columns: list[Column], encoding: str, created: datetime, modified: datetime
) -> bytes:
    name, label = dataset.name.encode("ascii"), dataset.label.encode(encoding)
    sas = b"SAS     "
    tail = _time(created).rjust(40)
    namestr = _namestr(dataset, columns, encoding)
    return b"".join(
        (
            layout.LIBRARY,
            sas + sas + b"SASLIB  " + b"9.4     " + b" " * 8 + tail,
            _time(modified).ljust(80),
            layout.MEMBER,
            layout.DESCRIPTOR,
            sas + name.ljust(8) + b"SASDATA " + b"9.4     " + b" " * 8 + tail,
            _time(modified).ljust(32) + label.ljust(40) + b" " * 8,
            layout.namestr_header(len(columns)),
            namestr + b" " * (-len(namestr) % layout.CARD),
            layout.OBSERVATIONS,
        )
    )


def _namestr(dataset: Dataset, columns: list[Column], encoding: str) -> bytes:
    table = np.zeros(len(columns), dtype=layout.NAMESTR)
    position = 0
    for number, (meta, column) in enumerate(zip(dataset.variables, columns, strict=True)):
        shown = layout.SasFormat.parse(meta.format) or layout.SasFormat()
        read = layout.SasFormat.parse(meta.informat) or layout.SasFormat()
        row = table[number]
        row["ntype"] = 2 if meta.type == "Char" else 1
        row["nlng"], row["nvar0"], row["npos"] = column.width, number + 1, position
        row["nname"] = meta.name.encode("ascii").ljust(8)
        row["nlabel"] = meta.label.encode(encoding).ljust(40)
        row["nform"], row["nfl"], row["nfd"] = (
            shown.name.encode().ljust(8),
            shown.width,
            shown.decimals,
        )
        row["niform"], row["nifl"], row["nifd"] = (
            read.name.encode().ljust(8),
            read.width,
            read.decimals,
        )
        position += column.width
    return table.tobytes()


def _time(moment: datetime) -> bytes:
    """``ddMMMyy:hh:mm:ss``, whatever the locale."""
    month = _MONTHS[moment.month - 1]
    return f"{moment:%d}{month}{moment:%y:%H:%M:%S}".encode("ascii")
