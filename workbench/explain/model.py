"""What an explanation says: a value, the steps that made it, and where those came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specs import RawCell

_SHORT = 60


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
    remark: str = ""
    """What has to be known of the whole: that the build is of another specification."""
    study: str = ""
    """The study of a pool whose build it is of."""

    def __str__(self) -> str:
        return as_text(self)

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            **({"study": self.study} if self.study else {}),
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
            **({"remark": self.remark} if self.remark else {}),
        }


def as_text(one: Explanation) -> str:
    """The explanation as people read it, sources indented below. What was shown is not shown
    again: a value, or the raw cells of a line that gives several values, is referred to."""
    return "\n".join(_lines(one, 0, set(), {}, set()))


def _lines(
    one: Explanation,
    indent: int,
    values: set[tuple[str, str, int, str]],
    by_line: dict[tuple[str, str, int, str], str],
    lines_shown: set[tuple[str, str]],
) -> list[str]:
    pad = "  " * indent
    key = " ".join(word for word in (one.study, one.dataset, one.key) if word)
    head = f"{pad}{key}  {one.variable} = {one.value or '(blank)'}"
    if (one.study, one.dataset, one.record, one.variable) in values:
        return [f"{head}  (see above)"]
    values.add((one.study, one.dataset, one.record, one.variable))
    same = by_line.setdefault((one.study, one.dataset, one.record, one.spec), one.variable)
    if one.cells and same != one.variable:
        return [f"{head}  (by the line of {same}, see above)"]
    lines = [head]
    lines += [f"{pad}  {c.file} row {c.row}, {c.column} = {c.text!r}" for c in one.cells]
    lines += [f"{pad}  {number} {step}" for number, step in enumerate(one.steps, 1)]
    if one.spec and (one.study, one.spec) in lines_shown and len(one.line) > _SHORT:
        lines.append(f"{pad}  by {one.spec}  (see above)")
    elif one.spec:
        lines_shown.add((one.study, one.spec))
        said = one.line.replace("\n", f"\n{pad}     ")
        lines.append(f"{pad}  by {one.spec}  {said}".rstrip())
    if one.note and one.note not in one.line and (one.study, one.note) not in lines_shown:
        lines_shown.add((one.study, one.note))
        lines.append(f"{pad}  note: {one.note}")
    once = {(p.study, p.dataset, p.record, p.variable): p for p in one.parts}
    for part in once.values():
        lines += _lines(part, indent + 1, values, by_line, lines_shown)
    if one.used_by:
        lines.append(f"{pad}  used by {', '.join(one.used_by)}")
    if one.remark:
        lines.append(f"{pad}  {one.remark}")
    return lines
