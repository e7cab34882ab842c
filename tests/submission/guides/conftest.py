"""The small study of the package tests, packaged once."""

from tests.submission.package.conftest import packaged_once

__all__ = ["packaged_once"]
