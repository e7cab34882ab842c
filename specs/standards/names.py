"""What the names of data sets say: associated persons, prefixes of variables, parents of SUPP--."""

from __future__ import annotations

import re

_SUPPLEMENT = re.compile(r"(?:SUPP|SQ(?=AP))(?P<parent>[A-Z0-9]+)")
"""Qualifiers of associated persons have SQ for SUPP: a name has 8 letters at most (SDTMIG 3.4
section 4.1.7)."""


def is_associated(domain: str) -> bool:
    """Whether the name is that of a domain of associated persons: AP and the domain's own code."""
    return len(domain) == 4 and domain.startswith("AP")


def prefix_of(data_set: str) -> str:
    """What ``--`` stands for in a domain or a part of one: the first two letters; of associated
    persons, APMH or APQSAD, the two behind AP."""
    persons = data_set.startswith("AP") and len("APMH") <= len(data_set) <= len("APQSAD")
    return data_set[2:4] if persons else data_set[:2]


def supplement_of(data_set: str) -> str:
    """The data set that holds the supplemental qualifiers of another: SUPPAE, SUPPQSAD, SQAPMH."""
    persons = data_set.startswith("AP") and len(data_set) >= len("APMH")
    return f"{'SQ' if persons else 'SUPP'}{data_set}"


def parent_of(data_set: str) -> str:
    """The data set whose supplemental qualifiers one holds: AE of SUPPAE; "" where it holds none.

    >>> parent_of("SQAPMH"), parent_of("SUPPQSAD"), parent_of("AE")
    ('APMH', 'QSAD', '')
    """
    found = _SUPPLEMENT.fullmatch(data_set)
    return found["parent"] if found else ""
