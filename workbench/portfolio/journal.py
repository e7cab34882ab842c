"""What has been done, line by line as it is done, so that a portfolio that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from transport.publish.manifest import CACHE
from workbench.portfolio.inputs import outputs_of, print_of
from workbench.portfolio.jobs import Job
from workbench.portfolio.outcome import End, Outcome

_NAME = "portfolio.jsonl"


def known(report: Path) -> dict[str, Outcome]:
    """The last outcome of each study, by name; what cannot be read counts for nothing."""
    found: dict[str, Outcome] = {}
    try:
        lines = (report / CACHE / _NAME).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return found
    for line in lines:
        try:
            one = Outcome.from_dict(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue  # the line that was being written when it was killed
        found[one.name] = one
    return found


def current(jobs: Iterable[Job], before: dict[str, Outcome]) -> dict[str, Outcome]:
    """The studies of which nothing has changed since they were run to their end: neither what they
    are made of nor what was made of them."""
    found = {}
    for job in jobs:
        last = before.get(job.name)
        if last is None or not last.inputs or last.outputs != outputs_of(job):
            continue
        if last.inputs == print_of(job):
            found[job.name] = replace(last, end=_still(last), changed={}, attempts=0)
    return found


def _still(last: Outcome) -> End:
    return End.FAILED if last.end is End.FAILED else End.CURRENT


@contextmanager
def written(report: Path, before: dict[str, Outcome]) -> Iterator[TextIO]:
    """The journal, begun anew with what is known, to which outcomes are added."""
    folder = report / CACHE
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _NAME).open("w", encoding="utf-8") as file:
        for one in before.values():
            add(file, one)
        yield file


def add(file: TextIO, outcome: Outcome) -> None:
    """One more line, on disk at once."""
    file.write(json.dumps(outcome.to_dict(), ensure_ascii=False) + "\n")
    file.flush()
