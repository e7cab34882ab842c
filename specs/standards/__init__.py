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
from specs.standards.changes import TermChange, term_changes
from specs.standards.differences import (
    KEY_OF_ADAM,
    DatasetClasses,
    all_classes,
    is_key_variable,
    sdtmig_3_3,
)
from specs.standards.held import (
    DATA_SETS,
    FACTS,
    KEY_VARIABLES,
    Holding,
    holding,
    holdings,
    whole,
)
from specs.standards.implementation import (
    GENERAL_CLASSES,
    DatasetStandard,
    ImplementationGuide,
    VariableStandard,
)
from specs.standards.names import is_associated, parent_of, prefix_of, supplement_of
from specs.standards.packages import available
from specs.standards.publications import import_ct
from specs.standards.terminology import Codelist, ControlledTerminology, Term, load_ct

__all__ = [
    "DATA_SETS",
    "GENERAL_CLASSES",
    "KEY_OF_ADAM",
    "KEY_VARIABLES",
    "AnalysisGuide",
    "AnalysisVariable",
    "Codelist",
    "ControlledTerminology",
    "DatasetClasses",
    "DatasetStandard",
    "Holding",
    "ImplementationGuide",
    "Term",
    "TermChange",
    "VariableStandard",
    "available",
    "dataset_classes",
    "holding",
    "holdings",
    "import_ct",
    "is_associated",
    "is_key_variable",
    "load_ct",
    "load_ig",
    "parent_of",
    "prefix_of",
    "supplement_of",
    "term_changes",
]

MODELS = {("sdtmig", "3.4"): "2.0", ("sendig", "3.1.1"): ""}
"""The SDTM version that each guide implements; blank where its table is not held."""


@overload
def load_ig(
    standard: Literal["sdtmig", "sendig"] = ..., version: str = ...
) -> ImplementationGuide: ...
@overload
def load_ig(standard: Literal["adamig"], version: str = ...) -> AnalysisGuide: ...
def load_ig(standard: str = "sdtmig", version: str = "3.4") -> ImplementationGuide | AnalysisGuide:
    """An implementation guide whose variables are held. Raises SpecificationError STD101 for
    another one, with what is held of it; it is never replaced by another version."""
    return _load(standard, version)


@lru_cache(maxsize=8)
def _load(standard: str, version: str) -> ImplementationGuide | AnalysisGuide:
    if (standard, version) in MODELS:
        return ImplementationGuide(standard, version, MODELS[standard, version])
    if (standard, version) == ("adamig", "1.3"):
        return AnalysisGuide(standard, version)
    part = holding(standard, version)
    message = f"standard {standard} {version} is not here"
    if part.facts:
        message = f"of {part.name} only this is here: {', '.join(FACTS[f] for f in part.facts)}"
    hint = f"here are: {whole()}"
    raise SpecificationError(finding("STD101", message, value=f"{standard} {version}", hint=hint))


@lru_cache(maxsize=8)
def dataset_classes(standard: str, version: str) -> DatasetClasses:
    """The data sets of SDTMIG or SENDIG and their classes, also of a version that is held in part.

    Raises SpecificationError STD101.
    """
    if (standard, version) == ("sdtmig", "3.3"):
        return sdtmig_3_3(load_ig("sdtmig", "3.4"))
    guide = _load(standard, version)
    if isinstance(guide, AnalysisGuide):
        raise SpecificationError(
            finding("STD101", f"{standard} lists no data sets", value=standard)
        )
    return all_classes(guide)
