"""The parallel process speaks JSON on standard input and output."""

from __future__ import annotations

import io
import json
import sys

import pytest

from validation.contracts import _worker
from validation.contracts._suite import run_suite


def test_a_suite_that_cannot_run_gives_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    good = [[["1", "x"], "ExpectColumnValuesToMatchRegex", {"regex": r"^\d+\Z"}]]
    bad = [[["1"], "ExpectNoSuchThing", {}]]
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps([good, bad])))
    monkeypatch.setattr(sys, "stdout", out)
    assert _worker.main() == 0
    first, second = json.loads(out.getvalue())
    assert first == {"outcomes": [[["x"], 1]]}
    assert "ExpectNoSuchThing" in second["reason"]


def test_an_expectation_that_raises_is_an_error_not_a_pass() -> None:
    arguments = {"min_value": 1, "max_value": 2}
    with pytest.raises(RuntimeError):
        run_suite([(["a text"], "ExpectColumnValuesToBeBetween", arguments)])


def test_no_checks_need_no_suite() -> None:
    assert run_suite([]) == []
