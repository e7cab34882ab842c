"""Which versions of the standards are held here, and which of their facts.

What is not held is said, and never replaced by another version: a check that needs the labels of
SDTMIG 3.3 doesn't run on those of 3.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DATA_SETS, VARIABLES, CODELISTS, MODEL = "data sets", "variables", "codelists", "model"
KEY_VARIABLES = "key variables"
FACTS: Mapping[str, str] = MappingProxyType(
    {
        DATA_SETS: "data sets with their classes",
        KEY_VARIABLES: "the key variables that all versions share, with their roles",
        VARIABLES: "variables with their labels, types, roles, core and order",
        CODELISTS: "codelists that variables are bound to",
        MODEL: "further variables of the SDTM model",
    }
)
"""What can be held of a guide, and how a report says it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of one version of a guide. ``source`` says where the facts come from."""

    standard: str
    version: str
    facts: frozenset[str]
    source: str

    @property
    def name(self) -> str:
        """``SDTMIG 3.4``."""
        return f"{NAMES.get(self.standard, self.standard.upper())} {self.version}".strip()

    @property
    def is_whole(self) -> bool:
        """Whether a data set can be built from it: its variables are known."""
        return VARIABLES in self.facts

    def missing(self) -> list[str]:
        """What is not held, in words."""
        return [words for fact, words in FACTS.items() if fact not in self.facts]


NAMES = {"sdtmig": "SDTMIG", "sendig": "SENDIG", "adamig": "ADaMIG"}
_PUBLISHED = "the published tables"
_ALL = frozenset(FACTS)
_SHARED = frozenset({KEY_VARIABLES})
_FROM_TABLES = "what the published tables of all versions have in common"
_HOLDINGS = (
    Holding("sdtmig", "3.4", _ALL, _PUBLISHED),
    Holding("sdtmig", "3.3", _SHARED | {DATA_SETS}, "its stated differences from SDTMIG 3.4"),
    *(Holding("sdtmig", version, _SHARED, _FROM_TABLES) for version in ("3.2", "3.1.3", "3.1.2")),
    Holding("sendig", "3.1.1", _ALL - {MODEL}, _PUBLISHED),
    Holding("adamig", "1.3", _ALL, _PUBLISHED),
    *(Holding("adamig", version, _SHARED, _FROM_TABLES) for version in ("1.2", "1.1", "1.0")),
)


def holding(standard: str, version: str) -> Holding:
    """What is held of a version; no facts at all of one that is not known here."""
    for one in _HOLDINGS:
        if (one.standard, one.version) == (standard.lower(), version):
            return one
    return Holding(standard.lower(), version, frozenset(), "")


def holdings() -> tuple[Holding, ...]:
    """Everything that is held, whole or in part."""
    return _HOLDINGS


def whole() -> str:
    """The guides that a study can be built to, in words."""
    return ", ".join(h.name for h in _HOLDINGS if h.is_whole)
