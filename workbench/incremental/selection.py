"""Selections: ``AE``, ``+ADTTE`` (with what it needs), ``AE+`` (with what needs it), ``changed``,
``raw:NAME``; several in one with commas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from workbench.incremental.graph import Graph

CHANGED, RAW = "changed", "raw:"


def is_plain(words: Sequence[str]) -> bool:
    """Whether a selection is names alone, for which no graph is needed."""
    return not any(set(word) & set("+:,") or word == CHANGED for word in words)


def selected(words: Sequence[str], graph: Graph, changed: Iterable[str]) -> list[str]:
    """The data sets that are selected, sorted.

    Raises SpecificationError SPEC117 for a data set and SPEC113 for a raw source that is not there,
    each with the nearest.
    """
    found: set[str] = set()
    touched = set(changed)
    for word in (part.strip() for words_ in words for part in words_.split(",")):
        found |= _one(word, graph, touched)
    return sorted(found)


def _one(word: str, graph: Graph, changed: set[str]) -> set[str]:
    bare = word.removeprefix("+").removesuffix("+")
    names = _named(bare, graph, changed)
    out = set(names)
    if word.startswith("+"):
        out |= graph.above(names)
    if word.endswith("+"):
        out |= graph.below(names)
    return out


def _named(bare: str, graph: Graph, changed: set[str]) -> set[str]:
    if bare == CHANGED:
        return changed
    if bare.startswith(RAW):
        source = bare.removeprefix(RAW)
        if source not in graph.sources:
            raise _unknown("SPEC113", f"unknown source {source!r}", source, graph.sources)
        return graph.readers([source])
    name = bare.upper()
    if name not in graph.names:
        raise _unknown("SPEC117", f"the study does not build {name!r}", name, graph.names)
    return {name}


def _unknown(code: str, message: str, word: str, known: Iterable[str]) -> SpecificationError:
    return SpecificationError(finding(code, message, hint=did_you_mean(word, known)))
