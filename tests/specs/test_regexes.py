"""Regular expressions with a limit on their time."""

from __future__ import annotations

import pytest

from specs.text.regexes import PatternError, asked, is_dangerous


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


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a*a*a*a*a*a*a*a*)b", "a" * 60 + "c"),
        ("(a+)(a+)(a+)(a+)(a+)(a+)(a+)b", "a" * 80),
        (r"(\s*\s*\s*\s*\s*\s*\s*)x", " " * 60),
    ],
)
def test_repeats_one_behind_the_other_have_the_limit_too(pattern: str, text: str) -> None:
    with pytest.raises(PatternError, match="takes more than 1 seconds"):
        asked(pattern, [text], seconds=1)


@pytest.mark.parametrize("pattern", [r"^\s*(.*?)\s*$", r"(\d+)\s*mg", "[A-Z]+-[0-9]+"])
def test_usual_patterns_on_usual_texts_start_no_process(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specs.text.regexes.subprocess.run", None)
    assert asked(pattern, ["12 mg", "AB-1", " x "]) is not None
