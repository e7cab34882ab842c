"""Toxicity grades by CTCAE 5.0, worked by hand from lab/hospital_lab.xlsx."""

from __future__ import annotations

from collections.abc import Iterator

Answer = tuple[str, str, str, str, str, str]
"""Person, case, data set with the record, variable, value, working."""
GRADES = [
    ("017", "ALT", "DAY 10", "ATOXGRH", "0",
     "74 over 50; on day 0 62, which was over 50 too: 74 / 62 = 1.19, below 1.5"),
    ("017", "ALT", "DAY 7", "ATOXGRH", "1", "110 / 62 on day 0 = 1.77, from 1.5 to 3"),
    ("017", "ALT", "DAY 10", "BTOXGRH", "1", "the baseline itself: 62 / 50 = 1.24"),
    ("038", "ALT", "DAY 7", "ATOXGRH", "2", "138 / 42 on day 0 (over 40) = 3.29, above 3"),
    ("001", "K", "MONTH 2", "ATOXGRL", "3", "2.8, from 2.5 to below 3.0"),
    ("036", "K", "DAY 10", "ATOXGRH", "4", "7.1, above 7.0 (the sample was haemolysed)"),
    ("001", "SODIUM", "DAY 10", "ATOXGRL", "0", "138, lower limit 137"),
    ("017", "SODIUM", "DAY 10", "ATOXGRL", "1", "136, lower limit 137, from 130 on"),
    ("017", "ALB", "DAY 4", "ATOXGRL", "1", "31 g/L, lower limit 40, from 30 on"),
    ("016", "FIBRINO", "DAY 4", "ATOXGRL", "2", "1.14 / lower limit 2.0 = 0.57"),
    ("016", "FIBRINO", "DAY 7", "ATOXGRL", "2", "1.22 / lower limit 2.0 = 0.61"),
    ("038", "APTT", "DAY 7", "ATOXGRH", "0", "42.3, upper limit 43.5"),
]  # fmt: skip


def grades() -> Iterator[Answer]:
    """Results of the first month against their limits and baselines."""
    for number, code, visit, variable, grade, why in GRADES:
        record = f"ADLB PARAMCD={code} BASETYPE=LAST PRE-INFUSION VISIT={visit}"
        yield number, "grade", record, variable, grade, why
