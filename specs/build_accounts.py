"""The accounts that builds leave as files: of the raw data, and of analysis data.

Whoever shows or judges a build reads them here, and nothing of what made them. A file counts only
where its manifest vouches for it by hash; that is the reader's to hold (``transport.publish``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RAW = "raw_account.json"
RAW_SCHEMA = "tracelock-raw-account/1"
ASKED = "asked.parquet"
"""In the lineage of a build: values of tabulation data that its open queries ask about."""
ADAM = "adam_account.json"
ADAM_SCHEMA = "tracelock-adam-account/1"


def read_raw(folder: Path) -> dict[str, Any] | None:
    """The account of the raw data of a build; None where there is none, or of another version."""
    return _read(folder / RAW, RAW_SCHEMA)


def read_adam(folder: Path) -> dict[str, Any] | None:
    """The account of a folder of analysis data; None where there is none, or of another version."""
    return _read(folder / ADAM, ADAM_SCHEMA)


def _read(path: Path, schema: str) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("schema") == schema else None
