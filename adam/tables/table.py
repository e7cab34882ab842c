"""A table of records: its steps in their order, each Records to Records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adam.making import SOURCE
from adam.nca.records import analysed
from adam.posting.steps import enter, finish, posted
from adam.tables.bench import Bench, every
from adam.tables.carried import carried_forward
from adam.tables.events import decided
from adam.tables.expand import expanded
from adam.tables.summary import summarised
from derive.records import Records, stacked
from derive.values.column import KindError
from derive.values.keys import group_codes
from derive.verbs.matching import order_columns
from derive.verbs.picking import Lined, take_records
from derive.verbs.words import ordered

Step = Callable[[Bench, Records], Records]


def build_table(bench: Bench) -> Records:
    """The records of a table. Raises BuildError, SpecificationError."""
    records = taken(bench)
    for key, step in STEPS:
        records = posted(bench, key, step, records)
    finish(bench, records)
    return records


def taken(bench: Bench) -> Records:
    """The kept records of the sources that ``where`` holds for, one source below the other."""
    others = bench.scope(Records(bench.full_name, 0)).shared.others
    parts: list[Records] = []
    for number, source in enumerate(bench.spec.from_):
        found = others.find(source)
        if found is None:
            scope = bench.scope(Records(bench.full_name, 0), "from", number)
            raise scope.wrong("SPEC117", f"there is no data set or table {source!r}")
        own = source in bench.of.tables
        part = found.shallow(bench.full_name) if own else bench.making.given(source, found)
        part.name = bench.full_name
        kept = keep = part.in_cut()
        if not own:
            bench.of.ledger.open(source, found)
        if bench.spec.where is not None:
            keep = keep & bench.mask(part, bench.spec.where, "where")
        enter(bench, source, part, (kept, keep))
        part = part.where(keep)
        part.kept = None
        if len(bench.spec.from_) > 1:
            note = f"{SOURCE}{bench.full_name.rpartition('/')[2]}"
            part.origin[note] = np.full(part.size, len(parts), np.int64)
        parts.append(part)
    return below(bench, parts)


def below(bench: Bench, parts: list[Records]) -> Records:
    """Records below each other. Raises SpecificationError SPEC131 for a variable of two kinds."""
    if len(parts) == 1:
        return parts[0].shallow(bench.full_name)
    try:
        out = stacked(bench.full_name, parts)
    except KindError as error:
        scope = bench.scope(Records(bench.full_name, 0), "from")
        raise scope.wrong("SPEC131", error.message, error.hint) from error
    out.parts = ()
    return out


def with_variables(bench: Bench, records: Records) -> Records:
    """The table's own variables."""
    return bench.put_lines(records, bench.spec.variables, "variables")


def having(bench: Bench, records: Records) -> Records:
    """The records that ``having`` holds for, which may name the table's own variables."""
    if bench.spec.having is None:
        return records
    return records.where(bench.mask(records, bench.spec.having, "having"))


def one_per(bench: Bench, records: Records) -> Records:
    """The first (last) record of each group in the order ``by``; two in that place are an error,
    unless ties are allowed: then the first of them."""
    spec = bench.spec
    if not spec.one_per or not records.size:
        return records
    scope = bench.scope(records, "one-per")
    groups = group_codes([scope.column(name) for name in spec.one_per])
    columns = order_columns(spec.by, scope.own())
    lined = Lined.by(groups, every(records), spec.by, columns)
    taken = take_records(scope, lined, last=spec.take == "last")
    rows, again = taken.rows, taken.tied
    if len(again) and spec.ties == "error":
        by = ordered([str(one) for one in spec.by]) or "nothing"
        message = f"{len(again)} records tie by {by} with the {spec.take} one of their group"
        hint = "add a key to `by`, or say `ties: allow`"
        scope.fail("ADAM208", message, again, hint=hint)
    kept = every(records)
    kept[:] = False
    kept[rows[rows >= 0]] = True
    return records.where(kept)


def without(bench: Bench, records: Records) -> Records:
    """The records without the variables of ``drop``."""
    for name in bench.spec.drop:
        for known in (records.columns, records.metas, records.links):
            known.pop(name, None)
    return records


STEPS: tuple[tuple[str, Step], ...] = (
    ("events", decided),
    ("variables", with_variables),
    ("having", having),
    ("expand", expanded),
    ("one-per", one_per),
    ("summary", summarised),
    ("locf", carried_forward),
    ("nca", analysed),
    ("drop", without),
)
"""Which step comes after which: ``from`` and ``where``, then these, by their keys."""
