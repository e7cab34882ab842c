"""The parallel process of contracts: started as early as possible, asked when the tables are read.

It imports what it needs (most of its time) while its parent still loads the study. The question
lies in a file that both have open; that standard input ends says that it is there. When the parent
dies, the question is empty, and the process ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Process:
    """The process, from its start; ask it once."""

    def __init__(self) -> None:
        self._question = tempfile.TemporaryFile()  # noqa: SIM115 - open until the process ends
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115
        home = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
        handle = self._question.fileno()
        self.running = subprocess.Popen(
            [sys.executable, "-m", "validation.contracts._worker", str(handle)],
            stdin=subprocess.PIPE,
            stdout=self._answer,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            pass_fds=(handle,),
        )

    def ask(self, suites: Sequence[Any]) -> None:
        """Put the question, and say that it is whole."""
        self._question.write(json.dumps(suites).encode())
        self._question.flush()
        self._end_input()

    def answers(self, timeout: float | None) -> tuple[list[dict[str, Any]], str]:
        """The answer to each suite, or the reason why there is none."""
        try:
            code = self.running.wait(timeout)
        except subprocess.TimeoutExpired:
            return [], f"no answer within {timeout:g} seconds"
        if code:
            return [], f"the process ended with {code}"
        self._answer.seek(0)
        found: list[dict[str, Any]] = json.load(self._answer)
        return found, ""

    def close(self) -> None:
        """End the process if it still runs."""
        if self.running.poll() is None:
            self.running.kill()
            self.running.wait()
        self._end_input()
        self._question.close()
        self._answer.close()

    def _end_input(self) -> None:
        pipe = self.running.stdin
        if pipe is not None and not pipe.closed:
            pipe.close()
