"""Declarations and results as a reporting event (CDISC Analysis Results Standard 1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adam.results.ars.clauses import clause, simple
from adam.results.data_set import STATISTICS
from adam.results.load import Declared, joined
from adam.results.methods.registry import WORDS
from adam.results.model import ANY, DisplaySpec, FigureSpec, Levels
from adam.results.purposes import PURPOSES, REASONS
from adam.results.run import ResultRow, Results
from specs import Study

Json = dict[str, Any]
_OTHER = "TERM.DESCRIPTIVE"
"""The purpose of analyses that answer no outcome measure."""


def reporting_event(results: Results, study: Study) -> Json:
    """The reporting event of a study: sets, subsets, groupings, methods, analyses with results,
    outputs. The order of everything is that of the declarations."""
    return _Event(results, study).event()


@dataclass(slots=True)
class _Factor:
    """A grouping factor, and the ids of its groups by their labels (none for data-driven ones)."""

    said: Json
    groups: dict[str, str] = field(default_factory=dict)


class _Event:
    def __init__(self, results: Results, study: Study) -> None:
        self.results, self.study = results, study
        self.declared = results.declared
        self.factors: dict[tuple[str, str, Levels | None], _Factor] = {}
        self.subsets: dict[tuple[str, str], Json] = {}

    def event(self) -> Json:
        """All of it."""
        analyses = [self._analysis(one) for one in self.declared.analyses.values()]
        return {
            "id": f"RE.{self.study.id}",
            "name": self.study.spec.title or self.study.id,
            "version": 1,
            "mainListOfContents": self._contents(),
            "analysisSets": list(self._sets()),
            "dataSubsets": list(self.subsets.values()),
            "analysisGroupings": [one.said for one in self.factors.values()],
            "methods": list(self._methods()),
            "analyses": analyses,
            "outputs": list(self._outputs()),
            "terminologyExtensions": [
                {
                    "id": "TE.PURPOSE",
                    "enumeration": "AnalysisPurposeEnum",
                    "sponsorTerms": [{"id": _OTHER, "submissionValue": "DESCRIPTIVE"}],
                }
            ],
        }

    def _contents(self) -> Json:
        items = []
        for order, (name, display) in enumerate(self.declared.displays.items(), 1):
            rows = [
                {"level": 2, "order": i, "name": one.label, "analysisId": _analysis_id(one)}
                for i, one in enumerate(self.declared.of(name), 1)
            ]
            item = {"level": 1, "order": order, "name": display.title, "outputId": f"OUT.{name}"}
            items.append({**item, "sublist": {"listItems": rows}})
        return {"name": "Displays and their analyses", "contentsList": {"listItems": items}}

    def _sets(self) -> Iterator[Json]:
        for order, (name, one) in enumerate(self.declared.populations.items(), 1):
            said = {"id": f"AS.{name}", "name": name, "label": one.label, "level": 1}
            yield {**said, "order": order, **clause(one.where, "ADSL")}

    def _subset(self, one: Declared) -> str | None:
        """The subset of records that count."""
        where = joined(one.where, one.counted)
        if where is None:
            return None
        key = (one.spec.data, where.text)
        if key not in self.subsets:
            order = len(self.subsets) + 1
            said = {"id": f"DS.{order}", "name": f"{one.spec.data}: {where.text}", "level": 1}
            self.subsets[key] = {**said, "order": order, **clause(where, one.spec.data)}
        return str(self.subsets[key]["id"])

    def _methods(self) -> Iterator[Json]:
        used: dict[str, set[str]] = {}
        for row in self.results.rows:
            used.setdefault(row.method, set()).add(row.stat.name)
        for method, names in used.items():
            if method in WORDS:
                operations = [
                    {"id": f"OP.{method}.{stat}", "name": stat, "label": label, "order": order}
                    for order, (stat, label) in enumerate(
                        ((s, text) for s, text in STATISTICS.items() if s in names), 1
                    )
                ]
                said = {"id": f"M.{method}", "name": method, "description": WORDS[method]}
                yield {**said, "operations": operations}

    # analyses

    def _analysis(self, one: Declared) -> Json:
        rows = [row for row in self.results.rows if row.analysis == one.id]
        used: dict[str, None] = {}
        results = []
        for row in rows:
            groups = list(self._result_groups(one, row))
            used |= dict.fromkeys(group["groupingId"] for group in groups)
            results.append(_result(row, groups))
        factors = [
            {"order": order, "groupingId": name, "resultsByGroup": True}
            for order, name in enumerate(used, 1)
        ]
        purpose = PURPOSES.get(one.spec.purpose or "")
        out = {
            "id": _analysis_id(one),
            "name": one.label,
            "reason": {"controlledTerm": REASONS[one.spec.reason]},
            "purpose": {"controlledTerm": purpose} if purpose else {"sponsorTermId": _OTHER},
            "analysisSetId": f"AS.{one.population}",
            "dataset": one.spec.data,
            "variable": _variable(one),
            "orderedGroupings": factors,
            "methodId": f"M.{one.method}",
            "programmingCode": {"context": "tracelock", "code": one.text},
            "results": results,
        }
        subset = self._subset(one)
        return {**out, "dataSubsetId": subset} if subset is not None else out

    def _result_groups(self, one: Declared, row: ResultRow) -> Iterator[Json]:
        declared = {group.by: group.levels for group in (*one.columns, *one.spec.by)}
        for group in row.groups:
            factor = self._factor(one.spec.data, group.variable, declared.get(group.variable))
            yield _held(factor, group.label, group.value)
        if row.made.level:
            factor = self._factor(one.spec.data, row.made.variable, one.spec.levels)
            yield _held(factor, row.made.level, row.made.level)

    def _factor(self, data: str, variable: str, levels: Levels | None) -> _Factor:
        key = (data, variable, levels)
        if key not in self.factors:
            name = f"GF.{len(self.factors) + 1}"
            said: Json = {"id": name, "name": variable or "Level", "dataDriven": True}
            said |= {"groupingDataset": data, "groupingVariable": variable}
            factor = self.factors[key] = _Factor(said)
            if levels is not None and levels.items and "," not in variable:
                groups = list(_groups(name, data, variable, levels))
                factor.groups = {one["name"]: one["id"] for one in groups}
                said |= {"dataDriven": False, "groups": groups}
        return self.factors[key]

    def _outputs(self) -> Iterator[Json]:
        drawn: dict[str, DisplaySpec | FigureSpec] = {**self.declared.displays}
        for name, display in (drawn | self.declared.figures).items():
            texts = {"Title": [display.title], "Footnote": display.footnotes}
            sections = [
                {
                    "sectionType": kind,
                    "orderedSubSections": [
                        {"order": i, "subSection": {"id": f"{name}.{kind}.{i}", "text": text}}
                        for i, text in enumerate(lines, 1)
                    ],
                }
                for kind, lines in texts.items()
                if lines
            ]
            shown = {"id": f"D.{name}", "name": name, "displayTitle": display.title}
            file = {
                "name": f"{name}.rtf",
                "fileType": {"controlledTerm": "rtf"},
                "location": f"displays/{name}.rtf",
            }
            yield {
                "id": f"OUT.{name}",
                "name": name,
                "displays": [{"order": 1, "display": {**shown, "displaySections": sections}}],
                "fileSpecifications": [file],
            }


def _analysis_id(one: Declared) -> str:
    return f"AN.{one.id}"


def _variable(one: Declared) -> str:
    """The variable analysed."""
    spec = one.spec
    named = (spec.categories, spec.describe, spec.survival, spec.cumulative_incidence)
    listed = [*(spec.incidence or ())[-1:], *(spec.shift or ())[-1:]]
    return next((name for name in named if name), listed[0] if listed else "USUBJID")


def _groups(factor: str, data: str, variable: str, levels: Levels) -> Iterator[Json]:
    for order, level in enumerate(levels.items, 1):
        said = {"id": f"{factor}.{order}", "name": level.label, "level": 1, "order": order}
        every = ANY in level.values
        chosen = simple(data, variable, "NE" if every else "IN", () if every else level.values)
        yield {**said, **chosen}


def _held(factor: _Factor, label: str, value: str) -> Json:
    """The group of a result: a declared one by its id, any other by its value."""
    known = factor.groups.get(label)
    of = {"groupingId": factor.said["id"]}
    return {**of, "groupId": known} if known is not None else {**of, "groupValue": value}


def _result(row: ResultRow, groups: list[Json]) -> Json:
    out: Json = {"operationId": f"OP.{row.method}.{row.stat.name}", "resultGroups": groups}
    if not row.stat.reason:
        out["rawValue"] = f"{row.stat.value:.15g}"
    return {**out, "formattedValue": row.stat.text}
