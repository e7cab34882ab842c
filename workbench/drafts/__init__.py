"""Specifications in exchange with define.xml and the specification workbook, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports
from workbench.drafts import codes as _codes  # noqa: F401 - registers the finding codes

if TYPE_CHECKING:
    from workbench.drafts.exporting import ExchangeExport, export_workbook, imported_define
    from workbench.drafts.importing import Imported, import_document
else:
    __getattr__ = exports(
        __name__,
        {
            "workbench.drafts.exporting": (
                "ExchangeExport",
                "export_workbook",
                "imported_define",
            ),
            "workbench.drafts.importing": (
                "Imported",
                "import_document",
            ),
        },
    )

__all__ = ["ExchangeExport", "Imported", "export_workbook", "import_document", "imported_define"]
