"""The account of a build: rows, cells, terms and answers, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sdtm.making import Making
from sdtm.posting.cells import Cells, Column, total
from sdtm.posting.rows import (
    CONSULTED,
    RECORDED,
    UNREAD,
    Fates,
    Use,
    check_uses,
    fates_of,
    kept_of,
    recorded_rows,
    uses_of,
)  # fmt: skip
from sdtm.posting.terms import answers_of, terms_of
from sdtm.posting.unread_files import UnreadPart, unread_findings, unread_parts
from sdtm.records.left import NO_TEST, WHERE, Left
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import Tabulation
from specs import BuildError, Finding, SpecPlace, finding

SCHEMA = "tracelock-raw-account/1"
_UNDECLARED = (WHERE, NO_TEST)
"""Reasons that leave a row out without anybody having said so of it."""


@dataclass(slots=True)
class SourceAccount:
    """What became of one source."""

    name: str
    files: list[str]
    fates: Fates
    uses: list[Use]
    columns: list[Column] = field(default_factory=list)
    terms: dict[str, list[list[Any]]] = field(default_factory=dict)
    recorded: int = 0
    """Rows that records come from, counted from the records."""

    @property
    def unread(self) -> int:
        """Rows that nothing looked at."""
        return self.fates.count(UNREAD)


@dataclass(slots=True)
class RawAccount:
    """The account of a whole build, or of some of its data sets (then nothing is open)."""

    whole: bool
    sources: list[SourceAccount]
    derived: list[Use]
    answers: list[dict[str, Any]]
    unread: list[UnreadPart] = field(default_factory=list)
    """What lies in the raw folder and no source reads."""
    open: list[Finding] = field(default_factory=list)
    """What it leaves open: each blocks."""

    def to_dict(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "schema": SCHEMA,
            "closed": True,
            "whole": self.whole,
            "totals": self.totals(),
            "open": [one.to_dict() for one in self.open],
            "sources": {one.name: self._source(one) for one in self.sources},
            "not_read": [one.to_dict() for one in self.unread],
            "derived": [_use(use, source=True) for use in self.derived],
            "answers": self.answers,
        }

    def totals(self) -> dict[str, Any]:
        """Rows of all sources by fate, left ones by reason; cells by fate."""
        left: dict[str, int] = {}
        cells: dict[str, int] = {}
        for one in self.sources:
            for reason, rows in one.fates.left():
                left[reason.reason] = left.get(reason.reason, 0) + rows
            for fate, count in total(one.columns).items():
                cells[fate] = cells.get(fate, 0) + count
        counts = {
            word: sum(one.fates.count(fate) for one in self.sources)
            for word, fate in (("recorded", RECORDED), ("consulted", CONSULTED), ("unread", UNREAD))
        }
        rows = sum(one.fates.source.n for one in self.sources)
        all_cells = sum(one.fates.source.n * len(one.fates.source.names) for one in self.sources)
        return {
            "rows": {"read": rows, **counts, "left": dict(sorted(left.items()))},
            "cells": {"all": all_cells, **cells},
            "files": self._files(),
        }

    def _files(self) -> dict[str, int]:
        """Files and tables that are read; those that are not, and are declared or open."""
        read = {file for one in self.sources for file in one.files}
        counts = {"read": len(read), "declared": sum(bool(one.why) for one in self.unread)}
        return counts | {"open": sum(one.open for one in self.unread)}

    def _source(self, one: SourceAccount) -> dict[str, Any]:
        source = one.fates.source
        rows: dict[str, Any] = {"read": source.n}
        for word, fate in (("recorded", RECORDED), ("consulted", CONSULTED), ("unread", UNREAD)):
            if one.fates.count(fate):
                rows[word] = one.fates.count(fate)
        rows["left"] = [_left(reason, count) for reason, count in one.fates.left()]
        out: dict[str, Any] = {
            "files": one.files,
            "rows": rows,
            "uses": [_use(use) for use in one.uses],
            "cells": {"all": source.n * len(source.names), **total(one.columns)},
            "columns": {column.name: _column(column) for column in one.columns},
        }
        if one.terms:
            out["terms"] = one.terms
        return out


def _left(reason: Left, rows: int) -> dict[str, Any]:
    out: dict[str, Any] = {"reason": reason.reason, "rows": rows, "spec": str(reason.place)}
    return out | ({"why": reason.why} if reason.why else {})


def _column(column: Column) -> dict[str, Any]:
    out: dict[str, Any] = dict(column.cells)
    if column.by:
        out["by"] = column.by
    if column.why:
        out["why"] = column.why
    return out


def _use(use: Use, *, source: bool = False) -> dict[str, Any]:
    out: dict[str, Any] = {"data_set": use.data_set, "stream": use.stream, "spec": str(use.place)}
    if use.name:
        out["name"] = use.name
    if source:
        out["of"] = use.source
    if use.where:
        out["where"] = use.where
    out["read"] = use.read
    left: dict[str, int] = {}
    for one in use.left:
        left[one.reason] = left.get(one.reason, 0) + len(one.rows)
    if left:
        out["left"] = left
    if use.wide is not None:
        wide = use.wide
        out["wide"] = {"cells": wide.cells, "blank": wide.blank, "filled": wide.filled}
    if use.split:
        out["split"] = use.split
    return out | {"records": use.records, "rows": use.rows}


def raw_account(making: Making, published: dict[str, int], *, whole: bool) -> RawAccount:
    """The account of a build that made ``published`` (records by data set).

    Raises BuildError MAP353 where an equation does not close, SpecificationError (SPEC114, SPEC131)
    for a declaration that cannot be read.
    """
    placed: dict[str, list[tuple[Use, StreamRecords, Tabulation]]] = {}
    derived: list[Use] = []
    for name, count in published.items():
        tabulation = making.sets[name]
        uses = uses_of(tabulation)
        check_uses(uses, count)
        for use, stream in zip(uses, tabulation.streams, strict=True):
            if stream.source is not None and stream.source.is_raw:
                placed.setdefault(stream.source.name, []).append((use, stream, tabulation))
            else:
                derived.append(use)
    sources = [_source(making, name, placed.get(name, [])) for name in _names(making, whole=whole)]
    ledger = making.sources.ledger
    out = RawAccount(whole, sources, derived, answers_of(ledger))
    out.unread = unread_parts(making.sources) if whole else []
    out.open = list(_open_findings(making, out))
    return out


def _names(making: Making, *, whole: bool) -> list[str]:
    """Every source of the study; of a build of some data sets those that it read."""
    names = making.study.spec.sources
    return sorted(name for name in names if whole or name in making.sources.read)


def _source(
    making: Making, name: str, uses: list[tuple[Use, StreamRecords, Tabulation]]
) -> SourceAccount:
    ledger, document = making.sources.ledger, making.study.document
    table = making.sources.get(name)
    fates = fates_of(table, uses, ledger)
    out = SourceAccount(name, table.files, fates, [use for use, _, _ in uses])
    declared = making.study.spec.sources[name].not_submitted
    path = ("sources", name, "not-submitted")
    out.columns = list(
        Cells(fates, ledger, declared, lambda column: document.place((*path, column))).columns()
    )
    out.terms = terms_of(fates, ledger)
    out.recorded = recorded_rows(stream.rows[kept_of(t, stream)] for _, stream, t in uses)
    _close(out, document.place(("sources", name), key=True))
    return out


def _close(one: SourceAccount, place: SpecPlace) -> None:
    """R5 and C: the rows that were read, by their reader, against what was posted; of the recorded
    rows those that records in their data sets come from. Raises BuildError MAP353."""
    source = one.fates.source
    rows = one.recorded + sum(one.fates.count(fate) for fate in (CONSULTED, UNREAD))
    rows += sum(count for _, count in one.fates.left())
    read = sum(len(raw.frame) for raw in source.raws) if source.raws else source.n
    there = [column for column in one.columns if source.has(column.name)]
    cells = sum(total(there).values())
    faults = []
    for name, left, right in (("R5", read, rows), ("C", read * len(there), cells)):
        if left != right:
            message = f"{one.name}: {name} does not close: {left:,} and {right:,}"
            faults.append(finding("MAP353", message, spec=place))
    if faults:
        raise BuildError(faults)


def _open_findings(making: Making, account: RawAccount) -> Iterator[Finding]:
    """What the account leaves open: rows in no data set (MAP350), values that nothing reads
    (MAP352), declarations of what is read or not there (SPEC142)."""
    if not account.whole:
        return
    yield from unread_findings(making.study, account.unread)
    document = making.study.document
    for one in account.sources:
        place = document.place(("sources", one.name), key=True)
        if not one.uses and one.unread == one.fates.source.n:
            yield from _unused(one, place, looked_up=one.name in making.sources.ledger.looked_up)
            continue
        yield from _lost_rows(one)
        for column in one.columns:
            path = ("sources", one.name, "not-submitted", column.name)
            if column.idle:
                message = f"{one.name}.{column.name} is declared as not submitted: {column.idle}"
                hint = "take the declaration out, or say of which rows it holds (where)"
                yield finding("SPEC142", message, spec=document.place(path, key=True), hint=hint)
            if column.open:
                yield _unread_column(one, column, place)


def _unused(one: SourceAccount, place: SpecPlace, *, looked_up: bool) -> Iterator[Finding]:
    if one.fates.source.n:
        message = f"{one.fates.source.n:,} rows of {one.name!r}: no data set reads this source"
        hint = "read it in a data set, or delete it from study.yaml"
        if looked_up:
            message = f"{one.fates.source.n:,} rows of {one.name!r}: no record finds any of them"
            hint = "correct the keys that they are looked up by"
        yield finding("MAP350", message, spec=place, hint=hint)


def _lost_rows(one: SourceAccount) -> Iterator[Finding]:
    for reason, count in one.fates.left():
        if reason.reason not in _UNDECLARED or reason.why:
            continue
        row = int(one.fates.rows_of(reason)[0])
        what = "`where` does not hold" if reason.reason == WHERE else "their test is blank"
        message = f"{count:,} row(s) of {one.name!r} are in no data set: {what}"
        hint = "take them in another stream, or say beside the where: left-out: why"
        first = one.fates.source.names[0]
        yield finding(
            "MAP350", message, spec=reason.place, hint=hint, raw=one.fates.source.cell(row, first)
        )


def _unread_column(one: SourceAccount, column: Column, place: SpecPlace) -> Finding:
    here = column.cells.get("unread_here", 0)
    which = f"on these rows ({here:,} values)" if here else f"({column.open:,} values)"
    message = f"no line reads {one.name}.{column.name} {which}"
    said = "{where: ..., why: ...}" if here else "why"
    hint = f"map it, or say in study.yaml: not-submitted: {{{column.name}: {said}}}"
    cell = one.fates.source.cell(column.open_row, column.name)
    return finding(
        "MAP352", message, spec=place, hint=hint, raw=cell, value=cell.text,
        details={"values": str(column.open)},
    )  # fmt: skip
