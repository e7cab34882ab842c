"""Finding codes of the package ``transport`` (``FILE...``): data sets as files."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

_READ = "Nothing can be said about a data set that cannot be read whole."
_LIMIT = (
    "The SAS transport format, version 5, is what agencies accept, and it has no room for more."
)
_RESEND = "Ask for the file again, or export it again; do not repair it by hand."

register(
    Code(
        "FILE090",
        "dictionary that cannot be read",
        "Coded values that are held against half a dictionary are not checked at all.",
        "Name the folder or file as its publisher distributes it, in study.yaml.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE001",
        "unreadable file",
        _READ,
        "Check the path and the permissions.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE010",
        "file that is not SAS transport version 5",
        _READ,
        _RESEND,
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code("FILE011", "truncated transport file", _READ, _RESEND, owner=Owner.DATA_MANAGEMENT),
    Code("FILE012", "corrupt transport header", _READ, _RESEND, owner=Owner.DATA_MANAGEMENT),
    Code(
        "FILE013",
        "transport file with several data sets",
        "A submission holds one data set per file; which one is meant would be a guess.",
        "Name the member to read, or split the file.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE014",
        "text that is not in the declared encoding",
        "Decoding it anyway would change what was recorded.",
        "Declare the encoding that the file was written in, or have the file written again.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE015",
        "transport file of version 8",
        "It was read; agencies accept version 5 only.",
        "Write it with the XPORT engine, version 5.",
        Severity.EXPLAIN,
    ),
    Code(
        "FILE020",
        "name that version 5 cannot hold",
        _LIMIT,
        "Use 1 to 8 of A-Z, 0-9 and _, not starting with a digit.",
    ),
    Code(
        "FILE021",
        "label longer than 40 bytes",
        _LIMIT,
        "Shorten the label; outside ASCII a character has several bytes.",
    ),
    Code(
        "FILE022",
        "value longer than the declared length",
        "Cutting the text would lose what was recorded.",
        "Raise the length in the specification, or leave it out to have it taken from the data.",
    ),
    Code(
        "FILE023",
        "text longer than 200 bytes",
        _LIMIT,
        "Split the text over several variables or supplemental qualifiers.",
    ),
    Code(
        "FILE024",
        "text outside the declared encoding",
        "Replacing characters would change what was recorded.",
        "Declare another encoding, or map the text.",
    ),
    Code(
        "FILE025",
        "number outside the transport range",
        "IBM floating point holds 5.4e-79 to 7.2e75 in size, and no infinity.",
        "Find out where the number comes from; it is hardly a measurement.",
    ),
    Code(
        "FILE026",
        "column of the wrong type",
        "A value of another type would be written as something it is not.",
        "Give text for Char and numbers for Num; dates as days or seconds since 1960-01-01.",
    ),
    Code(
        "FILE027",
        "format that version 5 cannot hold",
        _LIMIT,
        "Give a SAS format such as DATE9. or 8.2 with a name of at most 8 characters.",
    ),
    Code(
        "FILE028",
        "last record that looks like padding",
        "Transport files are filled up with blanks or zeros, and do not say how many records they "
        "hold: a reader would leave it out.",
        "Leave the record out, or give it an identifier.",
    ),
    Code(
        "FILE029",
        "number that does not fit its declared length",
        "Cutting bytes of a number changes its value.",
        "Declare a length of 8.",
    ),
    Code(
        "FILE030",
        "columns and variables that differ",
        "A data set is written as described, or not at all.",
        "Describe each column once, in order.",
    ),
    Code(
        "FILE031",
        "NUL character in a text",
        "Readers stop at it and lose the rest of the text.",
        "Remove it at the source.",
    ),
    Code(
        "FILE032",
        "unknown encoding",
        "Text cannot be counted or written without one.",
        "Use ascii, utf-8, gb18030, shift_jis or cp1252.",
    ),
    Code(
        "FILE033",
        "variable length outside the format",
        _LIMIT,
        "Use 1 to 200 for Char and 2 to 8 for Num.",
    ),
    Code(
        "FILE034",
        "SOURCE_DATE_EPOCH that is no time",
        "The time in file headers comes from it.",
        "Set it to whole seconds since 1970, or not at all.",
    ),
    Code("FILE040", "malformed JSON", _READ, _RESEND, owner=Owner.DATA_MANAGEMENT),
    Code(
        "FILE041",
        "JSON that is no Dataset-JSON",
        _READ,
        "Compare the file with CDISC's schema.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE042", "Dataset-JSON row of the wrong size", _READ, _RESEND, owner=Owner.DATA_MANAGEMENT
    ),
    Code(
        "FILE043",
        "value that is not of its column's type",
        "Guessing a type would change data.",
        "Correct the data type, or the value.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE050",
        "CSV folder without its description",
        "Types and labels of CSV columns are in _variables.csv; they are never guessed.",
        "Add _datasets.csv and _variables.csv.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code("FILE051", "malformed CSV", _READ, _RESEND, owner=Owner.DATA_MANAGEMENT),
    Code(
        "FILE052",
        "CSV column without description",
        "Its type would be a guess, so it is read as text.",
        "Describe the column in _variables.csv.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE053",
        "CSV line with cells left out",
        "What is not there is taken as empty.",
        "Write every cell, empty ones too.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code("FILE060", "unreadable Parquet file", _READ, _RESEND, owner=Owner.DATA_MANAGEMENT),
    Code(
        "FILE070",
        "two files for one data set",
        "Which one is meant would be a guess, and with both every record would count twice.",
        "Keep one of them, named for its data set.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE071",
        "file name in mixed case",
        "Gateways and agencies expect lower-case file names.",
        "Rename the file.",
        Severity.EXPLAIN,
    ),
    Code(
        "FILE072",
        "file named unlike its data set",
        "Reviewers and define.xml refer to a data set by either name.",
        "Rename the file, or write it again.",
        Severity.EXPLAIN,
    ),
    Code(
        "FILE073",
        "file that is not a data set",
        "It was not read.",
        "Keep other files elsewhere.",
        Severity.INFO,
    ),
    Code(
        "FILE074",
        "file name that is no data set name",
        _LIMIT,
        "Use 1 to 8 of a-z and 0-9, starting with a letter.",
        Severity.EXPLAIN,
    ),
    Code(
        "FILE075",
        "folder without data sets",
        "A check of nothing would look like a pass.",
        "Name the folder that holds the data sets.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE076",
        "file that may be a data set and is not read",
        "A data set that no rule has seen must not look as if it were clean.",
        "Give it as SAS transport, Dataset-JSON or Parquet; CSV with _datasets.csv and "
        "_variables.csv beside it. Keep what is no data set elsewhere.",
        Severity.EXPLAIN,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "FILE080",
        "output folder that is part of what is read",
        "What is read would be exchanged for what is made of it.",
        "Name a folder of its own with --out.",
    ),
    Code(
        "MAP328",
        "output folder is not ours",
        "The folder holds files that no build made; they would be lost.",
        "Name another folder, or empty it.",
    ),
)
