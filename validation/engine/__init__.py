"""The rules engine: rules in the schema of the CDISC Open Rules, compiled to column operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports

if TYPE_CHECKING:
    from validation.engine.findings import Findings
    from validation.engine.reading.entry import Validation, ValidationResult, validate
    from validation.engine.ruleset.rules import Rule, load_rules
    from validation.engine.run import RuleRun, Status
else:
    __getattr__ = exports(
        __name__,
        {
            "validation.engine.reading.entry": ("Validation", "ValidationResult", "validate"),
            "validation.engine.findings": ("Findings",),
            "validation.engine.ruleset.rules": ("Rule", "load_rules"),
            "validation.engine.run": ("RuleRun", "Status"),
        },
    )

__all__ = [
    "Findings",
    "Rule",
    "RuleRun",
    "Status",
    "Validation",
    "ValidationResult",
    "load_rules",
    "validate",
]
