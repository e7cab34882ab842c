"""Groups against plain counting, whatever the findings are."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.findings import Finding, Severity
from validation.report import Report, ReportInput, RuleStatus, build_report

_FINDINGS = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(["R1", "R2", "R3"]),
        severity=st.just(Severity.EXPLAIN),
        message=st.just("it differs"),
        dataset=st.sampled_from(["AE", "CM", "DM"]),
        variable=st.sampled_from(["", "A", "B"]),
        value=st.sampled_from(["", "x", "y"]),
        key=st.sampled_from([(("USUBJID", "1"),), (("USUBJID", "2"),)]),
    ),
    max_size=12,
)
RULES = tuple(RuleStatus(name, name) for name in ("R1", "R2", "R3"))
KEYS = ["rule", "dataset", "variable", "value"]


def report(findings: list[Finding], **more: object) -> Report:
    return build_report(ReportInput(tuple(findings), RULES), **more)  # type: ignore[arg-type]


def counts(findings: list[Finding]) -> Counter[tuple[str, ...]]:
    return Counter((one.rule, one.dataset, one.variable, one.value) for one in findings)


@settings(max_examples=40)
@given(_FINDINGS)
def test_a_group_counts_what_has_its_rule_place_and_value(findings: list[Finding]) -> None:
    groups = report(findings).groups
    got = {tuple(row[:4]): row[4] for row in groups[[*KEYS, "count"]].values.tolist()}
    assert got == counts(findings)
    assert groups["previous_count"].sum() == 0
    subjects = {tuple(row[:4]): row[4] for row in groups[[*KEYS, "subjects"]].values.tolist()}
    for key, number in subjects.items():
        assert number == len({f.key for f in findings if list(counts([f])) == [key]})


@settings(max_examples=40)
@given(_FINDINGS, _FINDINGS)
def test_change_is_what_plain_counting_says(old: list[Finding], new: list[Finding]) -> None:
    before, now = counts(old), counts(new)
    made = report(new, previous=report(old))
    got = {
        tuple(row[:4]): tuple(row[4:])
        for row in made.groups[[*KEYS, "change", "previous_count"]].values.tolist()
    }
    assert got == {
        key: (
            "New" if key not in before else "Grown" if now[key] > before[key] else "Unchanged",
            before[key],
        )
        for key in now
    }
    gone = made.gone[[*KEYS, "change", "count", "previous_count"]].values.tolist()
    assert {tuple(row[:4]): tuple(row[4:]) for row in gone} == {
        key: ("Gone", 0, before[key]) for key in before if key not in now
    }


@pytest.mark.parametrize("size", [0, 1])
def test_a_report_of_so_many_findings_has_as_many_groups(size: int) -> None:
    one = Finding("R1", "it differs", Severity.BLOCKS, dataset="AE")
    assert len(report([one] * size).groups) == size
