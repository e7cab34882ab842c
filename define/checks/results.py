"""Analysis results metadata: displays, results, their data sets, variables and selections."""

from __future__ import annotations

from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.document.binding import Node
from define.results import AnalysisDataset, AnalysisResult
from define.text import plain
from specs.findings import Severity

FAMILY = "analysis results"


def _datasets(doc: Examined) -> Iterator[tuple[AnalysisResult, AnalysisDataset]]:
    for result in doc.lookup.results:
        for dataset in result.inputs.datasets if result.inputs else []:
            yield result, dataset


@check(
    "DEF119",
    "analysis result on something that is not defined",
    family=FAMILY,
    why="The trace from the display to the data breaks.",
    fix="Name a data set and variables of this document.",
    severity=Severity.BLOCKS,
)
def results_resolve(doc: Examined) -> Iterator[Hit]:
    """Data sets, variables and parameters of results are defined."""
    for result, dataset in _datasets(doc):
        pairs: list[tuple[Node, str, bool]] = [
            (dataset, dataset.dataset_oid, dataset.dataset_oid in doc.lookup.datasets)
        ]
        pairs += [(dataset, oid, oid in doc.lookup.items) for oid in dataset.variable_oids]
        for node, oid, there in pairs:
            if not there:
                yield Hit(node, f"{result.oid} refers to {oid!r}, which is not defined", value=oid)
    for result in doc.lookup.results:
        oid = result.parameter_oid
        if oid and oid not in doc.lookup.items:
            yield Hit(result, f"{result.oid}: ParameterOID {oid!r} is not defined", value=oid)


@check(
    "DEF280",
    "analysis variable of another data set",
    family=FAMILY,
    why="A variable is analysed in the data set that holds it.",
    fix="Name a variable of the data set.",
)
def variables_are_the_datasets(doc: Examined) -> Iterator[Hit]:
    """Analysis variables belong to their analysis data set."""
    for result, dataset in _datasets(doc):
        group = doc.lookup.datasets.get(dataset.dataset_oid)
        own = {ref.item_oid for ref in group.items} if group else set()
        for oid in dataset.variable_oids:
            if group and oid in doc.lookup.items and oid not in own:
                message = f"{result.oid}: {oid} is no variable of {group.name}"
                yield Hit(dataset, message, group.name, value=oid)


@check(
    "DEF281",
    "selection of an analysis that selects nothing",
    family=FAMILY,
    why="An analysis of no records has no result.",
    fix="Correct the where clause.",
    needs=("data",),
)
def selections_select(doc: Examined) -> Iterator[Hit]:
    """Where clauses of analysis data sets select at least one record."""
    from define.checks.valuelevel import clause_mask

    for result, dataset in _datasets(doc):
        group = doc.lookup.datasets.get(dataset.dataset_oid)
        view = doc.view(group) if group else None
        for oid in dataset.where_clause_oids:
            clause = doc.lookup.where_clauses.get(oid)
            if group is None or view is None or clause is None:
                continue
            mask = clause_mask(doc, group.name, view, clause)
            if mask is not None and not mask.any():
                yield Hit(dataset, f"{result.oid}: {oid} selects no record", group.name)


@check(
    "DEF282",
    "reason or purpose that the terminology does not know",
    family=FAMILY,
    why="ANLREAS and ANLPURP name the usual reasons and purposes.",
    fix="Use a submission value where one fits.",
    severity=Severity.INFO,
)
def reasons_are_known(doc: Examined) -> Iterator[Hit]:
    """Reasons and purposes are terms of ANLREAS and ANLPURP."""
    for result in doc.lookup.results:
        for listed, value in (("ANLREAS", result.reason), ("ANLPURP", result.purpose)):
            if value not in doc.define_ct.codelist(listed).terms:
                message = f"{result.oid}: {value!r} is not in {listed}"
                yield Hit(result, message, value=value)


@check(
    "DEF283",
    "analysis result without documentation or code",
    family=FAMILY,
    why="A reviewer reproduces the result from the documentation and the code.",
    fix="Give the SAP section in the documentation, and the code or the program.",
)
def results_are_documented(doc: Examined) -> Iterator[Hit]:
    """Results have documentation and programming code."""
    for result in doc.lookup.results:
        words = result.documentation
        if words is None or not (plain(words.description) or words.documents):
            yield Hit(result, f"{result.oid} has no documentation", value=result.oid)
        if result.code is None or not (result.code.code.strip() or result.code.documents):
            yield Hit(result, f"{result.oid} has no programming code", value=result.oid)


