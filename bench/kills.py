"""Kill each of the four commands at random moments: ``python bench/kills.py [STUDY] [-n 50]``.

A copy of the study is built, validated and packaged once. Then each command is started again and
again in a process of its own and ended by SIGKILL (every third time by SIGTERM) at a random moment
of its usual time. After every kill each output is whole: every file is as its manifest says, and
there is no other. After one more run, left alone, nothing is left over: neither beside the outputs,
nor in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from transport.publish import LOCK, read_manifest
from transport.publish.manifest import listed, survey

ROOT = Path(__file__).parents[1]
SEED = ROOT / "specs" / "studies" / "nct04938115"
COMMANDS = {
    "build-sdtm": ("build_sdtm_main", ["study"], "build"),
    "build-adam": ("build_adam_main", ["study"], "build/adam"),
    "validate-study": (
        "validate_study_main",
        ["study/build", "--study", "study", "--out", "study/build/report"],
        "build/report",
    ),
    "package-submission": ("package_submission_main", ["study", "--before-lock"], "build/package"),
}
OUTPUTS = [*(output for _, _, output in COMMANDS.values()), "build/results"]
"""Packaging builds the results when there are none, or none of this study."""
SAID = "said.txt"


def start(command: str, place: Path) -> subprocess.Popen[bytes]:
    main, words, _ = COMMANDS[command]
    code = f"import sys; sys.argv = {[command, *words]}; from workbench.cli import {main}; {main}()"
    temporary = place / "tmp"
    temporary.mkdir(exist_ok=True)
    with (place / SAID).open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=place,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def ended(command: str, place: Path, code: int) -> str:
    """How a command ended that should have ended otherwise, and the last that it said."""
    return f"{command} ended with {code}:\n{(place / SAID).read_text(errors='replace')[-2000:]}"


def run(command: str, place: Path) -> float:
    """Seconds that the command takes when it is left alone."""
    began = time.monotonic()
    code = start(command, place).wait()
    assert code in (0, 1), ended(command, place, code)
    return time.monotonic() - began


def kill(command: str, place: Path, after: float, number: signal.Signals) -> bool:
    """Whether the command was still running then."""
    process = start(command, place)
    time.sleep(after)
    process.send_signal(number)
    code = process.wait()
    assert code in (0, 1, -number, 128 + number), ended(command, place, code)
    return code < 0 or code > 128


def check_whole(folder: Path) -> str:
    """A hash over an output, every file of which is as its manifest says."""
    manifest = read_manifest(folder)
    assert manifest is not None, f"{folder.name} has no manifest"
    left = survey(folder).unlisted
    assert left == (), f"{folder.name} holds {left}"
    files = manifest.get("outputs") or {f["path"]: f["sha256"] for f in manifest["files"]}
    for name, digest in files.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert found == digest, f"{folder.name}/{name} is not as its manifest says"
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def left_over(place: Path) -> set[str]:
    """Files that neither the study had nor an output lists."""
    build = place / "study" / "build"
    held = {
        p.relative_to(place).as_posix()
        for p in [*(place / "tmp").rglob("*"), *build.rglob("*"), *(place / "study").glob(".*")]
        if p.is_file() or "scratch" in p.name or "building" in p.name
    }
    for output in OUTPUTS:
        folder = place / "study" / output
        held -= {
            (folder / name).relative_to(place).as_posix() for name in listed(read_manifest(folder))
        }
    # what is said of a build as a whole is rewritten by each command, and listed by none
    held.discard((build / LOCK).relative_to(place).as_posix())
    return {name for name in held if ".tracelock-cache/" not in name}


def touched(place: Path, number: int) -> None:
    """Make the next build differ, so that there is something to mix up."""
    path = place / "study" / "study.yaml"
    text = path.read_text(encoding="utf-8").partition("\n# run ")[0]
    path.write_text(f"{text}\n# run {number}\n", encoding="utf-8")


def torture(command: str, place: Path, times: int, moments: random.Random) -> str:
    touched(place, -1)  # a run over an unchanged study would end at once
    usual = run(command, place)
    how_ended: Counter[str] = Counter()
    seen = set()
    for number in range(times):
        touched(place, number)
        how = signal.SIGTERM if number % 3 == 2 else signal.SIGKILL
        running = kill(command, place, moments.uniform(0.05, 0.95) * usual, how)
        how_ended[how.name if running else "ran to its end"] += 1
        seen.update(check_whole(place / "study" / output) for output in OUTPUTS)
    run(command, place)
    for output in OUTPUTS:
        check_whole(place / "study" / output)
    left = left_over(place)
    assert left == set(), f"left over: {sorted(left)[:5]}"
    counts = ", ".join(f"{count} {name}" for name, count in sorted(how_ended.items()))
    return f"{command:20} {usual:6.1f} s  {counts}; always whole, nothing left over"


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=SEED)
    parser.add_argument("-n", dest="times", type=int, default=50, help="kills of each command [50]")
    parser.add_argument("--only", choices=COMMANDS, action="append", help="this command [all]")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args(words)
    print(f"{given.times} kills of each command (--seed {given.seed})", flush=True)
    moments = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copytree(given.study, place / "study", ignore=shutil.ignore_patterns("build*"))
        for command, (_, _, output) in COMMANDS.items():
            run(command, place)
            check_whole(place / "study" / output)
        for command in given.only or COMMANDS:
            print(torture(command, place, given.times, moments), flush=True)


if __name__ == "__main__":
    main()
