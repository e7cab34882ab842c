"""Derivations that analysis data sets ask for by name (``standard: [ADY]``), as lines."""

from __future__ import annotations

_DATES = ("A", "AST", "AEN")
_STARTS = "TRTSDT"
"""Relative days count from the first day of treatment (ADaMIG 1.3 section 3.3.3, ADY)."""


def standard_line(variable: str, subjects: str | None) -> dict[str, object] | None:
    """The line of a standard derivation; None for a name that is none. ``subjects`` is the
    subject-level data set, which has the first day of treatment."""
    for stem in _DATES:
        if variable == f"{stem}DY" and subjects is not None:
            return {"study-day": f"{stem}DT", "reference": f"{subjects}.{_STARTS}"}
        if variable == f"{stem}DT":
            return {"date-of": f"{stem}DTM"}
        if variable == f"{stem}TM":
            return {"time-of": f"{stem}DTM"}
    changes: dict[str, dict[str, object]] = {
        "CHG": {"change": "AVAL"},
        "PCHG": {"percent-change": "AVAL"},
    }
    return changes.get(variable)


def standard_names() -> list[str]:
    """Every name that is a standard derivation."""
    return [f"{stem}{what}" for stem in _DATES for what in ("DY", "DT", "TM")] + ["CHG", "PCHG"]
