"""Writes docs/catalogue.md and the examples: ``python -m tests.validation.catalogue.make_page``."""

from __future__ import annotations

from pathlib import Path

from tests.validation.catalogue import make_examples
from validation.engine.ruleset.rules import CATALOGUE, Rule, parse_rule

PAGE = Path(__file__).parents[3] / "docs" / "catalogue.md"
START = "<!-- the lists below are written by tests/validation/catalogue/make_page.py -->\n"
TITLES = {
    "sdtm": "Tabulation data against SDTMIG 3.4",
    "cross": "Across data sets: what data managers look for",
    "terminology": "Controlled terminology",
    "fda": "Technical rejection and business rules of the FDA",
    "adam": "Analysis data: ADaMIG 1.3, OCCDS, BDS, time to event, NCA",
    "define": "define.xml against data",
}


def lists() -> str:
    """A table per group."""
    parts = []
    for folder, title in TITLES.items():
        files = sorted((CATALOGUE / folder).glob("*.yml"))
        rows = [_row(parse_rule(path.read_bytes(), path)) for path in files]
        head = "| rule | what it holds data to | severity | answers to |\n|---|---|---|---|\n"
        parts.append(f"## {title}\n\n{len(rows)} rules.\n\n{head}" + "".join(rows))
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    own = {rule.id}
    answers = ", ".join(each for each in rule.references if each not in own)
    return f"| {rule.id} | {rule.description} | {rule.severity} | {answers} |\n"


def main() -> None:
    text = PAGE.read_text("utf-8").split(START)[0]
    PAGE.write_text(text + START + "\n" + lists(), "utf-8")
    make_examples.main()


if __name__ == "__main__":
    main()
