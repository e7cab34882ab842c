"""Compare the engine with the test cases of the CDISC Open Rules.

    python -m tests.validation.engine.agreement OPEN_RULES_DIR

prints how many cases agree: record by record with ``results.csv`` where there is one, otherwise by
kind (a negative case finds something, a positive case finds nothing).
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from specs.errors import TracelockError
from validation import ValidationResult, validate

Row = tuple[str, str, str, str]
SUITES = {
    "Published": ("sdtmig", "3.4"),
    "Unpublished/ADAMIG": ("adamig", "1.3"),
    "Unpublished/FDA Business Rules": ("sdtmig", "3.4"),
}


@dataclass(frozen=True)
class Case:
    """One test case: ``<rule>/<negative|positive>/<number>`` below a suite."""

    path: Path
    standard: str
    version: str

    @property
    def name(self) -> str:
        return "/".join(self.path.parts[-3:])

    @property
    def is_negative(self) -> bool:
        return self.path.parent.name == "negative"

    @property
    def results(self) -> Path:
        return self.path / "results" / "results.csv"

    @cached_property
    def settings(self) -> dict[str, str]:
        file = self.path / "data" / ".env"
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        pairs = (line.split("=", 1) for line in lines if "=" in line)
        return {name.strip(): value.strip() for name, value in pairs}

    @cached_property
    def result(self) -> ValidationResult | None:
        """What the engine says; None when it refuses the case."""
        rule = self.path.parents[1]
        standard = self.settings.get("PRODUCT", self.standard).lower()
        version = self.settings.get("VERSION", self.version).replace("-", ".")
        define = self.settings.get("DEFINE_XML")
        try:
            return validate(
                self.path / "data",
                rule,
                standard=standard,
                version=version,
                define=self.path / "data" / define if define else None,
            )
        except TracelockError:
            return None

    @property
    def found(self) -> set[Row]:
        if self.result is None:
            return set()
        return {
            (f.dataset, "" if f.record is None else str(f.record), f.variable, number(f.value))
            for block in self.result.findings.blocks
            for f in block.items()
        }

    @property
    def expected(self) -> set[Row]:
        with self.results.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return {
            (r["Dataset"], r["Record"] or "", r["Variable"] or "", number(r["Value"] or ""))
            for r in rows
            if r["Variable"] or r["Record"]  # a data set alone: it was skipped, nothing was found
        }

    @property
    def agrees(self) -> bool:
        if self.results.is_file():
            return self.found == self.expected
        return bool(self.found) == self.is_negative


def number(text: str) -> str:
    """A number written in one way: the results have 12.0 for what is 12 in the data."""
    try:
        return format(float(text), ".12g")
    except ValueError:
        return text


def cases(suite: Path, standard: str, version: str) -> Iterator[Case]:
    """All cases of a suite that have data, in order."""
    for data in sorted(suite.glob("*/*/*/data")):
        if data.parts[-3] in ("negative", "positive"):
            yield Case(data.parent, standard, version)


def main() -> None:
    root = Path(sys.argv[1])
    for suite, (standard, version) in SUITES.items():
        counts: Counter[bool] = Counter()
        for case in cases(root / suite, standard, version):
            counts[case.agrees] += 1
            if not case.agrees:
                missing, extra = (
                    sorted(case.expected - case.found)[:2] if case.results.is_file() else [],
                    sorted(case.found - (case.expected if case.results.is_file() else set()))[:2],
                )
                print(f"  {case.name}: missing {missing} extra {extra}"[:400])
        print(f"{suite}: {counts[True]} of {counts.total()} cases agree")


if __name__ == "__main__":
    main()
