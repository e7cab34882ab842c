"""Finding codes of questions and answers."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "ANS101",
        "Returned workbook that cannot be read",
        "Somebody's answers are in it. It is kept beside the new workbooks and never overwritten.",
        "Open it and save it again as .xlsx, .ods or .csv, or have it sent again; when nothing in"
        " it is needed, delete the file that is named.",
        Severity.BLOCKS,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS102",
        "Workbook of another study",
        "An answer to a question of another study would be taken for one of this study.",
        "Name the study that the workbook belongs to.",
        Severity.BLOCKS,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS103",
        "Answer to a question that is not known",
        "Its id is in no ledger of this study, so that nobody can say what was answered.",
        "Look at the row; if the question is asked again under another id, answer that one.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS104",
        "Two answers that do not agree",
        "Two returned files answer one question in two ways. Both are kept, and the question stays"
        " open.",
        "Ask which of the two holds, and take that answer with its date.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS105",
        "Answer whose id is lost",
        "The hidden id of the row was deleted or damaged. Which question it belongs to can be"
        " guessed by record and item, and a guess is not taken.",
        "Write the id that is proposed into the first column, and take the file again.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS106",
        "Text of a question that was edited",
        "The answer was taken; what was changed in the locked columns was not, as the export is"
        " corrected at its source.",
        "Have the value corrected in the system that it came from.",
        Severity.INFO,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS107",
        "Answer that cannot be taken",
        "A formula, a kind that is not in the list, or a text that is too long or holds characters"
        " that nobody sees is no answer.",
        "Choose a kind from the list, and write the answer as plain text.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS108",
        "Ledger that cannot be read",
        "answers.csv or queries.csv does not have the columns that we write. Going on would lose"
        " what people answered.",
        "Restore the file from version control or a backup.",
        Severity.BLOCKS,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS109",
        "Ledger below the output",
        "The study folder cannot be written to, so that questions and answers are kept below the"
        " output folder: deleting that loses them.",
        "Keep the output folder, or make the study folder writable.",
        Severity.INFO,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS111",
        "Question that went because its cell was made blank",
        "The cell held a value that was asked about. It holds nothing now, and nothing asks about"
        " it any more: the fact may be lost, and nobody said that it was wrong.",
        "Enter the right value, or confirm that there is none.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "ANS110",
        "Answer to an older question",
        "The value has changed since the workbook was sent. The answer counts for the value that it"
        " was given to.",
        "Nothing has to be done; the question is open for the value that stands there now.",
        Severity.INFO,
        Owner.DATA_MANAGEMENT,
    ),
)
