"""Finding records in built data sets without reading them whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from transport import VariableMeta
from transport.xpt.ibm import from_ibm, missing_letters
from workbench.explain.reading.xpt_start import header_of_one

_SHOWN = 6


@dataclass(slots=True)
class XptView:
    """A transport file as columns of bytes, mapped and not read."""

    path: Path
    names: list[str]
    metas: dict[str, VariableMeta]
    records: int
    _columns: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> XptView:
        """Map a file. Raises RawDataError for one that is no transport file."""
        header = header_of_one(path)
        raw = np.memmap(path, np.uint8, "r") if header.records else np.empty(0, np.uint8)
        columns = {}
        for meta, position in zip(header.variables, header.positions, strict=True):
            width = meta.length or 1
            columns[meta.name] = (
                np.ndarray(
                    (header.records,),
                    f"S{width}" if meta.type == "Char" else f"V{width}",
                    raw.data,
                    header.offset + position,
                    (header.record_length,),
                )
                if header.records
                else np.empty(0, f"S{width}")
            )
        metas = {meta.name: meta for meta in header.variables}
        return cls(path, list(columns), metas, header.records, columns)

    def text(self, record: int, name: str) -> str:
        """A value as text; numbers in their shortest form; blank is ''."""
        cell = self._columns[name][record]
        if self.metas[name].type == "Char":
            return bytes(cell).decode("utf-8", "replace").rstrip(" ")
        value = self.number(record, name)
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)

    def number(self, record: int, name: str) -> float:
        """A numeric value; NaN where it is missing."""
        padded = bytes(self._columns[name][record]).ljust(8, b"\0")
        bits = np.frombuffer(padded, ">u8").astype(np.uint64)
        return math.nan if missing_letters(bits)[0] else float(from_ibm(bits)[0])

    def equal(self, name: str, value: str, among: Any | None = None) -> Any:
        """The records (0-based, ascending) whose value is ``value``."""
        rows = np.arange(self.records) if among is None else among
        if self.metas[name].type == "Char":
            wanted = value.encode("utf-8")
            column = self._columns[name] if among is None else self._columns[name][rows]
            padded = wanted.ljust(column.dtype.itemsize, b" ")
            return rows[(column == padded) | (column == wanted)]
        try:
            wanted_number = float(value)
        except ValueError:
            return rows[:0]
        bits = np.zeros((len(rows), 8), np.uint8)
        column = np.ascontiguousarray(self._columns[name][rows])
        bits[:, : column.dtype.itemsize] = column.view(np.uint8).reshape(len(rows), -1)
        numbers = bits.view(">u8").ravel().astype(np.uint64)
        return rows[(from_ibm(numbers) == wanted_number) & ~missing_letters(numbers).astype(bool)]

    def subject(self, text: str) -> tuple[str, Any]:
        """The one USUBJID that is ``text`` or ends with it, and its records."""
        known = self._known_subjects()
        exact = [s for s in known if s == text] or [s for s in known if s.endswith(f"-{text}")]
        exact = exact or [s for s in known if s.endswith(text)]
        if len(exact) != 1:
            said = "no subject ends" if not exact else f"{len(exact)} subjects end"
            some = ", ".join((exact or known)[:_SHOWN])
            hint = f"one of: {some}" if exact else f"subjects are: {some}, ..."
            raise _refuse(f"{said} with {text!r} in {self.path.stem.upper()}", hint)
        return exact[0], self.of_subject(exact[0])

    def _known_subjects(self) -> list[str]:
        """All subjects: of DM beside it, which is quick, or of the data set itself."""
        dm = self.path.with_name("dm.xpt")
        view = XptView.open(dm) if dm.is_file() and dm != self.path else self
        column = view._columns["USUBJID"]  # noqa: SLF001 - another view of the same class
        distinct, _ = np.unique(column, return_index=True)  # without the index it loads numpy.ma
        return sorted({bytes(s).decode("utf-8").rstrip(" ") for s in distinct})

    def of_subject(self, subject: str) -> Any:
        """The records of a subject: one run, since data sets are sorted by subject. All records
        of a data set without subjects (trial design)."""
        if "USUBJID" not in self.metas:
            return np.arange(self.records)
        low = self._first_not_before(subject)
        high = self._first_not_before(f"{subject}\0")
        if high > low and self.text(low, "USUBJID") == subject:
            return np.arange(low, high)
        return self.equal("USUBJID", subject)

    def _first_not_before(self, subject: str) -> int:
        low, high = 0, self.records
        while low < high:
            middle = (low + high) // 2
            if self.text(middle, "USUBJID") < subject:
                low = middle + 1
            else:
                high = middle
        return low


def find_record(
    views: Sequence[XptView], subject: str, conditions: dict[str, str]
) -> tuple[XptView, int]:
    """The one record (0-based) of a subject for which VAR=VALUE conditions hold, and its file.

    Raises SpecificationError PKG002 when none fits, or several.
    """
    first = views[0]
    found = [(first, _matching(first, subject, conditions))]
    for view in views[1:]:
        try:
            found.append((view, _matching(view, subject, conditions)))
        except SpecificationError:
            continue  # the first file knows all variables and subjects
    found = [(view, rows) for view, rows in found if len(rows)]
    count = sum(len(rows) for _, rows in found)
    if count == 1:
        return found[0][0], int(found[0][1][0])
    name_of = first.path.stem.upper()
    if not count:
        raise _refuse(*_none_fits(name_of, first, _of_subject(first, subject), conditions))
    view, rows = found[0]
    hint = f"add VAR=VALUE, for example one of: {_some(view, rows)}"
    raise _refuse(f"{count} records fit in {name_of}", hint)


def _of_subject(view: XptView, subject: str) -> Any:
    if "USUBJID" in view.metas and subject != "-":
        return view.subject(subject)[1]
    return np.arange(view.records)


def _matching(view: XptView, subject: str, conditions: dict[str, str]) -> Any:
    rows = _of_subject(view, subject)
    for name, value in conditions.items():
        if name not in view.metas:
            message = f"{view.path.stem.upper()} has no variable {name!r}"
            raise _refuse(message, did_you_mean(name, view.names))
        rows = view.equal(name, value, rows)
    return rows


def _none_fits(
    name_of: str, view: XptView, rows: Any, conditions: dict[str, str]
) -> tuple[str, str]:
    """The first condition that no record is left for, and what there is instead."""
    if not len(rows):
        return f"the subject has no record in {name_of}", ""
    said = ""
    for name, value in conditions.items():
        left = view.equal(name, value, rows)
        if not len(left):
            there = list(dict.fromkeys(view.text(int(row), name) or "(blank)" for row in rows))
            more = f", ... ({len(there)} in all)" if len(there) > _SHOWN else ""
            hint = f"there is {name} {', '.join(there[:_SHOWN])}{more}"
            return f"no record of {name_of} has {said}{name}={value}", hint
        rows, said = left, f"{said}{name}={value} and "
    return f"no record fits in {name_of}", ""


def _some(view: XptView, rows: Any) -> str:
    """What tells the first few of these records apart."""
    first = [int(row) for row in rows[:_SHOWN]]
    own = [n for n in (f"{view.path.stem.upper()}SEQ", "ASEQ") if n in view.metas]
    varied = [n for n in view.names if len({view.text(row, n) for row in first}) > 1]
    liked = [n for n in ("QNAM", "IDVARVAL", "PARAMCD", "RELID") if n in varied]
    keys = own[:1] or (liked or varied)[:2]
    told = [" ".join(f"{key}={view.text(row, key)}" for key in keys) for row in first]
    more = f"; {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return "; ".join(dict.fromkeys(told)) + more


def _refuse(message: str, hint: str) -> SpecificationError:
    return SpecificationError(finding("PKG002", message, hint=hint))
