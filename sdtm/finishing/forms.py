"""Texts whose form the standard fixes: codes of tests, their names, durations, countries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from derive.conform import Unfit
from derive.values.text import Text
from specs.standards import VariableStandard

_CODE = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
_COUNTRY = re.compile(r"[A-Z]{3}")
_N = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    rf"P(?!$)(?:{_N}W|(?:{_N}Y)?(?:{_N}M)?(?:{_N}D)?(?:T(?=[0-9])(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?)"
)
_MOMENT = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:T[0-9]{2}(?::[0-9]{2}(?::[0-9]{2})?)?)?)?)?"
_INTERVAL = re.compile(rf"{_MOMENT}/(?:{_MOMENT}|P.+)|P.+/{_MOMENT}")
_LONGEST = {"ETCD": 8, "SETCD": 8, "TSPARMCD": 8, "ARMCD": 20, "ACTARMCD": 20, "TSPARM": 40}
"""Characters of codes and names (SDTMIG 3.4, DM, TA, TE, TS, TX)."""
_TEST = 40
"""Characters of --TEST (SDTMIG 3.4 section 4.2.1); a criterion (IETEST) may have more."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a text has to be: a test of it, and its words."""

    fits: Callable[[str], bool]
    says: str


_TEST_CODE = Form(
    lambda text: _CODE.fullmatch(text) is not None,
    "of up to 8 capital letters, digits and _, the first a letter",
)


def form_of(variable: VariableStandard) -> Form | None:
    """The form that the standard gives the values of a text variable; None where it gives none."""
    described, name = variable.described_value_domain, variable.name
    if described.startswith("ISO 8601 duration"):
        return _duration(name, interval=described.endswith("interval"))
    if name == "COUNTRY":
        fits = _COUNTRY.fullmatch
        return Form(lambda text: fits(text) is not None, "a country by three capital letters")
    if name.endswith("TESTCD"):
        return _TEST_CODE
    longest = _LONGEST.get(name, 0)
    if name.endswith("TEST") and name != "IETEST":
        longest = _TEST
    if longest:
        return Form(lambda text: len(text) <= longest, f"of {longest} characters at most")
    return None


def _duration(name: str, *, interval: bool) -> Form:
    signed = not name.endswith("DUR")

    def fits(text: str) -> bool:
        found = _DURATION.fullmatch(text.removeprefix("-") if signed else text)
        return found is not None or (interval and _INTERVAL.fullmatch(text) is not None)

    return Form(fits, "an ISO 8601 duration, such as P3D or PT2H30M")


def unfit_forms(column: Text, variable: VariableStandard) -> list[Unfit]:
    """The distinct texts of a variable that are not as the standard says (MAP370)."""
    form = form_of(variable)
    if form is None:
        return []
    return [
        Unfit(code, "MAP370", f"{variable.name}: {column.values[code]!r} is not {form.says}")
        for code in column.used()
        if not form.fits(column.values[code])
    ]
