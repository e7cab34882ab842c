"""The data cut: which moments lie after it, and of which nobody knows."""

from __future__ import annotations

from datetime import date

import numpy as np

from derive.values.column import Mask
from derive.values.moment import Moment
from derive.values.related import compare

_DAY = 86_400
_EPOCH = date(1970, 1, 1)


def after_cut(moments: Moment, cut: date) -> tuple[Mask, Mask]:
    """Where a moment lies after the last day of a cut, whatever its unknown parts are; and where it
    is known in part and may lie after it or not."""
    after = compare(moments, ">", cut.isoformat())
    in_part = moments.present() & np.isnan(moments.days())
    end = ((cut - _EPOCH).days + 1) * _DAY
    low, high = moments.edges()
    return after, in_part & ~after & (np.asarray(low) < end) & (np.asarray(high) >= end)
