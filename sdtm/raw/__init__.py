"""Raw exports as text tables with row numbers: one adapter per format.

Every value comes in as text, verbatim ("001" stays "001"), as pandas categoricals; a record keeps
the row that a person sees in the file. What is wrong with a file is a RawDataError or a finding of
the table, never a repaired value.
"""

from __future__ import annotations

from sdtm.raw import codes as _codes  # registers the finding codes
from sdtm.raw._kept import KeptTables
from sdtm.raw._model import RawTable, ReadOptions, TableInfo
from sdtm.raw._one_row import one_row
from sdtm.raw._source import list_tables, read_source, table_sizes
from sdtm.raw.formats.archive import member_sizes

__all__ = [
    "KeptTables",
    "RawTable",
    "ReadOptions",
    "TableInfo",
    "list_tables",
    "member_sizes",
    "one_row",
    "read_source",
    "table_sizes",
]

del _codes
