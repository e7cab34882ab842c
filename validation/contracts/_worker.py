"""Run suites in a process of their own: JSON in on standard input, JSON out on standard output.

When the parent dies, the worker ends by itself: it waits for nothing.
"""

from __future__ import annotations

import json
import sys

from validation.contracts._suite import Outcome, run_suite


def main() -> int:
    """Run every suite; one that cannot run gives its reason instead of outcomes."""
    suites = json.load(sys.stdin)
    answers: list[dict[str, list[Outcome] | str]] = []
    for columns in suites:
        try:
            answers.append({"outcomes": run_suite([tuple(column) for column in columns])})
        except Exception as problem:
            answers.append({"reason": f"{type(problem).__name__}: {problem}"})
    json.dump(answers, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
