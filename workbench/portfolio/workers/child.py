"""The process of one study: its commands one after the other, in this process.

``python -m workbench.portfolio.workers.child JOB RESULT`` reads the job from a JSON file and
writes what came of it to another. It is a process of its own so that what a study does to memory,
or a signal to it, ends that study alone; and one for all commands, so that libraries are loaded
once.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from specs import TracelockError, load_study
from workbench.portfolio.jobs import Job
from workbench.portfolio.outcome import End, Outcome, StageEnd

_MAINS = {
    "build-sdtm": "build_sdtm_main",
    "build-adam": "build_adam_main",
    "build-results": "build_results_main",
    "validate-study": "validate_study_main",
    "package-submission": "package_submission_main",
}
_BAD = ("rejects", "blocks")
_OUTPUTS = ("", "adam", "results", "report", "package")


def main(job_file: str, result_file: str, parent: int) -> None:
    """Do a job, whatever comes of it."""
    end_with(parent)
    job = Job.from_dict(json.loads(Path(job_file).read_bytes()))
    if job.memory:
        resource.setrlimit(resource.RLIMIT_DATA, (job.memory, job.memory))
    outcome = work(job, Path(result_file).with_name("log"))
    Path(result_file).write_text(json.dumps(outcome.to_dict()), encoding="utf-8")


def end_with(parent: int) -> None:
    """Be stopped when the process that started this one is gone: a worker that was killed must not
    leave one that still builds. Linux only; elsewhere such a process runs to its end."""
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        sys.exit(143)


def work(job: Job, logs: Path) -> Outcome:
    """Run the commands of a job until one has nothing to hand on. ``logs`` is where they talk."""
    logs.mkdir(exist_ok=True)
    before = published(Path(job.out))
    stages: list[StageEnd] = []
    lock: Mapping[str, Any] = {}
    for stage in job.run:
        if stages and not stages[-1].published:
            stages.append(StageEnd(stage, None, published=False))
            continue
        if not job.asked and (nothing := _nothing_for(stage, Path(job.study))):
            stages.append(StageEnd(stage, None, says=nothing))
            continue
        ended, said = _stage(stage, job, logs)
        stages.append(ended)
        lock = said.get("lock") or lock
    after = published(Path(job.out))
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    blamed = _blamed(stages)
    return Outcome(
        job.name,
        _end(stages),
        tuple(stages),
        lock=str(lock.get("state", "")),
        says=str(lock.get("says", "")),
        why=f"{blamed.stage}: {blamed.says}" if blamed is not None else "",
        changed=_changed(before, after),
        cpu=sum(one.ru_utime + one.ru_stime for one in usage),
        memory=max(one.ru_maxrss for one in usage) * 1024,
    )


def _nothing_for(stage: str, study: Path) -> str:
    """What a study lacks that a command is for; "" for nothing."""
    if stage not in ("build-adam", "build-results"):
        return ""
    try:
        read = load_study(study)
    except TracelockError:
        return ""  # the command says what is wrong
    if stage == "build-adam" and not read.documents["adam"]:
        return "the study has no analysis data set"
    if stage == "build-results" and read.find("analyses.yaml") is None:
        return "the study declares no analysis"
    return ""


def _blamed(stages: list[StageEnd]) -> StageEnd | None:
    """The command that the end of a study rests on: that which published nothing, else the first
    that has something to say against it."""
    wrong = [one for one in stages if one.exit_code and one.says]
    return next((one for one in wrong if not one.published), wrong[0] if wrong else None)


def _end(stages: list[StageEnd]) -> End:
    for one in stages:
        # that a blocked study is not packaged is its findings' doing; all else of it is built
        blocked = one.stage == "package-submission" and one.exit_code == 1
        if not one.published and not blocked:
            return End.FAILED
    return End.FINDINGS if any(one.exit_code for one in stages) else End.DONE


def _stage(stage: str, job: Job, logs: Path) -> tuple[StageEnd, Mapping[str, Any]]:
    """Run one command with what it says kept in files."""
    out, err = logs / f"{stage}.out", logs / f"{stage}.err"
    began = time.monotonic()
    with _streams_to(out, err):
        code = _called(stage, _words(stage, job))
    ended = StageEnd(stage, code, round(time.monotonic() - began, 3))
    try:
        said = json.loads(out.read_bytes())
    except ValueError:  # it ended before it had anything to say on its standard output
        said = {}
    if not isinstance(said, dict):
        said = {}
    there = code in (0, 1) and bool(said) and said.get("published", True) is not False
    return replace(ended, published=there, findings=_counts(said), says=_first(said, err)), said


def _counts(said: Mapping[str, Any]) -> dict[str, int]:
    """Findings by severity; of a conformance report, those that are open."""
    if "counts" in said:
        return {name: int(n) for name, n in said["counts"]["open_by_severity"].items() if n}
    return dict(Counter(str(one.get("severity")) for one in said.get("findings", ())))


def _words(stage: str, job: Job) -> list[str]:
    words = [job.study]
    if stage == "validate-study":
        words = [job.out, "--study", job.study, "--out", f"{job.out}/report"]
    else:
        words += ["--out", f"{job.out}/package" if stage == "package-submission" else job.out]
    if stage == "package-submission":
        words += ["--build", job.out]
    if job.raw and stage in ("build-sdtm", "validate-study", "package-submission"):
        words += ["--raw", job.raw]
    if job.before_lock and stage != "build-results":
        words.append("--before-lock")
    return [*words, "--format", "json"]


def _called(stage: str, words: list[str]) -> int:
    """The exit code of a command that is called in this process."""
    from workbench import cli

    sys.argv = [stage, *words]
    try:
        getattr(cli, _MAINS[stage])()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0


@contextmanager
def _streams_to(out: Path, err: Path) -> Iterator[None]:
    """Standard output and standard error go to files, those of child processes too."""
    saved = os.dup(1), os.dup(2)
    with out.open("wb") as to_out, err.open("wb") as to_err:
        os.dup2(to_out.fileno(), 1)
        os.dup2(to_err.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])


def _first(said: Mapping[str, Any], err: Path) -> str:
    """The first thing that was said against it, with its code."""
    findings = said.get("findings") or ()
    worst = [f for f in findings if isinstance(f, dict) and f.get("severity") in _BAD]
    if worst:
        more = f" (and {len(worst) - 1:,} more)" if worst[1:] else ""
        return f"{worst[0]['rule']} {worst[0]['message']}{more}"[:500]
    if failed := said.get("failed"):
        return "; ".join(f"{name}: {why}" for name, why in failed.items())[:500]
    text = err.read_text(encoding="utf-8", errors="replace")
    return next((line.strip()[:500] for line in text.splitlines() if line.strip()), "")


def published(out: Path) -> dict[str, str]:
    """Hash of every file that the outputs of a build list, by path."""
    found: dict[str, str] = {}
    for name in _OUTPUTS:
        try:
            manifest = json.loads((out / name / "manifest.json").read_bytes())
        except (OSError, ValueError):
            continue
        files = manifest.get("outputs")
        if not isinstance(files, dict):
            files = {f["path"]: f["sha256"] for f in manifest.get("files", ())}
        found |= {f"{name}/{path}".lstrip("/"): digest for path, digest in files.items()}
    return found


def _changed(before: dict[str, str], after: dict[str, str]) -> dict[str, int]:
    both = before.keys() & after.keys()
    counts = {
        "new": len(after.keys() - before.keys()),
        "changed": sum(before[path] != after[path] for path in both),
        "gone": len(before.keys() - after.keys()),
    }
    return {what: number for what, number in counts.items() if number}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
