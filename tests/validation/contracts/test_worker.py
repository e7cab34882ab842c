"""The parallel process speaks JSON on standard input and output."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile

import pytest

from validation.contracts import _worker
from validation.contracts._suite import run_suite


def asked(text: str) -> int:
    """An open file with a question, as the worker gets it."""
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        return os.dup(file.fileno())


def test_a_parent_that_is_gone_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys, "stdout", out)
    assert _worker.main(asked("")) == 1
    assert not out.getvalue()


def test_a_suite_that_cannot_run_gives_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    good = [[["1", "x"], "ExpectColumnValuesToMatchRegex", {"regex": r"^\d+\Z"}]]
    bad = [[["1"], "ExpectNoSuchThing", {}]]
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys, "stdout", out)
    assert _worker.main(asked(json.dumps([good, bad]))) == 0
    first, second = json.loads(out.getvalue())
    assert first == {"outcomes": [[["x"], 1]]}
    assert "ExpectNoSuchThing" in second["reason"]


def test_an_expectation_that_raises_is_an_error_not_a_pass() -> None:
    arguments = {"min_value": 1, "max_value": 2}
    with pytest.raises(RuntimeError):
        run_suite([(["a text"], "ExpectColumnValuesToBeBetween", arguments)])


def test_no_checks_need_no_suite() -> None:
    assert run_suite([]) == []
