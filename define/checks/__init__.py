"""Content checks of any define.xml, ours or not, with or without data."""

from __future__ import annotations

from define.checks import (
    codelists,
    consistency,
    documents,
    domains,
    guide,
    origins,
    references,
    results,
    standards,
    structure,
    terms,
    texts,
    types,
    valuelevel,
)
from define.checks.registry import CHECKS, Check, Hit
from define.checks.run import CheckReport, check_define, run_checks

__all__ = ["CHECKS", "Check", "CheckReport", "Hit", "check_define", "run_checks"]

MODULES = (
    standards,
    references,
    structure,
    guide,
    texts,
    types,
    origins,
    codelists,
    valuelevel,
    documents,
    results,
    domains,
    terms,
    consistency,
)
"""Importing these registers the checks and their codes."""
