"""Coded values held against the dictionaries that a study declares."""

from typing import TYPE_CHECKING

from specs.lazy import exports

if TYPE_CHECKING:
    from sdtm.coded.checking import coded_findings, declared_dictionaries

__all__ = ["coded_findings", "declared_dictionaries"]
__getattr__ = exports(__name__, {"sdtm.coded.checking": tuple(__all__)})
