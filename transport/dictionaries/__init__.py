"""Coding dictionaries as their publishers distribute them: MedDRA, WHODrug, CTCAE, LOINC.

Nothing of their content is here; a sponsor brings the files of a licence of its own.
"""

from transport.dictionaries.meddra import MedDRA, Path, SmqTerm, read_meddra
from transport.dictionaries.others import Ctcae, Loinc, read_ctcae, read_loinc
from transport.dictionaries.whodrug import WhoDrug, read_whodrug

__all__ = [
    "Ctcae",
    "Loinc",
    "MedDRA",
    "Path",
    "SmqTerm",
    "WhoDrug",
    "read_ctcae",
    "read_loinc",
    "read_meddra",
    "read_whodrug",
]
