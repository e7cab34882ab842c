"""Where every analysis value came from: vectors per record, and the account of lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from adam.making import NOTE, Making
from adam.publishing.account import data_set_account, working_names
from derive.lineage.vectors import numbered, places, record_vectors, write_vectors
from derive.records import Records
from derive.values.column import Codes
from specs.account import FILE, read_accounts, write_accounts

FOLDER = "lineage"
TABLE = "table"
"""The vector that says which record table a record is of, counted from 1."""


def write_lineage(making: Making, names: Sequence[str], folder: Path) -> None:
    """Write the lineage of published data sets."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    known = {
        name: places(making.sets[name].order, making.sets[name].records.size) for name in names
    }
    for name in names:
        of = making.sets[name]
        told = {*of.published, *of.lines, *working_names(of)}
        notes = {name for name in of.records.origin if name.startswith(NOTE)}
        vectors = record_vectors(of.records, told, known, of.order, own=notes)
        for note in sorted(notes):
            vectors[note.removeprefix(NOTE)] = numbered(of.records.origin[note], None)[of.order]
        if len(of.records.parts) > 1:
            vectors[TABLE] = _parts(of.records)[of.order]
        write_vectors(vectors, target / f"{name.lower()}.parquet")
    write_accounts({name: data_set_account(making, making.sets[name]) for name in names}, target)


def _parts(records: Records) -> Codes:
    out = np.zeros(records.size, np.int32)
    for number, part in enumerate(records.parts, start=1):
        out[part.start : part.stop] = number
    return out


def carry_lineage(out: Path, folder: Path, kept: Sequence[str]) -> None:
    """Take along the lineage of data sets that this build does not touch."""
    if not kept or not (out / FOLDER / FILE).is_file():
        return
    before, accounts = read_accounts(out / FOLDER), read_accounts(folder / FOLDER)
    for name in kept:
        if name in before:
            accounts[name] = before[name]
        vectors = out / FOLDER / f"{name.lower()}.parquet"
        if vectors.is_file():
            (folder / FOLDER / vectors.name).write_bytes(vectors.read_bytes())
    write_accounts(accounts, folder / FOLDER)
