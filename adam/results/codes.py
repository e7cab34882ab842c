"""Finding codes of declared analyses and their results."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner

register(
    Code(
        "ADAM301",
        "Analysis names what is not there",
        "A data set, variable, population or analysis of this name does not exist.",
        "Correct the name; populations stand under `populations`, data sets in the ADaM build.",
    ),
    Code(
        "ADAM302",
        "Value of a kind that the method cannot take",
        "A mean needs numbers, categories need texts or declared levels.",
        "Name a variable of the right kind, or take another method.",
    ),
    Code(
        "ADAM303",
        "Cell pools parameters",
        "A number over records of two parameters or two kinds of baseline means nothing.",
        "Fix PARAMCD, BASETYPE or ATPTREF in `where`, or group by it.",
    ),
    Code(
        "ADAM304",
        "Condition of an analysis that derives",
        "An analysis selects by literals; what compares two variables or looks into another data "
        "set is a flag of the analysis data.",
        "Make a flag in the data set, and select by it.",
    ),
    Code(
        "ADAM305",
        "Fragment of code as an analysis",
        "Code that nobody runs is no evidence of how a number came about.",
        "Declare the analysis: a method, its data set and where; see docs/results.md.",
    ),
    Code(
        "ADAM311",
        "Several records of a subject in one cell",
        "The subject would count more than once.",
        "Narrow `where` by an analysis flag, or say `take: worst`.",
    ),
    Code(
        "ADAM312",
        "Two units in one cell",
        "A number over two units means nothing.",
        "Narrow `where`, or group by the unit's parameter.",
    ),
    Code(
        "ADAM313",
        "Value that no level names",
        "A value outside the declared levels would be dropped in silence.",
        "Add it to `levels`, or say `missing: LABEL` for records without a value.",
    ),
    Code(
        "ADAM314",
        "Record of a subject who is not in the subject-level data set",
        "The record would be in no population and no denominator.",
        "Mend the subject identifier, or the subject-level data set.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ADAM315",
        "Value missing or not positive",
        "The method needs a value of every record, and a geometric mean a positive one.",
        "Select records with a value, or say `not-positive: leave-out`.",
    ),
    Code(
        "ADAM316",
        "Other records than those of the flag",
        "The worst record of a subject is not the one that the analysis flag marks.",
        "Mend the flag in the data set, or the analysis.",
    ),
    Code(
        "ADAM317",
        "Analysis that selects nothing",
        "An empty table looks like an answer; most often a name in a condition is misspelt.",
        "Mend `where` or the population; say `empty: allowed` if there may be none.",
    ),
    Code(
        "ADAM318",
        "Numerator outside its denominator",
        "A percentage of subjects who are not all in the denominator means nothing.",
        "Correct `percent-of`.",
    ),
    Code(
        "ADAM319",
        "Study without analyses",
        "Results are made of the analyses that analyses.yaml declares, over an ADaM build.",
        "Write analyses.yaml, and run `build-adam STUDY` first.",
    ),
    Code(
        "ADAM320",
        "Other subjects than those of the analysis it goes with",
        "A duration of response of subjects who are no responders, or of some of them, answers "
        "another question than it says.",
        "Let the records start from the endpoint that `subjects-of` names, or mend `where`.",
    ),
    Code(
        "ADAM321",
        "Subject of the population without a time",
        "An estimate over time of some of the population answers another question than it says.",
        "Give them a record (censored at the start), name the analysis they are of in "
        "`subjects-of`, or say `no-record: LABEL`.",
    ),
    Code(
        "ADAM322",
        "Subject twice in the subject-level data set",
        "Every population and denominator would count the subject twice.",
        "Mend the subject-level data set: one record per subject.",
        owner=Owner.DATA_MANAGEMENT,
    ),
)
