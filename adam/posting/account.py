"""The account of analysis data: per data set its tables, sources and subjects, and that it closes.

Counts that are held against each other are made apart: what the steps posted, the sizes of the
tables, the headers of the files that were read, and the data sets as they are published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adam.making import AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.posting.ledger import NOT_PUBLISHED, NOT_TAKEN, PARAMETER, TAKEN, Step, TablePost, left_of
from adam.posting.populations import parameters_of
from derive.values.text import Text
from specs import BuildError, Finding, finding
from specs.build_accounts import ADAM_SCHEMA
from transport import Dataset

_RECORDED = -2


def analysis_account(making: Making, datasets: Mapping[str, Dataset]) -> dict[str, Any]:
    """The account of the data sets that are published, as it is written.

    Raises BuildError ADAM230 where it does not close.
    """
    faults: list[Finding] = []
    sets = {
        name: _data_set(making, making.sets[name], datasets, faults) for name in sorted(datasets)
    }
    if faults:
        raise BuildError(faults)
    return {"schema": ADAM_SCHEMA, "closed": True, "data_sets": sets}


def _data_set(
    making: Making, of: AnalysisSet, datasets: Mapping[str, Dataset], faults: list[Finding]
) -> dict[str, Any]:
    dataset = datasets[of.name]
    published = len(dataset.frame)
    faults += _open(of, _equations(of, published))
    parameters, wrong = parameters_of(making, of, dataset)
    faults += _open(of, wrong)
    sources = {}
    for source in of.ledger.fates:
        there = _published(making, source, datasets)
        sources[source] = _source(of, source, there, faults)
    return {
        "records": published,
        "left": [_step(step) for step in of.ledger.last if step.left],
        "sources": sources,
        "tables": [_table(of, post) for post in of.ledger.tables.values()],
        "parameters": parameters,
    }


def _open(of: AnalysisSet, faults: Iterable[tuple[str, int, int]]) -> list[Finding]:
    """Findings of the equations of a data set that do not close."""
    place = of.loaded.place("dataset", key=True)
    out = []
    for what, left, right in faults:
        if left != right:
            message = f"{of.name}: {what} does not close: {left:,} and {right:,}"
            out.append(finding("ADAM230", message, dataset=of.name, spec=place))
    return out


def _equations(of: AnalysisSet, published: int) -> Iterable[tuple[str, int, int]]:
    """Name and both sides of each equation of a data set."""
    ledger, tables = of.ledger, of.ledger.tables
    for post in tables.values():
        if post.name != TIME_TO_EVENT:
            yield from _chain(of, post)
        else:
            yield from _clocks(of, post)
    names = [*of.model.records, *([TIME_TO_EVENT] if of.model.time_to_event else [])]
    made = sum(tables[name].records for name in names)
    yield "the records of its tables", made, of.records.size
    yield "what it publishes", made - sum(step.left for step in ledger.last), published


def _chain(of: AnalysisSet, post: TablePost) -> Iterable[tuple[str, int, int]]:
    """What the sources hand over, step after step, is what the table has in the end."""
    for source, read, _ in post.read:
        own = of.ledger.tables.get(source)
        if own is not None:
            yield f"{post.name}, records of {source}", read, own.records
    number = sum(carried for _, _, carried in post.read)
    for step in post.steps:
        if step.key in ("cut", "where"):
            continue
        yield f"{post.name}, records before `{step.key}`", number, step.before
        number = step.after
    yield f"{post.name}, its records", number, post.records
    yield f"{post.name}, its records as they are kept", number, of.tables[post.name].size


def _clocks(of: AnalysisSet, post: TablePost) -> Iterable[tuple[str, int, int]]:
    """Every subject that a parameter is about has a record, or was posted with the reason."""
    last = {step.of: step.after for step in post.steps}
    column = of.tables[post.name].columns[PARAMETER]
    assert isinstance(column, Text)  # noqa: S101 - a code per parameter
    counts = dict(zip(column.values, column.counts().tolist(), strict=False))
    for code, number in last.items():
        yield f"{code}, one record per subject", number, counts.get(code, 0)
    yield "time-to-event, its records", sum(last.values()), post.records


def _source(
    of: AnalysisSet, source: str, there: int | None, faults: list[Finding]
) -> dict[str, Any]:
    """What became of each record of a source in a data set, each counted once."""
    fate = of.ledger.fates[source].copy()
    origin = of.records.origin.get(source)
    if origin is not None:
        taken = origin[of.order]
        fate[taken[taken >= 0]] = _RECORDED
    left = left_of(of.ledger, fate)
    counts = {
        word: int((fate == code).sum())
        for word, code in (("recorded", _RECORDED), ("taken", TAKEN), ("not_taken", NOT_TAKEN))
    }
    posted = sum(counts.values()) + sum(number for _, number in left)
    if there is not None:
        faults += _open(of, [(f"records of {source}", there, posted)])
    out: dict[str, Any] = {"records": int((fate != NOT_PUBLISHED).sum())}
    out |= {word: number for word, number in counts.items() if number}
    return out | {"left": [{**_step(step), "records": number} for step, number in left]}


def _published(making: Making, source: str, datasets: Mapping[str, Dataset]) -> int | None:
    """How many records a source has by its own file, or as it is published; None for a data set
    that is worked out for this one and was not asked for."""
    if source in making.sets:
        return len(datasets[source].frame) if source in datasets else None
    header = making.folder.headers.get(making.folder.file(source))
    return None if header is None else header.records


def _step(step: Step) -> dict[str, Any]:
    out: dict[str, Any] = {"table": step.table, "step": step.key, "of": step.of}
    out |= {"text": step.text, "records": step.left, "spec": str(step.place)}
    return {name: value for name, value in out.items() if value != ""}


def _table(of: AnalysisSet, post: TablePost) -> dict[str, Any]:
    steps = []
    for step in post.steps:
        said = _step(step) | {"before": step.before, "after": step.after, "left": step.left}
        numbers = {"merged": step.merged, "copies": step.copies, "made": step.made}
        said |= {name: number for name, number in numbers.items() if number}
        steps.append({k: v for k, v in said.items() if k not in ("table", "records")})
    return {
        "name": post.name,
        "kind": "working" if post.name in of.model.tables else "records",
        "from": [
            {"source": s, "records": read, "taken": carried} for s, read, carried in post.read
        ],
        "steps": steps,
        "records": post.records,
    }
