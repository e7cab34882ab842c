"""Supplemental qualifiers of an imported document: the value level of QVAL as `supplemental:`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from define.lookup import Lookup, ValueLevel


@dataclass(frozen=True, slots=True)
class Qualifier:
    """One non-standard variable: its QNAM, and its value-level row."""

    name: str
    row: ValueLevel

    def source(self, domain: str) -> str:
        """The name of the raw source that holds its records."""
        return f"SUPP{domain}_{self.name}"

    def join(self, domain: str) -> dict[str, object]:
        """Its value beside the parent record (SDTMIG section 8.4: USUBJID, and IDVAR = --SEQ)."""
        keys = {"USUBJID": "USUBJID"}
        if domain != "DM":
            keys["IDVARVAL"] = f"{domain}SEQ"
        return {"source": self.source(domain), "on": keys, "where": f'QNAM == "{self.name}"'}


def qualifiers(lookup: Lookup, domain: str) -> Iterator[Qualifier]:
    """The qualifiers whose value-level row selects exactly one QNAM, each QNAM once."""
    seen: set[str] = set()
    for row in lookup.value_levels:
        if row.parent.dataset.name != f"SUPP{domain}" or row.parent.name != "QVAL":
            continue
        names = _names(lookup, row)
        if len(names) == 1 and not names & seen:
            seen |= names
            yield Qualifier(names.pop(), row)


def _names(lookup: Lookup, row: ValueLevel) -> set[str]:
    out: set[str] = set()
    for oid in row.ref.where_clause_oids:
        clause = lookup.where_clauses.get(oid)
        for check in clause.checks if clause else []:
            item = lookup.items.get(check.item_oid)
            if item is not None and item.name == "QNAM" and check.comparator in ("EQ", "IN"):
                out |= set(check.values)
    return out


def id_variables(path: object) -> set[str]:
    """The IDVARs that the records of a SUPP-- file use. ``path`` is an XPT file."""
    from pathlib import Path

    from transport import read_dataset

    return {str(v) for v in read_dataset(Path(str(path))).frame["IDVAR"].dropna().unique() if v}
