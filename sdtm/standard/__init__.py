"""The standard's own derivations, asked for by name alone under ``standard:``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.values.column import Column, Kind
from sdtm.making import Making
from sdtm.standard.baseline import NEEDS, last_before_exposure, said_baseline
from sdtm.standard.days import study_day_of, visit_day
from sdtm.standard.epochs import element_order, epoch
from sdtm.standard.people import DEATHS, age, age_unit, arm, death_flag, element, test_name
from sdtm.tabulation import Tabulation
from specs.standards import is_associated, prefix_of

Derive = Callable[[Making, Tabulation, str], Column]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A standard derivation. ``needs`` names what it reads: ``--X`` is prefixed with the domain,
    ``DM.X`` is another data set's variable, ``?X`` is used when it is there; ``=date`` is the date
    that places a record, ``=keys`` are the data set's keys."""

    derive: Derive
    needs: tuple[str, ...]
    says: str
    kind: Kind = Kind.TEXT


_STUDY_DAY = (
    "days from the subject's reference start date (DM.RFSTDTC), plus 1 on or after it; "
    "only where both dates are complete"
)
_BY_NAME: dict[str, Derivation] = {
    "EPOCH": Derivation(
        epoch,
        ("=date", "SE.USUBJID", "SE.SESTDTC", "SE.SEENDTC", "SE.EPOCH", "?--TPT"),
        "the epoch of the subject's element in which the record starts",
    ),
    "TAETORD": Derivation(
        element_order,
        ("=date", "SE.USUBJID", "SE.SESTDTC", "SE.SEENDTC", "SE.TAETORD", "?--TPT"),
        "the order of the subject's element in which the record starts",
        Kind.NUMBER,
    ),
    "VISITDY": Derivation(
        visit_day, ("VISITNUM",), "the planned study day of the visit", Kind.NUMBER
    ),
    "AGE": Derivation(
        age,
        ("BRTHDTC", "RFICDTC"),
        "completed years from birth to informed consent",
        Kind.NUMBER,
    ),
    "AGEU": Derivation(age_unit, ("AGE",), "YEARS wherever there is an age"),
    "DTHFL": Derivation(
        death_flag,
        DEATHS,
        "Y where the subject is known to have died, with or without a date of death",
    ),
    "ARM": Derivation(
        arm, ("ARMCD", "TA.ARMCD", "TA.ARM"), "the name of the planned arm, by its code in TA"
    ),
    "ACTARM": Derivation(
        arm, ("ACTARMCD", "TA.ARMCD", "TA.ARM"), "the name of the actual arm, by its code in TA"
    ),
    "ELEMENT": Derivation(
        element, ("ETCD", "TE.ETCD", "TE.ELEMENT"), "the name of the element, by its code in TE"
    ),
}
_BY_ELEMENT = ("EPOCH", "TAETORD")
_NO_ELEMENT = ("SE", "TA", "TE", "TV", "TI", "TS", "TD", "TM", "DM", "CO")
"""Data sets whose records do not start in an element of a subject, or that say the elements."""
_DAYS = ("DY", "STDY", "ENDY")
_FLAGS = ("LOBXFL", "BLFL")


def find_derivation(domain: str, variable: str, first_dose_day: str) -> Derivation | None:
    """The derivation of a variable, if the product knows one.

    ``first_dose_day``: what the data set says of records of the day of first exposure.
    """
    elementless = variable in _BY_ELEMENT and domain in _NO_ELEMENT
    if elementless or (is_associated(domain) and not variable.endswith("TEST")):
        return None  # an associated person has no days, elements and doses of its own
    if variable in _BY_NAME:
        return _BY_NAME[variable]
    suffix = variable.removeprefix(prefix_of(domain))
    if suffix in _DAYS:
        needs = (f"{variable[:-2]}DTC", "DM.USUBJID", "DM.RFSTDTC")
        return Derivation(study_day_of, needs, _STUDY_DAY, Kind.NUMBER)
    if suffix in _FLAGS:
        return Derivation(last_before_exposure, NEEDS, said_baseline(first_dose_day))
    if suffix == "TEST":
        says = "the name of the test, by its code in the controlled terminology"
        return Derivation(test_name, (f"{variable}CD",), says)
    return None


def derivation_names(domain: str) -> list[str]:
    """What may stand under ``standard:`` of a domain."""
    if is_associated(domain):
        return [f"{prefix_of(domain)}TEST"]
    named = [n for n in _BY_NAME if not (n in _BY_ELEMENT and domain in _NO_ELEMENT)]
    return [*named, *(f"{prefix_of(domain)}{suffix}" for suffix in (*_DAYS, *_FLAGS, "TEST"))]


__all__ = ["Derivation", "Derive", "derivation_names", "find_derivation"]
