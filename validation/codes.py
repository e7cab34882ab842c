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
    Code(
        "VAL017",
        "No data set in the mapping",
        "What is no table, or a second table of the same name, would be left out without a word.",
        "Give a mapping of data set names to DataFrames, each name once (upper and lower case are "
        "the same), each column once.",
    ),
    Code(
        "VAL018",
        "Unknown standard or terminology",
        "Rules are chosen by standard; with one that does not exist none or the wrong ones run.",
        "Give a standard as sdtmig or adamig, and terminology as sdtmct-2025-03-28.",
    ),
    Code(
        "VAL019",
        "Variable name in lower case",
        "Names of variables are upper case; a program that tells the cases apart finds none.",
        "Write the names in upper case. The rules looked at them as if they were.",
        severity=Severity.BLOCKS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        "VAL030",
        "Official engine not found",
        "The cross-check runs the official engine in an environment of its own.",
        "Give --core-python (Python 3.12 with cdisc-rules-engine) and --core-home (its sources: "
        "core.py and resources/cache).",
    ),
    Code(
        "VAL031",
        "Official engine failed",
        "A cross-check that stopped half way says nothing about the data.",
        "Run the same call by hand; the message holds the last line that the engine wrote.",
    ),
    Code(
        "VAL032",
        "Report of the official engine unreadable",
        "The official engine ends with code 0 whatever happens; without its report nothing is "
        "known.",
        "Check that core.py and the installed package are of one version.",
    ),
    Code(
        "VAL033",
        "Official engine ran no rule",
        "A report in which no rule ran must not look clean.",
        "Check the rules cache below --core-home, the standard and the version.",
    ),
    Code(
        "VAL034",
        "Rule failed in the official engine",
        "A rule with an execution error found nothing, and its data sets are not checked by it.",
        "Compare with our engine's result for the rule; report the error to the engine's makers.",
        severity=Severity.BLOCKS,
        owner=Owner.PROGRAMMING,
    ),
)
