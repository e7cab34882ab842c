"""Data sets as files: SAS transport version 5, Dataset-JSON, CSV, Parquet. No study knowledge.

Readers and writers need pandas and pyarrow; each is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports
from transport import codes as _codes  # noqa: F401 - registers the finding codes

if TYPE_CHECKING:
    from transport.atomic import content_hash, content_hashes, whole_file
    from transport.dataset import Dataset, SpecialMissing, VariableMeta
    from transport.folder import (
        DatasetHeader,
        folder_headers,
        read_dataset,
        read_folder,
        read_header,
    )
    from transport.formats.dataset_json import write_dataset_json, write_dataset_ndjson
    from transport.formats.dataset_json_read import (
        read_dataset_dsjc,
        read_dataset_json,
        read_dataset_ndjson,
    )
    from transport.formats.open_rules_csv import read_csv_dataset
    from transport.formats.parquet import read_parquet_dataset
    from transport.xpt.header import read_xpt_header
    from transport.xpt.layout import XptHeader
    from transport.xpt.read import read_xpt
    from transport.xpt.write import write_xpt
else:
    __getattr__ = exports(
        __name__,
        {
            "transport.atomic": ("content_hash", "content_hashes", "whole_file"),
            "transport.dataset": ("Dataset", "SpecialMissing", "VariableMeta"),
            "transport.formats.dataset_json": ("write_dataset_json", "write_dataset_ndjson"),
            "transport.formats.dataset_json_read": (
                "read_dataset_dsjc",
                "read_dataset_json",
                "read_dataset_ndjson",
            ),
            "transport.folder": (
                "DatasetHeader",
                "folder_headers",
                "read_dataset",
                "read_folder",
                "read_header",
            ),
            "transport.formats.open_rules_csv": ("read_csv_dataset",),
            "transport.formats.parquet": ("read_parquet_dataset",),
            "transport.xpt.header": ("read_xpt_header",),
            "transport.xpt.layout": ("XptHeader",),
            "transport.xpt.read": ("read_xpt",),
            "transport.xpt.write": ("write_xpt",),
        },
    )

__all__ = [
    "Dataset",
    "DatasetHeader",
    "SpecialMissing",
    "VariableMeta",
    "XptHeader",
    "content_hash",
    "content_hashes",
    "folder_headers",
    "read_csv_dataset",
    "read_dataset",
    "read_dataset_dsjc",
    "read_dataset_json",
    "read_dataset_ndjson",
    "read_folder",
    "read_header",
    "read_parquet_dataset",
    "read_xpt",
    "read_xpt_header",
    "whole_file",
    "write_dataset_json",
    "write_dataset_ndjson",
    "write_xpt",
]