@check(
    "DEF284",
    "parameter analysis without ParameterOID",
    family=FAMILY,
    why="A result on AVAL or CHG is about one parameter; ParameterOID says what names it.",
    fix="Give the OID of the data set's PARAMCD.",
    severity=Severity.INFO,
)
def parameters_are_named(doc: Examined) -> Iterator[Hit]:
    """A result on AVAL, AVALC or CHG of a data set with PARAMCD has a ParameterOID."""
    for result, dataset in _datasets(doc):
        group = doc.lookup.datasets.get(dataset.dataset_oid)
        variables = doc.lookup.by_dataset.get(group.name, {}) if group else {}
        items = [doc.lookup.items.get(oid) for oid in dataset.variable_oids]
        analysed = {item.name for item in items if item}
        if (
            "PARAMCD" in variables
            and analysed & {"AVAL", "AVALC", "CHG"}
            and not result.parameter_oid
        ):
            yield Hit(result, f"{result.oid} has no ParameterOID", value=result.oid)


@check(
    "DEF285",
    "analysis over several data sets without a word on the join",
    family=FAMILY,
    why="Records of two data sets can be joined in many ways.",
    fix="Add a comment to arm:AnalysisDatasets.",
)
def result_joins_are_explained(doc: Examined) -> Iterator[Hit]:
    """A result over several data sets has a comment on the join."""
    for result in doc.lookup.results:
        if result.inputs and len(result.inputs.datasets) > 1 and not result.inputs.comment_oid:
            yield Hit(result.inputs, f"{result.oid} does not say how its data sets are joined")


@check(
    "DEF286",
    "ParameterOID that is no parameter of the analysis",
    family=FAMILY,
    why="ParameterOID names the PARAMCD of one of the data sets analysed.",
    fix="Give the OID of PARAMCD of an analysis data set of the result, or none.",
)
def parameters_are_paramcd(doc: Examined) -> Iterator[Hit]:
    """ParameterOID is a PARAMCD of one of the result's analysis data sets."""
    for result in doc.lookup.results:
        item = doc.lookup.items.get(result.parameter_oid)
        if item is None:
            continue
        inputs = result.inputs.datasets if result.inputs else []
        analysed = {d.dataset_oid for d in inputs}
        places = doc.lookup.item_places.get(item.oid, [])
        if item.name != "PARAMCD" or not any(p.dataset.oid in analysed for p in places):
            message = f"{result.oid}: ParameterOID {item.oid} is no PARAMCD of its data sets"
            yield Hit(result, message, value=item.oid)


@check(
    "DEF287",
    "analysis result without analysis variable",
    family=FAMILY,
    why="Nothing says which variable was analysed.",
    fix="Name at least one analysis variable in one of the data sets.",
)
def results_name_a_variable(doc: Examined) -> Iterator[Hit]:
    """A result names an analysis variable in one of its data sets."""
    for result in doc.lookup.results:
        inputs = result.inputs.datasets if result.inputs else []
        if not any(d.variable_oids for d in inputs):
            yield Hit(result, f"{result.oid} names no analysis variable", value=result.oid)


@check(
    "DEF288",
    "programming code without context",
    family=FAMILY,
    why="Context says in which language, and version of it, the code is.",
    fix="Give Context, e.g. SAS 9.4.",
)
def code_has_a_context(doc: Examined) -> Iterator[Hit]:
    """Code of a result names its context."""
    for result in doc.lookup.results:
        code = result.code
        if code is not None and code.code.strip() and not code.context.strip():
            yield Hit(code, f"{result.oid}: the code has no Context", value=result.oid)


@check(
    "DEF289",
    "display or documentation without words",
    family=FAMILY,
    why="A reviewer sees a name or a link, and not what it is.",
    fix="Add the description.",
)
def displays_have_words(doc: Examined) -> Iterator[Hit]:
    """Displays have a title; documentation that refers to a document has words."""
    for display in doc.metadata.displays:
        if not plain(display.description):
            yield Hit(display, f"{display.oid} has no title", value=display.name)
    for result in doc.lookup.results:
        words = result.documentation
        if words is not None and words.documents and not plain(words.description):
            message = f"{result.oid}: the documentation has a document and no words"
            yield Hit(words, message, value=result.oid)
