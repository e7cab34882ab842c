"""The reviewers' guides (cSDRG, ADRG): filled from specification, data, lineage and findings."""

from __future__ import annotations

from typing import Any


def write_guides(made: Any, report: Any) -> None:
    """Write the guides."""
