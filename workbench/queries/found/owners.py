"""Who answers a question: the site, the laboratory, the coder, or data management itself."""

from __future__ import annotations

from derive.data_set import Check
from specs import Study
from specs.findings import Finding
from specs.words import words_of

SITE, LABORATORY, CODING, DATA_MANAGEMENT = "site", "laboratory", "coding", "data management"
OWNERS = (SITE, LABORATORY, CODING, DATA_MANAGEMENT)
_INTERNAL = frozenset({"MAP308", "MAP322", "MAP333", "MAP336", "MAP343"})
"""What data management finds out from other forms, whatever file it stands in."""
_CODED = (
    *("DECOD", "LLT", "LLTCD", "PTCD", "HLT", "HLTCD", "HLGT", "HLGTCD"),
    *("SOC", "SOCCD", "BDSYCD"),
)
"""Ends of variables that a coder fills."""


def owner_of(found: Finding, check: Check | None, source: str, study: Study) -> str:
    """Who answers a question about a finding; ``check`` is the study's own where it comes from one,
    ``source`` the raw source that it stands in."""
    if check is not None and check.owner is not None:
        return check.owner
    if found.rule not in words_of("en") or found.rule in _INTERNAL:
        return DATA_MANAGEMENT
    if _is_coded(found, study):
        return CODING
    spec = study.spec.sources.get(source)
    if spec is not None and spec.collected_by == "Vendor":
        return LABORATORY
    return SITE


def _is_coded(found: Finding, study: Study) -> bool:
    """Whether a variable is coded with a dictionary that the study names for its data set."""
    named = {v for one in study.spec.dictionaries for v in one.variables}
    stem = found.dataset[:2]
    rest = found.variable.removeprefix(stem)
    return rest in _CODED and (found.variable in named or f"{stem}DECOD" in named)
