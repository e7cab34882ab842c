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
        "ADAM216",
        "Interval of doses that cannot be counted",
        "Start or end is missing, or the end is before the start: the number of doses is a guess.",
        "Mend the dates, or say what counts: `end-missing: once`, `end-before-start: once`.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM217",
        "Interval counted as one dose",
        "The specification counts an interval without a usable end as one dose; there may be more.",
        "Check the dates of the doses.",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM218",
        "Group without a derived record",
        "The records of a group hold no value, so nothing could be derived or carried forward.",
        "Check whether the values are missing in the data; nothing has to be done if they are.",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM219",
        "Two samples of a profile at one time",
        "The area under the curve would depend on which of them comes first in a file.",
        "Say which sample counts, with `one-per` and `by`, or leave one out.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM220",
        "Sample left out of the analysis",
        "A sample without a time or a concentration is in no area and in no half-life.",
        "Check the sample; say its planned time or a value for it if it has one (half the limit).",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM221",
        "Event or censoring without a complete date",
        "A record without a day cannot stop the clock; the event may be lost.",
        "Impute the date in the data set that the record comes from, or ask for it.",
        severity=Severity.EXPLAIN,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM222",
        "Subject without a time-to-event record",
        "The subject belongs to the parameter's population and would be missing from its analysis.",
        "Complete the dates, or add a rule of censoring that gives the subject a date.",
        severity=Severity.EXPLAIN,
    ),
    Code(
        "ADAM224",
        "Subject whose clock does not start",
        "A subject of the parameter's population has no day from which time is counted (a duration "
        "of response, without a response).",
        "Nothing, if that is so; else complete the date, or narrow `when`.",
        severity=Severity.INFO,
    ),
    Code(
        "ADAM225",
        "Dates known in part, missing as numbers",
        "A SAS date is a whole day or nothing: a record whose date is known in part is passed over "
        "by picks, events and flags that read the date.",
        "Impute what may be imputed, or read the text itself where a partial date counts.",
        severity=Severity.EXPLAIN,
    ),
    Code(
        "ADAM226",
        "Subject known after the data cut, censored at its start",
        "The subject has an event or an assessment after the cut and none up to it, so that its "
        "time is that of somebody who was never seen.",
        "Censor who is known alive by `rule: latest`; say `rule: no-assessment` where it is meant.",
        severity=Severity.EXPLAIN,
    ),
    Code(
        "ADAM227",
        "Times of different offsets from UTC, stored without them",
        "Comparisons and differences of the build count in UTC where a text has an offset; a "
        "reader of the published numbers sees clocks of different places.",
        "Take times of one place, or days; say in the guide which clock the variable holds.",
        severity=Severity.EXPLAIN,
    ),
    Code(
        "ADAM228",
        "Day 0 in windows of study days",
        "Study days have no day 0 (day 1 follows day -1), so that this day is counted "
        "otherwise than its windows are.",
        "Make the day with `study-day`, or say `days: elapsed` if the windows count from 0.",
    ),
    Code(
        "ADAM229",
        "Concentration below 0",
        "No concentration is below 0: it would take away from areas, and stand in the half-life.",
        "Correct it, leave the sample out, or say what it counts as below the limit.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM223",
        "Result with a comparator that is in no analysis",
        "A result such as >10000 is a value; without AVAL the subject's extreme is left out.",
        "Say what it counts as (the limit itself, with DTYPE), or why it does not count.",
        severity=Severity.EXPLAIN,
    ),
)
