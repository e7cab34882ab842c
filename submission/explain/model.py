"""What an explanation says: a value, the steps that made it, and where those came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specs import RawCell


@dataclass(slots=True)
class Explanation:
    """A value of a built data set. ``record`` is 1-based; ``key`` names the record to people."""

    dataset: str
    record: int
    variable: str
    value: str
    key: str = ""
    spec: str = ""
    line: str = ""
    note: str = ""
    cells: list[RawCell] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    parts: list[Explanation] = field(default_factory=list)
    used_by: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "dataset": self.dataset,
            "record": self.record,
            "variable": self.variable,
            "value": self.value,
            "key": self.key,
            "spec": self.spec,
            "line": self.line,
            "note": self.note,
            "raw": [
                {"file": c.file, "row": c.row, "column": c.column, "text": c.text}
                for c in self.cells
            ],
            "steps": self.steps,
            "from": [part.to_dict() for part in self.parts],
            "used_by": self.used_by,
        }


def as_text(one: Explanation, indent: int = 0) -> str:
    """The explanation as people read it, sources indented below."""
    pad = "  " * indent
    shown = one.value or "(blank)"
    head = f"{pad}{one.dataset} {one.key}  {one.variable} = {shown}"
    lines = [" ".join(head.split(" ")) if indent == 0 else head]
    lines += [f"{pad}  {c.file} row {c.row}, {c.column} = {c.text!r}" for c in one.cells]
    lines += [f"{pad}  {number} {step}" for number, step in enumerate(one.steps, 1)]
    if one.spec:
        lines.append(f"{pad}  by {one.spec}  {one.line}".rstrip())
    if one.note:
        lines.append(f"{pad}  note: {one.note}")
    lines += [as_text(part, indent + 1) for part in one.parts]
    if one.used_by:
        lines.append(f"{pad}  used by {', '.join(one.used_by)}")
    return "\n".join(lines)
