"""The specification workbook of Pinnacle 21, read into the Define model and written from it."""

from __future__ import annotations

from define.workbook.reading import WorkbookReading, read_workbook
from define.workbook.writing import WorkbookWriting, write_workbook

__all__ = ["WorkbookReading", "WorkbookWriting", "read_workbook", "write_workbook"]
