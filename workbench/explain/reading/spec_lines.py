"""The whole of a line of a specification, which may go on over several lines of its file."""

from __future__ import annotations

from pathlib import Path

_MOST = 14


def whole_line(root: Path, place: str, text: str) -> str:
    """The text at ``file:line:column`` with the deeper lines below it, dedented.

    ``text`` is what the build noted; it stands alone when the file no longer has it there. Where
    nothing was noted, the line is taken as it stands.
    """
    file, _, rest = place.partition(":")
    number = rest.partition(":")[0]
    path = root / file
    if not number.isdigit() or not path.is_file() or path.suffix not in (".yaml", ".yml"):
        return text
    lines = path.read_text(encoding="utf-8").splitlines()
    first = int(number) - 1
    if not 0 <= first < len(lines) or text not in lines[first]:
        return text
    text = text or lines[first].strip()
    depth = _depth(lines[first])
    below = []
    for line in lines[first + 1 :]:
        if not line.strip() or _depth(line) <= depth:
            break
        below.append(line)
    more = [f"... {len(below) - _MOST} more lines"] if len(below) > _MOST else []
    return "\n".join([text, *(line[depth:].rstrip() for line in below[:_MOST]), *more])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
