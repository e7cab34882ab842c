"""The finding codes of this package that reading, writing and importing raise.

The codes of the content checks (DEF1xx to DEF3xx) are registered beside the checks, in
:mod:`define.checks`.
"""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        id="DEF001",
        title="file that is not XML",
        why="A define.xml that no parser reads is a define.xml that is not there.",
        fix="Open the file at the line named; re-export it if it was cut off in a transfer.",
        severity=Severity.REJECTS,
    ),
    Code(
        id="DEF002",
        title="XML that is not a Define-XML 2.0 or 2.1 document",
        why="Agencies accept Define-XML 2.0 and 2.1; a 1.0 or other ODM file cannot be reviewed.",
        fix="Export the metadata as Define-XML 2.1.",
        severity=Severity.REJECTS,
        owner=Owner.REGULATORY,
    ),
    Code(
        id="DEF003",
        title="document type declaration or entity",
        why="Entities can read the reviewer's files or exhaust the memory; they are not resolved.",
        fix="Remove the DOCTYPE and write the texts out.",
        severity=Severity.REJECTS,
    ),
    Code(
        id="DEF004",
        title="define.xml above the size limit",
        why="A define.xml of this size is no metadata; reading it could exhaust the memory.",
        fix="Check that the file is the define.xml; split codelists that list collected values.",
    ),
    Code(
        id="DEF005",
        title="define.xml that cannot be opened",
        why="Nothing can be said about a file that is not there or not readable.",
        fix="Check the path; name the file or the folder that holds define.xml.",
    ),
    Code(
        id="DEF006",
        title="part of the document that the model does not hold",
        why="It would be lost if the document were written again.",
        fix="Nothing, if it is decoration; otherwise keep the original beside the specification.",
        severity=Severity.INFO,
    ),
    Code(
        id="DEF010",
        title="metadata that this Define-XML version cannot say",
        why="Writing it would drop it without a word.",
        fix="Write Define-XML 2.1, or accept the losses with an explicit conversion.",
    ),
    Code(
        id="DEF011",
        title="text that XML cannot hold",
        why="Control characters make the document unreadable.",
        fix="Remove the character at its source.",
    ),
    Code(
        id="DEF012",
        title="builder call that contradicts an earlier one",
        why="Two definitions with one OID would make every reference to it ambiguous.",
        fix="Name the thing once, or give the second one a name of its own.",
    ),
    Code(
        id="DEF013",
        title="schema files that cannot be used",
        why="Without the official schema nothing says that a gateway would read the document.",
        fix="Name a folder with the Define-XML schemas by --schema-dir, or reinstall odmlib.",
    ),
    Code(
        id="DEF014",
        title="document that would not be valid, and is not written",
        why="A define.xml that its schema refuses, or whose references lead nowhere, is rejected.",
        fix="Mend what is named at its source: the specification, the workbook, the document.",
        severity=Severity.BLOCKS,
    ),
    Code(
        id="DEF020",
        title="specification workbook that cannot be read",
        why="A workbook that is no XLSX file, or misses a sheet or column, defines nothing.",
        fix="Export the workbook again from the tool that made it, as XLSX.",
    ),
    Code(
        id="DEF021",
        title="cell of the workbook that contradicts another",
        why="Two readings of one cell would be a guess.",
        fix="Correct the cell named.",
    ),
    Code(
        id="DEF022",
        title="part of the workbook that the model does not hold",
        why="It would be lost if the workbook were written again.",
        fix="Nothing, if it is a note to yourselves; otherwise keep the original.",
        severity=Severity.INFO,
    ),
    Code(
        id="DEF023",
        title="text that a workbook cell cannot hold",
        why="A cell holds 32,767 characters and no control characters; the rest would be cut off.",
        fix="Move the text into a document and refer to it.",
    ),
    Code(
        id="DEF030",
        title="define.html that cannot be made",
        why="Reviewers whose browsers drop XSLT need the HTML page.",
        fix="Check that the stylesheet fits the version of the define.xml.",
    ),
)
