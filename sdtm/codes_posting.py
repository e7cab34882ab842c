"""The finding codes of the account of the raw data."""

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "MAP350",
        "row that is in no data set",
        "A row of the export that nothing takes would vanish without anybody having decided it.",
        "Take it in another stream, or say beside the where why it may be left out (left-out).",
    ),
    Code(
        "MAP352",
        "value that nothing reads",
        "What was collected and not submitted is a decision, and has to be written down as one.",
        "Map the column, or declare it in study.yaml under its source: not-submitted.",
    ),
    Code(
        "MAP354",
        "raw file that nothing reads",
        "A file of the export, or a sheet, form or archive member, that no source names is left "
        "out of everything without anybody having decided it.",
        "Name it as a source, or declare it in study.yaml: not-read.",
    ),
    Code(
        "MAP353",
        "account that does not close",
        "Rows or cells went in that neither came out nor were posted as left out: a fault of the "
        "program, and nothing is published.",
        "Report it, with the specification and the message.",
    ),
    Code(
        "MAP357",
        "record id that is not like the others",
        "Record ids are published nowhere; a damaged one changes in silence which of two rows is "
        "taken, and in which order they stand.",
        "Correct the id in the export.",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "SPEC142",
        "column declared as not submitted that is read, or not there",
        "The declaration says something that is not so; it would hide the column's next change.",
        "Take the declaration out, correct the column's name, or say of which rows it holds.",
    ),
)
