"""Regular expressions with a limit on their time."""

from __future__ import annotations

import pytest

from specs.regexes import PatternError, asked, is_dangerous


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(\d+,?)+x"])
def test_a_pattern_that_could_run_without_end_is_stopped(pattern: str) -> None:
    assert is_dangerous(pattern)
    with pytest.raises(PatternError, match="takes more than"):
        asked(pattern, ["a" * 60 + "!", "1" * 60], "search", seconds=0.3)


@pytest.mark.parametrize("pattern", [r"(\d+)-(\d+)", r"(\d+(?:\.\d+)*)-(\d+)"])
def test_what_is_found_is_the_same_in_either_process(pattern: str) -> None:
    assert asked(pattern, ["a 1-2 b", "x", ""]) == [("1-2", "1", "2"), None, None] or asked(
        pattern, ["a 1-2 b", "x", ""]
    ) == [["1-2", "1", "2"], None, None]


def test_a_broken_pattern_is_said() -> None:
    with pytest.raises(PatternError, match="is not valid"):
        asked("(", ["a"])
