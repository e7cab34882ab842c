"""The time that files say they were made at, the same for the same inputs."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time

from specs.codes import finding
from specs.errors import SpecificationError

_NO_CLOCK = datetime(1960, 1, 1, tzinfo=UTC)


def header_time(cut: date | None = None) -> datetime:
    """SOURCE_DATE_EPOCH in UTC; else the day of the study's data cut; else 1960-01-01T00:00:00Z.

    Raises FILE034.
    """
    day = None if cut is None else datetime.combine(cut, time(), UTC)
    return source_date_epoch() or day or _NO_CLOCK


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
