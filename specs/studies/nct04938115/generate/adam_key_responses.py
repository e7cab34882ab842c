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
