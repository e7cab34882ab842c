"""From finished states to data sets as they are submitted: variables in order, labels, records."""

from __future__ import annotations

from typing import Any

import numpy as np

from sdtm.columns import Column, NumberColumn, Rows, TextColumn
from sdtm.scene import Kitchen
from sdtm.state import DomainState
from sdtm.supplemental import RELREC_VARIABLES, SUPP_VARIABLES, Rendered
from transport import Dataset, VariableMeta
from transport.dataset import VariableType

FORMATS: dict[str, str] = {}


def domain_dataset(kitchen: Kitchen, state: DomainState) -> Dataset:
    """A domain's kept records in their final order, variables in the standard's order.

    Required and expected variables are always there; a permissible one without any value is left
    out (SDTMIG 3.4 section 4.1.5).
    """
    import pandas as pd

    standard = kitchen.standard(state.name)
    names = standard.order(_variables(kitchen, state))
    columns: dict[str, Any] = {}
    metas: list[VariableMeta] = []
    for name in names:
        known = standard.variable(name)
        numeric = known is not None and known.type == "Num"
        columns[name] = _values(state.columns.get(name), state.order, numeric=numeric)
        label = known.label if known else name
        kind: VariableType = "Num" if numeric else "Char"
        metas.append(VariableMeta(name, label, kind, length=_length(state, name, numeric=numeric)))
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(state.order)), copy=False)
    label = state.spec.model.label or standard.label
    keys = tuple(k for k in ("STUDYID", "USUBJID", *state.spec.model.keys) if k in columns)
    return Dataset(state.name, frame, tuple(metas), label, tuple(dict.fromkeys(keys)))


def _length(state: DomainState, name: str, *, numeric: bool) -> int | None:
    """The length that the lines of a text variable state; None takes it from the data."""
    model = state.spec.model
    places = (model.variables, *(entry.variables for entry in model.records))
    lines = (place[name] for place in places if name in place)
    stated = [line.length for line in lines if line.length is not None]
    return max(stated) if stated and not numeric else None


def _variables(kitchen: Kitchen, state: DomainState) -> list[str]:
    standard = kitchen.standard(state.name)
    out = []
    for known in standard.variables:
        column = state.columns.get(known.name)
        if known.core in ("Req", "Exp") or (
            column is not None and not column.missing()[state.order].all()
        ):
            out.append(known.name)
    listed = set(out) | {v.name for v in standard.variables}
    for name, column in state.columns.items():
        if (
            name not in listed
            and standard.variable(name)
            and not column.missing()[state.order].all()
        ):
            out.append(name)
    return out


def _values(column: Column | None, order: Rows, *, numeric: bool) -> Any:
    if numeric:
        if column is None:
            return np.full(len(order), np.nan)
        values = column.values if isinstance(column, NumberColumn) else column.numbers()
        return values[order]
    if column is None:
        return TextColumn.missing_everywhere(len(order)).to_categorical()
    assert isinstance(column, TextColumn)  # noqa: S101 - conformed to the standard's type
    return TextColumn(column.codes[order], column.values).to_categorical()


def rendered_dataset(kitchen: Kitchen, name: str, rendered: Rendered) -> Dataset:
    """A SUPP-- data set or RELREC."""
    import pandas as pd

    names = RELREC_VARIABLES if name == "RELREC" else SUPP_VARIABLES
    standard = kitchen.guide.dataset(name)
    metas = []
    for variable in names:
        known = standard.variable(variable)
        metas.append(VariableMeta(variable, known.label if known else variable, "Char"))
    frame = pd.DataFrame({n: rendered.columns[n].to_categorical() for n in names}, copy=False)
    keys = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL")
    last = ("RELID",) if name == "RELREC" else ("QNAM",)
    return Dataset(name, frame, tuple(metas), standard.label, keys + last)
