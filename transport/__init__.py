"""Data sets as files: SAS transport version 5, Dataset-JSON, CSV, Parquet. No study knowledge."""

from __future__ import annotations

from transport import codes as _codes  # noqa: F401 - registers the finding codes
from transport.atomic import content_hash
from transport.dataset import Dataset, SpecialMissing, VariableMeta
from transport.xpt_header import read_xpt_header
from transport.xpt_layout import XptHeader
from transport.xpt_read import read_xpt
from transport.xpt_write import write_xpt

__all__ = [
    "Dataset",
    "SpecialMissing",
    "VariableMeta",
    "XptHeader",
    "content_hash",
    "read_xpt",
    "read_xpt_header",
    "write_xpt",
]
