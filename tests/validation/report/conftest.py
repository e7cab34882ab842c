"""A small run with everything in it that a report has to show."""

from __future__ import annotations

import pytest

from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace
from validation.report import (
    InputFile,
    ReportInput,
    RuleStatus,
    RunState,
    StandardVersion,
)

NASTY = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '=HYPERLINK("x")',
    "\u202eevil",
    " leading and trailing ",
    "tab\tnull\x00bell\x07",
    "\ud800 lone surrogate",
    "{{js}}{{data}}",
    "体温 37.5℃",
    "\u2028line",
)


def lab(subject: str, number: int, value: str, **more: object) -> Finding:
    fields: dict[str, object] = {
        "rule": "CG0006",
        "message": "Unit differs within a test",
        "severity": Severity.BLOCKS,
        "dataset": "LB",
        "variable": "LBORRESU",
        "record": number,
        "key": (("USUBJID", subject), ("LBSEQ", str(number))),
        "value": value,
        "hint": "convert",
        "raw": RawCell("lab/a.xlsx", number + 3, "结果", value),
        "spec": SpecPlace("sdtm/lb.yaml", 7, 12, "  LBORRESU: UNIT", 8),
        "owner": Owner.SITE,
    }
    return Finding(**{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def findings() -> list[Finding]:
    """Eleven findings: three severities, three rules, three subjects, hostile values."""
    found = [lab("S1-001", 1, "mg/dL"), lab("S1-001", 2, "mg/dL"), lab("S1-002", 3, "mmol/L")]
    found += [
        Finding("CG0100", f"not a term: {value}", Severity.EXPLAIN, "AE", "AEDECOD", i + 1,
                (("USUBJID", "S1-003"), ("AESEQ", str(i))), value)
        for i, value in enumerate(NASTY)
    ]  # fmt: skip
    found.append(Finding("TRC1736", "DM is missing", Severity.REJECTS, details={"file": "dm.xpt"}))
    found.append(
        Finding("CG0777", "Date is partial", Severity.INFO, "LB", "LBDTC", 4, value="2022")
    )
    return found


@pytest.fixture(scope="session")
def rules() -> tuple[RuleStatus, ...]:
    return (
        RuleStatus("CG0006", "Unit differs within a test", severity="blocks", why="w", fix="f"),
        RuleStatus("CG0100", "Term is not in the codelist", cdisc_ids=("CG0100",)),
        RuleStatus("TRC1736", "DM is there", fda_ids=("1736",)),
        RuleStatus("CG0777", "Date is complete"),
        RuleStatus("CG0200", "Ran clean"),
        RuleStatus("CG0300", "Unknown", RunState.NOT_RUN, "operator 'frobs' is not known"),
        RuleStatus("CG0400", "No PC", RunState.NOT_APPLICABLE, "no data set PC"),
    )


@pytest.fixture(scope="session")
def given(findings: list[Finding], rules: tuple[RuleStatus, ...]) -> ReportInput:
    return ReportInput(
        findings=findings,
        rules=rules,
        standards=(StandardVersion("SDTMIG", "3.4"), StandardVersion("SDTM CT", "2025-03-28")),
        inputs=(InputFile("sdtm/lb.xpt", "ab" * 32, 4096, "LB", "Laboratory", 4),),
        study="S1 <b>",
        label="cut 2",
    )
