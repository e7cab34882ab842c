"""What a CDISC unit measures, and its exact size: ``mg/dL`` is mass per volume, 1/100 of ``g/L``.

Numerator and denominator are kept apart, so that ``%``, ``mg/g`` and ``mmol/mol`` do not turn
into each other. What is counted stays in the dimension (``DNA copies``, ``CFU``, ``IU``): copies
per mL never become copies per ug.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_PREFIXES = {
    "": Fraction(1),
    "a": Fraction(1, 10**18),
    "f": Fraction(1, 10**15),
    "p": Fraction(1, 10**12),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "c": Fraction(1, 100),
    "d": Fraction(1, 10),
    "k": Fraction(1000),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
}
_PREFIXED: tuple[str, ...] = (
    "gEq",
    "Osm",
    "mol",
    "Eq",
    "IU",
    "Bq",
    "Ci",
    "Gy",
    "Sv",
    "Hz",
    "Pa",
    "kat",
)
_PREFIXED += ("cal", "g", "L", "m", "s", "U", "V", "J")
_ATOMS: dict[str, tuple[str, Fraction]] = {
    "min": ("s", Fraction(60)),
    "h": ("s", Fraction(3600)),
    "sec": ("s", Fraction(1)),
    "hr": ("s", Fraction(3600)),
    "day": ("s", Fraction(86400)),
    "days": ("s", Fraction(86400)),
    "wk": ("s", Fraction(604800)),
    "week": ("s", Fraction(604800)),
    "m3": ("L", Fraction(1000)),
    "dm3": ("L", Fraction(1)),
    "cm3": ("L", Fraction(1, 1000)),
    "mm3": ("L", Fraction(1, 10**6)),
    "um3": ("L", Fraction(1, 10**15)),
    "in": ("m", Fraction(254, 10**4)),
    "ft": ("m", Fraction(3048, 10**4)),
    "LB": ("g", Fraction(45359237, 10**5)),
    "oz": ("g", Fraction(28349523125, 10**9)),
    "tonne": ("g", Fraction(10**6)),
    "mmHg": ("Pa", Fraction(133322387415, 10**9)),
    "cmH2O": ("Pa", Fraction(980665, 10**4)),
    "BAR": ("Pa", Fraction(10**5)),
    "atm": ("Pa", Fraction(101325)),
    "cal": ("J", Fraction(4184, 1000)),
    "Ci": ("Bq", Fraction(37 * 10**9)),
    "%": ("%", Fraction(1)),
    "copies": ("copies", Fraction(1)),
}
_NAMES = {"g": "mass", "L": "volume", "m": "length", "s": "time", "mol": "amount of substance"}
_NAMES |= {
    "Pa": "pressure",
    "J": "energy",
    "Bq": "radioactivity",
    "%": "percent",
    "Eq": "equivalents",
}
_TEMPERATURES = {"C": (Fraction(1), Fraction(27315, 100)), "K": (Fraction(1), Fraction(0))}
_TEMPERATURES["F"] = (Fraction(5, 9), Fraction(45967, 100) * Fraction(5, 9))
_NUMBER = re.compile(r"(?:([0-9.]+)x)?10\^([0-9]+)(?![0-9])|([0-9]+(?:\.[0-9]+)?)(?![0-9x^])")
_POWER = re.compile(r"([A-Za-z]+)([23])")
Dimension = tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A unit: value in base units = value * ``size`` + ``offset``. ``dimension``: over, under."""

    dimension: Dimension
    size: Fraction
    offset: Fraction = Fraction(0)

    @property
    def name(self) -> str:
        """The dimension in words: ``mass / volume``."""
        over, under = (self._words(part) for part in self.dimension)
        return f"{over or 'number'} / {under}" if under else over or "number"

    def _words(self, part: tuple[tuple[str, int], ...]) -> str:
        return " x ".join(_NAMES.get(base, base) + (f"^{n}" if n > 1 else "") for base, n in part)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Quantity:
    """The dimension and size of a CDISC unit; one that is no product is a dimension of its own."""
    if text in _TEMPERATURES:
        size, offset = _TEMPERATURES[text]
        return Quantity(((("temperature", 1),), ()), size, offset)
    over: Counter[str] = Counter()
    under: Counter[str] = Counter()
    if re.match("log10|ln ", text, re.IGNORECASE) or "%(" in text or not text:
        return Quantity((((text, 1),), ()), Fraction(1))
    try:
        size = _collect(text, over, under)
    except ValueError:
        return Quantity((((text, 1),), ()), Fraction(1))
    return Quantity((_sorted(over), _sorted(under)), size)


def _sorted(part: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(part.items()))


def _collect(text: str, over: Counter[str], under: Counter[str]) -> Fraction:
    """Add the factors of a product or quotient to both sides; gives its size. Raises ValueError."""
    size = Fraction(1)
    for sign, factor in _factors(text):
        sides = (over, under) if sign == "*" else (under, over)
        if factor.startswith("(") and factor.endswith(")"):
            part = _collect(factor[1:-1], *sides)
        else:
            part = _term(factor.strip(), sides[0])
        size = size * part if sign == "*" else size / part
    return size


def _factors(text: str) -> list[tuple[str, str]]:
    """Split at ``*`` and ``/`` outside of parentheses: (sign, factor)."""
    found, sign, start, depth = [], "*", 0, 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character in "*/" and depth == 0:
            if text[start:at] or sign == "/" or at:
                found.append((sign, text[start:at]))
            sign, start = character, at + 1
    if depth:
        raise ValueError(f"parentheses of {text!r}")
    return [*found, (sign, text[start:])]


def _term(text: str, side: Counter[str]) -> Fraction:
    """One factor: a number, a unit with a power, and what is counted: ``10^6 CFU``, ``L FEU``."""
    size, rest = _leading_number(text)
    if not rest:
        if not text:
            raise ValueError("nothing between two signs")
        return size
    first, _, counted = rest.partition(" ")
    atom = _atom(first)
    if atom is None:
        side[rest] += 1
        return size
    base, power, factor = atom
    side[base] += power
    if counted:
        side[counted] += 1
    return size * factor


def _leading_number(text: str) -> tuple[Fraction, str]:
    found = _NUMBER.match(text)
    if found is None:
        return Fraction(1), text
    times, power, plain = found.groups()
    size = Fraction(plain) if plain else Fraction(times or 1) * 10 ** int(power)
    if size == 0:
        raise ValueError(f"{text!r} is zero")
    return size, text[found.end() :].strip()


def _atom(text: str) -> tuple[str, int, Fraction] | None:
    """(base, power, size) of ``mg``, ``m2``, ``mmHg``; None for anything else."""
    if text in _ATOMS:
        base, factor = _ATOMS[text]
        return base, 1, factor
    power = 1
    raised = _POWER.fullmatch(text)
    if raised:
        text, power = raised[1], int(raised[2])
        if text in _ATOMS:
            base, factor = _ATOMS[text]
            return base, power, factor**power
    for base in _PREFIXED:
        prefix = text.removesuffix(base)
        if text.endswith(base) and prefix in _PREFIXES:
            known, factor = _ATOMS.get(base, (base, Fraction(1)))
            return known, power, (_PREFIXES[prefix] * factor) ** power
    return None
