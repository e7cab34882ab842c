"""The finding codes of the command line and the package."""

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        "PKG006",
        "define.xml of one folder, given for several",
        "Data that are held against the define.xml of other data differ in everything.",
        "Name the folder that it describes as DIR.",
    ),
    Code(
        "PKG007",
        "command that could not end",
        "The machine (disk, memory, rights, a closed stream) or a defect stopped it. That says "
        "nothing about the data; what was published before is as it was.",
        "Mend what the message names. Where it says that it is a defect, please report it, "
        "with what TRACELOCK_TRACEBACK=1 in the environment makes the same call print.",
    ),
    Code(
        "PKG008",
        "unknown controlled terminology",
        "Terms that are held against no codelist would all pass.",
        "Name a package that is here, or import it: tracelock standards import.",
    ),
    Code(
        "PKG009",
        "builds that change while they are packaged",
        "A package holds one SDTM build and the ADaM that was made of it, never parts of two.",
        "Package when nobody else builds the study.",
    ),
    Code(
        "PKG005",
        "folder without data sets",
        "There is nothing to validate.",
        "Name a folder of .xpt, Dataset-JSON or CSV files, a build, or a package.",
        Severity.BLOCKS,
    ),
    Code(
        "PKG001",
        "no build to look in",
        "Nothing has been built yet, or it lies elsewhere.",
        "Run build-sdtm first, or name the build with --out.",
        Severity.BLOCKS,
    ),
    Code(
        "PKG002",
        "value that cannot be found",
        "The words given do not name one record of a built data set.",
        "Name study, data set, subject, and as many VAR=VALUE as it takes.",
        Severity.BLOCKS,
    ),
    Code(
        "PKG003",
        "unknown finding code or rule",
        "No code or rule has this id.",
        "See the hint.",
        Severity.INFO,
    ),
    Code(
        "PKG004",
        "raw cell that is not there any more",
        "The raw file has changed since the build.",
        "Build again, or name the raw folder of that build with --raw.",
        Severity.BLOCKS,
        Owner.DATA_MANAGEMENT,
    ),
    Code(
        "PKG010",
        "foreign package owns one of our names",
        "Two packages with the name `define` or `validation` cannot be installed side by side.",
        "Install tracelock into an environment of its own.",
        Severity.BLOCKS,
    ),
    Code(
        "PKG011",
        "package missing or too old",
        "A dependency is not installed as declared.",
        "Install from requirements.lock.",
        Severity.BLOCKS,
    ),
)
