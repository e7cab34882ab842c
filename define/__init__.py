"""define.xml: read, build, write, check and show Define-XML 2.0 and 2.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from define import codes as _codes  # noqa: F401 - registers the finding codes
from specs.lazy import exports

if TYPE_CHECKING:
    from define.build import Analysed, DefineBuilder
    from define.checks import CheckReport, check_define, run_checks
    from define.convert import Conversion, to_version
    from define.definitions import CodeTerm
    from define.model import Define
    from define.oids import Condition
    from define.reader import Reading, Unknown, read_define
    from define.schema import schema_errors
    from define.writer import write_define
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
            "define.convert": (
                "Conversion",
                "to_version",
            ),
            "define.definitions": ("CodeTerm",),
            "define.model": ("Define",),
            "define.oids": ("Condition",),
            "define.reader": (
                "Reading",
                "Unknown",
                "read_define",
            ),
            "define.schema": ("schema_errors",),
            "define.writer": ("write_define",),
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
