"""The finding codes of lines and builds, for tabulation and analysis alike."""

from specs.codes import Code, register
from specs.findings import Owner, Severity

_DM = Owner.DATA_MANAGEMENT

register(
    Code(
        "MAP301",
        "raw value without a submission value",
        "A spelling that no map or codelist holds cannot be submitted.",
        "Add it to the map in codelists.yaml, or have the site correct it.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP302",
        "raw value that the specification wants asked",
        "The map lists this spelling as one that only the site can resolve.",
        "Answer the query; the value was left out.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP303",
        "value missing",
        "The variable may not be blank, and the raw cell is.",
        "Complete it in the source, or say `missing: blank`.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP304",
        "several rows match",
        "A look-up, join or reference found more than one row and was not told which.",
        "Say `several: first by ...` or mend the duplicate.",
    ),
    Code(
        "MAP305",
        "no row matches",
        "A look-up found nothing.",
        "Correct the key, or say `unmatched: blank`.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP306",
        "text that does not fit the pattern",
        "The declared pattern does not read this text.",
        "Correct the source, or widen the pattern.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP307",
        "text longer than 200 bytes",
        "A transport file holds 200 bytes in a variable.",
        "Say `long: split` to carry the rest to SUPP--.",
        Severity.BLOCKS,
    ),
    Code(
        "MAP317",
        "several values for one subject",
        "A value that must be one per subject is not.",
        "Correct the source, or say first/last.",
    ),
    Code(
        "MAP318",
        "data set skipped",
        "Something it needs could not be built.",
        "Mend the cause first.",
    ),
    Code("MAP320", "function failed", "A study function raised an error.", "Mend functions.py."),
    Code(
        "MAP321",
        "number that cannot be calculated",
        "The calculation divides by zero or overflows.",
        "Correct the source.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP330",
        "text in a numeric variable",
        "The standard says that the variable is numeric.",
        "Map or correct the value.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP329",
        "value that was not collected in ASCII",
        "The agency takes ASCII only.",
        "Map or translate the value.",
        Severity.BLOCKS,
        _DM,
    ),
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
        "MAP344",
        "times with and without an offset from UTC",
        "Records are put in order by times of which some have an offset from UTC and others have "
        "none; nobody knows how far apart they are.",
        "Say the offset of the others (zone), or take the day of each (date-of).",
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
    Code(
        "MAP312",
        "record after the data cut",
        "It is not part of this cut.",
        "Nothing.",
        Severity.INFO,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "MAP327",
        "row that was filtered out",
        "The record stream's condition leaves it out.",
        "Nothing.",
        Severity.INFO,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "MAP340",
        "edit check of the study",
        "The study's specification asks about records like this one.",
        "Ask the site, or correct the data at the source.",
        Severity.EXPLAIN,
        Owner.SITE,
    ),
    Code(
        "MAP341",
        "edit check that blocks the lock",
        "The study's specification lets no record like this one be locked.",
        "Ask the site, or correct the data at the source.",
        Severity.BLOCKS,
        Owner.SITE,
    ),
    Code(
        "MAP342",
        "edit check for information",
        "The study's specification wants records like this one to be listed.",
        "Nothing has to be done.",
        Severity.INFO,
        Owner.SITE,
    ),
)
