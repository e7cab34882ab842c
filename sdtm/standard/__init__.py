"""The standard's own derivations, asked for by name alone under ``standard:``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sdtm.columns import Column
from sdtm.scene import Kitchen
from sdtm.standard.baseline import last_before_exposure
from sdtm.standard.days import study_day_of, visit_day
from sdtm.standard.epochs import element_order, epoch
from sdtm.standard.people import age, age_unit, arm, death_flag, element, test_name
from sdtm.state import DomainState

type_derive = Callable[[Kitchen, DomainState, str], Column]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A standard derivation. ``needs`` names what it reads: ``--X`` is prefixed with the domain,
    ``DM.X`` is another data set's variable, ``?X`` is used when it is there."""

    derive: type_derive
    needs: tuple[str, ...]
    says: str


_STUDY_DAY = (
    "days from the subject's reference start date (DM.RFSTDTC), plus 1 on or after it; "
    "only where both dates are complete"
)
_BASELINE_NEEDS = (
    "=keys", "--DTC", "DM.USUBJID", "DM.RFXSTDTC", "?--STRESC", "?--ORRES", "?VISITNUM",
    "?--TPTNUM", "?--TPT",
)  # fmt: skip
_BY_NAME: dict[str, Derivation] = {
    "EPOCH": Derivation(
        epoch,
        ("=date", "SE.USUBJID", "SE.SESTDTC", "SE.SEENDTC", "SE.EPOCH", "?--TPT"),
        "the epoch of the subject's element in which the record starts",
    ),
    "TAETORD": Derivation(
        element_order,
        ("=date", "SE.USUBJID", "SE.SESTDTC", "SE.SEENDTC", "SE.TAETORD"),
        "the order of the subject's element in which the record starts",
    ),
    "VISITDY": Derivation(visit_day, ("VISITNUM",), "the planned study day of the visit"),
    "AGE": Derivation(
        age, ("BRTHDTC", "RFICDTC"), "completed years from birth to informed consent"
    ),
    "AGEU": Derivation(age_unit, ("AGE",), "YEARS wherever there is an age"),
    "DTHFL": Derivation(death_flag, ("DTHDTC",), "Y where there is a date of death"),
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


def find_derivation(domain: str, variable: str) -> Derivation | None:
    """The derivation of a variable, if the product knows one."""
    if variable in _BY_NAME:
        return _BY_NAME[variable]
    suffix = variable.removeprefix(domain)
    if suffix in ("DY", "STDY", "ENDY"):
        needs = (f"{variable[:-2]}DTC", "DM.USUBJID", "DM.RFSTDTC")
        return Derivation(study_day_of, needs, _STUDY_DAY)
    if suffix in ("LOBXFL", "BLFL"):
        return Derivation(
            last_before_exposure,
            _BASELINE_NEEDS,
            "Y on the last result on or before first exposure (DM.RFXSTDTC), by subject and test",
        )
    if suffix == "TEST":
        return Derivation(
            test_name,
            (f"{variable}CD",),
            "the name of the test, by its code in the controlled terminology",
        )
    return None


def derivation_names(domain: str) -> list[str]:
    """What may stand under ``standard:`` of a domain."""
    return [*_BY_NAME, *(f"{domain}{s}" for s in ("DY", "STDY", "ENDY", "LOBXFL", "BLFL", "TEST"))]
