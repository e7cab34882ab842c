"""A study's specification as a mapping workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.exports import export_files
from specs.study import load_study
from workbench.mapping.book import sheets_of
from workbench.mapping.model import Files
from workbench.mapping.rows.sources import ColumnsSheet
from workbench.mapping.told import tell_columns, tell_data_sets
from workbench.mapping.writing import write_book


@dataclass(slots=True)
class MappingExport:
    """The workbook written: sheets, rows, and what of the raw data could not be looked at."""

    path: Path
    sheets: int = 0
    rows: int = 0
    unread: list[str] = field(default_factory=list)


def export_mapping(folder: Path, target: Path, raw: Path | None = None) -> MappingExport:
    """Write the mapping workbook of a study; with its raw data, what stands in their columns.

    Raises SpecificationError (DEF005 no .xlsx; what is wrong with the specification), BuildError
    DEF074.
    """
    if target.suffix.lower() != ".xlsx":
        message = f"{target.name}: a mapping workbook is a .xlsx file"
        raise SpecificationError(finding("DEF005", message))
    study = load_study(folder)
    sheets = sheets_of(Files(folder))
    tell_data_sets(sheets, study)
    unread: list[str] = []
    exports = study.raw_folder(raw)
    for sheet in sheets:
        if isinstance(sheet, ColumnsSheet):
            if exports.is_dir() and export_files(exports, folder):
                unread = tell_columns(sheet, study, exports)
            else:
                unread = [f"there are no raw data in {exports.name}"]
    rows = write_book(sheets, target, study.id)
    return MappingExport(target, len(sheets), rows, unread)
