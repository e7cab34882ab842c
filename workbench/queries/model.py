"""A question, the answers to it, and where it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from specs.findings import Finding


class State(StrEnum):
    """Where a question stands."""

    NEW = "new"
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something."""
        return self not in (State.CLOSED, State.WITHDRAWN)


class Kind(StrEnum):
    """What people may answer."""

    CONFIRMED = "confirmed as is"
    CORRECTED = "corrected"
    WILL_CORRECT = "will correct"
    NOT_AVAILABLE = "not available"
    COMMENT = "comment"


ANSWER = "answer"
"""The event of a line that somebody answered."""
DISPUTED = "disputed"
"""The same, of answers that came together and do not agree."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of answers.csv: what somebody said of a question as it stood in one revision.

    ``by`` and ``on`` are as they were written; ``file`` and ``sha256`` say where the line was read
    from. The same event read twice is one line.
    """

    query: str
    revision: str
    event: str
    answer: str
    text: str
    by: str
    on: str
    owner: str = ""
    file: str = ""
    sha256: str = ""

    @property
    def event_key(self) -> tuple[str, ...]:
        """What makes two lines one event, wherever they were read."""
        return (self.query, self.revision, self.answer, self.text, self.by, self.on)

    @property
    def said(self) -> tuple[str, str]:
        """What was said, without who and when."""
        return (self.answer, self.text)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a question stands since which cut, and why. ``revision`` is the fingerprint of what it
    was last found with; ``waited`` counts the exports since it was answered; ``heard`` the lines of
    answers.csv that were known then; ``unchecked`` says why nobody looked this time."""

    state: State
    since: str = ""
    why: str = ""
    revision: str = ""
    waited: int = 0
    heard: int = 0
    unchecked: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about: the check, the raw row or group of rows, the item.

    ``condition`` is the hash of the condition of a study's check ("" for others), ``row_id`` the
    record id of the row with its occurrence (``AE-0162#2``), or the hash of the row at first sight.
    """

    check: str
    condition: str
    dataset: str
    variable: str
    source: str
    row_id: str
    item: str
    group: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What finds it again where nothing moved."""
        return (self.check, self.source, self.group or self.row_id, self.item)

    @property
    def record(self) -> str:
        """The record as people find it in the export; "" where a hash stands for it, or where there
        is no row."""
        if self.group:
            return self.group
        return self.row_id if self.source and not self.row_id.startswith("=") else ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a build asks: the subject matter, as it stands now, and the findings behind it.

    ``cells`` are the filled cells of the (first) raw row by the study's names of columns;
    ``numbers`` are the places of the findings in findings.json.
    """

    about: Subject
    revision: str
    subject: str
    site: str
    owner: str
    severity: str
    findings: tuple[Finding, ...]
    numbers: tuple[int, ...]
    cells: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    """What its text may name: see specs.words.PLACEHOLDERS."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The question by language."""
    place: str = ""
    """Where the line of specification stands."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of queries.csv: a question as the ledger knows it, asked in this build or not."""

    id: str
    about: Subject
    standing: Standing
    subject: str
    site: str
    owner: str
    severity: str
    form: str
    value: str
    first: str
    last: str
    asked: str = ""
    """The question in the language of its site when it was last asked."""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """The export that a build reads. ``other`` says whether its raw data differ from those of the
    build before; ``label`` is the date of the cut, or the number of the export."""

    label: str
    raw: str
    other: bool


def fingerprint(*parts: str) -> str:
    """Eight hexadecimal digits of what these texts are."""
    joined = "\x1f".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(joined).hexdigest()[:8]
