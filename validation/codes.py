"""The finding codes of validation."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "VAL010",
        "Folder of rules not found",
        "Without rules nothing is checked, and an empty report would look like a clean study.",
        "Give the folder with the rule files (*.yml), or leave it out for the bundled catalogue.",
    ),
    Code(
        "VAL011",
        "Folder without rules",
        "Without rules nothing is checked, and an empty report would look like a clean study.",
        "Point to a folder with rule files (*.yml) in it or below it.",
    ),
    Code(
        "VAL012",
        "Unknown rule asked for",
        "A rule id that no rule has would silently check nothing.",
        "Correct the id; ids are those of Core.Id in the rule files.",
    ),
    Code(
        "VAL013",
        "No data set to check",
        "Rules need at least one data set that can be read (XPT, Dataset-JSON, CSV).",
        "Give the folder with the data sets; other findings say why files could not be read.",
    ),
    Code(
        "VAL014",
        "No rule ran",
        "A report in which no rule ran says nothing about the data; it must not look clean.",
        "Check standard and version against those that the rules are for.",
    ),
    Code(
        "VAL015",
        "define.xml not found",
        "Rules that compare data with the define.xml cannot run without it.",
        "Correct the path of the define.xml.",
    ),
    Code(
        "VAL016",
        "Unreadable define.xml",
        "Rules that compare data with the define.xml cannot run on a broken file.",
        "Mend the XML; the message says where it breaks. The other rules ran all the same.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
)
