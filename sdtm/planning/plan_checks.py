"""Whether the lines of a data set give what the standard requires, and nothing that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from derive.line import LongText
from sdtm.finishing.conform import CONTINUED
from sdtm.model import all_supplements
from sdtm.records.beside.working_tables import table_lines
from sdtm.tabulation import Tabulation
from sdtm.verbs.result import Result
from sdtm.verbs.visit import Visit
from specs import Finding, finding
from specs.suggest import did_you_mean

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_QNAM = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
_LONGEST_LABEL = 40


def unknown_variables(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC115 for each line whose name the standard does not have in this data set."""
    making, name = planner.making, tabulation.name
    version = making.study.spec.standards.sdtmig
    for (data_set, variable), recipes in planner.recipes.items():
        if data_set != name or not recipes or variable.startswith("+"):
            continue
        several = isinstance(recipes[0].line, Result | Visit)
        working = "working" in recipes[0].path or variable == variable.lower()
        if several or working or making.variable(name, variable) is not None:
            continue
        message = f"{name} has no variable {variable!r} in SDTMIG {version}"
        known = [v.name for v in making.standard(name).variables]
        hint = did_you_mean(variable, known)
        hint = hint or "declare it under supplemental if it is the sponsor's"
        place = tabulation.loaded.place(*recipes[0].path, key=True)
        yield finding("SPEC115", message, dataset=name, variable=variable, spec=place, hint=hint)


def open_variables(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC119 for each required variable that nothing gives."""
    name = tabulation.name
    for variable in planner.making.standard(name).variables:
        given = planner.plan.gives((name, variable.name))
        if variable.core == "Req" and not given and variable.name != tabulation.seq:
            message = f"{name} requires {variable.name} ({variable.label}), and no line gives it"
            place = tabulation.loaded.place("variables", key=True)
            yield finding("SPEC119", message, dataset=name, variable=variable.name, spec=place)


def qualifier_faults(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC105 for each qualifier whose name or label cannot be submitted, or that is a variable of
    the data set (SDTMIG 3.4 section 8.4)."""
    name, making = tabulation.name, planner.making
    for qualifier, supplement in all_supplements(tabulation.model).items():
        place = tabulation.loaded.place(*_path(tabulation, qualifier), key=True)
        message, hint = "", ""
        if making.variable(name, tabulation.person) is None:
            message = f"{name} has no subjects, so it has no SUPP-- (SDTMIG 3.4 section 8.4)"
            hint = "say it in the data set itself, or in the guide"
        elif _QNAM.fullmatch(qualifier) is None:
            message = f"QNAM {qualifier!r} is not of up to 8 capital letters, digits and _"
            hint = "shorten it; it starts with a letter"
        elif making.variable(name, qualifier) is not None:
            message = f"{qualifier!r} is a variable of {name} itself"
            hint = "move the line to variables"
        elif len(supplement.label) > _LONGEST_LABEL:
            size = len(supplement.label)
            message = f"QLABEL {supplement.label!r} has {size} characters, {_LONGEST_LABEL} fit"
        elif not supplement.label.strip():
            message, hint = f"QLABEL of {qualifier} is blank", "say what the qualifier is"
        elif making.study.spec.encoding == "ascii" and not supplement.label.isascii():
            message = f"QLABEL {supplement.label!r} is not ASCII, which the agency takes"
        if message:
            yield finding(
                "SPEC105", message, dataset=name, variable=qualifier, spec=place, hint=hint
            )


def _path(tabulation: Tabulation, qualifier: str) -> tuple[str | int, ...]:
    for stream in tabulation.streams:
        if qualifier in stream.model.supplemental:
            return (*stream.path, "supplemental", qualifier)
    return ("supplemental", qualifier)


def split_whole_lines(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC105 for a line that looks at all records and stands in one of several streams."""
    if len(tabulation.streams) == 1:
        return
    for (data_set, variable), recipes in planner.recipes.items():
        if data_set != tabulation.name:
            continue
        for recipe in recipes:
            shared = recipe.path[:1] != ("records",) and len(recipes) == len(tabulation.streams)
            if recipe.line.whole and not shared:
                message = f"{type(recipe.line).verb!r} looks at all records of {data_set}"
                hint = "write it once, under variables (or working) of the data set"
                place = tabulation.loaded.place(*recipe.path)
                yield finding(
                    "SPEC105", message, dataset=data_set, variable=variable, spec=place, hint=hint
                )


def long_texts(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC105 for a text that may be split where the rest has no place to go to."""
    name = tabulation.name
    own = CONTINUED.get(tabulation.domain)
    if own is None and planner.making.variable(name, tabulation.person) is not None:
        return
    for (data_set, variable), recipes in planner.recipes.items():
        for recipe in recipes if data_set == name and variable != own else ():
            if recipe.line.long is LongText.SPLIT:
                message = f"the rest of {variable} has no place: {name} has no SUPP--"
                hint = "shorten the text; the whole of it stands in the protocol"
                place = tabulation.loaded.place(*recipe.path)
                yield finding(
                    "SPEC105", message, dataset=name, variable=variable, spec=place, hint=hint
                )


def unknown_codelists(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC116 for each line that names a codelist which neither the terminology nor the study
    has."""
    making, name = planner.making, tabulation.name
    lines = [
        (recipe.line, recipe.path)
        for (data_set, _), recipes in planner.recipes.items()
        for recipe in recipes
        if data_set == name
    ]
    for table in tabulation.model.tables:
        for variable, (line, section) in table_lines(tabulation, table).items():
            lines.append((line, ("tables", table, section, variable)))
    for line, path in lines:
        codelist = line.codelist
        if codelist is None or codelist in making.study.codelists.codelists:
            continue
        terms = making.shared.terms
        if terms.find(codelist) is None:
            message = f"the terminology {terms.version} has no codelist {codelist!r}"
            place = tabulation.loaded.place(*path, "codelist")
            yield finding("SPEC116", message, dataset=name, variable=str(path[-1]), spec=place)


def missing_tests(tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC105 for a data set that maps raw tests without a table of them."""
    mapped = any(stream.model.test or stream.model.unpivot for stream in tabulation.streams)
    if mapped and tabulation.model.tests is None:
        name = tabulation.name
        message = f"{name} unpivots or maps tests, so it needs `tests: FILE.csv`"
        yield finding("SPEC105", message, dataset=name, spec=tabulation.loaded.place("tests"))
