"""Units of raw results: the CT term of a raw spelling, and exact conversion between units.

A spelling is looked up as it stands (submission value, then synonym of the pinned codelists),
then with its typography normalised, then in the product's table of spellings. Never by
similarity.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import sdtm.collected.codes_numbers  # noqa: F401 - registers the MAP25x and MAP26x codes
import specs.standards
from sdtm.collected.unit_dimensions import Quantity, parse_unit
from specs.standards import ControlledTerminology, Term

_TABLES = Path(specs.standards.__file__).parent / "units"
SIGNIFICANT_DIGITS = 15
"""Digits kept of a result that is no finite decimal, such as minutes as hours."""


@lru_cache(maxsize=2)
def _rows(name: str) -> list[dict[str, str]]:
    with (_TABLES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def normalise_unit(text: str) -> str:
    """The spelling with its typography made plain: ``×10⁹ / l`` is ``10^9/L``, ``µg`` is ``ug``.

    Micro signs are ``u``; superscripts, ``~``, ``E``, ``**`` and ``*`` after 10 are ``^``; a
    leading times sign goes; ``l`` for litre is ``L``. No other letter changes its case.
    """
    text = re.sub("10([⁰¹²³⁴-⁹]+)", lambda m: "10^" + unicodedata.normalize("NFKC", m[1]), text)
    text = unicodedata.normalize("NFKC", text).replace("μ", "u").replace("∕", "/")
    text = re.sub(r"\s+", " ", text.strip().rstrip("."))
    text = re.sub(r" ?([/*^~×]) ?", r"\1", text)
    text = re.sub(r"^[×xX*](?=10)", "", text)
    text = re.sub(r"(?<![0-9.])10(?:~|\*\*|\*|[eE]\+?|∧)([0-9]{1,2})(?![0-9])", r"10^\1", text)
    text = text.replace("×", "*")
    return re.sub(r"(?<![A-Za-z])([munpfdc]?)l(?![A-Za-z])", r"\1L", text)


@dataclass(frozen=True, slots=True)
class ResolvedUnit:
    """The CT term that a raw spelling names; ``term`` None with a problem if there is none."""

    text: str
    term: Term | None
    codelist: str = ""
    steps: tuple[str, ...] = ()
    problem: str | None = None
    message: str = ""


class UnitTable:
    """Looks up raw spellings in codelists of the pinned package, in the order given.

    ``spellings`` are the study's own, raw -> submission value; they win over the product's.
    """

    def __init__(
        self,
        terminology: ControlledTerminology,
        codelists: Sequence[str] = ("UNIT",),
        spellings: Mapping[str, str] | None = None,
    ) -> None:
        self.codelists = [terminology.codelist(name) for name in codelists]
        self._own = dict(spellings or {})
        self._product = {
            normalise_unit(row["spelling"]): row["unit"] for row in _rows("spellings.csv")
        }
        self._meanings: dict[str, list[str]] = {}
        for row in _rows("ambiguous.csv"):
            self._meanings.setdefault(normalise_unit(row["spelling"]), []).append(row["unit"])
        self._found: dict[tuple[str, tuple[str, ...]], ResolvedUnit] = {}

    def resolve(self, text: str, declared: Sequence[str] = ()) -> ResolvedUnit:
        """The unit of a raw spelling; MAP260 with a hint if controlled terminology has none.

        ``declared`` are the units that the study states for the test. A spelling that means two
        things (``G/L``: 10^9/L and g/L) is the one that can be one of them, else MAP264.
        """
        key = (text, tuple(declared))
        if key not in self._found:
            self._found[key] = self._settled(*key)
        return self._found[key]

    def knows(self, text: str) -> bool:
        """Whether a text is the spelling of a unit, also where it needs the test to say which."""
        found = self.resolve(text)
        return found.term is not None or found.problem == "MAP264"

    def _settled(self, text: str, declared: tuple[str, ...]) -> ResolvedUnit:
        if text in self._own or any(text in codelist.terms for codelist in self.codelists):
            return self._resolve(text)
        meanings = self._meanings.get(normalise_unit(text), [])
        if not meanings:
            return self._resolve(text)
        found = _fitting(meanings, declared)
        if len(found) == 1:
            term = next(t for c in self.codelists if (t := c.terms.get(found[0])) is not None)
            return ResolvedUnit(text, term, steps=(f"unit {text!r} is {found[0]} for this test",))
        message = f"the unit {text!r} can be {' or '.join(meanings)}"
        return ResolvedUnit(text, None, problem="MAP264", message=message)

    def _resolve(self, text: str) -> ResolvedUnit:
        for spelling, step in self._candidates(text):
            for codelist in self.codelists:
                term = codelist.synonym(spelling)
                if term is not None:
                    wrong = _contradiction(spelling, term.value)
                    if wrong:
                        return ResolvedUnit(text, None, problem="MAP260", message=wrong)
                    written = () if term.value == text else (f"unit {text!r} is {term.value}",)
                    steps = (*step, *written)
                    return ResolvedUnit(text, term, codelist.submission_value, steps)
        names = ", ".join(codelist.submission_value for codelist in self.codelists)
        message = f"{names} does not know the unit {text!r}"
        return ResolvedUnit(text, None, problem="MAP260", message=message)

    def _candidates(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        if text in self._own:
            return [(self._own[text], ("the study's spelling",))]
        plain = normalise_unit(text)
        found: list[tuple[str, tuple[str, ...]]] = [(text, ())]
        if plain != text:
            found.append((plain, (f"unit spelling normalised to {plain!r}",)))
        if plain in self._product:
            found.append((self._product[plain], ("table of unit spellings",)))
        return [candidate for candidate in found if candidate[0]]


def _fitting(meanings: Sequence[str], declared: Sequence[str]) -> list[str]:
    """The meanings that are a declared unit, else those that a declared unit can be made of."""
    units = [parse_unit(unit) for unit in declared]
    same = [each for each in meanings if parse_unit(each) in units]
    return same or [m for m in meanings if parse_unit(m).dimension in {u.dimension for u in units}]


def same_unit(one: str, two: str) -> bool:
    """Whether two CDISC units are of one size and dimension: ``ng/mL`` and ``ug/L``."""
    return parse_unit(one) == parse_unit(two)


def _contradiction(spelling: str, value: str) -> str:
    """Why a published synonym is not believed: it has the same dimension, but another size."""
    one, two = parse_unit(spelling), parse_unit(value)
    if one.dimension != two.dimension or one.size == two.size:
        return ""
    times = number_text(_decimal(one.size / two.size))
    return f"controlled terminology takes {spelling!r} for {value!r}, but it is {times} of them"


@dataclass(frozen=True, slots=True)
class Conversion:
    """value * ``scale`` + ``offset``, exactly; or a problem that names both dimensions."""

    scale: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    steps: tuple[str, ...] = ()
    problem: str | None = None
    message: str = ""

    @property
    def is_identity(self) -> bool:
        """Whether the number stays as it is."""
        return self.scale == 1 and self.offset == 0


def find_conversion(source: str, target: str, analyte: str = "") -> Conversion:
    """The conversion between two CDISC units, by dimension; mass to amount of substance by analyte.

    ``analyte`` is a --TESTCD of ``specs/standards/units/conversions.csv``. MAP261 for units of
    different dimensions, MAP262 where only a factor for the analyte is missing.
    """
    if source == target:
        return Conversion()
    one, two = parse_unit(source), parse_unit(target)
    if one.dimension == two.dimension:
        return _direct(source, target, one, two)
    for row in _rows("conversions.csv"):
        if analyte and row["analyte"] == analyte:
            found = _by_analyte(one, two, row)
            if found is not None:
                step = f"{source} x {number_text(_decimal(found))} ({analyte}) = {target}"
                return Conversion(found, steps=(step,))
    names = f"{source} is {one.name}, {target} is {two.name}"
    if _swapped(one) == _swapped(two):
        return Conversion(problem="MAP262", message=f"{names}; no factor for {analyte or 'it'}")
    return Conversion(problem="MAP261", message=names)


def _direct(source: str, target: str, one: Quantity, two: Quantity) -> Conversion:
    scale = one.size / two.size
    offset = (one.offset - two.offset) / two.size
    shift = f" + {number_text(_decimal(offset))}" if offset else ""
    step = f"{source} x {number_text(_decimal(scale))}{shift} = {target}"
    return Conversion(scale, offset, (step,))


def _by_analyte(one: Quantity, two: Quantity, row: Mapping[str, str]) -> Fraction | None:
    low, high = parse_unit(row["from"]), parse_unit(row["to"])
    factor = Fraction(row["factor"])
    if (one.dimension, two.dimension) == (low.dimension, high.dimension):
        return one.size / low.size * factor * high.size / two.size
    if (one.dimension, two.dimension) == (high.dimension, low.dimension):
        return one.size / high.size / factor * low.size / two.size
    return None


def _swapped(unit: Quantity) -> str:
    """The dimension with mass, amount and equivalents taken for one."""
    bases = {"g": "*", "mol": "*", "Eq": "*"}
    sides = (sorted((bases.get(b, b), n) for b, n in side) for side in unit.dimension)
    return repr(list(sides))


def convert(number: Decimal, conversion: Conversion, decimals: int | None = None) -> Decimal:
    """The converted number: exact if it is a finite decimal, else to 15 significant digits.

    ``decimals`` rounds half-up to so many places. A conversion by 1 keeps the digits as written,
    any other drops trailing zeros. Raises ValueError for a conversion with a problem or a number
    that is not finite.
    """
    if conversion.problem or not number.is_finite():
        raise ValueError(conversion.message or f"{number} cannot be converted")
    exact = number
    if not conversion.is_identity:
        exact = _decimal(Fraction(number) * conversion.scale + conversion.offset)
    return exact if decimals is None else round_half_up(exact, decimals)


def round_half_up(number: Decimal, decimals: int) -> Decimal:
    """Rounded half away from zero, with exactly so many decimals: 2.345 to 2 is 2.35."""
    with localcontext(Context(prec=max(28, number.adjusted() + decimals + 3))):
        return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _decimal(value: Fraction) -> Decimal:
    """The fraction as a decimal without trailing zeros, exact where there is an exact one."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    digits = len(str(abs(value.numerator))) + 4 * len(str(value.denominator))
    precision = digits if rest == 1 else SIGNIFICANT_DIGITS
    context = Context(prec=max(precision, 1), rounding=ROUND_HALF_UP)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(context)


def number_text(number: Decimal) -> str:
    """A number as --STRESC has it: no exponent, no float noise, ``-0`` is ``0``."""
    text = f"{number:f}"
    return text.removeprefix("-") if number == 0 else text
