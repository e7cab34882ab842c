"""Edits of a YAML text: the value changes, and no other line does."""

from __future__ import annotations

import difflib
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workbench.mapping.texts.plain import EditError
from workbench.mapping.texts.scalars import scalar
from workbench.mapping.texts.yaml_text import YamlText

STUDIES = Path(__file__).parents[3] / "specs" / "studies"
SHIPPED = sorted(p for p in STUDIES.rglob("*.yaml") if "sdtm" in p.parts or "adam" in p.parts)
TEXT = """\
# what it is
domain: AE   # the domain
keys: [A, B]
variables:
  # the term
  AETERM:   TERM
  AESEV:    {from: SEV, map: severity}   # how bad
  AEDTC:
    date: DT
    note: >-
      a note of
      two lines
checks:
  - says: first
    at: A
  - {says: second}
"""


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    found = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    return [s[2:] for s in found if s[:1] == "-"], [s[2:] for s in found if s[:1] == "+"]


def edited(path: tuple[str | int, ...], source: str) -> str:
    text = YamlText(TEXT, "x.yaml")
    text.set_source(path, source)
    return text.text


def test_a_value_changes_and_its_comment_stays() -> None:
    after = edited(("variables", "AESEV"), "{from: SEV, map: grade}")
    assert lines_changed(TEXT, after) == (
        ["  AESEV:    {from: SEV, map: severity}   # how bad"],
        ["  AESEV:    {from: SEV, map: grade}   # how bad"],
    )


def test_a_new_line_stands_in_the_column_of_the_others() -> None:
    text = YamlText(TEXT, "x.yaml")
    text.insert(("variables", "AEOUT"), "OUT", "AETERM")
    assert lines_changed(TEXT, text.text) == ([], ["  AEOUT:    OUT"])
    assert list(text.data["variables"]) == ["AETERM", "AEOUT", "AESEV", "AEDTC"]


def test_an_entry_of_several_lines_is_taken_out_whole() -> None:
    text = YamlText(TEXT, "x.yaml")
    text.delete(("variables", "AEDTC"))
    gone, new = lines_changed(TEXT, text.text)
    assert gone == [
        "  AEDTC:",
        "    date: DT",
        "    note: >-",
        "      a note of",
        "      two lines",
    ]
    assert new == []


def test_the_only_entry_leaves_an_empty_mapping() -> None:
    text = YamlText("variables:\n  A: B\nkeys: [A]\n", "x.yaml")
    text.delete(("variables", "A"))
    assert text.data == {"variables": {}, "keys": ["A"]}
    text.insert(("variables", "C"), "{from: D}")
    assert text.text == "variables:\n  C: {from: D}\nkeys: [A]\n"


def test_lines_end_as_they_did() -> None:
    text = YamlText(TEXT.replace("\n", "\r\n"), "x.yaml")
    text.insert(("variables", "AEOUT"), "from: A\nmap: B", "AESEV")
    assert "\n" not in text.text.replace("\r\n", "")
    assert text.data["variables"]["AEOUT"] == {"from": "A", "map": "B"}


@pytest.mark.parametrize(
    "source", ["{from: A", "a: b: c", "&x y", "!!int 3", "- a\nb", "{a: 1, a: 2}", ""]
)
def test_what_is_no_yaml_is_refused_and_changes_nothing(source: str) -> None:
    text = YamlText(TEXT, "x.yaml")
    with pytest.raises(EditError):
        text.set_source(("variables", "AETERM"), source)
    assert text.text == TEXT


@given(st.text(max_size=40))
def test_a_scalar_reads_back_as_its_text(text: str) -> None:
    try:
        form = scalar(text)
    except StopIteration:
        assert any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\ufffe\uffff" for c in text)
        return
    assert yaml.load(f"k: {form}", yaml.BaseLoader) == {"k": text}  # noqa: S506 - texts alone


def paths_of(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    out = [path] if path else []
    pairs = data.items() if isinstance(data, dict) else []
    for key, value in (*pairs, *(enumerate(data) if isinstance(data, list) else ())):
        out += paths_of(value, (*path, key))
    return out


@given(st.randoms(use_true_random=False))
def test_edits_of_shipped_files_change_what_they_are_about_alone(chance: random.Random) -> None:
    """The lines outside the entry that is edited stay, whatever is put there."""
    path = chance.choice(SHIPPED)
    before = path.read_text(encoding="utf-8")
    text = YamlText(before, path.name)
    where = chance.choice(paths_of(text.data))
    first, last = text.lines_of(where) or (0, 0)
    value = chance.choice(
        ["x", "a: b", "#c", "[x]", "- y", "NO", "true", "it's", "是", "a, b}", "=1"]
    )
    text.set_text(where, value)
    assert text.get(where) == value
    lines = before.split("\n")
    assert text.text.split("\n")[: first - 1] == lines[: first - 1]
    assert text.text.endswith("\n".join(lines[last:]))
    text.delete(where)
    assert where not in paths_of(text.data) or isinstance(where[-1], int)
