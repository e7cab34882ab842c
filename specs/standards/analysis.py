"""ADaMIG variables, fixed names and name patterns.

Placeholders of the guide: ``xx`` and ``zz`` two digits (01-99), ``w`` one digit (1-9), ``y`` an
integer without leading zeros (1-99), ``*`` a sponsor's prefix (ADaMIG 1.3, section 3.1.4). A
fixed name wins over a pattern, and the pattern with more fixed letters over one with fewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards.rows import TABLES, read_rows

_DIGITS = {"xx": r"(?!00)\d\d", "zz": r"(?!00)\d\d", "w": r"[1-9]", "y": r"[1-9]\d?"}
_PLACEHOLDER = re.compile(r"xx|zz|w|y|\*")
_IN_LABEL = re.compile(r"\b(?:xx|zz|w|y)\b")
STRUCTURES = {
    "ADSL": ("ADSL",),
    "BDS": ("BDS", "ADSL"),
    "TTE": ("BDS", "ADSL"),
    "ADNCA": ("BDS", "ADSL"),
    "OCCDS": ("BDS", "ADSL"),
}
"""The tables a structure draws on: any data set may carry ADSL variables (ADaMIG 1.3, 3.1.1)."""
_KEYS = {"STUDYID", "USUBJID"}


@dataclass(frozen=True, slots=True)
class AnalysisVariable:
    """What ADaMIG says of one variable.

    ``label`` is filled in for pattern variables (``TRT01P``: Planned Treatment for Period 01). It
    is empty where the guide leaves it to the sponsor (``*DT``); ``pattern`` is the guide's name.
    """

    name: str
    label: str
    type: str
    core: str
    varset: str
    order: int
    structure: str
    codelist_codes: tuple[str, ...] = ()
    value_list: tuple[str, ...] = ()
    pattern: str = ""


class AnalysisGuide:
    """ADaMIG of one version."""

    def __init__(self, standard: str, version: str) -> None:
        self.standard, self.version = standard, version
        rows = read_rows(TABLES / f"{standard}-{version.replace('.', '-')}-variables.tsv")
        self._tables: dict[str, list[AnalysisVariable]] = {}
        for number, row in enumerate(rows, start=1):
            self._tables.setdefault(row["structure"], []).append(_variable(row, number))

    def variables(self, structure: str) -> tuple[AnalysisVariable, ...]:
        """All variables and patterns that the guide lists for the structure's own table."""
        return tuple(self._tables[self._draws_on(structure)[0]])

    def variable(self, structure: str, name: str) -> AnalysisVariable | None:
        """The variable, or the pattern that fits with its placeholders filled in; None if neither.

        A variable borrowed from another structure's table is Perm, whatever it is there.
        Structures: ADSL, BDS, TTE, ADNCA, OCCDS; the last three as BDS, since the guide tabulates
        no others. Raises SpecificationError STD102 for another structure.
        """
        found = self._find(self._draws_on(structure), name)
        if found is None or name in _KEYS or found.structure == structure:
            return found
        own = STRUCTURES[structure][0] == found.structure and structure != "OCCDS"
        return found if own else replace(found, core="Perm")

    def _find(self, tables: tuple[str, ...], name: str) -> AnalysisVariable | None:
        for table in tables:
            fixed = self._fixed[table].get(name)
            if fixed is not None:
                return fixed
        for table in tables:
            for pattern, variable in self._patterns[table]:
                if pattern.fullmatch(name):
                    return _filled(variable, name)
        return None

    def order(self, structure: str, names: Iterable[str]) -> list[str]:
        """The names in the guide's order, unknown ones last, in the order given."""
        return sorted(names, key=lambda name: self._rank(structure, name))

    def _rank(self, structure: str, name: str) -> tuple[int, int]:
        found = self.variable(structure, name)
        if found is None:
            return (len(STRUCTURES), 0)
        return (self._draws_on(structure).index(found.structure), found.order)

    def _draws_on(self, structure: str) -> tuple[str, ...]:
        if structure not in STRUCTURES:
            hint = f"one of {', '.join(STRUCTURES)}"
            message = f"ADaMIG {self.version} has no structure {structure!r}"
            raise SpecificationError(finding("STD102", message, value=structure, hint=hint))
        return STRUCTURES[structure]

    @cached_property
    def _fixed(self) -> dict[str, dict[str, AnalysisVariable]]:
        return {
            table: {v.name: v for v in variables if not _PLACEHOLDER.search(v.name)}
            for table, variables in self._tables.items()
        }

    @cached_property
    def _patterns(self) -> dict[str, list[tuple[re.Pattern[str], AnalysisVariable]]]:
        return {
            table: [
                (_compiled(v.name), v)
                for v in sorted(variables, key=_specificity, reverse=True)
                if _PLACEHOLDER.search(v.name)
            ]
            for table, variables in self._tables.items()
        }


def _specificity(variable: AnalysisVariable) -> tuple[bool, int]:
    return ("*" not in variable.name, len(_PLACEHOLDER.sub("", variable.name)))


def _compiled(name: str) -> re.Pattern[str]:
    def group(match: re.Match[str]) -> str:
        text = match[0]
        return "[A-Z][A-Z0-9_]*" if text == "*" else f"(?P<{text}>{_DIGITS[text]})"

    return re.compile(_PLACEHOLDER.sub(group, name))


def _filled(variable: AnalysisVariable, name: str) -> AnalysisVariable:
    match = _compiled(variable.name).fullmatch(name)
    values = match.groupdict() if match else {}
    label = _IN_LABEL.sub(lambda found: values.get(found[0], found[0]), variable.label)
    return replace(variable, name=name, label=label)


def _variable(row: dict[str, str], number: int) -> AnalysisVariable:
    open_label = row["label"].startswith("{")
    return AnalysisVariable(
        name=row["name"],
        label="" if open_label else row["label"],
        type=row["type"],
        core=row["core"],
        varset=row["varset"],
        order=number,
        structure=row["structure"],
        codelist_codes=tuple(filter(None, row["codelist_ccodes"].split(";"))),
        value_list=tuple(filter(None, row["value_list"].split(";"))),
        pattern=row["name"] if _PLACEHOLDER.search(row["name"]) else "",
    )
