"""Studies on a Dask cluster: a job is handed to a worker, which starts the study's process there.

The cluster only moves jobs and outcomes, both small. Study, raw data and outputs lie where every
worker reaches them: a shared file system, or addresses.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from specs import Finding, SpecificationError, finding
from specs.version import tracelock_version
from workbench.portfolio.jobs import Job
from workbench.portfolio.outcome import End, Outcome
from workbench.portfolio.workers.running import Running, run_job

_WAIT = 15
"""Seconds in which a scheduler has to answer and a worker to be there."""
_ATTEMPTS = 3
"""Workers that may be lost with a study before it is given up."""


def run_on(jobs: Sequence[Job], address: str) -> Iterator[Outcome]:
    """Do all jobs on a cluster, and give each outcome as it comes.

    A worker that is lost while a study runs, or that loses its disk, is not the study's fault: it
    is handed to another one, at most three times. Raises SpecificationError PRT111 (no scheduler,
    no worker), PRT112 (a worker of another version), PRT113 (no Dask here) before anything runs.
    """
    with _client(address) as client:
        _check_workers(client, address)
        yield from _all(client, jobs)


def about() -> dict[str, str]:
    """The versions that have to be the same everywhere."""
    import distributed

    kit: Any = distributed
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "tracelock": tracelock_version(),
        "distributed": str(kit.__version__),
    }


def on_worker(job: dict[str, Any]) -> dict[str, Any]:
    """One job, where this worker keeps its own files, within the memory that it may use."""
    from distributed import get_worker

    worker = get_worker()
    limit = int(worker.memory_manager.memory_limit or 0)
    here = Job.from_dict(job)
    if limit and not here.memory:
        here = replace(here, memory=limit // worker.state.nthreads)
    outcome = run_job(here, Running(), Path(worker.local_directory))
    return replace(outcome, where=str(worker.address)).to_dict()


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError:
        hint = 'pip install "tracelock[distributed]"'
        raise SpecificationError(finding("PRT113", "there is no Dask here", hint=hint)) from None
    kit: Any = distributed
    try:
        client = kit.Client(address, timeout=_WAIT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = " ".join(str(error).split())[:200] or "no answer"
        message = f"the scheduler {address} cannot be reached: {why}"
        raise SpecificationError(finding("PRT111", message)) from error
    with client:
        yield client


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WAIT)
        there: dict[str, Any] = client.run(about, on_error="return")
    except TimeoutError:
        message = f"the scheduler {address} has no worker"
        raise SpecificationError(finding("PRT111", message)) from None
    own = about()
    problems: list[Finding] = []
    for worker, found in sorted(there.items()):
        if not isinstance(found, dict):
            problems.append(
                finding("PRT112", f"the worker {worker} cannot load tracelock: {found}")
            )
            continue
        other = [
            f"{what} {found[what]}, not {own[what]}" for what in own if found[what] != own[what]
        ]
        if other:
            problems.append(finding("PRT112", f"the worker {worker} has {', '.join(other)}"))
    if problems:
        raise SpecificationError(problems)


def _all(client: Any, jobs: Sequence[Job]) -> Iterator[Outcome]:
    """Every outcome, with jobs that a machine failed handed to another one."""
    import distributed

    waiting: dict[str, tuple[Job, int, tuple[str, ...]]] = {}
    kit: Any = distributed

    def handed_over(job: Job, attempt: int, lost: tuple[str, ...]) -> Any:
        others = [w for w in client.scheduler_info(n_workers=-1)["workers"] if w not in lost]
        more = {"workers": others, "allow_other_workers": False} if lost and others else {}
        key = f"{job.name}-{attempt}-{os.urandom(4).hex()}"
        waiting[key] = (job, attempt, lost)
        return client.submit(on_worker, job.to_dict(), key=key, pure=False, **more)

    first = [handed_over(job, 1, ()) for job in jobs]
    done = kit.as_completed(first, loop=client.loop)
    for future in done:
        job, attempt, lost = waiting.pop(future.key)
        outcome = replace(_outcome(job, future), attempts=attempt)
        if outcome.end is End.MACHINE and attempt < _ATTEMPTS:
            done.add(handed_over(job, attempt + 1, (*lost, outcome.where)))
        else:
            yield outcome


def _outcome(job: Job, future: Any) -> Outcome:
    """What came of a future; one whose workers were lost again and again was killed."""
    from distributed.scheduler import KilledWorker

    error = future.exception()
    if error is None:
        return Outcome.from_dict(future.result())
    if isinstance(error, KilledWorker):
        why = (
            f"the workers that it was handed to were lost, the last one {error.last_worker.address}"
        )
        return Outcome(job.name, End.KILLED, why=why)
    return Outcome(job.name, End.MACHINE, why=f"{type(error).__name__}: {error}"[:500])
