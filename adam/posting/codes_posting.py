"""The finding codes of the account of analysis data."""

from specs.codes import Code, register

register(
    Code(
        "ADAM230",
        "account of analysis data that does not close",
        "Records went in that neither came out nor were posted as left out, or a subject has no "
        "record and no step says why: a fault of the program, and nothing is published.",
        "Report it, with the specification and the message.",
    ),
)
