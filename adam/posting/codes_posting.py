"""The finding codes of the account of analysis data."""

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "ADAM230",
        "account of analysis data that does not close",
        "Records went in that neither came out nor were posted as left out, or a subject has no "
        "record and no step says why: a fault of the program, and nothing is published.",
        "Report it, with the specification and the message.",
    ),
    Code(
        "ADAM231",
        "analysis of values under an open query",
        "A value that may be wrong goes into means, grades and endpoints, and nobody decided that "
        "it should.",
        "Have the queries answered, or say in study.yaml what is done meanwhile: under-query.",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM232",
        "values under an open query, as the study decided",
        "These values may change when the queries are answered.",
        "Look at them before results are final.",
        severity=Severity.INFO,
        owner=Owner.DATA_MANAGEMENT,
    ),
)
