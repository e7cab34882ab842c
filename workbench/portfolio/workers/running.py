"""One study from here: its process is started, held to its limits, and what came of it is told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from specs import TracelockError
from transport.publish import scratch
from transport.publish.scratch import working_folder
from workbench.portfolio.inputs import outputs_of, print_of
from workbench.portfolio.jobs import Job, is_address
from workbench.portfolio.outcome import End, Outcome
from workbench.portfolio.places import place

_GRACE = 20.0
"""Seconds that a process has to clean up after it was asked to end."""
_TAIL = 20_000
"""Characters of a command's own words that a report keeps."""


@dataclass(slots=True)
class Running:
    """The processes that run now, so that all of them can be stopped."""

    processes: set[subprocess.Popen[bytes]] = field(default_factory=set)
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, words: list[str], folder: Path) -> subprocess.Popen[bytes] | None:
        """Start a process in a group of its own; None where nothing is to be started any more."""
        with self.lock:
            if self.stopped:
                return None
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=(folder / "stderr").open("wb"),
                env={**os.environ, "TMPDIR": str(folder)},
                start_new_session=True,
            )
            self.processes.add(process)
            return process

    def stop(self) -> None:
        """End all of them, and start no other."""
        with self.lock:
            self.stopped = True
            processes = list(self.processes)
        for process in processes:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process and what it started to end; after a while, make them."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_job(job: Job, running: Running, parent: Path | None = None) -> Outcome:
    """Do a job in a process of its own. Raises nothing: whatever happens is an outcome.

    ``parent`` is where folders of addresses, and temporary files, go [the system's].
    """
    began = time.monotonic()
    try:
        with scratch(parent) as folder:
            outcome = _in_folder(job, running, folder)
    except TracelockError as error:
        outcome = Outcome(job.name, End.FAILED, why=error.findings[0].message)
    except OSError as error:
        outcome = Outcome(job.name, End.MACHINE, why=_words(error))
    return replace(outcome, seconds=round(time.monotonic() - began, 3), where=os.uname().nodename)


def _words(error: OSError) -> str:
    name = Path(os.fsdecode(error.filename)).name if error.filename else "a disk"
    return f"{name}: {error.strerror or error}"


def _in_folder(job: Job, running: Running, folder: Path) -> Outcome:
    before = print_of(job, elsewhere=False)
    with _at_hand(job, folder) as here:
        outcome = _watched(here, running, folder)
        if outcome.end in (End.DONE, End.FINDINGS) and is_address(job.out):
            place(job.out).publish(Path(here.out))
    settled = outcome.end.is_settled and before == print_of(job, elsewhere=False)
    return replace(outcome, inputs=print_of(job) if settled else "", outputs=outputs_of(job))


@contextlib.contextmanager
def _at_hand(job: Job, folder: Path) -> Iterator[Job]:
    """The job with every folder on this machine: what lies at addresses is fetched."""
    changes: dict[str, str] = {}
    folder /= "here"  # the scratch folder itself is locked by its owner, and outputs lock their own
    folder.mkdir()
    for key in ("study", "raw"):
        if is_address(address := getattr(job, key)):
            target = folder / key
            target.mkdir()
            place(address).fetch(target)
            changes[key] = str(target)
    if is_address(job.out):
        target = folder / "build"
        if (current := place(job.out).current()) is not None:
            target.mkdir()
            current.fetch(target)
        changes["out"] = str(target)
    yield replace(job, **changes)  # type: ignore[arg-type]  # texts for fields that are texts


def _watched(job: Job, running: Running, folder: Path) -> Outcome:
    """The process of a job until it ends, by itself or not."""
    job_file, result_file = folder / "job.json", folder / "result.json"
    job_file.write_text(json.dumps(job.to_dict()), encoding="utf-8")
    module = "workbench.portfolio.workers.child"
    words = [sys.executable, "-m", module, str(job_file), str(result_file), str(os.getpid())]
    process = running.start(words, folder)
    if process is None:
        return Outcome(job.name, End.KILLED, why="the portfolio was stopped before it began")
    late = False
    try:
        process.wait(job.seconds or None)
    except subprocess.TimeoutExpired:
        late = True
    finally:
        end(process)
        running.processes.discard(process)
    outcome = _told(job, result_file) if not late else None
    if outcome is None:
        outcome = Outcome(job.name, *_ended_by(process, job, folder, late=late))
    if outcome.end is End.FAILED and (lost := _is_lost(folder, Path(job.out).parent)):
        outcome = replace(outcome, end=End.MACHINE, why=lost)
    elif outcome.end is End.FAILED and "not enough memory" in outcome.why:
        outcome = replace(outcome, end=End.MEMORY)
    return replace(outcome, log=_log(folder))


def _told(job: Job, result_file: Path) -> Outcome | None:
    try:
        read: dict[str, Any] = json.loads(result_file.read_bytes())
    except (OSError, ValueError):
        return None
    return replace(Outcome.from_dict(read), name=job.name)


def _ended_by(
    process: subprocess.Popen[bytes], job: Job, folder: Path, *, late: bool
) -> tuple[End, tuple[()], str, str, str]:
    """How a process ended that told nothing: the end, no stages, no lock, and why."""
    code = process.returncode
    if late:
        end_, why = End.TIME, f"stopped after {job.seconds:g} s, as its time-limit says"
    elif _out_of_memory(code, folder):
        end_, why = End.MEMORY, "there was not enough memory for it"
    elif code < 0:
        end_, why = End.KILLED, f"ended by {signal.Signals(-code).name}"
    else:
        end_, why = End.KILLED, f"its process ended with {code} before it told anything"
    return end_, (), "", "", why


def _out_of_memory(code: int, folder: Path) -> bool:
    """Whether the system, an allocation or a library ended a process for want of memory."""
    said = (folder / "stderr").read_text(encoding="utf-8", errors="replace") if code else ""
    return code == -signal.SIGKILL or "MemoryError" in said or "bad_alloc" in said


def _is_lost(*folders: Path) -> str:
    """What keeps this machine from writing there; "" for nothing. A study is not to blame then."""
    for folder in folders:
        try:
            near = next(p for p in (folder, *folder.parents) if p.exists())
            with working_folder(near, ".tracelock-probe-") as probe:
                (probe / "probe").write_bytes(b"\0" * 65536)
        except OSError as error:
            return f"{folder.name}: {error.strerror or error}"
    return ""


def _log(folder: Path) -> str:
    """What the commands said on standard error, and what the process itself did at its end."""
    said = sorted((folder / "log").glob("*.err"), key=lambda p: p.stat().st_mtime)
    parts = [
        f"{path.stem}\n{path.read_text(encoding='utf-8', errors='replace').strip()}\n"
        for path in (*said, folder / "stderr")
        if path.stat().st_size
    ]
    return "\n".join(parts)[-_TAIL:]
