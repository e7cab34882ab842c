"""Responders, worked by hand from edc/RS.csv, edc/PR.csv and edc/CM.csv.

A response to the product is one before a transplant. The persons who were transplanted within
three months or so of the infusion, and what was seen when:
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

Answer = tuple[str, str, str, str, str, str]
"""Person, case, data set with the record, variable, value, working."""
LATE = "PR on 2022-03-14 and 2022-04-11, transplant 2022-05-05, CR on 2022-05-09"
BETTER = "CRi on 2022-02-21 and 2022-03-27, transplant 2022-04-23, CR on 2022-04-26"


def _days(first: str, last: str) -> str:
    return str((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)


def responders() -> Iterator[Answer]:
    """What follows from a response, of persons whose best response came after a transplant."""
    for code in ("RSP", "CR", "CR3M", "ORR3M", "CRI3M"):
        yield "019", "CR after HSCT", f"ADRS PARAMCD={code}", "AVALC", "N", LATE
    for code in ("DOR", "DORHSCT", "RFS"):
        yield "019", "CR after HSCT", f"ADTTE PARAMCD={code}", "records", "0", LATE
    yield "019", "CR after HSCT", "ADRS PARAMCD=MRDNEGCR", "records", "0", "no responder"
    yield "019", "CR after HSCT", "ADSL", "RSPDT", "", LATE
    yield "019", "CR after HSCT", "ADSL", "CRDT", "", LATE
    yield "019", "CR after HSCT", "ADSL", "MRDEVFL", "N", "no responder"
    yield "019", "CR after HSCT", "ADRS PARAMCD=TRTFAIL", "AVALC", "Y", LATE
    stop = _days("2022-02-14", "2022-04-11")
    why = "2022-02-14 to 2022-04-11, the last assessment before the transplant of 2022-05-05"
    yield "019", "CR after HSCT", "ADTTE PARAMCD=TTCR", "AVAL", stop, why
    yield "019", "CR after HSCT", "ADTTE PARAMCD=TTCR", "CNSR", "3", why
    for code, value in (("RSP", "Y"), ("ORR3M", "Y"), ("CRI3M", "Y"), ("CR", "N"), ("CR3M", "N")):
        yield "017", "CR days after HSCT", f"ADRS PARAMCD={code}", "AVALC", value, BETTER
    yield "017", "CR days after HSCT", "ADTTE PARAMCD=RFS", "records", "0", BETTER
    stop = _days("2022-01-26", "2022-03-27")
    why = "2022-01-26 to 2022-03-27, the last assessment before the transplant of 2022-04-23"
    yield "017", "CR days after HSCT", "ADTTE PARAMCD=TTCR", "AVAL", stop, why
    yield "017", "CR days after HSCT", "ADTTE PARAMCD=TTCR", "CNSR", "3", why
    both = "CRi on 2021-12-09, CR on 2022-02-09: a remission of either kind, the best is CR"
    yield "011", "CRi, later CR", "ADRS PARAMCD=CRI3M", "AVALC", "N", both
    yield "011", "CRi, later CR", "ADRS PARAMCD=CR3M", "AVALC", "Y", both


def extramedullary() -> Iterator[Answer]:
    """The category at month 3, edc/RS.csv EMD_RESP, and what flow.csv says of cleared cells."""
    for number, before, regardless, why in (
        ("008", "CR", "CR", "PR on day 28 and month 2, CR on 2021-12-28, month 3"),
        ("042", "SD", "SD", "SD on 2023-03-01, month 3"),
        ("019", "NE", "CR", "CR on 2022-05-09, four days after the transplant"),
        ("017", "NE", "CR", "CR on 2022-04-26, three days after the transplant"),
    ):
        for code, value in (("EMD3M", before), ("EMD3MTP", regardless)):
            yield number, "extramedullary", f"ADRS PARAMCD={code}", "AVALC", value, why
    emd = "ADRS PARAMCD=EMD AVISIT=MONTH 3"
    yield "019", "extramedullary", emd, "ANL01FL", "Y", "no relapse, no new therapy before it"
    yield "019", "extramedullary", emd, "ANL02FL", "", LATE
    for number, first, last, cnsr, why in (
        ("016", "2022-01-09", "2022-03-10", "3", "1.29 % at the lowest; transplant 2022-04-04"),
        ("045", "2023-01-04", "2023-12-16", "1", "2.08 % at the lowest; last count"),
        ("042", "2022-12-01", "2022-12-15", "0", "1.79 % on 2022-12-11, 0.10 % on 2022-12-15"),
    ):
        record = "ADTTE PARAMCD=TTCLRT"
        yield number, "clearance", record, "AVAL", _days(first, last), why
        yield number, "clearance", record, "CNSR", cnsr, why
    why = "CAR-positive T cells 0.25 % on 2023-03-01, the last sample"
    yield "042", "persistence", "ADTTE PARAMCD=TTPERSF", "CNSR", "1", why
    days = _days("2022-12-01", "2023-03-01")
    yield "042", "persistence", "ADTTE PARAMCD=TTPERSF", "AVAL", days, why
