"""Lines of specification per data set of a study, as a Markdown table.

Blank lines and comment lines do not count. Tables (CSV) are counted apart from the YAML, for they
are lists of tests and trial design elements rather than instructions. Run:

    python bench/spec_lines.py [STUDY]
"""

from __future__ import annotations

import sys
from pathlib import Path

SEED = Path(__file__).parents[1] / "specs" / "studies" / "nct04938115"


def lines(path: Path) -> int:
    """Lines that say something."""
    texts = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return sum(1 for text in texts if text and not text.startswith("#"))


def counted(study: Path) -> list[tuple[str, int, int]]:
    """Per data set its YAML lines and the rows of its tables (headers not counted)."""
    out = []
    for path in sorted((study / "sdtm").glob("*.yaml")):
        tables = [t for t in (study / "sdtm").glob("*.csv") if t.stem.split("_")[0] == path.stem]
        out.append((path.stem.upper(), lines(path), sum(lines(t) - 1 for t in tables)))
    return out


def shared(study: Path) -> list[tuple[str, int]]:
    """What all data sets share."""
    return [(name, lines(study / name)) for name in ("study.yaml", "codelists.yaml", "visits.csv")]


def table(study: Path) -> str:
    """The Markdown table."""
    rows = counted(study)
    text = ["| data set | YAML lines | table rows |", "|---|---|---|"]
    text += [f"| {name} | {yaml} | {rows_ or ''} |" for name, yaml, rows_ in rows]
    yaml, csv = (sum(row[i] for row in rows) for i in (1, 2))
    text.append(f"| **all {len(rows)}** | **{yaml}** | **{csv}** |")
    text += [f"| `{name}` (shared) | {count} | |" for name, count in shared(study)]
    return "\n".join(text)


if __name__ == "__main__":
    print(table(Path(sys.argv[1]) if len(sys.argv) > 1 else SEED))
