"""Codes of the findings about waivers and reports (VAL9xx)."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

WAIVER_CODES = (
    Code(
        "VAL901",
        "Waiver that matches nothing",
        "The data changed and the explanation was left behind; it would go stale unnoticed.",
        "Delete the entry from waivers.yaml, or correct its rule, dataset, variable or values.",
        owner=Owner.DATA_MANAGEMENT,
        example="{rule: CG0006, dataset: LB, values: [HGB]} when no HGB record is found any more",
    ),
    Code(
        "VAL902",
        "Waiver past its review date",
        "An explanation holds for the data it was written for; after the review date nobody has "
        "said that it still does. What it explained counts as open again.",
        "Review the findings, then set a new review_by date, or fix the data and delete the entry.",
        owner=Owner.DATA_MANAGEMENT,
        example="review_by: 2024-06-30 in a run as of 2024-07-15",
    ),
    Code(
        "VAL903",
        "Population of a waiver has grown",
        "The explanation was written for fewer records or other values than there are now; a "
        "new error may hide behind an old explanation.",
        "Look at the new records. If the reason covers them, raise at-most or add the values.",
        owner=Owner.DATA_MANAGEMENT,
        example="at-most: 12 when 15 records are found",
    ),
    Code(
        "VAL904",
        "Waiver of a finding that cannot be waived",
        "The gateway rejects the submission whatever the explanation says; and what blocks the "
        "lock is not settled by a text, unless it states a fact of the records that is tested.",
        "Fix the data set or the package and delete the entry; for a finding that blocks, state "
        "the fact under `holds`, or ask the site.",
        example="a waiver for a missing DM data set",
    ),
    Code(
        "VAL905",
        "Finding explained twice",
        "Two entries give two reasons for the same records, and only one can be in the guide.",
        "Keep one entry, or give each its own values.",
        owner=Owner.DATA_MANAGEMENT,
        example="two entries for CG0006 in LB, both without values",
    ),
    Code(
        "VAL906",
        "Waiver that could not be judged",
        "Its rule did not run, or its data set is not in this run, so nobody knows whether the "
        "explanation still holds.",
        "Nothing, if the rule or the data set was left out on purpose; otherwise see why the rule "
        "did not run, or correct the name of the data set.",
        severity=Severity.INFO,
        example="the waiver is for LB, and only AE was validated",
    ),
    Code(
        "VAL912",
        "Waiver that rests on an open query",
        "What the site or the laboratory is still asked about is not explained: the query stands "
        "for the findings, and they come back when it is closed and the value stays.",
        "Delete the entry from waivers.yaml.",
        owner=Owner.DATA_MANAGEMENT,
        example="an event that ends before it starts, with a query on both of its dates",
    ),
    Code(
        "VAL913",
        "Waiver whose statement does not hold",
        "The condition under `holds` is not true of every record that the waiver is for, or cannot "
        "be tested; a reviewer would read a statement that the data contradict.",
        "Correct the condition, the reason or the data. Until then the findings are open.",
        owner=Owner.DATA_MANAGEMENT,
        example="holds: ADURN is missing, and a record has ADURN -3",
    ),
    Code(
        "VAL914",
        "Entry for a query that is not open",
        "It joins findings to a question that nobody asks any more, so nobody answers for them.",
        "Delete the entry, and explain or correct what is found.",
        owner=Owner.DATA_MANAGEMENT,
        example="asked: {rule: MAP261, dataset: PC} when no unit of PC is asked about",
    ),
)
LOAD_CODES = (
    Code(
        "VAL910",
        "Waiver entry that cannot be read",
        "A waiver that is read wrongly explains the wrong findings.",
        "Write rule, dataset, reason, author, date and review_by, and values or at-most.",
        example="at-most: many",
    ),
    Code(
        "VAL911",
        "Reason that explains nothing",
        "Reviewers return guides with boiler-plate explanations; a reason says why these records "
        "are as they are, and what it means for the analysis.",
        "Say what happened, for which records, how it was confirmed, and its impact.",
        owner=Owner.DATA_MANAGEMENT,
        example="reason: as collected",
    ),
    Code(
        "VAL920",
        "Report that cannot be read",
        "Without the previous report nobody can say what is new, grown or gone.",
        "Give the JSON report of an earlier run, as validate-study wrote it.",
        example="a file cut short, or the JSON of another program",
    ),
    Code(
        "VAL921",
        "Lineage that does not fit the data sets",
        "A finding would be led to the raw row of another record.",
        "Give the folder of the build that wrote these data sets, or build again.",
        example="the lineage of cut 1 with the data sets of cut 2",
    ),
)

register(*WAIVER_CODES, *LOAD_CODES)
