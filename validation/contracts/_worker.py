"""Run suites in a process of their own: JSON in by an open file, JSON out on standard output.

What the suites need is imported first; the question is whole when standard input ends. When the
parent dies, the worker ends by itself: the question is empty then.
"""

from __future__ import annotations

import json
import os
import sys

from validation.contracts._suite import Outcome, prepare, run_suite


def main(handle: int) -> int:
    """Run every suite; one that cannot run gives its reason instead of outcomes."""
    prepare()
    sys.stdin.read()
    question = _whole(handle)
    if not question:
        return 1
    answers: list[dict[str, list[Outcome] | str]] = []
    for columns in json.loads(question):
        try:
            answers.append({"outcomes": run_suite([tuple(column) for column in columns])})
        except Exception as problem:
            answers.append({"reason": f"{type(problem).__name__}: {problem}"})
    json.dump(answers, sys.stdout)
    return 0


def _whole(handle: int) -> bytes:
    """The content of an open file, from its beginning."""
    os.lseek(handle, 0, os.SEEK_SET)
    with os.fdopen(handle, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
