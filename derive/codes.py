"""Finding codes of the engine: what lines say about the values that they make."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "MAP343",
        "record taken that a partial date could overturn",
        "Which record is first or last depends on a date that is known in part only; another "
        "record may be the right one.",
        "Ask for the full date, or say what an unknown part becomes (impute).",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM208",
        "records that tie",
        "Two records stand in the same place of the stated order; which one is taken would depend "
        "on the order of a file.",
        "Add a key to `by` that tells them apart, or say `ties: allow`.",
    ),
)
