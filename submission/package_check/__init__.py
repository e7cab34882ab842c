"""What the gateway would reject in a package, and what a reviewer would trip over."""

from __future__ import annotations

from submission.package_check import codes as _codes  # noqa: F401 - registers PKG1..
from submission.package_check.check import PackageReport, check_package

__all__ = ["PackageReport", "check_package"]
