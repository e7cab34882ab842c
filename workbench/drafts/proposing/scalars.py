"""A text as a YAML scalar of a proposed file."""

from __future__ import annotations

import re


def quoted(text: str) -> str:
    """As a YAML scalar."""
    plain = re.fullmatch(r"\w[\w./-]*|\.\.?(/[\w./-]*)?", text)
    return text if plain else "'" + text.replace("'", "''") + "'"
