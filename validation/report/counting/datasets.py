"""The findings of each data set, counted: where to begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specs.findings import Severity
from validation.report.counting.table import subjects
from validation.report.model import Report


@dataclass(frozen=True, slots=True)
class DatasetCounts:
    """One data set of a report. ``name`` is empty for findings about the study as a whole."""

    name: str
    label: str = ""
    records: int | None = None
    open: dict[str, int] = field(default_factory=dict)
    """Open findings by severity; of ``info`` all, since nothing has to be done about it."""
    explained: int = 0
    total: int = 0
    rules: int = 0
    subjects: int = 0


def dataset_counts(report: Report) -> list[DatasetCounts]:
    """Every data set that was read or has a finding, by name; the study as a whole last."""
    groups, table = report.groups, report.table
    names = {file.dataset: file for file in report.inputs if file.dataset}
    by_name = {str(name): part for name, part in groups.groupby("dataset", observed=True)}
    who = table.assign(subject=subjects(table))
    who = who[who["subject"] != ""].drop_duplicates(["dataset", "subject"])
    people = who["dataset"].value_counts().to_dict()
    found = []
    for name in sorted({*names, *by_name}, key=lambda each: (not each, each)):
        part = by_name.get(name)
        counts = {} if part is None else _counted(part)
        file = names.get(name)
        found.append(
            DatasetCounts(
                name,
                "" if file is None else file.label,
                None if file is None else file.records,
                subjects=_subjects(report, name, who, int(people.get(name, 0))),
                **counts,
            )
        )
    return found


def _subjects(report: Report, name: str, who: Any, listed: int) -> int:
    """Distinct subjects with a finding of a data set, those of findings not listed among them."""
    more = set() if report.unlisted is None else report.unlisted.of_dataset(name)
    if not more:
        return listed
    return len(more | set(who.loc[who["dataset"] == name, "subject"].astype(str)))


def _counted(groups: Any) -> dict[str, Any]:
    counts, explained, level = groups["count"], groups["explained"], groups["severity"]
    rest = counts - groups["asked"]
    info = level == Severity.INFO.value
    return {
        "open": {
            each.value: int(rest[(level == each.value) & (info | ~explained)].sum())
            for each in Severity
        },
        "explained": int(rest[explained & ~info].sum()),
        "total": int(counts.sum()),
        "rules": int(groups["rule"].nunique()),
    }
