"""The analysis data sets of a study: its YAML documents as models, every fault of every file at
once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adam.model import AnalysisDataSet
from derive.data_set import Loaded
from specs import Finding, SpecificationError, SpecPlace, Study, finding
from specs.reading.tables import Table
from specs.reading.validate import validate
from specs.reading.yaml_source import NodePath, YamlDocument

FOLDER = "adam"


def load_data_sets(study: Study) -> dict[str, Loaded[AnalysisDataSet]]:
    """The data sets of ``adam/`` by name, their CSV tables of parameters and windows put in.

    Raises SpecificationError with everything that is wrong in their files (SPEC105, SPEC106,
    SPEC111, SPEC112; SPEC107, SPEC108 for tables; SPEC109 for two files that build the same data
    set; ADAM105 where there is no file, or a variable is said twice).
    """
    problems: list[Finding] = []
    out: dict[str, Loaded[AnalysisDataSet]] = {}
    for document in study.documents.get(FOLDER, []):
        try:
            _put_tables(study, document)
            model = validate(AnalysisDataSet, document)
        except SpecificationError as error:
            problems.extend(error.findings)
            continue
        name = model.dataset
        if name in out:
            message = f"{document.file} and {out[name].document.file} both build {name}"
            problems.append(finding("SPEC109", message, spec=document.place(("dataset",))))
            continue
        out[name] = Loaded(name, model, document)
        problems += _said_twice(out[name])
    if not out and not problems:
        problems.append(finding("ADAM105", "the study has no adam/*.yaml", spec=SpecPlace(FOLDER)))
    if problems:
        raise SpecificationError(problems)
    return out


def _said_twice(loaded: Loaded[AnalysisDataSet]) -> list[Finding]:
    """Variables that ``working`` and ``variables`` both have a line for."""
    model = loaded.model
    return [
        finding(
            "SPEC112",
            f"{name} has two lines",
            dataset=loaded.name,
            variable=name,
            spec=loaded.place("variables", name),
        )
        for name in model.working
        if name in model.variables
    ]


def _put_tables(study: Study, document: YamlDocument) -> None:
    """Replace the name of a CSV table by what it says. Raises SpecificationError."""
    document.data = _with_tables(study, document, document.data, ())


def _with_tables(study: Study, document: YamlDocument, node: Any, path: NodePath) -> Any:
    if isinstance(node, list):
        return [_with_tables(study, document, one, (*path, i)) for i, one in enumerate(node)]
    if not isinstance(node, dict):
        return node
    out: dict[str, Any] = {}
    for key, value in node.items():
        here = (*path, key)
        if key in _TABLES and isinstance(value, str) and value.endswith(".csv"):
            table = study.table(value, FOLDER, document.place(here))
            out[key] = _TABLES[key](table)
        else:
            out[key] = _with_tables(study, document, value, here)
    return out


def _parameters(table: Table) -> dict[str, dict[str, str]]:
    codes = table.column("PARAMCD")
    for number, code in enumerate(codes):
        if not code or code in codes[:number]:
            message = f"PARAMCD {code!r} is there twice" if code else "PARAMCD is blank"
            place = table.place(number, "PARAMCD")
            raise SpecificationError(finding("SPEC108", message, spec=place))
    kept = [{k: v for k, v in row.items() if v and k != "PARAMCD"} for row in table.rows]
    return dict(zip(codes, kept, strict=True))


def _windows(table: Table) -> list[dict[str, str]]:
    return [{k: v for k, v in row.items() if v} for row in table.rows]


_TABLES: dict[str, Callable[[Table], Any]] = {"parameters": _parameters, "windows": _windows}
