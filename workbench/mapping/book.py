"""The sheets of a study's mapping workbook, by their titles."""

from __future__ import annotations

from pathlib import Path

from workbench.mapping.model import Files, Sheet
from workbench.mapping.rows.data_sets import DataSetSheet
from workbench.mapping.rows.maps import MapsSheet
from workbench.mapping.rows.settings import SettingsSheet
from workbench.mapping.rows.sources import STUDY, ColumnsSheet, SourcesSheet
from workbench.mapping.rows.tables import TableSheet

CONTENTS, BASE = "Contents", "_base"
"""The first sheet, which says what the others are; the hidden one, which says what was written."""
_LONGEST = 31
_FORBIDDEN = "[]:*?/\\'"


def sheets_of(files: Files) -> list[Sheet]:
    """The sheets: sources, raw columns, a sheet per data set, code maps, tables, all the rest."""
    out: list[Sheet] = []
    if STUDY in files.yaml:
        out += [
            SourcesSheet(files, "Sources", "the raw sources, and how each is read"),
            ColumnsSheet(files, "Columns", "the columns of the raw sources"),
        ]
    taken = {CONTENTS.lower(), BASE, "sources", "columns", "maps", "settings"}
    for file in files.yaml:
        if "/" in file:
            out.append(DataSetSheet(files, _title(Path(file).stem.upper(), file, taken), file))
    out.append(MapsSheet(files, "Maps", "the code maps: raw spellings of submission values"))
    for file, text in files.csv.items():
        head = text.head
        if head and len(set(head)) == len(head) and all(name.strip() for name in head):
            out.append(TableSheet(files, _title(Path(file).name, file, taken), file))
    out.append(SettingsSheet(files, "Settings", "everything else that the YAML files say"))
    return out


def _title(wanted: str, file: str, taken: set[str]) -> str:
    clean = "".join("_" if c in _FORBIDDEN else c for c in wanted)
    folder = f" {Path(file).parent.name}" if "/" in file else ""
    forms = [clean[:_LONGEST], clean[: _LONGEST - len(folder)] + folder]
    forms += [f"{clean[: _LONGEST - 4]} {number}" for number in range(2, 100)]
    title = next(form for form in forms if form.lower() not in taken)
    taken.add(title.lower())
    return title


def counted(sheet: Sheet, keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The keys of rows in order; where several may be alike, the second one is told apart."""
    if not sheet.repeats:
        return keys
    seen: dict[tuple[str, ...], int] = {}
    out = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        out.append(key if seen[key] == 1 else (*key, f"#{seen[key]}"))
    return out
