"""Writes docs/codes.md from the register of finding codes; a test holds that it is up to date.

python docs/make_codes.py
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from specs.codes import Code, all_codes

PAGE = Path(__file__).parent / "codes.md"
PATTERNS = Path(__file__).parent / "patterns"
HEAD = """\
# Finding codes

Made by `docs/make_codes.py` from the register that `tracelock explain CODE` reads (`--format json`
for programs). A code's severity says what it stops: **blocks** the build or the lock, **explain**
wants a text for the reviewer, **info** nothing. Conformance rules have pages of their own:
[the catalogue](catalogue.md), [checks of define.xml](define-checks.md). "Seen in" is a
[pattern](patterns/index.md) that makes the finding.
"""
FAMILIES = {
    "ADAM": "analysis data",
    "ANS": "answers to questions",
    "DEF": "define.xml",
    "DIF": "what changed",
    "FILE": "files of data sets",
    "LIN": "lineage and kept columns",
    "MAP": "mapping raw data",
    "PKG": "calls, outputs and packages",
    "POOL": "pooled studies",
    "PRT": "portfolios",
    "RAW": "reading raw files",
    "SPEC": "the specification",
    "STD": "standards",
    "VAL": "rules and reports",
}


def family(code: str) -> str:
    """The letters of a code."""
    return code.rstrip("0123456789")


def seen_in() -> Mapping[str, list[str]]:
    """The patterns of each code that one makes."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PATTERNS.glob("*/expected/findings.csv")):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            found[row["code"]].append(path.parents[1].name)
    return found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\\\|").replace("<", "&lt;")


def section(code: Code, patterns: list[str]) -> str:
    """What is to be said of one code."""
    parts = [f"### {code.id}", "", f"**{code.severity.value}** - {_cell(code.title)}.", ""]
    parts.append(f"{_cell(code.why)} {_cell(code.fix)}")
    if code.example:
        parts += ["", f"Example: {_cell(code.example)}"]
    if patterns:
        links = ", ".join(f"[{name}](patterns/{name}/README.md)" for name in patterns[:3])
        parts += ["", f"Seen in: {links}."]
    return "\n".join(parts) + "\n"


def page() -> str:
    """The whole page."""
    by_family: dict[str, list[Code]] = defaultdict(list)
    for code in all_codes().values():
        by_family[family(code.id)].append(code)
    patterns = seen_in()
    parts = [HEAD]
    for name in sorted(by_family):
        title = FAMILIES.get(name)
        parts.append(f"\n## {name}" + (f": {title}" if title else "") + "\n")
        parts += [section(code, patterns.get(code.id, [])) for code in by_family[name]]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
