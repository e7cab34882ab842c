"""Dictionaries that are one table: CTCAE as its published spreadsheet, LOINC as ``Loinc.csv``."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from transport.dictionaries.files import find, text_of, unreadable

GRADES = ("1", "2", "3", "4", "5")
_NO_GRADE = ("", "-", "\N{EN DASH}", "\N{EM DASH}")
_TERM = re.compile(r"(CTCAE( v[\d.]+)?) Term")
_LOINC = ("LOINC_NUM", "COMPONENT", "SYSTEM", "STATUS")


@dataclass(slots=True)
class Ctcae:
    """A version: terms to their MedDRA code, and to the grades that are defined for them."""

    version: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    grades: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Loinc:
    """A release: LOINC codes to component, system and status (ACTIVE, TRIAL, DISCOURAGED,
    DEPRECATED)."""

    version: str = ""
    components: dict[str, str] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)


def read_ctcae(path: Path) -> Ctcae:
    """Read the table of terms (XLSX, XLS or CSV): the row of heads holds ``CTCAE ... Term``,
    ``MedDRA Code`` and ``Grade 1`` to ``Grade 5``. Raises RawDataError FILE090."""
    rows = list(_rows(path))
    at = next((i for i, row in enumerate(rows) if any(map(_TERM.search, row))), None)
    if at is None:
        raise unreadable(path, "no row has the heads of CTCAE (CTCAE Term, Grade 1 ...)")
    heads = [" ".join(cell.split()) for cell in rows[at]]
    term = next(i for i, head in enumerate(heads) if _TERM.search(head))
    code = next((i for i, head in enumerate(heads) if re.fullmatch(r"MedDRA.* Code", head)), None)
    places = {g: heads.index(f"Grade {g}") for g in GRADES if f"Grade {g}" in heads}
    if code is None or len(places) != len(GRADES):
        raise unreadable(path, "the heads lack MedDRA Code, or Grade 1 to Grade 5", at + 1)
    said = re.search(r"v([\d.]+)", " ".join([*heads, path.stem]))
    out = Ctcae(said[1].rstrip(".") if said else "")
    for row in rows[at + 1 :]:
        name = row[term].strip() if len(row) > term else ""
        if name:
            out.codes[name] = row[code].strip().removesuffix(".0")
            held = (
                g for g, i in places.items() if i < len(row) and row[i].strip() not in _NO_GRADE
            )
            out.grades[name] = tuple(held)
    return out


def read_loinc(path: Path) -> Loinc:
    """Read ``Loinc.csv``, or the folder that it lies in. Raises RawDataError FILE090."""
    file = path
    if path.is_dir():
        inside = path / "LoincTable" if (path / "LoincTable").is_dir() else path
        file = find(inside, "Loinc.csv") or path
    reader = csv.DictReader(io.StringIO(text_of(file)))
    lacking = [name for name in _LOINC if name not in (reader.fieldnames or ())]
    if lacking:
        raise unreadable(file, f"it has no column {', '.join(lacking)}", 1)
    said = re.search(r"(\d+\.\d+)", str(path))
    out = Loinc(said[1] if said else "")
    for row in reader:
        code = row["LOINC_NUM"]
        out.components[code], out.systems[code] = row["COMPONENT"], row["SYSTEM"]
        out.status[code] = row["STATUS"].upper()
    return out


def _rows(path: Path) -> Iterator[Sequence[str]]:
    if not path.is_file():
        raise unreadable(path, "there is no such file")
    if path.suffix.lower() == ".csv":
        yield from csv.reader(io.StringIO(text_of(path)))
        return
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).to_python():
                yield [str(cell) for cell in row]
    except Exception as problem:  # calamine raises its own, OSError, and Rust panics
        raise unreadable(path, f"no workbook can be read: {problem}") from problem
