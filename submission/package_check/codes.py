"""The finding codes of the submission package (``PKG1..``)."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

_R = Severity.REJECTS
_B = Severity.BLOCKS
_E = Severity.EXPLAIN
_I = Severity.INFO
_GATE = "The gateway stops at the first failed criterion and returns the whole submission."
_NAMES = "Names that one system reads and another does not break links and checksums."
_TRIP = "A reviewer looks for it first and asks for it when it is not there."


def _code(number: int, title: str, why: str, fix: str, severity: Severity) -> Code:
    return Code(f"PKG{number}", title, why, fix, severity, Owner.REGULATORY)


register(
    _code(
        100,
        "folder that is no package",
        "There is nothing to check.",
        "Name the folder that holds m5 (or m4).",
        _B,
    ),
    _code(
        101,
        "study data outside a study tagging file (rejection criterion 1789)",
        _GATE,
        "Refer to every data set and define.xml in the study's stf-<study>.xml.",
        _R,
    ),
    _code(
        102,
        "study data in the wrong place (rejection criterion 1789)",
        _GATE,
        "Put tabulations into m5/datasets/<study>/tabulations/sdtm and analysis data sets into "
        "analysis/adam/datasets.",
        _R,
    ),
    _code(
        103,
        "study without a trial summary data set (rejection criterion 1734)",
        _GATE,
        "Add ts.xpt; a study that needs no standardised data takes a simplified one.",
        _R,
    ),
    _code(
        104,
        "trial summary without a study start date (rejection criterion 1734)",
        _GATE,
        "Give TSPARMCD SSTDTC a complete ISO 8601 date in TSVAL.",
        _R,
    ),
    _code(
        105,
        "wrong file-tag (rejection criterion 1735)",
        _GATE,
        "Use the tag of the standard: data-tabulation-dataset-sdtm, analysis-dataset-adam, and "
        "the two data definitions for define.xml.",
        _R,
    ),
    _code(
        106,
        "study tagging file that refers to a file which is not there",
        _GATE,
        "Correct the reference, or add the file.",
        _R,
    ),
    _code(107, "tabulations without DM (rejection criterion 1736)", _GATE, "Add dm.xpt.", _R),
    _code(108, "analysis data without ADSL (rejection criterion 1736)", _GATE, "Add adsl.xpt.", _R),
    _code(
        109,
        "data sets without define.xml (rejection criterion 1736)",
        _GATE,
        "Write define.xml beside the data sets.",
        _R,
    ),
    _code(
        110,
        "trial summary of another study (rejection criterion 1734)",
        _GATE,
        "STUDYID of TS and study-id of the study tagging file must agree.",
        _R,
    ),
    _code(
        111,
        "unreadable study tagging file",
        _GATE,
        "Write it again: title, study-id, then one doc-content with a file-tag per file.",
        _R,
    ),
    _code(
        112,
        "simplified trial summary",
        "It is accepted where no standardised data are due.",
        "Nothing, if the study began before the requirement or is not in its scope.",
        _I,
    ),
    _code(
        113,
        "study tagging file that cannot be followed",
        "Its references name leafs of a backbone that is not in this folder.",
        "Check again with index.xml, or with the leafs.csv of the package, in the folder.",
        _I,
    ),
    _code(
        120, "upper-case letters in a file or folder name", _NAMES, "Write names in lower case.", _B
    ),
    _code(
        121,
        "character that a name may not have",
        _NAMES,
        "Use a to z, 0 to 9, hyphen and one full stop before the extension.",
        _B,
    ),
    _code(122, "name with letters that are not ASCII", _NAMES, "Use a to z, 0 to 9, hyphen.", _B),
    _code(123, "name that is too long", _NAMES, "Shorten it to what the profile allows.", _B),
    _code(124, "path that is too long", _NAMES, "Shorten folder names.", _B),
    _code(
        125,
        "file type that is not accepted here",
        "It cannot be opened by the reviewers.",
        "Leave it out, or convert it.",
        _E,
    ),
    _code(
        126,
        "empty file",
        "It says nothing, and looks like a failed copy.",
        "Remove it, or write it again.",
        _B,
    ),
    _code(
        127, "file that is there twice", "Two copies drift apart.", "Keep one and refer to it.", _E
    ),
    _code(
        128,
        "symbolic link",
        "It leads out of the package and is lost on transfer.",
        "Put the file itself there.",
        _B,
    ),
    _code(
        129,
        "file or folder that has no place in the tree",
        "Reviewers do not look there, and tools list it as unknown.",
        "Move it to its place, or leave it out.",
        _E,
    ),
    _code(
        130,
        "data set that is not SAS transport version 5",
        "Agencies read no other.",
        "Write it with the XPORT engine, version 5.",
        _B,
    ),
    _code(
        131,
        "data set whose name is not its file's",
        "It loads under a name nobody expects.",
        "Give file and data set one name.",
        _B,
    ),
    _code(
        132,
        "data set label that is missing or too long",
        "Labels are how reviewers read names.",
        "Give a label of 1 to 40 bytes.",
        _B,
    ),
    _code(
        133,
        "variable label that is missing or too long",
        "Labels are how reviewers read names.",
        "Give a label of 1 to 40 bytes.",
        _B,
    ),
    _code(
        134,
        "variable name that is not allowed",
        "Tools fail on it, or change it.",
        "Use 1 to 8 of A to Z, 0 to 9 and _, starting with a letter.",
        _B,
    ),
    _code(
        135,
        "data set without records",
        "An empty data set is not submitted.",
        "Leave it out and mark it HasNoData in define.xml.",
        _E,
    ),
    _code(
        136,
        "data set above the size limit that is not split",
        "Reviewers' tools cannot load it.",
        "Split it into the folder split and keep the whole.",
        _B,
    ),
    _code(
        137,
        "split data set that does not add up",
        "Reviewers cannot tell which of the two is right.",
        "Split the whole again.",
        _B,
    ),
    _code(
        138,
        "text that is not ASCII in data or labels",
        "The agency's tools show other characters, or none.",
        "Correct the record at its source, or transliterate it in the specification.",
        _B,
    ),
    _code(
        139,
        "variable longer than the agency reads",
        "Text after the limit is cut off.",
        "Shorten it, or continue in SUPP--.",
        _B,
    ),
    _code(
        140,
        "define.xml without its stylesheet",
        "Browsers show raw XML.",
        "Copy the stylesheet that it names beside it.",
        _B,
    ),
    _code(141, "no annotated CRF", _TRIP, "Add acrf.pdf beside the tabulations.", _E),
    _code(
        142,
        "no reviewer's guide",
        _TRIP,
        "Add csdrg beside the tabulations and adrg beside the analysis data sets.",
        _E,
    ),
    _code(
        143,
        "reviewer's guide that is no PDF",
        "Agencies ask for PDF.",
        "Fill the listed gaps in the document, save it as PDF, and package it.",
        _I,
    ),
    _code(
        144,
        "data set that define.xml does not describe",
        _TRIP,
        "Add it to define.xml, or leave the file out.",
        _B,
    ),
    _code(
        145,
        "data set of define.xml without a file",
        _TRIP,
        "Add the file, or mark the data set HasNoData.",
        _B,
    ),
    _code(
        146,
        "unreadable define.xml",
        "Nothing can be found without it.",
        "See the message; write it again.",
        _B,
    ),
    _code(
        147,
        "reference out of the package",
        "What it names is not submitted.",
        "Refer to files inside the package only.",
        _B,
    ),
    _code(
        148,
        "reference to a file that is not there",
        "The link is dead.",
        "Add the file, or take the reference out.",
        _B,
    ),
    _code(149, "analysis data without programs", _TRIP, "Add the programs as text.", _E),
    _code(150, "unreadable PDF", "It cannot be opened.", "Write it again.", _B),
    _code(
        151,
        "protected PDF",
        "Reviewers must be able to search, copy and annotate.",
        "Save it without security settings.",
        _B,
    ),
    _code(
        155,
        "derived tabulation data that do not fit the collected ones",
        "Records of one data set have the same variables.",
        "Publish the same variables in the analysis specification (class: tabulation).",
        _B,
    ),
    _code(
        152,
        "PDF version that is not accepted",
        "It may not display.",
        "Save it in a version that the profile lists.",
        _E,
    ),
    _code(
        153,
        "long PDF without bookmarks",
        "Nobody finds their way in it.",
        "Add bookmarks (annotated CRF: by domain and by visit).",
        _E,
    ),
    _code(
        154,
        "PDF with scripts, attachments or links to the outside",
        "They are not allowed in a submission.",
        "Remove them.",
        _B,
    ),
    _code(
        160,
        "file that differs from the manifest",
        "It was changed after it was packaged.",
        "Package again, or put the packaged file back.",
        _B,
    ),
    _code(
        161,
        "file of the manifest that is not there",
        "It was lost after packaging.",
        "Package again.",
        _B,
    ),
    _code(
        162,
        "file that the manifest does not list",
        "It was added after packaging.",
        "Package again, or remove it.",
        _B,
    ),
    _code(163, "unreadable manifest", "Nothing can be compared with it.", "Package again.", _B),
    _code(
        170,
        "build that cannot be packaged",
        "A package with a hole is worse than none.",
        "Mend what the findings name, then package again.",
        _B,
    ),
    _code(
        171,
        "findings that reject the submission",
        "The gateway would return it.",
        "Mend what the findings name, then package again.",
        _R,
    ),
    _code(
        172,
        "study document that cannot be used",
        "It would not open for the reviewers either.",
        "Put a readable PDF into the study's documents folder.",
        _B,
    ),
    _code(
        173,
        "reference out of the tree while packaging",
        "It would point at nothing.",
        "Keep every document below the study folder, without .. and links.",
        _B,
    ),
    _code(
        174,
        "data set or variable without a Chinese label",
        "NMPA asks for Chinese labels of data sets and variables.",
        "Add the line to labels_zh.csv.",
        _E,
    ),
    _code(
        175,
        "labels_zh.csv that cannot be used",
        "Labels would be wrong without notice.",
        "Columns are dataset, variable (blank for the data set) and label; 40 bytes at most.",
        _B,
    ),
    _code(176, "unknown agency or profile", "There is nothing to go by.", "See the hint.", _B),
    _code(
        177,
        "output folder inside the data",
        "The package would be part of its own input.",
        "Name another folder with --out.",
        _B,
    ),
    _code(
        178,
        "package with open findings that block",
        "The gateway would take it; the conformance report in it says why it is not ready.",
        "Mend the findings, or explain them in waivers.yaml, then package again.",
        _E,
    ),
    _code(
        179,
        "gap that a person has to fill",
        "No data say it, and nothing is made up.",
        "Write it into the guide, or add the document, before the submission.",
        _I,
    ),
)
