"""What came of one study of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class End(StrEnum):
    """How the run of a study ended, the best first."""

    DONE = "done"
    """Every command ended with 0."""
    CURRENT = "current"
    """Nothing has changed since it was done, so that nothing ran."""
    FINDINGS = "findings"
    """Built; findings set the exit code 1."""
    FAILED = "failed"
    """A command published nothing, or ended with 2."""
    MEMORY = "out of memory"
    TIME = "out of time"
    KILLED = "killed"
    MACHINE = "machine"
    """A disk or a worker was lost: nothing is known of the study."""

    @property
    def is_settled(self) -> bool:
        """Whether the same inputs would end in the same way."""
        return self in (End.DONE, End.CURRENT, End.FINDINGS, End.FAILED)


@dataclass(frozen=True, slots=True)
class StageEnd:
    """What one command did: ``exit_code`` (None: it did not run, or did not end), seconds by the
    clock, findings by severity, and the first thing it said against it."""

    stage: str
    exit_code: int | None
    seconds: float = 0.0
    published: bool = True
    findings: dict[str, int] = field(default_factory=dict)
    says: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one study. ``lock`` is the state of its lock and ``says`` that state in words;
    ``changed`` counts the output files that are new, changed and gone; ``memory`` is the peak in
    bytes; ``inputs`` is the hash of what it was made of, "" where that is not known."""

    name: str
    end: End
    stages: tuple[StageEnd, ...] = ()
    lock: str = ""
    says: str = ""
    why: str = ""
    changed: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    where: str = ""
    attempts: int = 1
    inputs: str = ""
    outputs: str = ""
    log: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {**asdict(self), "end": self.end.value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        """The other way."""
        stages = tuple(StageEnd(**one) for one in data["stages"])
        return cls(**{**data, "end": End(data["end"]), "stages": stages})

    @property
    def exit_code(self) -> int:
        """0 where every command ended with 0, 1 where a finding blocks or the study failed."""
        if self.end is End.CURRENT:
            return int(any(one.exit_code for one in self.stages))
        return int(self.end is not End.DONE)
