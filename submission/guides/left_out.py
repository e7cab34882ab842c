"""What was collected and is not submitted, and why: rows and fields, from the account of the raw
data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from submission.guides.facts import Facts
from submission.guides.model import Section
from validation.lock.freshness import read_json

_ACCOUNT = "raw_account.json"
_REASONS = {
    "cut": "dated after the data cut",
    "duplicates": "the same record twice",
    "several": "one of several records of which one is taken",
    "subject": "of a subject number that the study does not have",
    "declared": "left out by the specification",
}


def add_not_submitted(section: Section, facts: Facts) -> None:
    """Rows that became no record, and fields that no variable holds, each with its reason."""
    account = read_json(facts.made.build / _ACCOUNT)
    sources = account.get("sources", {})
    totals = account.get("totals", {}).get("rows", {})
    if not sources:
        section.say("The build has no account of the raw data.")
        return
    left = sum(totals.get("left", {}).values())
    section.say(
        f"Of {totals.get('read', 0):,} rows of the raw data {left:,} became no record; fields that "
        "are not submitted stand below with the reason that the specification gives."
    )
    section.table(
        ("Raw file", "Rows left out", "Why"),
        list(_rows(sources)),
        widths=(2, 1, 4),
        numbers=(1,),
        caption="Rows that are not submitted",
    )
    section.table(
        ("Raw file", "Field", "Why"),
        list(_fields(sources)),
        widths=(2, 1.5, 4.5),
        caption="Fields that are not submitted, or not of every row",
    )


def _rows(sources: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for source in sources.values():
        for one in source.get("rows", {}).get("left", ()):
            why = str(one.get("why") or _REASONS.get(one["reason"], one["reason"]))
            yield ", ".join(source["files"]), f"{one['rows']:,}", why


def _fields(sources: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for source in sources.values():
        for name, column in source.get("columns", {}).items():
            if column.get("declared") and column.get("why"):
                yield ", ".join(source["files"]), name, str(column["why"])
