"""The conformance-issue table of the reviewer's guides (cSDRG and ADRG, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specs.findings import Severity
from validation.report.model import Report

_ABOUT_WAIVERS = "VAL9"


@dataclass(frozen=True, slots=True)
class GuideRow:
    """One row of the table: a rule in a data set. ``explanation`` is '' while it is lacking."""

    rule: str
    dataset: str
    severity: str
    message: str
    count: int
    subjects: int
    explanation: str
    open: int
    """Findings in the row that nobody has explained, and no open query asks about."""
    asked: int = 0
    """Findings that an open query of the build asks about."""


def guide_rows(
    report: Report, datasets: frozenset[str] | None = None, *, everything: bool = False
) -> list[GuideRow]:
    """The rows, worst severity first.

    Args:
        report: the report.
        datasets: only these (SDTM for the cSDRG, ADaM for the ADRG); None for all.
        everything: also information and findings about waivers, which no guide needs.
    """
    groups = report.groups
    about = groups["rule"].astype(str).str.startswith(_ABOUT_WAIVERS)
    shown = everything | ((groups["severity"] != Severity.INFO.value) & ~about)
    if datasets is not None:
        shown &= groups["dataset"].isin(sorted(datasets))
    subjects = _subjects(report)
    rows = groups[shown].groupby(["rule", "dataset"], sort=False, observed=True)
    found = [_row(report, name, group, subjects) for name, group in rows]
    return sorted(found, key=lambda row: (Severity(row.severity).rank, row.rule, row.dataset))


def _subjects(report: Report) -> dict[tuple[str, str], int]:
    from validation.report.counting.table import subjects

    table = report.table[["rule", "dataset"]].assign(who=subjects(report.table)).drop_duplicates()
    named = table[table["who"] != ""]
    counts: dict[tuple[str, str], int] = (
        named.groupby(["rule", "dataset"], observed=True)["who"].size().to_dict()
    )
    for name, who in ({} if report.unlisted is None else report.unlisted.people).items():
        rows = (named["rule"] == name[0]) & (named["dataset"] == name[1])
        counts[name] = len(who | set(named.loc[rows, "who"].astype(str)))
    return counts


def _row(
    report: Report, name: tuple[str, str], group: Any, subjects: dict[tuple[str, str], int]
) -> GuideRow:
    rule, dataset = name
    reasons = list(dict.fromkeys(reason for reason in group["explanation"] if reason))
    rest = group["count"] - group["asked"]
    return GuideRow(
        rule=rule,
        dataset=dataset,
        severity=min(group["severity"], key=lambda level: Severity(level).rank),
        message=report.rule(rule).title or group["message"].iloc[0],
        count=int(group["count"].sum()),
        subjects=subjects.get((rule, dataset), 0),
        explanation=" ".join(reasons),
        open=int(rest[~group["explained"]].sum()),
        asked=int(group["asked"].sum()),
    )
