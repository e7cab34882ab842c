"""Periods of adverse events, worked by hand from edc/AE.csv and edc/EX_CART.csv."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

Answer = tuple[str, str, str, str, str, str]
"""Person, case, data set with the record, variable, value, working."""
EVENTS = {
    ("007", "11"): ("2021-09-22", "2021-10-24", "fatal lung infection, related"),
    ("017", "14"): ("2022-01-26", "2022-02-25", "the first day after the month"),
    ("046", "9"): ("2023-01-17", "2023-02-15", "the last day of the month"),
    ("016", "13"): ("2022-01-09", "2022-05-08", "fatal graft versus host disease"),
}
"""(Person, AE_NO): first infusion, onset, what it is."""


def periods() -> Iterator[Answer]:
    """The first month ends 29 days after the infusion; what is later is follow-up."""
    for (number, spid), (infusion, onset, what) in EVENTS.items():
        days = (date.fromisoformat(onset) - date.fromisoformat(infusion)).days
        period = "FIRST MONTH" if days <= 29 else "FOLLOW-UP"
        why = f"{what}: {infusion} to {onset}, {days} days"
        record = f"ADAE AESPID={spid}"
        yield number, "onset", record, "AEPER", period, why
        yield number, "onset", record, "TRTEMFL", "Y", why
        yield number, "onset", record, "AE1MFL", "Y" if days <= 29 else "", why
        yield number, "onset", record, "AEFUFL", "" if days <= 29 else "Y", why
        yield number, "onset", record, "AOCC02FL", "Y", "the only one of its kind in the period"
