"""Numbers in texts."""

from __future__ import annotations

import math
import re


def number(text: str) -> int | None:
    """A whole number in ASCII digits, or None."""
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else None


def is_number(text: str) -> bool:
    """Whether a text is a finite decimal number."""
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def number_text(value: float) -> str:
    """``5.0`` as ``5``, ``0.1`` as ``0.1``: 15 significant digits, which is what a number that went
    through a transport file can promise (4.2 comes back as 4.199999999999999)."""
    return f"{value:.15g}"
