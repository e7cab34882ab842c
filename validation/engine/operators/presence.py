"""Is there a variable, is there a value."""

from __future__ import annotations

import re
from itertools import pairwise

from validation.engine.columns import Mask, both, either, negated
from validation.engine.operators import operator
from validation.engine.view import Call


@operator("exists")
def exists(call: Call) -> Mask:
    """The variable is there (a call is only made when it is)."""
    del call
    return True


@operator("not_exists")
def not_exists(call: Call) -> Mask:
    """The variable is not there."""
    del call
    return False


@operator("empty", "non_empty")
def empty(call: Call) -> Mask:
    """The value is blank; an empty collection counts as blank."""
    if call.target.is_list:
        return call.target.where(lambda value: not value, missing=True)
    return call.target.missing


@operator("inconsistent_enumerated_columns")
def inconsistent_enumerated_columns(call: Call) -> Mask:
    """TSVAL2 has a value where TSVAL1 has none."""
    stem = call.view.resolve(call.leaf.name)
    numbered = [n for n in call.table.names if re.fullmatch(rf"{re.escape(stem)}\d+", n)]
    series = [stem, *sorted(numbered, key=lambda name: int(name[len(stem) :]))]
    found: Mask = False
    for before, after in pairwise(series):
        first, second = call.table.column(before), call.table.column(after)
        if first is not None and second is not None:
            found = either(found, both(first.missing, negated(second.missing)))
    return found
