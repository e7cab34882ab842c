"""Results beyond a limit and time points after two infusions, worked by hand from the raw files
lab/central_lab.csv, lab/qpcr.xlsx, lab/flow.csv and edc/EX_CART.csv."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

Answer = tuple[str, str, str, str, str, str]
"""Person, case, data set with the record, variable, value, working."""
FIRST, SECOND = "CD7 CAR-T INFUSION 1", "CD7 CAR-T INFUSION 2"
INFUSIONS = {
    ("001", FIRST): "2021-07-16T12:25", ("001", SECOND): "2021-10-19T12:45",
    ("039", FIRST): "2022-10-24T10:50", ("039", SECOND): "2022-12-08T12:25",
}  # fmt: skip
"""Start of each infusion (person, its name)."""
SAMPLES = (
    ("001", "Q00121", "2021-10-07T09:40", FIRST, "MONTH 3", "90", "M3, before the second infusion"),
    ("001", "Q00167", "2021-10-26T10:15", SECOND, "DAY 7", "7", "R-D7 of the second schedule"),
    ("001", "Q00122", "2022-01-19T07:20", SECOND, "", "", "M6, after the second infusion"),
    ("039", "Q03917", "2022-11-19T07:45", FIRST, "DAY 28", "28", "D28, before the second infusion"),
    ("039", "Q03920", "2022-12-23T07:55", SECOND, "", "", "M2, among the second infusion's"),
    ("039", "Q03988", "2023-01-05T09:55", SECOND, "DAY 28", "28", "R-D28 of the second schedule"),
)  # fmt: skip
"""Person, sample, its time, the infusion before it, planned time point and day, what it is."""


def limits() -> Iterator[Answer]:
    """What lies below the limit is half of it, or 0 in kinetics; what lies beyond counts as it."""
    base = "BASETYPE=LAST PRE-INFUSION"
    for number, code, visit, value, dtype, why in (
        ("001", "IFNG", "DAY 14", "1.25", "HALFLLOQ", "<2.5 pg/mL in C-0047"),
        ("001", "TNF", "DAY 28", "1.25", "HALFLLOQ", "<2.5 pg/mL in C-0062"),
        ("027", "INTLK6", "DAY 4", "5000", "ULOQ", ">5000 pg/mL in C-1468"),
        ("047", "INTLK6", "DAY 1", "5000", "ULOQ", ">5000 with an arrow in C-2494"),
        ("001", "INTLK6", "DAY 4", "111.5", "", "111.5 pg/mL of 2021-07-19"),
    ):  # fmt: skip
        record = f"ADCYT PARAMCD={code} {base} VISIT={visit}"
        yield number, "beyond a limit", record, "AVAL", value, why
        yield number, "beyond a limit", record, "DTYPE", dtype, why
    record = f"ADCYT PARAMCD=IL6PEAK {base}"
    yield "047", "beyond a limit", record, "AVAL", "5000", "the peak lies beyond the limit: >5000"
    for sample, half, why in (
        ("Q00112", "50", "<100 in Q-0003, limit 100"),
        ("Q00123", "50", "BLQ in Q-0016, limit 100"),
        ("Q00126", "25", "<50 in Q-0018, limit 50"),
    ):
        qpcr = f"ADPC PARAMCD=CD7CARQ PCREFID={sample}"
        yield "001", "beyond a limit", f"{qpcr} DTYPE=", "AVAL", "0", f"{why}: 0 in kinetics"
        yield "001", "beyond a limit", f"{qpcr} DTYPE=HALFLLOQ", "AVAL", half, f"{why}, its half"
    flow = "ADPC PARAMCD=CD7CARF PCREFID=F00124 DTYPE=HALFLLOQ"
    yield "001", "beyond a limit", flow, "AVAL", "0.005", "<0.01 in F-0050, limit 0.01, its half"


def time_points() -> Iterator[Answer]:
    """A sample counts from the infusion before it; the planned day is that of the same infusion."""
    for number, sample, at, infusion, point, planned, what in SAMPLES:
        moment, start = map(datetime.fromisoformat, (at, INFUSIONS[number, infusion]))
        days = (moment - start).total_seconds() / 86400
        why = f"{what}: {start} to {moment}, {days:.4f} days"
        record = f"ADPC PARAMCD=CD7CARQ PCREFID={sample} DTYPE="
        yield number, "two infusions", record, "ATPTREF", infusion, why
        yield number, "two infusions", record, "PCTPTREF", infusion, why
        yield number, "two infusions", record, "PCTPT", point, why
        yield number, "two infusions", record, "NRRLT", planned, why
        yield number, "two infusions", record, "ARRLT", f"{days:.6g}", why
    for number, visit in (("001", "MONTH 6"), ("039", "MONTH 2")):
        record = f"ADPC PARAMCD=CD7CARQ ATPTREF={FIRST} VISIT={visit}"
        yield number, "two infusions", record, "records", "0", "after the second infusion"
