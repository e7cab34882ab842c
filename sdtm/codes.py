"""The finding codes of building SDTM (dates and numbers have theirs beside the parsers)."""

from specs.codes import Code, register
from specs.findings import Owner, Severity

_DM = Owner.DATA_MANAGEMENT

register(
    Code(
        "MAP308",
        "record without a subject",
        "The subject number is blank.",
        "Correct the source.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP309",
        "exact duplicate row dropped",
        "The same row was exported twice; one is kept.",
        "Nothing, if the export did this; otherwise ask.",
        Severity.INFO,
        _DM,
    ),
    Code(
        "MAP310",
        "row with a newer version",
        "A later version of the same record replaces this one.",
        "Nothing; the older one is kept in the raw file only.",
        Severity.INFO,
        _DM,
    ),
    Code(
        "MAP311",
        "records with the same natural key",
        "Two records claim to be the same observation.",
        "Correct or delete one in the source.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP313",
        "raw test that the table of tests does not hold",
        "A result without a test code cannot be submitted.",
        "Add it to the table of tests (with drop: Y when it is not wanted).",
    ),
    Code(
        "MAP316",
        "visit that is not planned",
        "The raw visit name is not in the table of visits.",
        "Add it to the table, or declare it as unscheduled.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP322",
        "related record not found",
        "A relation names a record that is not there.",
        "Correct the link in the source.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "MAP324",
        "collected flag disagrees with the computed one",
        "The laboratory's flag and the range say different things.",
        "Check the range and the flag.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "MAP331",
        "unit missing where one is needed",
        "A number without its unit cannot be converted.",
        "Complete the unit, or declare it.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP333",
        "not a subject number",
        "The text is not written as the study's subject numbers are; nobody knows whose it is.",
        "Correct the subject number in the raw data.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP334",
        "pattern that no subject number fits",
        "The pattern of the subject numbers, or the column they are taken from, is wrong: every "
        "record of the source would be left out.",
        "Correct `subject` in study.yaml.",
    ),
    Code(
        "MAP335",
        "unscheduled visit without a complete date",
        "An unscheduled visit is numbered by its date (SDTMIG 3.4 section 4.4.5).",
        "Complete the date; the visit has no number meanwhile.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "MAP336",
        "subject that is not in DM",
        "Every subject of the tabulation has a record in DM (SDTMIG 3.4 section 5.2).",
        "Correct the subject number, or have the demography form entered.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP337",
        "declared extension that changes nothing",
        "Terms are added to codelists that the terminology calls extensible; elsewhere the "
        "declaration has no effect, and its terms are refused.",
        "Delete it from codelists.yaml, or map the raw words to terms of the codelist.",
        Severity.EXPLAIN,
    ),
    Code(
        "MAP356",
        "record left out because of a blank",
        "The filter of the records compares a column that is blank here, so that nobody knows "
        "whether the row belongs to the data set.",
        "Complete the column, or say in the filter that blank is meant.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "MAP355",
        "edit check that looked at nothing",
        "No kept record has every value that the check compares, so that its silence says nothing.",
        "See whether the columns it compares are filled yet, and whether the check means them.",
        Severity.EXPLAIN,
    ),
    Code(
        "MAP351",
        "value that a condition does not know",
        "A condition compares the column with words, and this is none of them: it is treated as "
        "any other value, whatever was meant.",
        "Correct it in the source, or list it under `values` of the source in study.yaml.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP370",
        "text that has not the form the standard fixes",
        "Codes of tests, durations, countries and some names have one form, or a length; another "
        "text is rejected when the data are submitted.",
        "Correct the text in the source or in the table, or map it.",
        Severity.BLOCKS,
        _DM,
    ),
    Code(
        "MAP359",
        "study without a data set, or without a raw record",
        "A build of nothing would look like a clean one.",
        "Write a file per data set into sdtm/ (`tracelock init` proposes the first ones); look "
        "whether the export is whole.",
    ),
)
