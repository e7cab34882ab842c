"""What a define.xml asks of a PDF: how many pages it has, and its named destinations."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path


class Pdf:
    """A PDF, opened when first asked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _contents(self) -> tuple[int, frozenset[str]] | str:
        from pypdf import PdfReader

        logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports by exception as well
        try:
            reader = PdfReader(self.path)
            return len(reader.pages), frozenset(str(n) for n in reader.named_destinations)
        except Exception as error:  # a damaged PDF makes pypdf raise almost anything
            return str(error) or type(error).__name__

    @property
    def problem(self) -> str:
        """Why it cannot be read; "" when it can."""
        return self._contents if isinstance(self._contents, str) else ""

    @property
    def pages(self) -> int:
        """The number of pages; 0 when it cannot be read."""
        return 0 if isinstance(self._contents, str) else self._contents[0]

    @property
    def destinations(self) -> frozenset[str]:
        """The named destinations."""
        return frozenset() if isinstance(self._contents, str) else self._contents[1]
