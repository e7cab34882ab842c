"""White space and characters that nobody sees, as Unicode has them: alone they are a blank cell."""

from __future__ import annotations

import unicodedata

_RANGES = (
    *((0x00, 0x20), (0x7F, 0xA0)),  # controls, blank, no-break blank
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C)),  # soft hyphen, joiner, Arabic mark
    *((0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0)),  # Hangul fillers
    *((0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F)),  # Ogham, Khmer, Mongolian
    *((0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F)),  # spaces, zero width, direction
    *((0x2800, 0x2800), (0x3000, 0x3000)),  # Braille blank, ideographic space
    *((0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)),  # selectors, byte order mark
    *((0x13430, 0x13438), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),  # controls of scripts
    *((0xE0001, 0xE0001), (0xE0020, 0xE007F), (0xE0100, 0xE01EF)),  # tags, selectors
)
INVISIBLE = "".join(chr(code) for low, high in _RANGES for code in range(low, high + 1))
"""White space, controls, format characters that leave no mark, selectors and fillers."""
ZERO_WIDTH = "".join(
    c for c in INVISIBLE if unicodedata.category(c) in ("Cf", "Mn") and c != "\u00ad"
)
"""Those that take no room either: what stands around them stands side by side. A soft hyphen may
be drawn."""


def visible(text: str) -> str:
    """The text without what nobody sees around it; empty if there is nothing else."""
    return text.strip() if text.isascii() and text.isprintable() else text.strip(INVISIBLE)
