"""The rules engine: rules in the schema of the CDISC Open Rules, compiled to column operations."""

from __future__ import annotations

from validation.engine import define_types as define_types  # registers its rule types
from validation.engine.entry import Validation, ValidationResult, validate
from validation.engine.findings import Findings
from validation.engine.rules import Rule, load_rules
from validation.engine.run import RuleRun, Status

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
