"""Where studies differ in what values mean: codes and decodes, units, codelists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specs import Finding, Study, finding
from workbench.pool.reading import Part, listed, shown

_CODES = (
    ("PARAMCD", "PARAM"), ("PARAMN", "PARAM"), ("QNAM", "QLABEL"), ("VISITNUM", "VISIT"),
    ("AVISITN", "AVISIT"), ("ARMCD", "ARM"), ("ACTARMCD", "ACTARM"), ("ETCD", "ELEMENT"),
    ("ATPTN", "ATPT"), ("TSPARMCD", "TSPARM"), ("TPTNUM", "TPT"),
)  # fmt: skip
_BY_DOMAIN = (
    ("TESTCD", "TEST"), ("PTCD", "DECOD"), ("LLTCD", "LLT"), ("HLTCD", "HLT"),
    ("HLGTCD", "HLGT"), ("SOCCD", "SOC"), ("BDSYCD", "BODSYS"), ("TPTNUM", "TPT"),
)  # fmt: skip
_UNITS = (("PARAMCD", ("AVALU",)), ("TESTCD", ("STRESU",)))
_PREFIX = 2


def pairs(variables: Sequence[str]) -> list[tuple[str, str]]:
    """The (code, decode) pairs among the variables of a data set: those that the guides name, and
    a number that stands beside a text of the same name (RACEN, RACE; TRT01PN, TRT01P)."""
    there = set(variables)
    found = [pair for pair in _CODES if there.issuperset(pair)]
    for code, decode in _BY_DOMAIN:
        for name in sorted(there):
            prefix = name.removesuffix(code)
            if len(prefix) == _PREFIX and name.endswith(code) and f"{prefix}{decode}" in there:
                found.append((name, f"{prefix}{decode}"))
    numbered = ((f"{name}N", name) for name in variables if f"{name}N" in there)
    return list(dict.fromkeys([*found, *numbered]))


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the values of one pooled data set mean in each study."""

    study: Study
    name: str
    differs: Mapping[str, str]
    parts: Sequence[Part]

    def found(self, kept: Sequence[str]) -> Iterator[Finding]:
        """Differences of codes, decodes and units among the variables that are kept."""
        for code, decode in pairs(kept):
            by_study = self._between(code, decode)
            yield from self._apart("POOL211", code, decode, by_study)
            turned = {name: _turned(one) for name, one in by_study.items()}
            yield from self._apart("POOL212", decode, code, turned)
        for code, units in _units(kept):
            for unit in units:
                yield from self._apart("POOL213", code, unit, self._between(code, unit))

    def _between(self, code: str, decode: str) -> dict[str, dict[str, set[str]]]:
        """Per study, the decodes of each code; blanks are left out."""
        out: dict[str, dict[str, set[str]]] = {}
        for part in self.parts:
            if code not in part.frame or decode not in part.frame:
                continue
            both = part.frame[[code, decode]].drop_duplicates()
            told = out.setdefault(part.member.name, {})
            for one, other in zip(_words(both[code]), _words(both[decode]), strict=True):
                if one and other:
                    told.setdefault(one, set()).add(other)
        return out

    def _apart(
        self, rule: str, code: str, decode: str, by_study: dict[str, dict[str, set[str]]]
    ) -> Iterator[Finding]:
        for value in sorted({one for told in by_study.values() for one in told}):
            held = {name: told[value] for name, told in by_study.items() if value in told}
            if len({frozenset(one) for one in held.values()}) < 2:
                continue
            said = "; ".join(f"{_several(one)} in {name}" for name, one in held.items())
            message = f"{self.name}: {code} {value!r} has the {decode} {said}"
            yield self.tell(rule, (code, decode), value, message)

    def tell(self, rule: str, variables: tuple[str, ...], value: str, message: str) -> Finding:
        """A difference, or, where it is declared to stay, that it does and why."""
        about = {"dataset": self.name, "variable": variables[0], "value": value}
        for variable in variables:
            if variable in self.differs:
                path = ("pool", "data-sets", self.name, "differs", variable)
                place = self.study.document.place(path, key=True)
                return finding(
                    "POOL215", f"{message}: {self.differs[variable]}", spec=place, **about
                )
        place = self.study.document.place(("pool", "data-sets", self.name), key=True)
        return finding(rule, message, spec=place, **about)

    def outside(self, lists: Mapping[str, Mapping[str, CodelistOf]]) -> Iterator[Finding]:
        """Values of a study that another study's codelist does not have. ``lists`` are the
        codelists by study and variable, in the values of the pool."""
        for owner, by_variable in lists.items():
            for variable, codelist in by_variable.items():
                for part in self.parts:
                    if part.member.name == owner or variable not in part.frame:
                        continue
                    there = set(_words(part.frame[variable].drop_duplicates())) - {""}
                    for value in sorted(there - codelist.terms):
                        message = (
                            f"{self.name}.{variable} {value!r} of {part.member.name} is not in "
                            f"{codelist.name} of {owner}"
                        )
                        yield self.tell("POOL214", (variable,), value, message)

    def idle(self, found: Sequence[Finding]) -> Iterator[Finding]:
        """POOL107 for a variable below `differs` in which nothing differs."""
        used = {one.spec for one in found if one.rule == "POOL215"}
        for variable in self.differs:
            path = ("pool", "data-sets", self.name, "differs", variable)
            place = self.study.document.place(path, key=True)
            if place not in used:
                message = f"nothing that {self.name}.{variable} says differs between the studies"
                about = {"dataset": self.name, "variable": variable}
                yield finding("POOL107", message, spec=place, **about)


@dataclass(frozen=True, slots=True)
class CodelistOf:
    """A codelist that a study names for a variable."""

    name: str
    terms: frozenset[str]


def _units(kept: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code, units in _UNITS:
        if code == "PARAMCD" and "PARAMCD" in kept:
            yield code, tuple(unit for unit in units if unit in kept)
        elif code == "TESTCD":
            for name in kept:
                unit = f"{name[:_PREFIX]}STRESU"
                if name[_PREFIX:] == code and unit in kept:
                    yield name, (unit,)


def _words(series: object) -> list[str]:
    numbers = str(getattr(series, "dtype", "")).startswith("float")
    return [shown(v) for v in series] if numbers else listed(series)  # type: ignore[attr-defined]


def _turned(told: Mapping[str, set[str]]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for one, others in told.items():
        for other in others:
            out.setdefault(other, set()).add(one)
    return out


def _several(values: set[str]) -> str:
    return " and ".join(repr(one) for one in sorted(values))
