"""The sheets Analysis Displays and Analysis Results.

``Variables`` lists DATASET.VARIABLE, separated by commas. ``Selection Criteria`` holds one clause
per data set, ``DATASET: conditions``, on lines of their own. ``Join Comment`` is the ID of
a comment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from define.lookup import Lookup
from define.model import MetaDataVersion, RangeCheck
from define.oids import dataset_oid, variable_oid
from define.results import (
    AnalysisDataset,
    AnalysisDatasets,
    AnalysisResult,
    Documentation,
    ProgrammingCode,
    ResultDisplay,
)
from define.text import DocumentRef, Text, plain
from define.workbook.grammar import pages_text, where_text
from define.workbook.sheets import Row, Sheet

Texts = Callable[[str], list[Text]]
Refs = Callable[..., list[DocumentRef]]
Where = Callable[[Row, str, str, str], str]


def read_displays(
    sheets: dict[str, Sheet], body: MetaDataVersion, texts: Texts, refs: Refs, where: Where
) -> None:
    """Add the displays and their results to ``body``."""
    displays: dict[str, ResultDisplay] = {}
    for row in sheets["Analysis Displays"].rows:
        name = row["ID"]
        display = ResultDisplay(
            oid=f"RD.{name}", name=name, description=texts(row["Title"]), documents=refs(row)
        )
        displays[name] = display
        body.displays.append(display)
    for row in sheets["Analysis Results"].rows:
        if row["Display"] not in displays:
            raise row.error("Display", f"names {row['Display']!r}, which Analysis Displays lacks")
        displays[row["Display"]].results.append(_result(row, texts, refs, where))


def _result(row: Row, texts: Texts, refs: Refs, where: Where) -> AnalysisResult:
    result = AnalysisResult(
        line=row.number,
        oid=f"AR.{row['Display']}.{row['ID']}",
        parameter_oid=_parameter(row),
        reason=row["Reason"],
        purpose=row["Purpose"],
        description=texts(row["Description"]),
        inputs=AnalysisDatasets(
            comment_oid=f"COM.{row['Join Comment']}" if row["Join Comment"] else "",
            datasets=_inputs(row, where),
        ),
    )
    words, documents = (
        texts(row["Documentation"]),
        refs(row, "Documentation Refs", "Documentation Pages"),
    )
    if words or documents:
        result.documentation = Documentation(description=words, documents=documents)
    code, context = row["Programming Code"], row["Programming Context"]
    programs = refs(row, "Programming Document")
    if code or context or programs:
        result.code = ProgrammingCode(context=context, code=code, documents=programs)
    return result


def _parameter(row: Row) -> str:
    """The OID of the parameter's variable, DATASET.PARAMCD."""
    if not row["Parameter"]:
        return ""
    dataset, _, variable = row["Parameter"].partition(".")
    if not variable:
        message = f"holds {row['Parameter']!r}, DATASET.VARIABLE is expected"
        raise row.error("Parameter", message)
    return variable_oid(dataset, variable)


def _inputs(row: Row, where: Where) -> list[AnalysisDataset]:
    made: dict[str, AnalysisDataset] = {}
    for place in filter(None, (p.strip() for p in row["Variables"].split(","))):
        dataset, _, variable = place.partition(".")
        if not variable:
            raise row.error("Variables", f"holds {place!r}, DATASET.VARIABLE is expected")
        made.setdefault(dataset, AnalysisDataset(dataset_oid=dataset_oid(dataset)))
        made[dataset].variable_oids.append(variable_oid(dataset, variable))
    for line in filter(None, (s.strip() for s in row["Selection Criteria"].split("\n"))):
        dataset, colon, text = line.partition(":")
        if not colon:
            raise row.error(
                "Selection Criteria", f"holds {line!r}, 'DATASET: conditions' is expected"
            )
        made.setdefault(dataset, AnalysisDataset(dataset_oid=dataset_oid(dataset)))
        made[dataset].where_clause_oids = [where(row, "Selection Criteria", dataset, text.strip())]
    return list(made.values())


def display_rows(body: MetaDataVersion, name: Callable[[str, str], str]) -> Iterator[list[str]]:
    """The rows of Analysis Displays; ``name(prefix, oid)`` gives the ID of an OID."""
    for display in body.displays:
        yield [
            display.name,
            plain(display.description),
            _names(display.documents, name),
            pages_text(display.documents),
        ]


def result_rows(lookup: Lookup, name: Callable[[str, str], str]) -> Iterator[list[str]]:
    """The rows of Analysis Results."""
    for display in lookup.metadata.displays:
        for result in display.results:
            inputs = result.inputs or AnalysisDatasets()
            words, code = result.documentation or Documentation(), result.code or ProgrammingCode()
            yield [
                display.name,
                name("AR", result.oid).removeprefix(f"{display.name}."),
                plain(result.description),
                ", ".join(_variables(lookup, inputs)),
                result.reason,
                result.purpose,
                "\n".join(_selections(lookup, inputs)),
                name("COM", inputs.comment_oid),
                words.description[0].text if words.description else "",
                _names(words.documents, name),
                code.context,
                code.code,
                _names(code.documents, name),
                pages_text(code.documents),
                _place(lookup, result.parameter_oid),
                pages_text(words.documents),
            ]


def _names(documents: list[DocumentRef], name: Callable[[str, str], str]) -> str:
    return " ".join(name("LF", ref.leaf_id) for ref in documents)


def _variables(lookup: Lookup, inputs: AnalysisDatasets) -> Iterator[str]:
    for dataset in inputs.datasets:
        group = lookup.datasets.get(dataset.dataset_oid)
        for oid in dataset.variable_oids:
            item = lookup.items.get(oid)
            yield f"{group.name if group else dataset.dataset_oid}.{item.name if item else oid}"


def _place(lookup: Lookup, oid: str) -> str:
    """``ADLB.PARAMCD`` for the OID of a variable; "" for none."""
    places = lookup.item_places.get(oid, [])
    return f"{places[0].dataset.name}.{places[0].name}" if places else ""


def _selections(lookup: Lookup, inputs: AnalysisDatasets) -> Iterator[str]:
    for dataset in inputs.datasets:
        group = lookup.datasets.get(dataset.dataset_oid)
        for oid in dataset.where_clause_oids:
            clause = lookup.where_clauses.get(oid)
            if group and clause:
                names = condition_names(lookup, clause.checks, group.name)
                yield f"{group.name}: {where_text(clause.checks, names)}"


def condition_names(lookup: Lookup, checks: list[RangeCheck], dataset: str) -> list[str]:
    """The variables of conditions: bare in their own data set, else DATASET.VARIABLE."""
    names = []
    for check in checks:
        places = lookup.item_places.get(check.item_oid, [])
        own = [p for p in places if p.dataset.name == dataset]
        place = next(iter(own or places), None)
        if place is None:
            names.append(check.item_oid)
        else:
            names.append(place.name if own else f"{place.dataset.name}.{place.name}")
    return names
