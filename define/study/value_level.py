"""The records that one row of value-level metadata describes: every record in exactly one row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from define.oids import Condition
from define.study.facts import Facts
from specs.standards import prefix_of
from transport import Dataset

Rows = NDArray[np.bool_]
"""Which records are described."""

_QUALIFIERS = ("CAT", "SBMRKS", "SPEC", "METHOD", "MRKSTR", "OBJ")
"""What tells results of one test code apart, in the order in which it is tried."""

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")
_FLOAT = re.compile(r"-?(0|[1-9]\d*)\.\d+")


@dataclass(frozen=True, slots=True)
class Selection:
    """Records of one test code: the condition, a label (at most 40 characters), their mask."""

    code: str
    where: tuple[Condition, ...]
    label: str
    mask: Rows


def selections(dataset: Dataset, test: str, labels: Mapping[str, str]) -> list[Selection]:
    """The records of each test code, split by a qualifier where results are of several kinds.

    A qualifier splits a test only if it is filled on all its records, so that no record is left
    out, and its values are taken one by one, so that no record is described twice.
    """
    frame = dataset.frame
    codes = frame[test].astype("str").to_numpy(dtype=object)
    out: list[Selection] = []
    for code in sorted(labels):
        mask = codes == code
        base = Condition(test, "EQ", (code,))
        name = _splitter(dataset, mask)
        if not name:
            out.append(Selection(code, (base,), labels[code][:40], mask))
            continue
        values = frame[name].astype("str").to_numpy(dtype=object)
        for value in sorted(set(values[mask])):
            where = (base, Condition(name, "EQ", (value,)))
            label = f"{labels[code]}, {value}"[:40]
            out.append(Selection(code, where, label, mask & (values == value)))
    return out


def _splitter(dataset: Dataset, mask: Rows) -> str:
    """The qualifier that tells the results of a test apart; "" when they are of one kind."""
    always = f"{dataset.name}SBMRKS"
    rows = dataset.frame[mask]
    if always in rows and _filled(rows[always]):
        return always
    unit = f"{dataset.name}STRESU"
    if unit not in rows or rows[unit].nunique() < 2:
        return ""
    for suffix in _QUALIFIERS:
        name = f"{dataset.name}{suffix}"
        if name not in rows or rows[name].nunique() < 2 or not _filled(rows[name]):
            continue
        if rows.groupby(name, observed=True)[unit].nunique().max() == 1:
            return name
    return ""


def unit_words(dataset: Dataset, mask: Rows, *, collected: bool) -> str:
    """`` (collected in mg/dL and g/L, given in g/L)`` of a test's results; "" without units."""
    before, given = (_units(dataset, f"{dataset.name}{s}", mask) for s in ("ORRESU", "STRESU"))
    said = [f"collected in {' and '.join(before)}"] if before and collected else []
    said += [f"given in {' and '.join(given)}"] if given else []
    return f" ({', '.join(said)})" if said else ""


def _units(dataset: Dataset, name: str, mask: Rows) -> list[str]:
    if name not in dataset.frame:
        return []
    return sorted({str(v) for v in dataset.frame[name][mask].dropna() if str(v)})


def _filled(column: pd.Series) -> bool:  # type: ignore[type-arg,unused-ignore]
    return not bool(column.isna().any()) and not bool((column.astype("str") == "").any())


def narrowed(found: Facts) -> Facts:
    """Facts of result texts that are all numbers: integer or float, as their records hold them."""
    if found.data_type != "text" or not found.values:
        return found
    if all(_INTEGER.fullmatch(v) for v in found.values):
        return replace(found, data_type="integer")
    if all(_INTEGER.fullmatch(v) or _FLOAT.fullmatch(v) for v in found.values):
        digits = max(len(v.partition(".")[2]) for v in found.values)
        return replace(found, data_type="float", digits=digits)
    return found


def results_present(datasets: Mapping[str, Dataset]) -> set[str]:
    """Data set and test code together (FA and TOXGR as FATOXGR), as dictionaries name results."""
    out: set[str] = set()
    for name, dataset in datasets.items():
        prefix = prefix_of(name)
        if f"{prefix}TESTCD" in dataset.frame:
            codes = dataset.frame[f"{prefix}TESTCD"].dropna().astype("str").unique()
            out |= {f"{prefix}{code}" for code in codes}
    return out
