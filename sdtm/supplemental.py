"""SUPP-- data sets from supplemental qualifiers, and RELREC from relations."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sdtm.columns import Column, NumberColumn, Rows, TextColumn, concat
from sdtm.matching import shared_keys
from sdtm.report import Report
from sdtm.scene import Kitchen
from sdtm.state import DomainState, number_text
from specs import SpecificationError, finding
from specs.conditions import evaluate
from specs.language import Origin, Relation, Supplemental
from specs.suggest import did_you_mean

SUPP_VARIABLES = (
    "STUDYID",
    "RDOMAIN",
    "USUBJID",
    "IDVAR",
    "IDVARVAL",
    "QNAM",
    "QLABEL",
    "QVAL",
    "QORIG",
    "QEVAL",
)
RELREC_VARIABLES = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE", "RELID")


@dataclass(slots=True)
class Rendered:
    """A data set without records of its own: text columns by name, and the parent record of each
    row (0-based, before sorting; -1: none) with the qualifier it came from."""

    columns: dict[str, TextColumn]
    parents: Rows
    names: list[str] = field(default_factory=list)


def supplemental_records(kitchen: Kitchen, state: DomainState) -> Rendered | None:
    """SUPP-- of a data set: one record per kept parent record and non-blank qualifier.

    Sorted by subject, IDVARVAL and QNAM. None when no qualifier has a value (SDTMIG 3.4 8.4).
    """
    models = supplemental_models(state)
    names = sorted(n for n in state.supplemental if len(state.supplemental[n]))
    parts: list[tuple[str, Rows, TextColumn]] = []
    for name in names:
        values = state.supplemental[name]
        rows = state.order[values.codes[state.order] >= 0]
        if len(rows):
            parts.append((name, rows, values.take(rows)))
    if not parts:
        return None
    parents = np.concatenate([rows for _, rows, _ in parts])
    counts = [len(rows) for _, rows, _ in parts]
    which = np.repeat(np.arange(len(parts)), counts)
    rank = np.empty(state.n, np.int64)
    rank[state.order] = np.arange(len(state.order))
    order = np.lexsort((which, rank[parents]))
    columns = _supplemental_columns(kitchen, state, parts, models, parents=parents, which=which)
    labels = [parts[i][0] for i in which[order]]
    return Rendered({n: c.take(order) for n, c in columns.items()}, parents[order], labels)


def supplemental_models(state: DomainState) -> dict[str, Supplemental]:
    """Every declared qualifier of a data set."""
    out = dict(state.spec.model.supplemental)
    for entry in state.spec.model.records:
        out = {**entry.supplemental, **out}
    return out


def _supplemental_columns(
    kitchen: Kitchen,
    state: DomainState,
    parts: list[tuple[str, Rows, TextColumn]],
    models: dict[str, Supplemental],
    *,
    parents: Rows,
    which: Rows,
) -> dict[str, TextColumn]:
    n, by_seq = len(parents), f"{state.name}SEQ" in state.columns
    codes = which.astype(np.int32)
    sequence = state.columns.get(f"{state.name}SEQ")
    value = (
        number_text(sequence).take(parents)
        if isinstance(sequence, NumberColumn)
        else TextColumn.missing_everywhere(n)
    )
    return {
        "STUDYID": TextColumn.constant(kitchen.study.id, n),
        "RDOMAIN": TextColumn.constant(state.name, n),
        "USUBJID": state.text("USUBJID").take(parents),
        "IDVAR": TextColumn.constant(f"{state.name}SEQ" if by_seq else "", n),
        "IDVARVAL": value,
        "QNAM": TextColumn(codes, [name for name, _, _ in parts]),
        "QLABEL": TextColumn(codes, [str(i) for i in range(len(parts))]).map(
            [_label(kitchen, state, models, name) for name, _, _ in parts]
        ),
        "QVAL": concat([values for _, _, values in parts]),
        "QORIG": TextColumn(codes, [str(i) for i in range(len(parts))]).map(
            [_origin(models.get(name)) for name, _, _ in parts]
        ),
        "QEVAL": TextColumn(codes, [str(i) for i in range(len(parts))]).map(
            [m.evaluator if (m := models.get(name)) else None for name, _, _ in parts]
        ),
    }


def _label(kitchen: Kitchen, state: DomainState, models: dict[str, Supplemental], name: str) -> str:
    if name in models:
        return models[name].label
    parent = next((v for v in state.columns if v.startswith(name.rstrip("0123456789"))), name)
    standard = kitchen.variable(state.name, parent)
    label = f"{standard.label if standard else parent} {name[-1]}"
    return label[:40]


def _origin(model: Supplemental | None) -> str:
    origin = (model.origin or model.is_.origin) if model else None
    return {
        Origin.COLLECTED: "CRF",
        Origin.DERIVED: "DERIVED",
        Origin.ASSIGNED: "ASSIGNED",
        None: "CRF",
    }.get(origin, str(origin))


def relation_records(
    kitchen: Kitchen, states: dict[str, DomainState], report: Report
) -> Rendered | None:
    """RELREC from the ``relations`` of all data sets (SDTMIG 3.4 8.2).

    With ``one-to``/``to-many`` two data set level records; otherwise one RELID per group of
    records that share their link values, by --SEQ, RELTYPE null.
    """
    rows: list[tuple[str, str, str, str, str, str]] = []
    for name in sorted(states):
        for number, relation in enumerate(states[name].spec.model.relations):
            _check_relation(kitchen, states[name], number, relation)
            if relation.to not in states:
                continue  # it was not asked for
            if relation.one_to:
                rows.extend(_data_set_level(states[name], relation, f"{name}{relation.to}"))
            else:
                rows.extend(
                    _record_level(states[name], states[relation.to], relation, number, report)
                )
    if not rows:
        return None
    rows.sort(key=lambda r: (r[1], r[5], r[0], r[2], r[3].zfill(12)))
    names = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE", "RELID")
    columns = {"STUDYID": TextColumn.constant(kitchen.study.id, len(rows))}
    columns |= {n: TextColumn.of(row[i] for row in rows) for i, n in enumerate(names)}
    return Rendered(columns, np.full(len(rows), -1, np.int64))


def _check_relation(kitchen: Kitchen, state: DomainState, number: int, relation: Relation) -> None:
    domains = kitchen.study.domains
    if relation.to not in domains:
        message = f"{state.name} is related to {relation.to}, which the study does not build"
        hint = did_you_mean(relation.to, domains)
        place = state.spec.place("relations", number, "to")
        raise SpecificationError(
            finding("SPEC117", message, dataset=state.name, spec=place, hint=hint)
        )
    if not relation.on:
        message = f"the relation to {relation.to} says `on:` nothing"
        place = state.spec.place("relations", number)
        raise SpecificationError(finding("SPEC105", message, dataset=state.name, spec=place))


def _data_set_level(
    state: DomainState, relation: Relation, relid: str
) -> list[tuple[str, str, str, str, str, str]]:
    (own, theirs), *_ = relation.on.items()
    return [
        (state.name, "", own, "", str(relation.one_to), relid),
        (relation.to, "", theirs, "", str(relation.to_many or "MANY"), relid),
    ]


def _link(state: DomainState, name: str, rows: Rows) -> TextColumn:
    column = state.supplemental.get(name)
    return (column if column is not None else state.text(name)).take(rows)


def _related_rows(state: DomainState, relation: Relation, number: int) -> Rows:
    """The records that a relation is about, in their order."""
    if relation.where is None:
        return state.order

    def resolve(name: str) -> Column:
        if name not in state.columns:
            message = f"{state.name} has no variable {name!r}"
            place = state.spec.place("relations", number, "where")
            raise SpecificationError(finding("SPEC117", message, dataset=state.name, spec=place))
        return state.columns[name]

    return state.order[evaluate(relation.where, resolve)[state.order]]


def _record_level(
    state: DomainState, other: DomainState, relation: Relation, number: int, report: Report
) -> list[tuple[str, str, str, str, str, str]]:
    left_rows, right_rows = _related_rows(state, relation, number), other.order
    for side, names in ((state, relation.on), (other, relation.on.values())):
        for name in names:
            if name not in side.columns and name not in side.supplemental:
                message = f"{side.name} has no variable {name!r} to relate by"
                place = state.spec.place("relations", number)
                raise SpecificationError(
                    finding("SPEC117", message, dataset=state.name, spec=place)
                )
    left = [
        state.text("USUBJID").take(left_rows),
        *(_link(state, n, left_rows) for n in relation.on),
    ]
    right = [
        other.text("USUBJID").take(right_rows),
        *(_link(other, n, right_rows) for n in relation.on.values()),
    ]
    mine, theirs = shared_keys(left, right)
    both = set(mine[mine >= 0].tolist()) & set(theirs[theirs >= 0].tolist())
    shared = [key for key in dict.fromkeys(mine.tolist()) if key in both]  # in record order
    out: list[tuple[str, str, str, str, str, str]] = []
    counter: dict[str, int] = {}
    for key in shared:
        a, b = left_rows[mine == key], right_rows[theirs == key]
        subject = str(state.text("USUBJID").take(a[:1]).texts()[0])
        counter[subject] = counter.get(subject, 0) + 1
        relid = f"{state.name}{other.name}{counter[subject]:03d}"
        out += [_by_sequence(state, record, subject, relid) for record in a]
        out += [_by_sequence(other, record, subject, relid) for record in b]
    _tell_lost(
        state, other, relation, number, mine=mine, theirs=theirs, rows=left_rows, report=report
    )
    return out


def _tell_lost(
    state: DomainState,
    other: DomainState,
    relation: Relation,
    number: int,
    *,
    mine: Rows,
    theirs: Rows,
    rows: Rows,
    report: Report,
) -> None:
    """A link that names a record which is not there, told from the side that was filled in last."""
    lost = rows[(mine >= 0) & ~np.isin(mine, theirs)]
    if relation.via != "required" or not len(lost):
        return
    for stream in state.streams:
        own = lost[(lost >= stream.start) & (lost < stream.stop)] - stream.start
        if len(own):
            report.rows(
                "MAP322",
                f"no record of {other.name} has this link",
                state,
                stream,
                own,
                path=("relations", number),
                done="no relation was made",
            )


def _by_sequence(
    state: DomainState, record: int, subject: str, relid: str
) -> tuple[str, str, str, str, str, str]:
    column = state.columns[f"{state.name}SEQ"]
    assert isinstance(column, NumberColumn)  # noqa: S101 - set by the builder
    return (state.name, subject, f"{state.name}SEQ", str(int(column.values[record])), "", relid)
