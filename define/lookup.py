"""Definitions by OID, and who refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from define.document.binding import NESTED, Node, bindings, walk
from define.guide_names import is_adam, is_send
from define.model import (
    CodeList,
    Define,
    ItemDef,
    ItemGroupDef,
    ItemRef,
    MetaDataVersion,
    MethodDef,
    Standard,
    ValueListDef,
    WhereClauseDef,
)
from define.text import CommentDef, DocumentRef, Leaf

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a data set: its ItemRef, and its ItemDef if the reference resolves."""

    dataset: ItemGroupDef
    ref: ItemRef
    item: ItemDef | None

    @property
    def name(self) -> str:
        """The variable's name; "" when the reference does not resolve."""
        return self.item.name if self.item else ""


@dataclass(frozen=True, slots=True)
class ValueLevel:
    """A value-level row: the variable that it refines, its ItemRef and ItemDef."""

    parent: Variable
    value_list: ValueListDef
    ref: ItemRef
    item: ItemDef | None


def _named(nodes: Iterable[N], attribute: str = "oid") -> dict[str, N]:
    found: dict[str, N] = {}
    for node in nodes:
        found.setdefault(getattr(node, attribute), node)
    return found


class Lookup:
    """A document seen through its OIDs. Built once, read many times."""

    def __init__(self, define: Define) -> None:
        self.define = define
        self.metadata: MetaDataVersion = define.metadata

    @cached_property
    def items(self) -> dict[str, ItemDef]:
        """ItemDefs by OID."""
        return _named(self.metadata.items)

    @cached_property
    def datasets(self) -> dict[str, ItemGroupDef]:
        """ItemGroupDefs by OID."""
        return _named(self.metadata.datasets)

    @cached_property
    def codelists(self) -> dict[str, CodeList]:
        """CodeLists by OID."""
        return _named(self.metadata.codelists)

    @cached_property
    def methods(self) -> dict[str, MethodDef]:
        """MethodDefs by OID."""
        return _named(self.metadata.methods)

    @cached_property
    def comments(self) -> dict[str, CommentDef]:
        """CommentDefs by OID."""
        return _named(self.metadata.comments)

    @cached_property
    def value_lists(self) -> dict[str, ValueListDef]:
        """ValueListDefs by OID."""
        return _named(self.metadata.value_lists)

    @cached_property
    def where_clauses(self) -> dict[str, WhereClauseDef]:
        """WhereClauseDefs by OID."""
        return _named(self.metadata.where_clauses)

    @cached_property
    def standards(self) -> dict[str, Standard]:
        """Standards by OID."""
        return _named(self.metadata.standards)

    @cached_property
    def leafs(self) -> dict[str, Leaf]:
        """Leafs by ID: those of documents and those of data sets."""
        return _named([*self.metadata.leafs, *self.dataset_leafs], "id")

    @cached_property
    def dataset_leafs(self) -> list[Leaf]:
        """The files of the data sets."""
        return [d.leaf for d in self.metadata.datasets if d.leaf]

    @cached_property
    def variables(self) -> list[Variable]:
        """Every variable of every data set, in document order."""
        return [
            Variable(dataset, ref, self.items.get(ref.item_oid))
            for dataset in self.metadata.datasets
            for ref in dataset.items
        ]

    @cached_property
    def item_refs(self) -> list[ItemRef]:
        """Every ItemRef: of data sets, then of value lists."""
        of_datasets = [ref for dataset in self.metadata.datasets for ref in dataset.items]
        return of_datasets + [ref for values in self.metadata.value_lists for ref in values.items]

    @cached_property
    def by_dataset(self) -> dict[str, dict[str, Variable]]:
        """Variables by data set name and variable name."""
        found: dict[str, dict[str, Variable]] = {d.name: {} for d in self.metadata.datasets}
        for variable in self.variables:
            found[variable.dataset.name].setdefault(variable.name, variable)
        return found

    @cached_property
    def value_levels(self) -> list[ValueLevel]:
        """Every value-level row of every variable that refers to a value list."""
        return list(self._value_levels())

    def _value_levels(self) -> Iterator[ValueLevel]:
        for variable in self.variables:
            value_list = (
                self.value_lists.get(variable.item.value_list_oid) if variable.item else None
            )
            for ref in value_list.items if value_list else []:
                assert value_list is not None  # noqa: S101 - for mypy: the loop is empty otherwise
                yield ValueLevel(variable, value_list, ref, self.items.get(ref.item_oid))

    @cached_property
    def item_places(self) -> dict[str, list[Variable]]:
        """The data sets that use an ItemDef."""
        places: dict[str, list[Variable]] = {}
        for variable in self.variables:
            places.setdefault(variable.ref.item_oid, []).append(variable)
        return places

    @cached_property
    def is_analysis(self) -> bool:
        """Whether the document follows an ADaM standard."""
        return any(is_adam(name) for name in self.guide_names)

    @cached_property
    def is_nonclinical(self) -> bool:
        """Whether the document follows a SEND standard."""
        return any(is_send(name) for name in self.guide_names)

    @cached_property
    def guide_names(self) -> list[str]:
        """The implementation guides that the document names, as it writes them."""
        named = [s.name for s in self.metadata.standards if s.type == "IG"]
        old = self.metadata.standard_name_2_0
        return [*named, old] if old else named

    @cached_property
    def nodes(self) -> list[Node]:
        """Everything below the MetaDataVersion, in document order."""
        return list(walk(self.metadata))

    @cached_property
    def strings(self) -> list[tuple[Node, str]]:
        """Every attribute and text that is not blank, with the node that has it."""
        found: list[tuple[Node, str]] = []
        for node in self.nodes:
            for name, bound in bindings(type(node)):
                value = getattr(node, name) if bound.kind not in NESTED else ""
                texts = value if isinstance(value, list) else [value]
                found += [(node, text) for text in texts if text]
        return found

    @cached_property
    def document_refs(self) -> list[tuple[Node, DocumentRef]]:
        """Every DocumentRef with the definition that holds it."""
        found: list[tuple[Node, DocumentRef]] = []
        found += [(ref, ref) for ref in self.metadata.annotated_crf]
        found += [(ref, ref) for ref in self.metadata.supplemental_docs]
        for item in self.metadata.items:
            found += [(item, ref) for origin in item.origins for ref in origin.documents]
        for holder in self.metadata.methods:
            found += [(holder, ref) for ref in holder.documents]
        for comment in self.metadata.comments:
            found += [(comment, ref) for ref in comment.documents]
        for display in self.metadata.displays:
            found += [(display, ref) for ref in display.documents]
        for result in self.results:
            for part in (result.documentation, result.code):
                found += [(result, ref) for ref in (part.documents if part else [])]
        return found

    @cached_property
    def results(self) -> list[Any]:
        """Every AnalysisResult."""
        return [result for display in self.metadata.displays for result in display.results]
