"""From finished tabulations to data sets as they are submitted: variables in order, labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.scope import as_text
from derive.values.column import Column, Rows
from derive.values.number import Number
from derive.values.text import Text
from sdtm.finishing.conform import CONTINUED
from sdtm.finishing.supplemental import Rendered
from sdtm.making import Making
from sdtm.tabulation import Tabulation
from specs.standards import DatasetStandard
from transport import Dataset, VariableMeta
from transport.dataset import VariableType


def domain_dataset(making: Making, tabulation: Tabulation) -> Dataset:
    """A data set's kept records in their final order, variables in the standard's order.

    Required and expected variables are always there; a permissible one without any value is left
    out (SDTMIG 3.4 section 4.1.5), but for a study day that the file asks for, of a date that the
    data set has: a rule asks for it beside its date. Date-times are ISO 8601 text.
    """
    import pandas as pd

    standard = making.standard(tabulation.name)
    columns: dict[str, Any] = {}
    metas: list[VariableMeta] = []
    for name in _ordered(tabulation, standard):
        known = standard.variable(name)
        numeric = known is not None and known.type == "Num"
        columns[name] = _values(tabulation.columns.get(name), tabulation.order, numeric=numeric)
        label = known.label if known else _continued_label(standard, name)
        kind: VariableType = "Num" if numeric else "Char"
        length = None if numeric else _length(tabulation, name)
        metas.append(VariableMeta(name, label, kind, length=length))
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(tabulation.order)), copy=False)
    label = tabulation.model.label or standard.label
    keys = [k for k in ("STUDYID", tabulation.person, *tabulation.model.keys) if k in columns]
    return Dataset(tabulation.name, frame, tuple(metas), label, tuple(dict.fromkeys(keys)))


def _length(tabulation: Tabulation, name: str) -> int | None:
    """The length that the lines of a text variable state; None takes it from the data."""
    model = tabulation.model
    places = (model.variables, *(stream.variables for stream in model.records))
    lines = (place[name] for place in places if name in place)
    stated = [line.length for line in lines if line.length is not None]
    return max(stated) if stated else None


def _ordered(tabulation: Tabulation, standard: DatasetStandard) -> list[str]:
    known = [v for v in standard.variables if v.core in ("Req", "Exp")]
    filled = [
        name
        for name, column in tabulation.columns.items()
        if standard.variable(name) and (column.present() & tabulation.kept).any()
    ]
    there = [*(v.name for v in known), *filled]
    there += [n for n in tabulation.columns if n[-2:] == "DY" and f"{n[:-2]}DTC" in there]
    names = standard.order(dict.fromkeys(there))
    base = CONTINUED.get(tabulation.domain, "")
    more = [n for n in tabulation.columns if base and n.startswith(base) and n not in names]
    more = [n for n in more if n[len(base) :].isdigit()]
    at = names.index(base) + 1 if base in names else len(names)
    return [*names[:at], *more, *names[at:]]


def _continued_label(standard: DatasetStandard, name: str) -> str:
    base = standard.variable(name.rstrip("0123456789"))
    number = name[len(base.name) :] if base else ""
    return f"{base.label} {number}" if base else name


def _values(column: Column | None, order: Rows, *, numeric: bool) -> Any:
    if numeric:
        if column is None:
            return np.full(len(order), np.nan)
        assert isinstance(column, Number)  # noqa: S101 - conformed to the standard's kind
        return column.values[order]
    text = Text.nothing(len(order)) if column is None else as_text(column).in_order(order)
    return text.to_categorical()


def rendered_dataset(making: Making, name: str, rendered: Rendered) -> Dataset:
    """A SUPP-- data set or RELREC."""
    import pandas as pd

    names = list(rendered.columns)
    standard = making.guide.dataset(name)
    metas = []
    for variable in names:
        known = standard.variable(variable)
        metas.append(VariableMeta(variable, known.label if known else variable, "Char"))
    frame = pd.DataFrame({n: rendered.columns[n].to_categorical() for n in names}, copy=False)
    told = ("STUDYID", "RDOMAIN", "USUBJID", "APID", "IDVAR", "IDVARVAL")
    keys = tuple(one for one in told if one in names)
    last = ("RELID",) if name == "RELREC" else ("QNAM",)
    return Dataset(name, frame, tuple(metas), standard.label, keys + last)
