"""Finding codes of the standards: implementation guides and controlled terminology."""

from __future__ import annotations

from specs.codes import Code, register

register(
    Code(
        "STD101",
        "unknown standard or version",
        "Labels, types, roles and order come from the pinned standard, so it must be here.",
        "Pin one of the versions that the message lists.",
    ),
    Code(
        "STD102",
        "unknown domain or data set",
        "A domain that the implementation guide does not list must state its general class.",
        "Correct the name, or declare a custom domain with its class.",
    ),
    Code(
        "STD103",
        "variable that the standard does not know for this domain",
        "Neither the implementation guide nor the SDTM model lists it, so it has no label or type.",
        "Correct the name, or declare the variable as supplemental.",
    ),
    Code(
        "STD104",
        "unknown general class",
        "A custom domain takes its variables from one of the general observation classes.",
        "State Interventions, Events, Findings or Findings About.",
    ),
    Code(
        "STD201",
        "unknown controlled terminology package",
        "Terms and C-codes are resolved from the pinned package alone.",
        "Import the package with `tracelock standards import FILE`, or pin one that is here.",
    ),
    Code(
        "STD202",
        "unknown codelist",
        "The pinned package has no codelist of this code or submission value.",
        "Correct the name, or pin the package version that has it.",
    ),
    Code(
        "STD203",
        "controlled terminology file that cannot be read",
        "A file that is cut off, re-saved by another program or of another layout may lose terms.",
        "Take the file again from NCI EVS, as text or ODM-XML, and import it as it is.",
    ),
    Code(
        "STD204",
        "controlled terminology package of unknown version",
        "The tab-delimited text that NCI EVS publishes does not say its version.",
        "Give it: `tracelock standards import FILE --package sdtmct-2025-03-28`.",
    ),
    Code(
        "STD205",
        "two different packages of one name",
        "A build must not depend on which of two different copies of a package is found first.",
        "Remove the copy that is wrong from the study's standards folder.",
    ),
)
