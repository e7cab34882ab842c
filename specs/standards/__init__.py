"""The standards that a specification stands on: implementation guides and controlled terminology.

>>> load_ig("sdtmig", "3.4").variable("AE", "AESEV").codelist_codes
('C66769',)
>>> load_ct("sdtmct-2025-03-28").term("NY", "Y").code
'C49488'
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, overload

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards import codes as codes  # registers the STD codes
from specs.standards.analysis import AnalysisGuide, AnalysisVariable
from specs.standards.implementation import (
    GENERAL_CLASSES,
    DatasetStandard,
    ImplementationGuide,
    VariableStandard,
)
from specs.standards.packages import available
from specs.standards.publications import import_ct
from specs.standards.terminology import Codelist, ControlledTerminology, Term, load_ct

__all__ = [
    "GENERAL_CLASSES",
    "AnalysisGuide",
    "AnalysisVariable",
    "Codelist",
    "ControlledTerminology",
    "DatasetStandard",
    "ImplementationGuide",
    "Term",
    "VariableStandard",
    "available",
    "import_ct",
    "load_ct",
    "load_ig",
]

MODELS = {("sdtmig", "3.4"): "2.0"}
"""The SDTM version that each SDTMIG version implements."""


@overload
def load_ig(standard: Literal["sdtmig"] = ..., version: str = ...) -> ImplementationGuide: ...
@overload
def load_ig(standard: Literal["adamig"], version: str = ...) -> AnalysisGuide: ...
def load_ig(standard: str = "sdtmig", version: str = "3.4") -> ImplementationGuide | AnalysisGuide:
    """An implementation guide. Raises SpecificationError STD101 for one that is not here."""
    return _load(standard, version)


@lru_cache(maxsize=8)
def _load(standard: str, version: str) -> ImplementationGuide | AnalysisGuide:
    if (standard, version) in MODELS:
        return ImplementationGuide(standard, version, MODELS[standard, version])
    if (standard, version) == ("adamig", "1.3"):
        return AnalysisGuide(standard, version)
    message = f"standard {standard} {version} is not here"
    hint = "here are: sdtmig 3.4, adamig 1.3"
    raise SpecificationError(finding("STD101", message, value=f"{standard} {version}", hint=hint))
