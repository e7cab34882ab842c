"""Where the records of a transport file end.

Version 5 does not state the number of records and fills the last 80-byte card: SAS with blanks,
other programs with bytes of zero. A record within that filling that is nothing but the filler is no
record: blanks, which no number of SAS is; or zeros where there is text, which is filled with
blanks. In a data set of numbers alone zeros are padding where a piece of them is left over that is
no record; where they fill whole records nothing tells them from the number 0.
"""

from __future__ import annotations

from transport.xpt.layout import CARD

ZERO = b"\0"


def is_padding(data: bytes) -> bool:
    """Whether bytes are blanks throughout, or zeros throughout."""
    return not data.strip(b" ") or not data.strip(ZERO)


def is_filling(record: bytes, texts: list[tuple[int, int]]) -> bool:
    """Whether a record is nothing but blanks and zeros, in places where no program writes them:
    zeros in a text, blanks in a number. ``texts`` are the places of its texts."""
    if not record or record.strip(b" \0"):
        return False
    blank = bytearray(len(record))
    for start, stop in texts:
        blank[start:stop] = b" " * (stop - start)
    return record != bytes(blank)


def padding_records(last: bytes, tail: bytes, length: int, *, numbers_only: bool) -> int | None:
    """How many of the last whole records are padding; None where nobody can say.

    ``last`` are records of ``length`` bytes, enough to cover a card; ``tail`` are the bytes behind
    them, which are padding.
    """
    filler = (last + tail)[-1:]
    if filler not in (b" ", ZERO):
        return 0
    count = 0
    while len(tail) + (count + 1) * length < CARD and (count + 1) * length <= len(last):
        start = len(last) - (count + 1) * length
        if last[start : start + length].strip(filler):
            break
        count += 1
    return None if count and numbers_only and filler == ZERO and not tail else count
