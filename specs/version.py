"""The installed version of the product."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def tracelock_version() -> str:
    """As the distribution says; ``0+unknown`` where it is not installed."""
    try:
        return version("tracelock")
    except PackageNotFoundError:
        return "0+unknown"
