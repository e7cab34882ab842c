"""The account of analysis data as people see it: text, and the rows of two tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SOURCES = ("data set", "source", "records", "became", "spec")
SUBJECTS = ("data set", "parameter", "population", "subjects", "with", "without", "why", "spec")
_FATES = {"recorded": "in it", "taken": "looked at on the way", "not_taken": "not taken"}
Account = Mapping[str, Any]


def last_line(account: Account) -> str:
    """The account in one line."""
    sets = account["data_sets"]
    records = sum(one["records"] for one in sets.values())
    left = sum(
        entry["records"]
        for one in sets.values()
        for source in one["sources"].values()
        for entry in source["left"]
    )
    text = f"{len(sets)} analysis data sets, {records:,} records; {left:,} records of their sources"
    return f"{text} left out by their steps. {'Closes' if account['closed'] else 'Does not close'}."


def text_lines(account: Account, data_set: str | None = None) -> Iterator[str]:
    """Data set by data set, or one of them with its tables and subjects; then the last line."""
    for name, one in account["data_sets"].items():
        if data_set in (None, name):
            yield from _data_set(name, one, full=data_set is not None)
    if data_set is None:
        yield last_line(account)


def _data_set(name: str, one: Account, *, full: bool) -> Iterator[str]:
    yield f"{name}  {one['records']:,} records"
    for source, counts in one["sources"].items():
        words = [f"{counts[key]:,} {what}" for key, what in _FATES.items() if key in counts]
        left = sum(entry["records"] for entry in counts["left"])
        words += [f"{left:,} left out"] if left else []
        yield f"  {source}  {counts['records']:,} records: {', '.join(words) or 'none'}"
        for entry in counts["left"]:
            yield f"    left out  {entry['records']:,}  {step_words(entry)}  {entry['spec']}"
    for entry in one["left"]:
        yield f"  left out  {entry['records']:,}  {step_words(entry)}  {entry['spec']}"
    if full:
        for table in one["tables"]:
            yield from _table(table)
    yield from _subjects(one["parameters"], full=full)


def step_words(entry: Account) -> str:
    """A step: its table, its key, what it says."""
    table = f"{entry['table']}, " if "table" in entry else ""
    text = f": {entry['text']}" if "text" in entry else ""
    return f"{table}{entry['step']}{text}"


def _table(table: Account) -> Iterator[str]:
    sources = ", ".join(f"{one['source']} {one['taken']:,}" for one in table["from"])
    yield f"  {table['name']}  {table['records']:,} records{f' from {sources}' if sources else ''}"
    for step in table["steps"]:
        numbers = [
            f"{step[key]:,} {what}"
            for key, what in (
                ("left", "left out"), ("merged", "merged"), ("copies", "copies"), ("made", "made"),
            )
            if step.get(key)
        ]  # fmt: skip
        of = f" {step['of']}" if "of" in step else ""
        text = f"{step['step']}{of}  {step['before']:,} -> {step['after']:,}"
        yield "  ".join([f"    {text}", *([", ".join(numbers)] if numbers else []), step["spec"]])


def _subjects(parameters: Sequence[Account], *, full: bool) -> Iterator[str]:
    """Who has no record; in short how many parameters lack subjects of a population."""
    if full:
        for one in parameters:
            for group in one["populations"]:
                yield f"  {_population(one.get('parameter', 'records'), group)}"
                for entry in group["without"]:
                    spec = f"  {entry['spec']}" if "spec" in entry else ""
                    yield f"    {entry['subjects']:,}  {entry['why']}{spec}"
        return
    lacking: dict[str, list[str]] = {}
    for one in parameters:
        for group in one["populations"]:
            if group["without"]:
                number = group["subjects"] - group["with"]
                text = f"{one.get('parameter', 'any record')} {number:,}"
                lacking.setdefault(group["population"], []).append(text)
    for name, texts in lacking.items():
        more = f" and {len(texts) - _MOST:,} more" if len(texts) > _MOST else ""
        yield f"  subjects of {name} without: {', '.join(texts[:_MOST])}{more}"


_MOST = 6
"""Parameters of a population that are named in short."""


def _population(parameter: str, group: Account) -> str:
    without = group["subjects"] - group["with"]
    text = f"{parameter}  {group['population']} {group['subjects']:,}: {group['with']:,} with"
    return text + (f", {without:,} without" if without else "")


def source_rows(account: Account) -> list[Sequence[Any]]:
    """One row per data set, source and fate of its records."""
    out: list[Sequence[Any]] = []
    for name, one in account["data_sets"].items():
        for source, counts in one["sources"].items():
            out += [
                (name, source, counts[key], what, "")
                for key, what in _FATES.items()
                if key in counts
            ]
            out += [
                (name, source, e["records"], f"left out: {step_words(e)}", e["spec"])
                for e in counts["left"]
            ]
        out += [
            (name, name, e["records"], f"left out: {step_words(e)}", e["spec"]) for e in one["left"]
        ]
    return out


def subject_rows(account: Account) -> list[Sequence[Any]]:
    """One row per data set, parameter, population and reason for which subjects have no record."""
    return [
        (
            *(name, one.get("parameter", ""), group["population"], group["subjects"]),
            *(group["with"], entry["subjects"], entry["why"], entry.get("spec", "")),
        )
        for name, data_set in account["data_sets"].items()
        for one in data_set["parameters"]
        for group in one["populations"]
        for entry in group["without"]
    ]
