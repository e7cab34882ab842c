"""From ``analyses.yaml`` to declared analyses: names put in, checked among themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adam.results.model import (
    TIMES,
    AnalysesSpec,
    AnalysisSpec,
    DisplaySpec,
    FigureSpec,
    GroupSpec,
    PopulationSpec,
)
from specs import Finding, SpecificationError, SpecPlace, Study, finding
from specs.conditions import Comparison, Condition, Joined, Name, Node, Not, parse_condition
from specs.reading.named import expand
from specs.reading.validate import validate
from specs.reading.yaml_source import YamlDocument, read_yaml
from specs.suggest import did_you_mean

FILE = "analyses.yaml"
POPULATION, RECORDS, NO_PERCENT = "population", "records", "nothing"


@dataclass(frozen=True, slots=True)
class Declared:
    """An analysis ready to run. ``where`` holds for the display and the row together, ``text`` is
    the declaration as it is executed, as YAML without any name left in it."""

    id: str
    display: str
    spec: AnalysisSpec
    where: Condition | None
    population: str
    columns: tuple[GroupSpec, ...]
    document: YamlDocument
    text: str = ""

    @property
    def method(self) -> str:
        """The verb."""
        return self.spec.method

    @property
    def label(self) -> str:
        """What the display calls it."""
        return self.spec.label or self.id

    @property
    def counted(self) -> Condition | None:
        """The condition of ``subjects`` and ``proportion``."""
        return self.spec.subjects or self.spec.proportion

    def place(self, *path: str | int, offset: int = 0) -> SpecPlace:
        """Where a key of it is written; without keys, the row itself."""
        if path[:1] == ("columns",):  # of the display
            return self.document.place(("displays", self.display, *path))
        at = ("displays", self.display, "rows", self.id, *path)
        return self.document.place(at, key=not path, offset=offset)

    def says(
        self, code: str, message: str, *path: str | int, hint: str = "", **more: Any
    ) -> Finding:
        """A finding about it, at one of its keys."""
        message = f"{self.id}: {message}"
        more.setdefault("dataset", self.spec.data)
        return finding(code, message, spec=self.place(*path), hint=hint, **more)


@dataclass(slots=True)
class Displays:
    """What a study declares: populations, displays, and their analyses in order."""

    populations: dict[str, PopulationSpec]
    displays: dict[str, DisplaySpec]
    analyses: dict[str, Declared] = field(default_factory=dict)
    told: list[Finding] = field(default_factory=list)
    figures: dict[str, FigureSpec] = field(default_factory=dict)
    document: YamlDocument | None = None

    def of(self, display: str) -> list[Declared]:
        """The analyses of a display, in order."""
        return [one for one in self.analyses.values() if one.display == display]


def load_displays(study: Study) -> Displays | None:
    """The declared analyses of a study; None where it has no ``analyses.yaml``.

    Raises SpecificationError with all that is wrong in the file: SPEC105, SPEC106, ADAM301 (a
    population or an analysis that is not there), ADAM304 (a condition that compares variables),
    ADAM305 (code instead of a declaration), SPEC112 (an id twice).
    """
    found = study.find(FILE)
    if found is None:
        return None
    document = read_yaml(*found)
    _refuse_code(document)
    document, told = expand(document)
    spec = validate(AnalysesSpec, document)
    out = Displays(
        dict(spec.populations),
        dict(spec.displays),
        told=list(told),
        figures=dict(spec.figures),
        document=document,
    )
    problems: list[Finding] = []
    for name, display in spec.displays.items():
        for row, analysis in display.rows.items():
            declared = _declared(name, display, row, analysis, document)
            if row in out.analyses:
                problems.append(declared.says("SPEC112", "this id is there twice"))
            out.analyses[row] = declared
    problems += [one for each in out.analyses.values() for one in _among_themselves(each, out)]
    problems += [one for name in out.figures for one in _figure(name, out, document)]
    for name, population in spec.populations.items():
        place = document.place(("populations", name, "where"))
        problems += [
            finding("ADAM304", f"population {name}: {why}", dataset="ADSL", spec=place)
            for why in derives(population.where)
        ]
    if problems:
        raise SpecificationError(problems)
    return out


def _refuse_code(document: YamlDocument) -> None:
    """The former shape of the file: ``results`` with code that nobody ran."""
    data = document.data if isinstance(document.data, dict) else {}
    displays = data.get("displays")
    problems = [
        finding(
            "ADAM305",
            f"{name} holds results as text or code, which nothing executes",
            spec=document.place(("displays", name, "results"), key=True),
            hint="declare `rows`: an id, a method, data and where",
        )
        for name, display in (displays.items() if isinstance(displays, dict) else ())
        if isinstance(display, dict) and "results" in display
    ]
    if problems:
        raise SpecificationError(problems)


def _declared(
    name: str, display: DisplaySpec, row: str, spec: AnalysisSpec, document: YamlDocument
) -> Declared:
    where = joined(display.where, spec.where)
    population = spec.population or display.population
    columns = tuple(display.columns)
    text = _text(document.data["displays"][name], row, where, population)
    return Declared(row, name, spec, where, population, columns, document, text)


def joined(first: Condition | None, second: Condition | None) -> Condition | None:
    """The condition that holds where both hold."""
    if first is None or second is None:
        return first or second
    parts = [f"({c.text})" if " or " in c.text else c.text for c in (first, second)]
    return parse_condition(" and ".join(parts))


def _text(display: dict[str, Any], row: str, where: Condition | None, population: str) -> str:
    """The declaration with nothing left to look up."""
    import yaml

    said = dict(display["rows"][row])
    for key in ("purpose", "reason", "label"):
        said.pop(key, None)
    said["population"] = population
    if where is not None:
        said["where"] = " ".join(where.text.split())
    if "columns" in display:
        said["columns"] = display["columns"]
    text: str = yaml.safe_dump({row: said}, sort_keys=False, allow_unicode=True, width=100)
    return text


def _among_themselves(one: Declared, all_of: Displays) -> Iterator[Finding]:
    """Names of populations and of other analyses; conditions that derive."""
    if one.population not in all_of.populations:
        hint = did_you_mean(one.population, all_of.populations)
        message = f"there is no population {one.population!r}"
        yield one.says("ADAM301", message, "population", hint=hint)
    other = one.spec.percent_of
    if other not in (POPULATION, RECORDS, NO_PERCENT):
        words = [POPULATION, RECORDS, NO_PERCENT]
        yield from _another(one, other, all_of, "percent-of", words)
    if one.spec.subjects_of is not None:
        yield from _another(one, one.spec.subjects_of, all_of, "subjects-of", [])
    conditions = {
        "where": one.where,
        one.method: one.counted,
        "event": one.spec.event,
        "competing": one.spec.competing,
    }
    for key, condition in conditions.items():
        for why in derives(condition):
            hint = "make a flag in the data set"
            yield one.says("ADAM304", why, key, hint=hint)


def _another(
    one: Declared, other: str, all_of: Displays, key: str, words: list[str]
) -> Iterator[Finding]:
    """What is wrong with the name of an analysis that counts subjects."""
    target = all_of.analyses.get(other)
    if target is None:
        hint = did_you_mean(other, [*words, *all_of.analyses])
        yield one.says("ADAM301", f"there is no analysis {other!r}", key, hint=hint)
    elif target.counted is None or target is one or target.spec.percent_of == one.id:
        yield one.says("ADAM302", f"{other} counts no subjects to compare with", key)


def _figure(name: str, all_of: Displays, document: YamlDocument) -> Iterator[Finding]:
    """Figures are drawn from analyses of times, all in one unit."""
    units = set()
    for i, wanted in enumerate(all_of.figures[name].of):
        place = document.place(("figures", name, "of", i))
        one = all_of.analyses.get(wanted)
        if one is None:
            hint = did_you_mean(wanted, all_of.analyses)
            said = f"figure {name}: there is no analysis {wanted!r}"
            yield finding("ADAM301", said, spec=place, hint=hint)
        elif one.method not in TIMES:
            said = f"figure {name}: {wanted} is {one.method}, which has no curve"
            yield finding("ADAM302", said, spec=place, hint=f"one of {' or '.join(TIMES)}")
        else:
            units.add((one.method, one.spec.unit or "days"))
    if len(units) > 1:
        said = ", ".join(sorted(" in ".join(unit) for unit in units))
        place = document.place(("figures", name, "of"))
        yield finding("ADAM302", f"figure {name}: one axis cannot show {said}", spec=place)


def derives(condition: Condition | None) -> Iterator[str]:
    """What of a condition compares two variables or looks into another data set."""
    if condition is None:
        return
    for name in condition.names:
        if "." in name:
            yield f"{name} is of another data set"
    yield from _pairs(condition.tree)


def _pairs(node: Node) -> Iterator[str]:
    if isinstance(node, Joined):
        for part in node.parts:
            yield from _pairs(part)
    elif isinstance(node, Not):
        yield from _pairs(node.inner)
    elif isinstance(node, Comparison):
        left, right = node.left, node.right
        if isinstance(left, Name) and isinstance(right, Name):
            yield f"{left.text} is compared with {right.text}, a variable too"
