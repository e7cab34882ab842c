"""Verbs about the record's own values: copy, constant, choose, bins, flag, text, shown, compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from adam import columns, merge
from adam.language import Bins, Choice, Choose, Compute, Constant, Copy, Fill, Flag, Shown, ref
from adam.scope import Scope, failure
from specs.suggest import did_you_mean

Made = dict[str, pd.Series]
"""The variables a line makes."""


def literal(value: str, kind: str | None, size: int) -> pd.Series:
    """A fixed value as a column of the stated kind (text unless ``as`` says otherwise)."""
    if kind in (None, "text"):
        return columns.constant_text(value, size)
    try:
        if kind == "number":
            return pd.Series(np.full(size, float(value)))
        return pd.Series(np.full(size, np.datetime64(value, "s")))
    except ValueError:
        raise failure("ADAM203", f"{value!r} is no {kind}", value=value) from None


def run_copy(line: Copy, scope: Scope, name: str) -> Made:
    """``from``: the record's own variable or another data set's, its terms mapped."""
    column = _copied(line, scope, name)
    if line.map is not None:
        column = _mapped(line, column, name)
    elif line.as_ is not None:
        column = _converted(line.as_, column, name)
    if line.missing == "error" and columns.missing(column).any():
        record = int(np.flatnonzero(columns.missing(column))[0]) + 1
        message = f"{name} is missing in record {record}"
        raise failure("ADAM209", message, variable=name, record=record)
    return {name: column}


def _converted(kind: str, column: pd.Series, name: str) -> pd.Series:
    """``as``: text to a number, a number to text; ISO dates are read by the date verbs."""
    if kind == "text":
        return as_shown(column)
    if kind == "number" and columns.is_text(column):
        used = set(np.unique(column.cat.codes.to_numpy()))
        texts = list(column.cat.categories)
        numbers = np.array(
            [*(_number(t, name) if i in used else np.nan for i, t in enumerate(texts)), np.nan]
        )
        return pd.Series(numbers[column.cat.codes.to_numpy()])
    return column


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise failure(
            "ADAM203", f"{name}: {text!r} is no number", variable=name, value=text
        ) from None


def _copied(line: Copy, scope: Scope, name: str) -> pd.Series:
    dataset, variable = ref(line.from_)
    if not dataset or dataset == scope.frame.name:
        column = scope.column(line.from_)
        keep = scope.mask(line.where)
        return (
            column if keep.all() else columns.take(column, np.where(keep, np.arange(len(keep)), -1))
        )
    if not (line.on or line.where or line.several):
        scope.frame.links[name] = (dataset, scope.match(dataset).astype(np.int32))
        return scope.column(line.from_)
    other = scope.of(dataset)
    rows = _rows_of(line, scope, other)
    scope.frame.links[name] = (dataset, rows.astype(np.int32))
    return columns.take(other.column(variable), rows)


def _rows_of(line: Copy, scope: Scope, other: Scope) -> Any:
    keys = line.on or ["USUBJID"]
    mine = {key: scope.column(key) for key in keys}
    theirs = {key: other.column(key) for key in keys}
    keep = other.mask(line.where)
    if line.several:
        mode, _, by = line.several.partition(" by ")
        order = {**theirs, by: other.column(by)}
        return merge.match_extreme(
            mine, order, keys, keep=keep, order=[by], last=mode == "last"
        ).rows
    try:
        return merge.match_one(mine, theirs, keys, keep).rows
    except merge.SeveralRecordsError as error:
        raise scope.several(other.frame.name, error) from error


def _mapped(line: Copy, column: pd.Series, name: str) -> pd.Series:
    terms = line.map or {}
    if not columns.is_text(column):
        return _mapped_numbers(line, column, name)
    labels = list(column.cat.categories)
    used = set(np.unique(column.cat.codes.to_numpy()))
    unknown = [v for i, v in enumerate(labels) if i in used and v not in terms]
    if unknown and line.unmapped == "error":
        message = f"{name}: {', '.join(repr(v) for v in unknown[:5])} not in the map"
        raise failure(
            "ADAM202",
            message,
            variable=name,
            value=unknown[0],
            hint=did_you_mean(unknown[0], terms),
        )
    default: dict[str, str] = {v: v for v in labels} if line.unmapped == "keep" else {}
    return _typed(
        columns.map_text(column, [terms.get(v, default.get(v)) for v in labels]), line, name
    )


def _mapped_numbers(line: Copy, column: pd.Series, name: str) -> pd.Series:
    values = column.to_numpy()
    found, codes = np.unique(values, return_inverse=True)
    texts = ["" if v != v else f"{v:.12g}" for v in found.astype(np.float64)]  # noqa: PLR0124 - NaN
    return _mapped(line, columns.text_column(codes, texts), name)


def _typed(column: pd.Series, line: Any, name: str) -> pd.Series:
    if line.as_ in (None, "text"):
        return column
    values = [literal(str(v), line.as_, 1).iloc[0] for v in column.cat.categories]
    if not values:
        return pd.Series(np.full(len(column), np.nan))
    return columns.take(pd.Series(np.array(values)), column.cat.codes.to_numpy())


def run_constant(line: Constant, scope: Scope, name: str) -> Made:
    """``constant``: the same value where the condition holds."""
    size = scope.frame.size
    value = literal(line.constant, line.as_, size)
    if line.where is None:
        return {name: value}
    other = literal(line.else_, line.as_, size) if line.else_ else columns.empty_like(value, size)
    return {name: columns.replace_where(other, scope.mask(line.where), value)}


def run_choose(line: Choose, scope: Scope, name: str) -> Made:
    """``choose``: the first alternative whose condition holds."""
    size = scope.frame.size
    out: pd.Series | None = None
    open_ = np.ones(size, dtype=bool)
    for choice in line.choose:
        hit = scope.mask(choice.where) & open_
        open_ &= ~hit
        if choice.blank:
            continue
        value = _alternative(choice, line.as_, scope)
        try:
            out = columns.replace_where(
                columns.empty_like(value, size) if out is None else out, hit, value
            )
        except TypeError as error:
            raise failure("ADAM203", f"{name}: {error}", variable=name) from None
    return {name: pd.Series(np.full(size, np.nan)) if out is None else out}


def _alternative(choice: Choice, kind: str | None, scope: Scope) -> pd.Series:
    if choice.is_ is not None:
        return literal(choice.is_, kind, scope.frame.size)
    if choice.compute is not None:
        return pd.Series(scope.compute(choice.compute))
    return scope.column(choice.from_ or "")


def run_bins(line: Bins, scope: Scope, name: str) -> Made:
    """``bins``: one label more than there are cuts; missing numbers get ``missing``."""
    if len(line.labels) != len(line.cut) + 1:
        message = (
            f"{name}: {len(line.cut)} cuts need {len(line.cut) + 1} labels, found "
            f"{len(line.labels)}"
        )
        raise failure("ADAM105", message, variable=name)
    values = scope.numbers(line.bins)
    cuts = np.asarray(line.cut)
    codes = np.searchsorted(cuts, values, side="right" if line.closed == "left" else "left")
    labels = [*line.labels, line.missing or ""]
    codes = np.where(np.isnan(values), len(line.labels), codes)
    return {name: _typed(columns.text_column(codes, labels), line, name)}


def run_flag(line: Flag, scope: Scope, name: str) -> Made:
    """``flag``: Y where the condition holds, else ``else``."""
    codes = np.where(scope.mask(line.where), 0, 1)
    return {name: columns.text_column(codes, [line.flag, line.else_ or ""])}


def run_fill(line: Fill, scope: Scope, name: str) -> Made:
    """``text``: variables in braces; missing when a part is missing."""
    parts = line.text.split("{")
    out = np.full(scope.frame.size, parts[0], dtype=object)
    gone = np.zeros(scope.frame.size, dtype=bool)
    for part in parts[1:]:
        variable, _, tail = part.partition("}")
        column = as_shown(scope.column(variable))
        gone |= columns.missing(column)
        out = out + column.astype(object).fillna("").to_numpy() + tail
    codes, labels = pd.factorize(out)
    return {name: columns.text_column(np.where(gone, -1, codes), list(labels))}


def as_shown(column: pd.Series) -> pd.Series:
    """A column as text the way people write it: 1 and not 1.0, dates in ISO 8601."""
    if columns.is_text(column):
        return column
    codes, found = pd.factorize(column.to_numpy())
    if columns.is_date(column):
        texts = [str(v)[:10] if str(v).endswith("T00:00:00") else str(v) for v in found]
    else:
        texts = [f"{v:.15g}" for v in found]
    return columns.text_column(codes, texts)


def run_shown(line: Shown, scope: Scope, name: str) -> Made:
    """``shown``: decimals, or significant digits without trailing zeros."""
    codes, found = pd.factorize(scope.numbers(line.shown))
    if line.significant is not None:
        texts = [significant(v, line.significant) for v in found]
    else:
        texts = [f"{v:.{line.decimals or 0}f}" for v in found]
    return {name: columns.text_column(codes, texts)}


def significant(value: float, digits: int) -> str:
    """A number rounded to significant digits, without exponent where it is short enough."""
    text = f"{value:.{digits}g}"
    if "e" in text:
        number = float(text)
        plain = f"{number:.15f}".rstrip("0").rstrip(".") if abs(number) < 1 else f"{number:.0f}"
        text = plain if len(plain) <= len(text) else text
    return text


def run_compute(line: Compute, scope: Scope, name: str) -> Made:
    """``compute``: arithmetic, under a condition, rounded half away from zero when asked."""
    values = scope.compute(line.compute)
    values = np.where(scope.mask(line.where), values, np.nan)
    if line.decimals is not None:
        scale = 10.0**line.decimals
        values = np.copysign(np.floor(np.abs(values) * scale + 0.5), values) / scale
    if line.as_ in ("date", "datetime"):
        stamps = (
            np.where(np.isnan(values), 0, values * 86400).astype(np.int64).astype("datetime64[s]")
        )
        stamps[np.isnan(values)] = columns.MISSING_DATE
        return {name: pd.Series(stamps)}
    return {name: pd.Series(values)}
