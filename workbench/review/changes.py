"""What changed since the build that another export replaced, as lines of cause and effect."""

from __future__ import annotations

from pathlib import Path

from specs import TracelockError
from transport.publish import MANIFEST
from transport.publish.manifest import PREVIOUS

_MOST = 200


def changes(build: Path, encoding: str) -> list[tuple[str, str]] | None:
    """Causes with their effects, then lines of summary (which have no effect); None where no
    earlier build is kept, and a single line where the two cannot be held against each other."""
    before = build / PREVIOUS
    if not (before / MANIFEST).is_file():
        return None
    from workbench.diff.run import diff
    from workbench.diff.showing.views import text_lines

    try:
        found = diff(before, build, encoding=encoding)
    except TracelockError as error:
        return [(f"The earlier build cannot be compared: {error}", "")]
    if found.equal:
        return [("Nothing changed.", "")]
    lines = (line.strip() for line in text_lines(found, _MOST))
    return [_parts(line) for line in lines if line]


def _parts(line: str) -> tuple[str, str]:
    cause, _, effect = line.partition(" => ")
    return cause, effect
