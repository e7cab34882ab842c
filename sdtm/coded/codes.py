"""The finding codes of dictionaries and coded values."""

from specs.codes import Code, register
from specs.findings import Owner, Severity

_DM = Owner.DATA_MANAGEMENT

register(
    Code(
        "MAP361",
        "dictionary that is not there",
        "The study says that its values are coded by it, and nothing was held against it.",
        "Put the release where study.yaml says (files), or correct the path.",
        owner=_DM,
    ),
    Code(
        "MAP362",
        "dictionary of another version",
        "A term may be another one, or none, in another version; the version is submitted.",
        "Bring in the version that study.yaml names, or correct it there.",
        owner=_DM,
    ),
    Code(
        "MAP363",
        "dictionary that contradicts itself",
        "Its files are of several releases, or one of them was cut off.",
        "Unpack the release anew; do not mend it by hand.",
        owner=_DM,
    ),
    Code(
        "MAP364",
        "coded value that the dictionary has not",
        "The value was typed, or coded by another version or dictionary.",
        "Have the term coded anew.",
        owner=_DM,
    ),
    Code(
        "MAP365",
        "coded value that is no longer current",
        "Terms that are not current are kept for old data and are not to be coded to.",
        "Have the term coded to a current one.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "MAP366",
        "levels of a coded term that do not belong together",
        "Code and name, or two levels, are of different terms: one of them is wrong.",
        "Have the term coded anew; take all levels from one path of the dictionary.",
        owner=_DM,
    ),
    Code(
        "MAP367",
        "system organ class that is not the primary one",
        "A term counts in its primary class, else totals by class differ from everybody else's.",
        "Take the primary path of the preferred term.",
        owner=_DM,
    ),
    Code(
        "MAP368",
        "grade that is not defined for its term",
        "CTCAE defines for each term which grades there are.",
        "Ask for the grade, or for the term.",
        owner=_DM,
    ),
)
