"""The time that files say they were made at, the same for the same inputs."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from specs.codes import finding
from specs.errors import SpecificationError

_NO_CLOCK = datetime(1960, 1, 1, tzinfo=UTC)


def header_time() -> datetime:
    """SOURCE_DATE_EPOCH in UTC, or 1960-01-01T00:00:00Z where it is not set. Raises FILE034."""
    return source_date_epoch() or _NO_CLOCK


def source_date_epoch() -> datetime | None:
    """The time that the environment gives a build, in UTC; None where it gives none.

    Raises:
        SpecificationError: FILE034, SOURCE_DATE_EPOCH is no number of seconds.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is {seconds!r}, not seconds since 1970"
        raise SpecificationError(finding("FILE034", message, value=seconds)) from None
