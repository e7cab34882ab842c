"""A diff on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from workbench.diff.model import CellChange, Diff, Endpoint, RecordChange
from workbench.diff.showing.words import effect_words, effects, group_title, no_effect, root_title

SCHEMA = "tracelock-diff/1"
_GROUPS = 60


def text_lines(diff: Diff, most: int = _GROUPS) -> Iterator[str]:
    """The groups with what came of each, then data sets, endpoints, and what is unexplained."""
    if diff.equal:
        yield f"{diff.old} and {diff.new}: nothing changed"
        yield from _ends(diff)
        return
    known = effects(diff)
    for number, group in enumerate(diff.groups[:most]):
        cells, records = known.get(number, ([], []))
        words = effect_words(cells, records)
        under = [*((c.roots, c.cause) for c in cells), *((r.roots, r.cause) for r in records)]
        others = len({root for roots, _ in under for root in roots} - {*group})
        also = f"; also {others} other{'s' if others > 1 else ''}" if others else ""
        possible = "; possible" if any(cause == "possible" for _, cause in under) else ""
        said = "; ".join(words) if words else no_effect(diff, group)
        yield f"{number + 1:3} {group_title(diff, group)} => {said}{also}{possible}"
    if len(diff.groups) > most:
        yield f"    ... and {len(diff.groups) - most} more: see --html or --format json"
    yield from _summary(diff)
    yield from _ends(diff)


def _summary(diff: Diff) -> Iterator[str]:
    if diff.raw_only:
        return
    yield ""
    for one in diff.sets:
        if one.gone or one.added or one.changed:
            yield (
                f"{one.name}: {one.records[0]:,} -> {one.records[1]:,} records, {one.gone:,} gone, "
                f"{one.added:,} new, {one.changed:,} cells changed"
            )
    numbered = sum(one.numbered for one in diff.sets)
    if numbered:
        yield f"{numbered:,} cells only number records anew; they are not counted"
    for names, side in zip(diff.sets_only, ("old", "new"), strict=True):
        if names:
            yield f"only in the {side} build: {', '.join(names)}"


def _ends(diff: Diff) -> Iterator[str]:
    layout = diff.layout
    moved = sum(layout.rows_moved.values())
    said = [f"{source}: {old} is {new}" for source, old, new in layout.files]
    said += [f"{source}: new column {name}" for source, name in layout.added]
    said += [f"{source}: column {name} is gone" for source, name in layout.gone]
    said += [f"columns of {', '.join(layout.order)} in another order"] if layout.order else []
    said += [f"{moved:,} rows stand at another place of their file"] if moved else []
    for names, side in ((layout.only_old, "old"), (layout.only_new, "new")):
        said += [f"only the {side} export has {', '.join(names)}"] if names else []
    if said:
        yield f"layout: {'; '.join(said)}"
    for found in diff.findings[:20]:
        yield f"{found.rule} {found.message}"
    yield from diff.hints
    if diff.raw_only:
        return
    times = [
        f"{e.dataset} {e.parameter} {', '.join(f'{n} {word}' for n, word in _moves(e) if n)}"
        for e in diff.endpoints
    ]
    if times:
        yield f"endpoints: {'; '.join(times)}"
    flags = [f"{p.flag} +{len(p.entered)} -{len(p.left)}" for p in diff.populations]
    yield f"populations: {'; '.join(flags) or 'none changed'}"
    yield f"unexplained: {diff.unexplained or 'none'}"


def _moves(one: Endpoint) -> tuple[tuple[int, str], ...]:
    return (
        (one.moved, "moved"), (one.added, "new"), (one.gone, "gone"),
        (one.to_event, "to an event"), (one.to_censored, "to censored"),
    )  # fmt: skip


def to_dict(diff: Diff) -> dict[str, Any]:
    """``tracelock-diff/1``: pairs are [old, new]."""
    group_of = {root: number for number, group in enumerate(diff.groups) for root in group}
    return {
        "schema": SCHEMA,
        "study": diff.study,
        "builds": [diff.old, diff.new],
        "subjects": dict(diff.subjects),
        "roots": [
            {
                "id": f"r{number + 1}",
                "group": group_of[number] + 1,
                "says": root_title(root),
                "kind": root.kind,
                "source": root.source,
                "files": list(root.files),
                "row_id": root.row_id,
                "rows": list(root.rows),
                "subject": root.subject,
                "cells": [{"column": c.column, "values": [c.old, c.new]} for c in root.cells],
                "spec": list(root.spec),
                "lines": list(root.lines),
            }
            for number, root in enumerate(diff.roots)
        ],
        "data_sets": [asdict(one) for one in diff.sets],
        "data_sets_only": [list(names) for names in diff.sets_only],
        "records": [_record(one) for one in diff.records],
        "cells": [_cell(one) for one in diff.cells],
        "endpoints": [asdict(one) for one in diff.endpoints],
        "populations": [asdict(one) for one in diff.populations],
        "layout": asdict(diff.layout),
        "unexplained": diff.unexplained,
        "raw_only": diff.raw_only,
        "hints": diff.hints,
        "findings": [found.to_dict() for found in diff.findings],
    }


def _record(one: RecordChange) -> dict[str, Any]:
    return {
        "dataset": one.dataset, "subject": one.subject, "key": one.key,
        "records": list(one.records), "roots": _ids(one.roots), "cause": one.cause,
    }  # fmt: skip


def _cell(one: CellChange) -> dict[str, Any]:
    return {
        "dataset": one.dataset, "variable": one.variable, "subject": one.subject, "key": one.key,
        "records": list(one.records), "values": list(one.values), "roots": _ids(one.roots),
        "cause": one.cause,
    }  # fmt: skip


def _ids(roots: tuple[int, ...]) -> list[str]:
    return [f"r{number + 1}" for number in roots]
