"""Checks of values against what the define.xml says of them."""

from __future__ import annotations

from validation.engine.columns import Mask, both, negated
from validation.engine.operators import operator
from validation.engine.view import Call, NotRunError


@operator("conformant_value_data_type", "non_conformant_value_data_type")
def conformant_value_data_type(call: Call) -> Mask:
    """The value has the data type that value-level metadata states (where it states one)."""
    return _stated(call, "type_check")


@operator("conformant_value_length", "non_conformant_value_length")
def conformant_value_length(call: Call) -> Mask:
    """The value is no longer than value-level metadata states (where it states a length)."""
    return _stated(call, "length_check")


def _stated(call: Call, name: str) -> Mask:
    column = call.table.column(name)
    if column is None:
        raise NotRunError(
            f"{call.leaf.operator} needs a rule type that brings value-level metadata"
        )
    return negated(both(column.where(lambda ok: not ok), negated(call.target.missing)))


@operator("references_correct_codelist", "does_not_reference_correct_codelist")
def references_correct_codelist(call: Call) -> Mask:
    """The codelist named in ``value`` is the one that the define.xml gives the variable."""
    column = call.table.column("define_variable_ccode")
    other = call.comparator()
    if column is None or other is None:
        raise NotRunError(f"{call.leaf.operator} needs a define.xml")
    wanted = set(other.texts)
    return column.where_text(lambda code: code in wanted, missing=True)
