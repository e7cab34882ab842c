"""The eCTD tree of a study: data sets, define.xml, documents, tagging file, manifest."""

from __future__ import annotations

from submission.package_check import codes as _codes  # noqa: F401 - registers PKG1..
