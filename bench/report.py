"""What a report of many findings costs: CPU-seconds, memory and bytes per view, in one run.

    python bench/report.py [findings]

The floor beside each view: the same rows through the csv module, and (XLSX) through openpyxl cell
by cell for a tenth of them.
"""

from __future__ import annotations

import csv
import io
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace
from validation.report import (
    ReportInput,
    RuleStatus,
    build_report,
    concise,
    read_report,
    write_html,
    write_json,
    write_xlsx,
)


def findings_like_a_laboratory(number: int) -> list[Finding]:
    """Forty rules over 500 subjects; every record with its key, raw cell and spec line."""
    draw = random.Random(7)
    units = ["mmol/L", "mg/dL", "10^9/L", "g/L", "", "U/L"]
    made = []
    for i in range(number):
        rule = int(draw.expovariate(0.15)) % 40
        value = draw.choice(units) if rule % 2 else f"{draw.gauss(50, 15):.1f}"
        subject = f"S1-{draw.randrange(500):04d}"
        made.append(
            Finding(
                rule=f"CG{rule:04d}",
                message=f"the value of rule {rule} is not what it should be",
                severity=(Severity.BLOCKS, Severity.EXPLAIN, Severity.INFO)[rule % 3],
                dataset=("LB", "VS", "AE")[rule % 3],
                variable=("LBORRESU", "VSORRES", "AETERM")[rule % 3],
                record=i + 1,
                key=(("USUBJID", subject), ("SEQ", str(i % 2000)), ("VISIT", f"DAY {i % 28}")),
                value=value,
                hint="compare with the source",
                raw=RawCell("lab/central.csv", i + 2, "RESULT", value),
                spec=SpecPlace("sdtm/lb.yaml", rule + 3, 12, "  LBORRESU: UNIT", 8),
                owner=Owner.SITE,
            )
        )
    return made


def measured(name: str, work: Callable[[], object], path: Path | None = None) -> object:
    started = time.process_time()
    result = work()
    cpu = time.process_time() - started
    size = f"{path.stat().st_size / 1e6:8.1f} MB" if path else " " * 11
    print(f"{name:<28}{cpu:8.2f} CPU-s {size}")
    return result


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    made = findings_like_a_laboratory(number)
    rules = tuple(RuleStatus(f"CG{i:04d}", f"Rule {i} holds") for i in range(330))
    print(f"{number:,} findings")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = ReportInput(made, rules, study="S1", label="cut 2")
        report = measured("build", lambda: build_report(given))
        measured("  with a previous report", lambda: build_report(given, previous=report))
        print(f"{'':28}{len(report.groups):,} groups")
        for view, write in (("json", write_json), ("xlsx", write_xlsx), ("html", write_html)):
            path = folder / f"report.{view}"
            measured(view, lambda write=write, path=path: write(report, path), path)
        measured("text", lambda: concise(report))
        measured("json, read back", lambda: read_report(folder / "report.json"))
        measured("floor: rows to CSV", lambda: to_csv(made))
        tenth = made[: number // 10]
        measured("peer: openpyxl, a tenth", lambda: to_openpyxl(tenth, folder / "peer.xlsx"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


def rows(findings: list[Finding]) -> list[list[str]]:
    return [[f.rule, f.message, *map(str, f.to_dict().values())] for f in findings]


def to_csv(findings: list[Finding]) -> None:
    csv.writer(io.StringIO()).writerows(rows(findings))


def to_openpyxl(findings: list[Finding], path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows(findings):
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    main()
