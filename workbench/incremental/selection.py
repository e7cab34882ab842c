"""Selections: ``AE``, ``+ADTTE`` (with what it needs), ``AE+`` (with what needs it), ``changed``,
``raw:NAME``; several in one with commas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from workbench.incremental.graph import Graph

CHANGED, RAW = "changed", "raw:"
Hint = Callable[[str, Iterable[str]], str]
"""What to write instead of a data set that is not there, of those that are."""


def is_plain(words: Sequence[str]) -> bool:
    """Whether a selection is names alone, for which no graph is needed."""
    return not any(set(word) & set("+:,") or word == CHANGED for word in words)


def selected(
    words: Sequence[str], graph: Graph, changed: Iterable[str], hint: Hint = did_you_mean
) -> list[str]:
    """The data sets that are selected, sorted.

    Raises SpecificationError SPEC117 for a data set and SPEC113 for a raw source that is not there,
    each with the nearest.
    """
    found: set[str] = set()
    touched = set(changed)
    for word in (part.strip() for words_ in words for part in words_.split(",")):
        found |= _one(word, graph, touched, hint)
    return sorted(found)


def _one(word: str, graph: Graph, changed: set[str], hint: Hint) -> set[str]:
    bare = word.removeprefix("+").removesuffix("+")
    names = _named(bare, graph, changed, hint)
    out = set(names)
    if word.startswith("+"):
        out |= graph.above(names)
    if word.endswith("+"):
        out |= graph.below(names)
    return out


def _named(bare: str, graph: Graph, changed: set[str], hint: Hint) -> set[str]:
    if bare == CHANGED:
        return changed
    if bare.startswith(RAW):
        source = bare.removeprefix(RAW)
        if source not in graph.sources:
            message = f"unknown source {source!r}"
            raise SpecificationError(
                finding("SPEC113", message, hint=did_you_mean(source, graph.sources))
            )
        return graph.readers([source])
    name = bare.upper()
    if name not in graph.names:
        message = f"the study does not build {name!r}"
        raise SpecificationError(finding("SPEC117", message, hint=hint(name, graph.names)))
    return {name}
