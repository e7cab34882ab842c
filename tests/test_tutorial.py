"""Every step of the tutorial is run: its files are written, its commands called, in their order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from transport import read_dataset

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
_ENDS = re.compile("# ends with ([0-9])")
ENTRY = {
    "tracelock": "main",
    "build-sdtm": "build_sdtm_main",
    "build-adam": "build_adam_main",
    "build-results": "build_results_main",
    "validate-study": "validate_study_main",
    "package-submission": "package_submission_main",
}


class Step(NamedTuple):
    """A file that is written, a command, or what the command before it has to say."""

    kind: str
    name: str
    text: str


def steps() -> Iterator[Step]:
    for kind, title, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if title:
            yield Step("file", title, text)
        elif kind == "sh":
            yield from (Step("call", line, "") for line in text.splitlines())
        elif kind != "console":  # what a reader may try
            assert kind == "output", f"what is a block of {kind}?"
            yield from (Step("output", line, "") for line in text.splitlines())


def call(line: str, place: Path) -> tuple[int, str]:
    command, *words = shlex.split(line, comments=True)
    main = ENTRY[command]
    code = f"import sys; sys.argv = {[command, *words]}; from workbench.cli import {main}; {main}()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(PAGE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_every_step_of_the_tutorial_works(tmp_path: Path) -> None:
    said = ""
    for step in steps():
        path = tmp_path / step.name
        if step.kind == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            said = ""
        elif step.kind == "call":
            code, more = call(step.name, tmp_path)
            (expected,) = _ENDS.findall(step.name) or ["0"]
            assert code == int(expected), f"{step.name} ended with {code}:\n{more}"
            said += more
        else:
            assert step.name in said, said
    weights = read_dataset(tmp_path / "study" / "build" / "adam" / "advs.xpt").frame
    change = weights[(weights["PARAMCD"] == "WEIGHT") & (weights["AVISITN"] == 2)]["CHG"]
    assert [round(float(one), 1) for one in change] == [-1.3]  # 80.2 - 81.5, and one visit missing
    package = tmp_path / "study" / "build" / "package"
    assert (package / "m5" / "datasets" / "TUT01".lower()).is_dir()
