"""Which table of a file with several is meant: sheet, item group or archive member."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from sdtm.raw._columns import did_you_mean
from sdtm.raw.codes import error


def choose(
    file: str, kind: str, wanted: str | None, there: Sequence[str], also: Sequence[str] = ()
) -> list[str]:
    """The tables that ``wanted`` (a name or pattern) means; None is fine when there is one.

    ``also`` are tables that are taken only by their exact name (hidden sheets). Raises RAW120.
    """
    if wanted is None:
        if len(there) == 1:
            return list(there)
        shown = ", ".join(map(repr, there[:20])) or "none"
        message = f"no {kind} is declared, and the file has {len(there)}: {shown}"
        raise error("RAW120", message, file, hint=f"declare the {kind}; '*' reads all")
    if wanted in there or wanted in also:
        return [wanted]
    found = [name for name in there if fnmatchcase(name, wanted)]
    if not found:
        hint = did_you_mean(wanted, there) or f"the file has {', '.join(map(repr, there[:20]))}"
        raise error("RAW120", f"there is no {kind} {wanted!r}", file, hint=hint)
    return found
