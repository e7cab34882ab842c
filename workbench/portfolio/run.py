"""A portfolio from its first study to its report."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from transport.publish import Kind, claimed
from transport.publish.manifest import CACHE
from workbench.portfolio import journal
from workbench.portfolio.jobs import Job, Portfolio
from workbench.portfolio.outcome import Outcome
from workbench.portfolio.views import SCHEMA, as_dict, html_page

KIND = Kind(SCHEMA, "the report of a portfolio")


@dataclass(frozen=True, slots=True)
class Run:
    """What came of every study, in the order in which they were named, in how many seconds."""

    outcomes: tuple[Outcome, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 where every study ended with 0; else 1."""
        return max((one.exit_code for one in self.outcomes), default=0)


def run_portfolio(
    portfolio: Portfolio,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    all_: bool = False,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Run:
    """Run what is stale of every study, on this machine or on a Dask cluster, and write the report.

    ``all_`` runs what is current as well; ``tell`` hears of each outcome as it comes. Raises
    SpecificationError before anything runs: MAP328 (the report folder is not ours), PRT111 to
    PRT113 (the cluster).
    """
    began = time.monotonic()
    with claimed(portfolio.report, KIND) as claim:
        before = journal.known(portfolio.report)
        done = {} if all_ else journal.current(portfolio.jobs, before)
        for one in done.values():
            tell(one)
        todo = [job for job in portfolio.jobs if job.name not in done]
        source = _outcomes(portfolio, todo, workers, scheduler)
        with journal.written(portfolio.report, before) as file, contextlib.closing(source):
            for outcome in source:
                journal.add(file, outcome)
                done[outcome.name] = outcome
                tell(outcome)
        outcomes = tuple(done[job.name] for job in portfolio.jobs)
        run = Run(outcomes, time.monotonic() - began)
        with claim.staged(keep=[CACHE]) as folder:
            _write(portfolio.title, run, folder)
    return run


def _outcomes(
    portfolio: Portfolio, todo: list[Job], workers: int | None, scheduler: str | None
) -> Generator[Outcome]:
    if not todo:
        return
    if scheduler is not None:
        from workbench.portfolio.workers.cluster import run_on

        yield from run_on(todo, scheduler)
        return
    from workbench.portfolio.workers.pool import run_here

    yield from run_here(todo, workers or portfolio.workers or os.cpu_count() or 1)


def _write(title: str, run: Run, folder: Path) -> None:
    data = as_dict(title, run.outcomes, run.seconds)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / "portfolio.json").write_text(text, encoding="utf-8")
    page = html_page(title, run.outcomes, run.seconds)
    (folder / "portfolio.html").write_text(page, encoding="utf-8")
    for one in run.outcomes:
        if one.log:
            (folder / "logs").mkdir(exist_ok=True)
            (folder / "logs" / f"{one.name}.txt").write_text(one.log, encoding="utf-8")
