"""What goes into an adapter, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from specs.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

type_rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a source is read; None means: told from the file, and reported.

    Args:
        format: csv, tsv, xlsx, sas7bdat, xpt, parquet or odm; otherwise by content, then by name.
        encoding: of text files; otherwise UTF-8.
        delimiter: one ASCII character; otherwise by name and header.
        sheet: of a workbook; a pattern reads several.
        header_row: 1-based line or sheet row of the column names.
        label_rows: records after the header that hold labels, not data.
        item_group: ItemGroupOID of an ODM file; a pattern reads several.
        item_names: name ODM columns by ItemDef Name instead of ItemOID.
        member: of a zip archive; a pattern reads several.
        columns: read these columns only; each must be there.
        quote: one ASCII character, or "" when the file does not quote.
        displayed: columns of an XLSX workbook whose cells are read as they are shown; "*" for all.
    """

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1
    label_rows: int = 0
    item_group: str | None = None
    item_names: bool = False
    member: str | None = None
    columns: tuple[str, ...] | None = None
    quote: str = '"'
    displayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawFile:
    """One physical file: where its bytes are, and what it is called in findings."""

    path: Path
    file: str
    """Path below the raw folder, with / ; a member of an archive is ``a.zip!/b.csv``."""
    sha256: str = ""

    @property
    def stem(self) -> str:
        """The file's own name without folder, archive and extension."""
        return self.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A raw table as text.

    ``frame`` has a category column of str per raw column: verbatim text as categories, missing
    (code -1) where the cell is empty. ``rows`` holds, for each record of the frame, its 1-based
    row as a person sees it in the file: line of a CSV, row of a sheet, record of a binary file,
    ordinal of the ItemGroupData element of an ODM document. ``technical`` are columns that say how
    the file is built, and nothing that was collected.
    """

    name: str
    file: str
    frame: pd.DataFrame
    rows: type_rows
    encoding: str = ""
    encoding_detected: bool = False
    sheet: str = ""
    sha256: str = ""
    findings: list[Finding] = field(default_factory=list)
    technical: tuple[str, ...] = ()
    null_reasons: bool = False
    """Whether an item may say why it is null: in ``ITEM.ReasonForNull``, there where any does."""
    beside: tuple[str, ...] = ()
    """All tables of the file by name, this one too: sheets (hidden ones too), item groups."""

    @property
    def place(self) -> str:
        """What to call it in a RawCell: the file, with the sheet in brackets."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What a cheap look at a file shows, for ``tracelock init``.

    ``rows`` is the number of records, None when only reading everything would tell; it is an
    estimate unless ``exact``. ``labels`` maps columns to labels where the format has them.
    ``evidence`` says why an ``encoding`` that is not UTF-8 is proposed; it is to be declared.
    """

    name: str
    file: str
    format: str
    columns: tuple[str, ...]
    rows: int | None = None
    exact: bool = False
    sheet: str = ""
    item_group: str = ""
    encoding: str = ""
    delimiter: str = ""
    evidence: str = ""
    labels: dict[str, str] = field(default_factory=dict)
