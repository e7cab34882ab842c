"""SUPP-- data sets from supplemental qualifiers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from derive.line import Origin
from derive.values.column import Rows
from derive.values.text import Text, concat
from sdtm.making import Making
from sdtm.model import Supplemental, all_supplements, supplement_origin
from sdtm.tabulation import Tabulation


@dataclass(slots=True)
class Rendered:
    """A data set without records of its own: text columns by name, in their order, and the
    parent record of each row (0-based, before sorting; -1: none) with its qualifier."""

    columns: dict[str, Text]
    parents: Rows
    names: list[str] = field(default_factory=list)


def supplemental_records(making: Making, tabulation: Tabulation) -> Rendered | None:
    """SUPP-- of a data set: one record per kept parent record and non-blank qualifier.

    Sorted by subject, IDVARVAL and QNAM. None when no qualifier has a value (SDTMIG 3.4 8.4).
    """
    parts: list[tuple[str, Rows, Text]] = []
    for name in sorted(tabulation.supplemental):
        values = tabulation.supplemental[name]
        rows = tabulation.order[values.present()[tabulation.order]]
        if len(rows):
            parts.append((name, rows, values.take(rows)))
    if not parts:
        return None
    parents = np.concatenate([rows for _, rows, _ in parts])
    which = np.repeat(np.arange(len(parts)), [len(rows) for _, rows, _ in parts])
    rank = np.empty(tabulation.size, np.int64)
    rank[tabulation.order] = np.arange(len(tabulation.order))
    order = np.lexsort((which, rank[parents]))
    columns = _columns(making, tabulation, parts, parents, which)
    labels = [parts[i][0] for i in which[order]]
    return Rendered({n: c.take(order) for n, c in columns.items()}, parents[order], labels)


def _columns(
    making: Making,
    tabulation: Tabulation,
    parts: list[tuple[str, Rows, Text]],
    parents: Rows,
    which: Rows,
) -> dict[str, Text]:
    n, seq = len(parents), tabulation.seq
    models = all_supplements(tabulation.model)
    codes = which.astype(np.int32)
    by_part = Text(codes, [str(i) for i in range(len(parts))])
    names = [name for name, _, _ in parts]
    known = seq in tabulation.columns

    def whole(name: str) -> Supplemental | None:
        """A qualifier, or the one whose long text goes on in this one."""
        return models.get(tabulation.continued.get(name, (name, 0))[0])

    return {
        "STUDYID": Text.constant(making.study.id, n),
        "RDOMAIN": Text.constant(tabulation.domain, n),
        tabulation.person: tabulation.text(tabulation.person).take(parents),
        "IDVAR": Text.constant(seq if known else "", n),
        "IDVARVAL": tabulation.text(seq).take(parents) if known else Text.nothing(n),
        "QNAM": Text(codes, names),
        "QLABEL": by_part.map([_label(making, tabulation, models, name) for name in names]),
        "QVAL": concat([values for _, _, values in parts]),
        "QORIG": by_part.map([_origin(whole(name)) for name in names]),
        "QEVAL": by_part.map([m.evaluator if (m := whole(name)) else None for name in names]),
    }


def _label(
    making: Making, tabulation: Tabulation, models: dict[str, Supplemental], name: str
) -> str:
    if name in models:
        return models[name].label
    whole, number = tabulation.continued[name]
    standard = making.variable(tabulation.name, whole)
    known = models[whole].label if whole in models else standard.label if standard else whole
    return f"{known[: 40 - len(str(number)) - 1]} {number}"


def _origin(model: Supplemental | None) -> str:
    origin = supplement_origin(model) if model else None
    return {
        Origin.COLLECTED: "CRF",
        Origin.DERIVED: "DERIVED",
        Origin.ASSIGNED: "ASSIGNED",
        None: "CRF",
    }.get(origin, str(origin))
