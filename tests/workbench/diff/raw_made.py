"""Made-up raw tables: 60 rows of 12 subjects, no two rows of a subject alike."""

from __future__ import annotations

import numpy as np

from derive.values.text import Text
from workbench.diff.tables import RawRows

Row = dict[str, str]
TERMS = ("Headache", "Nausea", "Rash", "Fever", "Cough")


def rows() -> list[Row]:
    """Rows as a form has them."""
    out = []
    for number in range(60):
        subject, visit = divmod(number, 5)
        out.append(
            {
                "ID": f"R-{number:03d}",
                "SUBJID": f"01-{subject + 1:03d}",
                "VISIT": f"V{visit}",
                "DT": f"2023-{1 + subject:02d}-{1 + visit * 5:02d}",
                "TERM": TERMS[(number * 7 + subject) % 5],
                "VALUE": str(100 + (number * 37) % 89),
            }
        )
    return out


def table(of: list[Row], *, ids: bool = True, source: str = "form") -> RawRows:
    """Rows as a kept raw table; the first row of data stands on line 2."""
    names = list(of[0]) if of else ["ID", "SUBJID"]
    columns = {n: Text.of(row[n] for row in of) for n in names if ids or n != "ID"}
    n = len(of)
    return RawRows(
        source,
        ("form.csv",),
        np.arange(2, n + 2),
        np.zeros(n, np.int64),
        columns,
        row_id="ID" if ids else None,
        subject="SUBJID",
    )
