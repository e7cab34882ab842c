"""Studies on this machine: so many at a time, each in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from workbench.portfolio.jobs import Job
from workbench.portfolio.outcome import Outcome
from workbench.portfolio.workers.running import Running, run_job


def run_here(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Do all jobs, and give each outcome as it comes. When the caller stops, all processes do.

    Threads only wait for processes here; they cost nothing, and a worker is there at once.
    """
    running = Running()
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(jobs)))) as pool:
        try:
            futures = [pool.submit(run_job, job, running) for job in jobs]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            running.stop()
            raise
