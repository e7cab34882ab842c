"""The finding codes of ``tracelock diff``."""

from __future__ import annotations

from specs.codes import Code, register

register(
    Code(
        "DIF101",
        "a change that nothing explains",
        "A value or record of a data set is another one, and no edit of the raw data, no line of "
        "the specification, no other record and no version that it is made of changed.",
        "Look at the value in both builds with `tracelock explain`.",
    ),
    Code(
        "DIF102",
        "the export numbers its rows anew",
        "Too many rows of one number hold something else than before, so their numbers say "
        "nothing; they are paired by what they hold.",
        "Ask for an export that keeps its record numbers.",
    ),
    Code(
        "DIF103",
        "no raw tables to compare",
        "A build that kept no columns cannot say which cell of the export changed.",
        "Build again with this version; the next diff will know.",
    ),
    Code(
        "DIF104",
        "the new export does not build",
        "The specification does not fit the new export, so only the raw data are compared.",
        "Change the lines that are shown, and build.",
    ),
    Code(
        "DIF105",
        "analysis data of other tabulation data",
        "The analysis data of a build were made of other tabulation data than it holds, so the "
        "records that they name are not there; they are left out of the diff.",
        "Build ADaM again.",
    ),
    Code(
        "PKG193",
        "nothing to hold against each other",
        "A diff needs two builds of a study.",
        "Build the study twice with different raw data, or name two build folders.",
    ),
    Code(
        "PKG194",
        "wrong label",
        "A label names a folder in which a build is kept; one that is taken would be written over.",
        "Choose another label.",
    ),
)
