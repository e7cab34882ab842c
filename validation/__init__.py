"""Validation: data sets and define.xml in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports
from validation import codes as _codes  # noqa: F401 - registers the finding codes

if TYPE_CHECKING:
    from validation.engine import (
        Findings,
        Rule,
        RuleRun,
        Status,
        Validation,
        ValidationResult,
        validate,
    )
else:
    __getattr__ = exports(
        __name__,
        {
            "validation.engine": (
                "Findings",
                "Rule",
                "RuleRun",
                "Status",
                "Validation",
                "ValidationResult",
                "validate",
            ),
        },
    )

__all__ = ["Findings", "Rule", "RuleRun", "Status", "Validation", "ValidationResult", "validate"]
