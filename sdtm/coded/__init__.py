"""Coded values held against the dictionaries that a study declares."""

from sdtm.coded.checking import coded_findings, declared_dictionaries

__all__ = ["coded_findings", "declared_dictionaries"]
