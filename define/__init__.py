"""define.xml: read, build, write, check and show Define-XML 2.0 and 2.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from define import codes as _codes  # noqa: F401 - registers the finding codes
from specs.lazy import exports

if TYPE_CHECKING:
    from define.build import Analysed, DefineBuilder
    from define.checks import CheckReport, check_define, run_checks
    from define.definitions import CodeTerm
    from define.document.convert import Conversion, to_version
    from define.document.reader import Reading, Unknown, read_define
    from define.document.schema import schema_errors
    from define.document.writer import write_define
    from define.model import Define
    from define.oids import Condition
else:
    __getattr__ = exports(
        __name__,
        {
            "define.build": (
                "Analysed",
                "DefineBuilder",
            ),
            "define.checks": (
                "CheckReport",
                "check_define",
                "run_checks",
            ),
            "define.document.convert": (
                "Conversion",
                "to_version",
            ),
            "define.definitions": ("CodeTerm",),
            "define.model": ("Define",),
            "define.oids": ("Condition",),
            "define.document.reader": (
                "Reading",
                "Unknown",
                "read_define",
            ),
            "define.document.schema": ("schema_errors",),
            "define.document.writer": ("write_define",),
        },
    )

__all__ = [
    "Analysed",
    "CheckReport",
    "CodeTerm",
    "Condition",
    "Conversion",
    "Define",
    "DefineBuilder",
    "Reading",
    "Unknown",
    "check_define",
    "read_define",
    "run_checks",
    "schema_errors",
    "to_version",
    "write_define",
]
