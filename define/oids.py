"""Stable OIDs: the same thing has the same OID in every cut, and in Dataset-JSON.

======================  =======================================  =================================
what                    pattern                                  example
======================  =======================================  =================================
data set                ``IG.<DATASET>``                         IG.DM
variable                ``IT.<DATASET>.<VARIABLE>``              IT.DM.USUBJID
value-level item        ``IT.<DATASET>.<VARIABLE>.<WHERE>``      IT.LB.LBORRES.LBTESTCD.ALT
value list              ``VL.<DATASET>.<VARIABLE>``              VL.LB.LBORRES
where clause            ``WC.<DATASET>.<WHERE>``                 WC.LB.LBTESTCD.ALT
codelist                ``CL.<NAME>``                            CL.SEX
method                  ``MT.<TARGET>``                          MT.AE.AESTDY
comment                 ``COM.<TARGET>``                         COM.AE.AEREL
leaf                    ``LF.<NAME>``                            LF.DM
standard                ``STD.<NAME>.<VERSION>``                 STD.SDTMIG.3.4
display, result         ``RD.<NAME>``, ``AR.<NAME>.<RESULT>``    RD.T-14.2.1, AR.T-14.2.1.PFS
======================  =======================================  =================================

Data sets and variables share ``IG.`` and ``IT.`` OIDs with Dataset-JSON. Characters other than
letters, digits, ``.``, ``-`` and ``_`` become ``_``; then, or when it has more than 100 characters,
eight hexadecimal digits of the SHA-256 of the full text keep the OID unique.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a where clause. ``variable`` is a variable of the same data set, or
    DATASET.VARIABLE of another; ``comparator`` is EQ, NE, LT, LE, GT, GE, IN or NOTIN."""

    variable: str
    comparator: str
    values: tuple[str, ...]


def made(prefix: str, *parts: str) -> str:
    """An OID of its parts, by the rules above."""
    full = ".".join(parts)
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", full)
    if safe != full or len(safe) > LONGEST:
        digest = hashlib.sha256(full.encode()).hexdigest()[:8]
        safe = f"{safe[: LONGEST - 9]}.{digest}"
    return f"{prefix}.{safe}"


def dataset_oid(dataset: str) -> str:
    """``IG.DM``."""
    return made("IG", dataset)


def variable_oid(dataset: str, variable: str) -> str:
    """``IT.DM.USUBJID``."""
    return made("IT", dataset, variable)


def where_part(conditions: Sequence[Condition]) -> str:
    """``LBTESTCD.ALT.LBSPEC.IN.SERUM.PLASMA``: the part of an OID that tells a selection."""
    parts = []
    for c in conditions:
        shown = () if c.comparator == "EQ" else (c.comparator,)
        parts.append(".".join((c.variable, *shown, *c.values)))
    return ".".join(parts)
