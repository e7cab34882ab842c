"""What the gateway would reject in a package, and what a reviewer would trip over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports
from submission.package_check import codes as _codes  # noqa: F401 - registers PKG1..
from submission.package_check import codes_judged as _judged  # noqa: F401 - registers PKG18.

if TYPE_CHECKING:
    from submission.package_check.check import PackageReport, check_package
else:
    __getattr__ = exports(
        __name__,
        {
            "submission.package_check.check": (
                "PackageReport",
                "check_package",
            ),
        },
    )

__all__ = ["PackageReport", "check_package"]
