"""Validation: data sets and define.xml in, findings out."""

from __future__ import annotations

from validation import codes as _codes  # noqa: F401 - registers the finding codes
from validation.engine import (
    Findings,
    Rule,
    RuleRun,
    Status,
    Validation,
    ValidationResult,
    validate,
)

__all__ = ["Findings", "Rule", "RuleRun", "Status", "Validation", "ValidationResult", "validate"]
