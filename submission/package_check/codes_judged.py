"""The finding codes of what a package check could not judge, or looked into further."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "PKG180",
        "package in which nothing can be judged",
        "The rejection criteria are about transport files and define.xml of a study; where there "
        "are none, no criterion is passed.",
        "Name the folder that holds m5/datasets/<study> with the data sets as transport files.",
        Severity.BLOCKS,
        Owner.REGULATORY,
    ),
    Code(
        "PKG181",
        "data that are not judged",
        "Agencies take data sets as SAS transport version 5; what is packed or in another format "
        "is looked into neither by the gateway nor here.",
        "Put the data sets there as transport files, and leave the others out.",
        Severity.BLOCKS,
        Owner.REGULATORY,
    ),
    Code(
        "PKG182",
        "define.xml that its schema does not allow",
        "Reviewers' tools refuse it, or show something else than it says.",
        "tracelock define check says line by line what is wrong.",
        Severity.BLOCKS,
        Owner.PROGRAMMING,
    ),
    Code(
        "PKG183",
        "trial summary with several study start dates",
        "The start date decides which standards the study needs; of two dates nobody knows which.",
        "Keep the one record of SSTDTC that holds the date of the first consent.",
        Severity.BLOCKS,
        Owner.PROGRAMMING,
    ),
    Code(
        "PKG184",
        "dry run before the lock",
        "Its data have open questions: what the sites answer is not in it.",
        "Answer the queries, lock, and package again; --before-lock expects a dry run.",
        Severity.BLOCKS,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "PKG185",
        "results of other data than those packaged",
        "The tables would show numbers that nobody finds in the data sets beside them.",
        "Package again: results are made again when the analysis data have changed.",
        Severity.BLOCKS,
        Owner.PROGRAMMING,
    ),
    Code(
        "PKG186",
        "display that define.xml names and the package lacks",
        "A reviewer who follows the analysis results metadata finds no table.",
        "Package again with the results of the study, see docs/results.md.",
        Severity.EXPLAIN,
        Owner.PROGRAMMING,
    ),
)
