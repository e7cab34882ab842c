"""The finding codes of the specification itself."""

from specs.codes import Code, register
from specs.findings import Severity

register(
    Code(
        "SPEC101",
        "specification file unreadable",
        "Nothing can be built without it.",
        "Check the path, and save the file as UTF-8.",
    ),
    Code(
        "SPEC102",
        "not valid YAML",
        "The file cannot be read at all.",
        "Mend the syntax at the place shown.",
    ),
    Code(
        "SPEC103",
        "YAML feature that the language refuses",
        "Anchors, aliases, tags and merge keys hide where a value comes from.",
        "Write the text out; quote it if it begins with & * or !.",
    ),
    Code(
        "SPEC104",
        "duplicate key",
        "One of the two lines would be lost in silence.",
        "Keep one of the two.",
    ),
    Code(
        "SPEC105",
        "value that does not fit",
        "A key is unknown, missing, or its value is of the wrong kind.",
        "See the hint; `tracelock schema` prints what is allowed.",
    ),
    Code(
        "SPEC106",
        "condition that cannot be read",
        "Conditions are a small language of comparisons, and, or, not, is missing.",
        "Mend it at the place shown.",
    ),
    Code(
        "SPEC107",
        "file of the specification missing",
        "The specification names a file that is not in the study folder.",
        "Add it, or correct the name.",
    ),
    Code(
        "SPEC108",
        "table that cannot be read",
        "A CSV table of the specification is malformed.",
        "Mend the row shown; the first line holds the column names.",
    ),
    Code(
        "SPEC109",
        "two files for one data set",
        "There must be exactly one way to build a data set.",
        "Keep one of the files.",
    ),
    Code(
        "SPEC111",
        "line without a verb",
        "A line says what a value is with exactly one verb.",
        "Use one of the verbs.",
    ),
    Code(
        "SPEC112",
        "line with several verbs",
        "A line that can be executed in two ways is refused.",
        "Keep one verb.",
    ),
    Code(
        "SPEC113",
        "unknown source",
        "The line names a raw source that study.yaml does not declare.",
        "Declare the source, or correct the name.",
    ),
    Code(
        "SPEC114",
        "unknown column",
        "The raw file has no such column.",
        "Correct the name, or ask why the export's layout changed.",
    ),
    Code(
        "SPEC115",
        "unknown variable",
        "The standard has no such variable in this data set.",
        "Correct the name, or declare it under supplemental.",
    ),
    Code(
        "SPEC116",
        "unknown map or codelist",
        "The line names a map or codelist that is not there.",
        "Add it to codelists.yaml, or correct the name.",
    ),
    Code(
        "SPEC117",
        "unknown data set or variable of another data set",
        "The line needs a value that nothing builds.",
        "Correct the name, or build that data set.",
    ),
    Code(
        "SPEC118",
        "circular dependency",
        "Each of these variables needs another of them first.",
        "Break the circle: take one of them from the raw data.",
    ),
    Code(
        "SPEC119",
        "required variable missing",
        "The standard requires this variable in every record.",
        "Add a line for it.",
    ),
    Code(
        "SPEC120",
        "ambiguous name",
        "A name is both a raw column and a variable, and they differ.",
        "Write raw.NAME for the column, or DOMAIN.NAME for the variable.",
    ),
    Code(
        "SPEC121",
        "unknown function",
        "functions.py does not define it, or it has no docstring.",
        "Define it, with a docstring that says what it computes.",
    ),
    Code(
        "SPEC122",
        "unreachable line",
        "An earlier alternative always holds, or the line is never used.",
        "Take the line out, or mend the condition.",
    ),
    Code(
        "SPEC123",
        "map that contradicts itself",
        "One raw spelling stands for two different values.",
        "Keep the spelling in one place.",
    ),
    Code(
        "SPEC124",
        "record stream that cannot be read",
        "A stream takes its records from exactly one place.",
        "Name one of: source, domain, table, one, visits-of, elements.",
    ),
    Code(
        "SPEC125",
        "unknown standard derivation",
        "This name is not one of the derivations that are asked for by name.",
        "Write a line for it under variables.",
    ),
    Code(
        "SPEC127",
        "sort order that is not total",
        "Records with equal keys could change places between builds.",
        "Add a key that tells them apart, such as the record id.",
        Severity.EXPLAIN,
    ),
    Code(
        "SPEC129",
        "unused part of the specification",
        "Nothing refers to it.",
        "Take it out, or use it.",
        Severity.INFO,
    ),
    Code(
        "SPEC130",
        "not a study folder",
        "A study is a folder with study.yaml in it.",
        "Name the folder, or make one with `tracelock init DIR`.",
    ),
    Code(
        "SPEC140",
        "condition that never holds",
        "No record can fulfil it, whatever the data hold: the line, filter or check does nothing.",
        "Mend the condition, or take it out.",
    ),
    Code(
        "SPEC141",
        "alternative that is never reached",
        "What stands before it holds wherever it would; it gives no value and hides a mistake.",
        "Mend the conditions, change their order, or take it out.",
    ),
    Code(
        "SPEC143",
        "results with comparators named one by one",
        "A list of values such as <2.5 holds what one export has; the next limit is lost.",
        "Take the number out of the text: `pattern: '^<=?\\s*([0-9.]+)$'`, then `number`.",
    ),
    Code(
        "SPEC150",
        "decision that study.yaml does not take",
        "only-if and by-decision settle alternatives by the decisions of study.yaml.",
        "Name a decision and one of its options, or add them under decisions.",
    ),
    Code(
        "SPEC131",
        "kinds that do not go together",
        "Text, numbers, dates and date-times are told apart before a row is read; a line that "
        "mixes them would give an answer by accident.",
        "Say what is meant: number, as-text, date or date-of.",
    ),
    Code(
        "SPEC151",
        "name that stands for nothing",
        "named, use and like put a node that is written once where its name stands.",
        "Define it under named, or correct the name.",
    ),
    Code(
        "SPEC152",
        "library that cannot be extended",
        "`extends` names a folder of specifications that this study builds on.",
        "Correct the path; it is relative to the folder that says it.",
    ),
    Code(
        "SPEC153",
        "override that changes nothing",
        "The library says the same, or has nothing to take away; the line only hides its changes.",
        "Take the line out of the study.",
        Severity.INFO,
    ),
    Code(
        "SPEC155",
        "functions of a study that are not allowed yet",
        "functions.py is a program of whoever wrote the study. It is not run before the person at "
        "this machine has said so, once for each content of the file.",
        "Read the file; then give the same command with --allow-functions (from Python: "
        "allow_functions=True), or add its SHA-256 to tracelock/allowed-functions in your "
        "configuration folder.",
    ),
    Code(
        "SPEC156",
        "file outside the study",
        "A study could name any file of this machine, and its content would be in the build.",
        "Put a copy into the study's folder, name the raw exports with --raw DIR, or give "
        "--allow-outside (from Python: allow_outside=True) when you know what the file is.",
    ),
    Code(
        "LIN101",
        "account of a build that cannot be read",
        "define.xml, guides and explain read what the build says of itself.",
        "Build again with this version of tracelock.",
    ),
    Code(
        "LIN102",
        "data set that the build says nothing of",
        "define.xml tells how each value came about, which only the build knows that made it.",
        "Build the data set with this specification.",
    ),
    Code(
        "SPEC190",
        "data that were not looked at",
        "Without the raw files only the specification itself can be checked.",
        "Put the exports into the raw folder, or name it with --raw.",
        Severity.INFO,
    ),
    Code(
        "SPEC191",
        "analysis data sets that were only read",
        "Names and conditions of analysis data sets are tried on the tabulation data.",
        "Run build-sdtm, then check again.",
        Severity.INFO,
    ),
)
