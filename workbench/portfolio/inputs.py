"""What a study is made of, as one hash: is there anything to do?"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from specs.version import tracelock_version
from transport import content_hash
from workbench.portfolio.jobs import Job, is_address
from workbench.portfolio.places import place
from workbench.portfolio.workers.child import published


def print_of(job: Job, *, elsewhere: bool = True) -> str:
    """The hash of all that a job reads: the job itself without its limits, the program, every file
    of the study and of its raw data, and the files ``elsewhere`` that its last build opened."""
    what = {k: v for k, v in job.to_dict().items() if k not in ("name", "memory", "seconds")}
    digest = hashlib.sha256(f"{tracelock_version()} {json.dumps(what)}".encode())
    for path in (job.study, job.raw):
        if is_address(path):
            digest.update(place(path).print_of().encode())
        elif path:
            for line in _files(Path(path), Path(job.out)):
                digest.update(line.encode(errors="surrogateescape"))
    if elsewhere and not is_address(job.study):
        for line in _elsewhere(Path(job.study), Path(job.out)):
            digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def outputs_of(job: Job) -> str:
    """The hash of what stands in the output folder; "" where nothing does, or a file is not as its
    manifest says."""
    if is_address(job.out):
        current = place(job.out).current()
        return current.path if current is not None else ""
    out = Path(job.out)
    hashes = published(out)
    for path, known in hashes.items():
        try:
            if content_hash(out / path) != known:
                return ""
        except OSError:
            return ""
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest() if hashes else ""


def _files(folder: Path, out: Path) -> Iterator[str]:
    """A line per file: its path and hash. Outputs and what begins with a dot are no inputs."""
    for around, names, files in os.walk(folder):
        at = Path(around)
        names[:] = sorted(n for n in names if not _is_left_out(at / n, out))
        for name in sorted(files):
            if not name.startswith("."):
                path = at / name
                yield f"{path.relative_to(folder)} {content_hash(path) if path.exists() else '-'}\n"


def _is_left_out(folder: Path, out: Path) -> bool:
    """Whether a folder is an output, or is kept by a program for itself."""
    return folder.name.startswith(".") or folder == out or _is_output(folder)


def _is_output(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("manifest.json", "lock.json"))


def _elsewhere(study: Path, out: Path) -> Iterator[str]:
    """Files outside the study folder that the last build opened: a library's, tables."""
    for name in ("", "adam"):
        try:
            known = json.loads((out / name / "manifest.json").read_bytes()).get("specification", {})
        except (OSError, ValueError):
            continue
        for path in sorted(known):
            if path.startswith(("..", "/")):
                full = study / path
                yield f"{path} {content_hash(full) if full.is_file() else '-'}\n"
