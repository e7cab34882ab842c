"""A rule in words: what it looks at, what it finds, why that matters, with an example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "catalogue" / "examples.json"
"""Rule id to an example, written from the test cases of the bundled rules."""

_WHY = {
    "TL-S": "Reviewers' tools load and join data by the implementation guide; what departs from it "
    "is read wrongly, or not at all.",
    "TL-X": "The data contradict each other, or what can be: one of them is wrong, and an analysis "
    "takes one without saying so.",
    "TL-T": "Reviewers select records by the terms of the controlled terminology; a record with "
    "another term is not among them.",
    "TL-F": "The FDA publishes this rule and runs it on what is submitted: what it finds there is "
    "a question to the sponsor, or a rejection.",
    "TL-A": "A result has to be found again from the analysis data alone; where they depart from "
    "the guide, or from the data they come from, it is not.",
    "TL-D": "Reviewers read the data through define.xml; where the two differ, they cannot know "
    "which of them is right.",
}
_CDISC = "CDISC holds submitted data to this rule; agencies and partners run it too."
_OPERATORS = {
    "equal_to": "is", "not_equal_to": "is not", "equal_to_case_insensitive": "is",
    "not_equal_to_case_insensitive": "is not", "empty": "is blank", "non_empty": "is filled",
    "exists": "is in the data set", "not_exists": "is not in the data set",
    "is_contained_by": "is one of", "is_not_contained_by": "is none of",
    "is_contained_by_case_insensitive": "is one of",
    "is_not_contained_by_case_insensitive": "is none of", "matches_regex": "matches",
    "not_matches_regex": "does not match", "date_greater_than": "is a date after",
    "date_less_than": "is a date before", "date_equal_to": "is the date",
    "date_not_equal_to": "is not the date", "greater_than": "is greater than",
    "less_than": "is less than", "greater_than_or_equal_to": "is at least",
    "less_than_or_equal_to": "is at most", "invalid_date": "is no date",
    "longer_than": "is longer than", "starts_with": "starts with", "ends_with": "ends with",
}  # fmt: skip


def rule_facts(rule: Any) -> dict[str, str]:
    """Headed parts of what is to be said of a rule of the engine, in their order."""
    example = examples().get(rule.id, "")
    return {
        "cannot run": rule.problem,
        "rule": rule.description,
        "looks at": scope_words(rule),
        "finds": condition_words(rule.check),
        "why": why(rule.id),
        "fix": rule.hint,
        "example": example,
        "who": rule.owner.value,
        "answers to": ", ".join(each for each in rule.references if each != rule.id),
    }


def why(identifier: str) -> str:
    """Why a rule matters, by the part of the catalogue that it belongs to."""
    return _WHY.get(identifier[:4], _CDISC if identifier.startswith(("CORE-", "CG")) else "")


@cache
def examples() -> Mapping[str, str]:
    """The examples of the bundled rules; none where they were not packaged."""
    if not EXAMPLES.is_file():
        return {}
    read: dict[str, str] = json.loads(EXAMPLES.read_text("utf-8"))
    return read


def scope_words(rule: Any) -> str:
    """The data sets that a rule looks at, and what stands beside them."""
    parts = []
    for name, selection in rule.scope.items():
        if selection.include and "ALL" not in selection.include:
            parts.append(f"{name.lower()} {', '.join(sorted(selection.include))}")
        if selection.exclude:
            parts.append(f"{name.lower()} other than {', '.join(sorted(selection.exclude))}")
    beside = [each.name for each in rule.matches if each.name]
    looked = "; ".join(parts) or "all data sets"
    by = "record by record" if rule.sensitivity == "Record" else "as a whole"
    return f"{looked}, {by}{f', with {chr(44).join(beside)} beside' if beside else ''}"


def condition_words(node: Any, *, outermost: bool = True) -> str:
    """A check in words: ``AESTDTC is a date after DTHDTC and DTHDTC is filled``."""
    if hasattr(node, "operator"):
        return _leaf_words(node)
    inner = [condition_words(child, outermost=False) for child in node.children]
    if node.kind == "not":
        return f"not ({' and '.join(inner)})"
    words = (" and " if node.kind == "all" else " or ").join(inner)
    return words if outermost or len(inner) < 2 else f"({words})"


def _leaf_words(leaf: Any) -> str:
    operator = _OPERATORS.get(leaf.operator, leaf.operator.replace("_", " "))
    return f"{leaf.name} {operator} {_value_words(leaf)}".rstrip()


def _value_words(leaf: Any) -> str:
    value = leaf.value
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    named = isinstance(value, str) and not leaf.literal and value.replace("-", "").isupper()
    return str(value) if named or not isinstance(value, str) else repr(value)
