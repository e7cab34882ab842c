"""One record for everything that can be wrong: specification, intake, build, rule, define, package.

Terminal, HTML, XLSX, JSON and the reviewer's guide are views of lists of :class:`Finding`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CLOSED = "closed"
"""The state of a question that nobody has to answer any more, in ``details["state"]``."""


class Severity(StrEnum):
    """What happens because of a finding, worst first."""

    REJECTS = "rejects"
    """The gateway would reject the submission."""
    BLOCKS = "blocks"
    """The database lock (or the build) is blocked until it is resolved."""
    EXPLAIN = "explain"
    """It must be explained in the reviewer's guide."""
    INFO = "info"
    """Good to know; nothing has to be done."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Owner(StrEnum):
    """Who can mend it."""

    SITE = "site"
    DATA_MANAGEMENT = "data management"
    PROGRAMMING = "programming"
    REGULATORY = "regulatory"


@dataclass(frozen=True, slots=True)
class RawCell:
    """A place in a raw file. ``row`` is 1-based and counts as the reader of the file would see it:
    line of a CSV, row of a sheet, record of a binary file. ``column`` is the raw column's name."""

    file: str
    row: int | None = None
    column: str = ""
    text: str = ""

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        shown = f" = {self.text!r}" if self.text else ""
        return f"{place} {self.column}{shown}".rstrip()


@dataclass(frozen=True, slots=True)
class SpecPlace:
    """A place in a specification file: 1-based line and column, and the line itself.

    ``used_at`` is the place (file:line:col) where a name was used that stands for this node."""

    file: str
    line: int = 0
    column: int = 0
    source: str = ""
    length: int = 1
    used_at: str = ""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or worth knowing.

    ``record`` is the 1-based record of ``dataset``; None for a finding about a data set or file.
    ``key`` holds the natural key of the record as (variable, value) pairs.
    """

    rule: str
    message: str
    severity: Severity
    dataset: str = ""
    variable: str = ""
    record: int | None = None
    key: tuple[tuple[str, str], ...] = ()
    value: str = ""
    hint: str = ""
    raw: RawCell | None = None
    spec: SpecPlace | None = None
    owner: Owner = Owner.PROGRAMMING
    details: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_closed(self) -> bool:
        """Whether the question about it is closed: somebody confirmed what stands there."""
        return self.details.get("state") == CLOSED

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready view; empty fields are left out."""
        out: dict[str, Any] = {
            "rule": self.rule,
            "severity": self.severity.value,
            "dataset": self.dataset,
            "variable": self.variable,
            "record": self.record,
            "key": dict(self.key),
            "value": self.value,
            "message": self.message,
            "hint": self.hint,
            "raw": _place(self.raw),
            "spec": _place(self.spec),
            "owner": self.owner.value,
            "details": dict(self.details),
        }
        return {k: v for k, v in out.items() if v not in ("", None, {})}


def _place(place: RawCell | SpecPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    names = place.__dataclass_fields__
    pairs = ((name, getattr(place, name)) for name in names if name not in ("source", "length"))
    return {name: value for name, value in pairs if value not in ("", None, 0)}
