"""Column names of a raw table: tidied, checked, chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from sdtm.raw._model import type_rows
from sdtm.raw._names import tidy_name
from sdtm.raw.codes import error, note
from specs.errors import RawDataError
from specs.findings import Finding

_SHOWN = 20
MOST_COLUMNS = 20_000
"""More than a sheet can have (16,384): then the delimiter is wrong, or the file is no table."""


@dataclass(frozen=True, slots=True)
class Header:
    """``names`` as the specification knows them, "" for a column without one; ``keys`` are unique
    names by place for the reader; ``nameless`` are the keys of columns without a name."""

    names: list[str]
    keys: list[str]
    nameless: list[str]

    def key_of(self) -> dict[str, str]:
        """The reader's key of each named column."""
        return {name: key for name, key in zip(self.names, self.keys, strict=True) if name}


def header_names(file: str, names: Sequence[str], row: int, findings: list[Finding]) -> Header:
    """Tidy and check the cells of a header row. Raises RawDataError RAW103, RAW112."""
    if len(names) > MOST_COLUMNS:
        message = f"{len(names):,} columns; no table has more than {MOST_COLUMNS:,}"
        raise error("RAW141", message, file, row, hint="check the delimiter, or export again")
    tidy = [tidy_name(name) for name in names]
    if not any(tidy):
        raise error("RAW103", "the header row is blank", file, row, hint="check header-row")
    for name, clean in zip(names, tidy, strict=True):
        if name != clean and clean:
            message = f"the column name {name!r} is read as {clean!r}"
            findings.append(note("RAW115", message, file, row, column=clean))
    twice = [name for name, count in Counter(filter(None, tidy)).items() if count > 1]
    if twice:
        raise RawDataError([_duplicate(file, tidy, name, row) for name in twice[:_SHOWN]])
    keys = [f"{place}:{name}" for place, name in enumerate(tidy)]
    nameless = [key for key, name in zip(keys, tidy, strict=True) if not name]
    return Header(tidy, keys, nameless)


def _duplicate(file: str, names: Sequence[str], name: str, row: int) -> Finding:
    places = ", ".join(str(i + 1) for i, other in enumerate(names) if other == name)
    return note("RAW112", f"{name!r} is the name of columns {places}", file, row, column=name)


def choose_columns(file: str, header: Header, wanted: Iterable[str] | None) -> list[str]:
    """The columns to read, in file order. Raises RawDataError RAW114 with close matches."""
    there = [name for name in header.names if name]
    if wanted is None:
        return there
    asked = set(wanted)
    known = set(there)
    missing = [name for name in dict.fromkeys(wanted) if name not in known]
    if missing:
        raise RawDataError([_missing(file, name, there) for name in missing])
    return [name for name in there if name in asked]


def _missing(file: str, name: str, there: Sequence[str]) -> Finding:
    hint = did_you_mean(name, there) or f"the file has {', '.join(there[:12])}"
    return note("RAW114", f"there is no column {name!r}", file, column=name, hint=hint)


def did_you_mean(name: str, there: Iterable[str]) -> str:
    """A hint with the nearest names, or nothing."""
    folded = {other.casefold(): other for other in there}
    near = get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    return "did you mean " + " or ".join(repr(folded[n]) for n in near) + "?" if near else ""


def without_nameless(
    file: str,
    columns: Mapping[str, Any],
    header: Header,
    rows: type_rows,
    findings: list[Finding],
) -> None:
    """Columns without a name may be left out only when they hold nothing (else RAW113). Those that
    ``columns`` does not have hold nothing."""
    places = {key: place for place, key in enumerate(header.keys, 1)}
    blank: list[int] = []
    for key in header.nameless:
        values = columns.get(key)
        if values is not None and (filled := np.flatnonzero(values.codes >= 0)).size:
            first = int(filled[0])
            message = f"column {places[key]} holds {len(filled)} values and has no name"
            text = str(values[first])
            raise error("RAW113", message, file, int(rows[first]), text=text)
        blank.append(places[key])
    findings.extend(
        note("RAW118", f"column {place} has no name and no values", file)
        for place in blank[:_SHOWN]
    )
    if len(blank) > _SHOWN:
        message = f"and {len(blank) - _SHOWN:,} more columns, up to column {blank[-1]:,}"
        findings.append(note("RAW118", message, file))
