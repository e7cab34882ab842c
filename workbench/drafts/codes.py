"""The finding codes of import and export."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        id="DEF060",
        title="part of an imported document that the specification language cannot say",
        why="A specification says how data are made; a define.xml also says how they look.",
        fix="Nothing to do: it is kept in imported/unplaced.yaml and comes back with an export.",
        severity=Severity.INFO,
        owner=Owner.REGULATORY,
    ),
    Code(
        id="DEF061",
        title="import into a folder that holds a study",
        why="An import never overwrites what somebody wrote.",
        fix="Import into a new folder and compare the two.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF062",
        title="imported part that no longer finds its place in the specification",
        why="The export would say something other than the specification does.",
        fix="Put the key back, or remove the entry from imported/unplaced.yaml.",
        severity=Severity.BLOCKS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF064",
        title="something that a study must say and the imported document does not",
        why="An agency or a version that is guessed decides rules, formats and labels wrongly.",
        fix="Give it with the call (--agency, --standard KEY=VERSION), or write it in study.yaml.",
        severity=Severity.EXPLAIN,
        owner=Owner.REGULATORY,
    ),
    Code(
        id="DEF065",
        title="import of nonclinical data",
        why="SEND data sets have other variables, roles and terms than SDTM's of the same name.",
        fix="Check the document with define-check; a study of tracelock builds SDTM and ADaM.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF066",
        title="folder of data sets that does not tell which standard it follows",
        why="A workbook describes tabulations or analysis data; both in one have no standard.",
        fix="Name the folder of one of them, or say --standard sdtmig or adamig.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF067",
        title="data set of an imported document that the folder of data does not have",
        why="What is imported is built from the data that exist; without a file it is not built.",
        fix="Put the file there under its name (tabulations as .xpt), or import without --data.",
        severity=Severity.EXPLAIN,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF063",
        title="imported data set that a build cannot make",
        why="The document lacks what a specification must say, or the language has no word for it.",
        fix="Add what is named to the data set's file in the study folder.",
        severity=Severity.EXPLAIN,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF075",
        title="file that is no study definition of USDM 4",
        why="A trial design that is read out of something else says what no protocol says.",
        fix="Give the JSON file of one study in the USDM of version 4, as CDISC publishes it.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
)
