"""Analysis Results Metadata 1.0: which analysis stands behind which display."""

# ruff: noqa: RUF009 - attribute(), child() and their like are field specifiers, not defaults
from __future__ import annotations

from dataclasses import dataclass

from define.document.binding import (
    Node,
    attribute,
    child,
    child_text,
    children,
    references,
    wrapped,
)
from define.text import DocumentRef, Text


@dataclass(kw_only=True, slots=True)
class AnalysisDataset(Node):
    """A data set of an analysis, the records taken and the variables analysed."""

    dataset_oid: str = attribute("ItemGroupOID")
    where_clause_oids: list[str] = references("def:WhereClauseRef", "WhereClauseOID")
    variable_oids: list[str] = references("arm:AnalysisVariable", "ItemOID")


@dataclass(kw_only=True, slots=True)
class AnalysisDatasets(Node):
    """The data sets of an analysis; the comment says how they are joined."""

    comment_oid: str = attribute("def:CommentOID")
    datasets: list[AnalysisDataset] = children("arm:AnalysisDataset", AnalysisDataset)


@dataclass(kw_only=True, slots=True)
class Documentation(Node):
    """The analysis in words, with the place in the SAP or protocol."""

    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    documents: list[DocumentRef] = children("def:DocumentRef", DocumentRef)


@dataclass(kw_only=True, slots=True)
class ProgrammingCode(Node):
    """The code of the analysis, or the program that holds it."""

    context: str = attribute("Context")
    code: str = child_text("arm:Code")
    documents: list[DocumentRef] = children("def:DocumentRef", DocumentRef)


@dataclass(kw_only=True, slots=True)
class AnalysisResult(Node):
    """One analysis of a display."""

    oid: str = attribute("OID")
    parameter_oid: str = attribute("ParameterOID")
    reason: str = attribute("AnalysisReason")
    purpose: str = attribute("AnalysisPurpose")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    inputs: AnalysisDatasets | None = child("arm:AnalysisDatasets", AnalysisDatasets)
    documentation: Documentation | None = child("arm:Documentation", Documentation)
    code: ProgrammingCode | None = child("arm:ProgrammingCode", ProgrammingCode)


@dataclass(kw_only=True, slots=True)
class ResultDisplay(Node):
    """A table, figure or listing."""

    oid: str = attribute("OID")
    name: str = attribute("Name")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    documents: list[DocumentRef] = children("def:DocumentRef", DocumentRef)
    results: list[AnalysisResult] = children("arm:AnalysisResult", AnalysisResult)
