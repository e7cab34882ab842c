"""The finding codes of ``tracelock compare``."""

from __future__ import annotations

from specs.codes import Code, register

register(
    Code(
        "PKG190",
        "nothing to compare",
        "Two folders without a data set in common, or data sets without a variable in common, "
        "would be called equal without a look at one value.",
        "Name the folders, or the files, that hold the same data sets.",
    ),
    Code(
        "PKG191",
        "unknown name in a comparison",
        "A key, a variable or a data set that is not there would be left out of the comparison.",
        "Write it as the data sets do.",
    ),
    Code(
        "PKG192",
        "wrong option of a comparison",
        "A tolerance without a method, or the other way round, says nothing.",
        "Give --method absolute, relative or percent its --criterion, a number of 0 or more.",
    ),
)
