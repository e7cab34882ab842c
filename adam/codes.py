"""Finding codes of the analysis data sets."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "ADAM101",
        "Data set not found",
        "A line of the specification reads a data set that is neither in the folder of "
        "tabulation data sets nor specified.",
        "Check the name, the folder given with --sdtm, and `sources:` in the specification.",
    ),
    Code(
        "ADAM102",
        "Variable not found",
        "A line of the specification reads a variable that its data set does not have.",
        "Check the name; a variable of another data set is written DATASET.VARIABLE.",
    ),
    Code(
        "ADAM103",
        "Circular dependency",
        "Variables need each other in a circle, so none of them can be made first.",
        "Break the circle that the message prints: derive one of its variables from "
        "tabulation data.",
    ),
    Code(
        "ADAM104",
        "Skipped because of another failure",
        "What this data set needs could not be built; a data set with a hole is never published.",
        "Mend the failure that the message names, and build again.",
    ),
    Code(
        "ADAM105",
        "Not a valid line of the specification",
        "The line is not of the specification language, so nothing can be built from it.",
        "Follow the hint; the verbs and their options are in docs/adam.md.",
    ),
    Code(
        "ADAM106",
        "No tabulation data sets",
        "Analysis data sets are made from tabulation data sets, and the folder that they are "
        "read from is not there.",
        "Run `build-sdtm STUDY` first, or name a folder with --sdtm.",
    ),
    Code(
        "ADAM201",
        "Several records match where one is expected",
        "Taking any one of them would be a guess.",
        "Narrow `where`, or say which one counts with `first`, `last` or `several: first by`.",
    ),
    Code(
        "ADAM202",
        "Term not mapped",
        "A value of the data is not in the map of the line.",
        "Add it to the map, or say `unmapped: blank` or `unmapped: keep`.",
    ),
    Code(
        "ADAM203",
        "Wrong type",
        "Text meets a number or a date; comparing or mixing them has no meaning.",
        "Check the variable in the data, and use `as:` or a date verb in the specification.",
    ),
    Code(
        "ADAM204",
        "Not an ISO 8601 date",
        "A date of the tabulation data cannot be read, so nothing can be derived from it.",
        "Mend the tabulation data; partial dates are written 2024-05 or 2024.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM205",
        "Duplicate subject",
        "The subject-level data set must hold each subject once.",
        "Mend DM, or the records line of the specification.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM206",
        "Subject is not in the subject-level data set",
        "Analysis records of a subject who is not in DM cannot be attributed to a treatment.",
        "Mend the subject identifier or DM.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM207",
        "Record after death",
        "A record is dated after the day on which the subject died.",
        "Check the date and the death date; both cannot be right.",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM209",
        "Value is missing",
        "The specification says that the value may not be missing.",
        "Mend the source, or say `missing: blank`.",
    ),
    Code(
        "ADAM210",
        "Records are not unique by their keys",
        "The keys of the data set must identify a record.",
        "Complete `keys` in the specification, or find the duplicate records.",
    ),
    Code(
        "ADAM211",
        "Published value matched under a declared switch",
        "The specification reproduces a published data set in a place where its value is "
        "known to be wrong.",
        "Take the `reproduces` switch out of the specification for a study of your own.",
        severity=Severity.INFO,
    ),
    Code(
        "ADAM212",
        "Baseline is not unique",
        "A group has more than one baseline record, so BASE would be a guess.",
        "Narrow the baseline flag, or the groups of `within`.",
    ),
    Code(
        "ADAM213",
        "Variable without a label",
        "Reviewers see the label first, and neither the guide nor a predecessor has one "
        "for this name.",
        "Give the line a `label:` of at most 40 characters.",
        severity=Severity.EXPLAIN,
    ),
    Code(
        "ADAM214",
        "Term not in the codelist",
        "A value of tabulation data derived here is neither a published term of its codelist nor "
        "declared as an extension of it.",
        "Use a published term, or declare it in codelists.yaml under `extensions:` where the "
        "codelist can be extended.",
    ),
    Code(
        "ADAM215",
        "Type differs from the guide",
        "A standard variable has one type in every study; programs that read it expect it.",
        "Read another variable, or convert the value (`as: number`, `as: text`).",
    ),
)
