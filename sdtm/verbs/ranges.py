"""Reference ranges of results: limits in both units, and the indicator that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, combinations, pairs
from sdtm.numbers import parse_ranges, parse_results
from sdtm.ranges import RangeResult
from sdtm.scene import Scene
from sdtm.units import Conversion, convert, number_text
from specs.conditions import Mask
from specs.language import Result

type_codes = np.ndarray[tuple[int], np.dtype[np.int64]]
_LOW, _HIGH = set("L↓l"), set("H↑h")


@dataclass(slots=True)
class RangeColumns:
    """Limits as collected (text) and in the standard unit (numbers); ``word``: the reference of a
    result that is a term (negative); ``low_open``: the limit itself is outside (``>5``)."""

    low: TextColumn
    high: TextColumn
    standard_low: NumberColumn
    standard_high: NumberColumn
    word: TextColumn
    low_open: Mask
    high_open: Mask


def range_columns(
    line: Result, scene: Scene, unit_codes: type_codes, conversions: list[Conversion]
) -> RangeColumns | None:
    """The limits of each record, from a range column or from two; None if the line names none."""
    if line.range is None and line.low is None and line.high is None:
        return None
    units = TextColumn(unit_codes.astype(np.int32), [str(i) for i in range(len(conversions))])
    low, high, word, signs = _collected(line, scene)
    return RangeColumns(
        low,
        high,
        _standard(low, units, conversions),
        _standard(high, units, conversions),
        word,
        signs.among((">", "><")),
        signs.among(("<", "><")),
    )


def _collected(line: Result, scene: Scene) -> tuple[TextColumn, TextColumn, TextColumn, TextColumn]:
    """Lower and upper limit, a word instead of limits, and the signs of open limits."""
    from sdtm.verbs.results import raw_columns

    blank = TextColumn.missing_everywhere(scene.n)
    if line.range is None:
        low = raw_columns(scene, line.low) if line.low else blank
        high = raw_columns(scene, line.high) if line.high else blank
        return _numeric(low), _numeric(high), blank, blank
    texts, word = _words_apart(line, scene, raw_columns(scene, line.range))
    sexes = scene.text(line.sex) if line.sex else TextColumn.missing_everywhere(scene.n)
    codes, left, right = combinations([texts, sexes])
    found = parse_ranges(
        [texts.values[a] if a >= 0 else None for a in left],
        [sexes.values[b] if b >= 0 else None for b in right],
        line.locale,
    )
    for number, result in enumerate(found):
        if result.problem:
            scene.rows(
                result.problem,
                result.message,
                np.flatnonzero(codes == number),
                name=line.range,
                done="range left blank",
            )
    column = TextColumn(codes.astype(np.int32), [str(i) for i in range(len(found))])
    low, high = (column.map([_text(r, side) for r in found]) for side in ("low", "high"))
    return low, high, word, column.map([r.low_sign + r.high_sign for r in found])


def _words_apart(line: Result, scene: Scene, texts: TextColumn) -> tuple[TextColumn, TextColumn]:
    """Ranges that are limits, and those that are a word of the line's map (``negative``)."""
    from sdtm.verbs.results import result_terms

    terms = result_terms(line, scene, texts.values)
    word = texts.map([terms.get(text) for text in texts.values])
    return texts.keep(word.missing()), word


def _text(result: RangeResult, side: str) -> str | None:
    limit: Decimal | None = getattr(result, side)
    return None if limit is None else number_text(limit)


def _numeric(column: TextColumn) -> TextColumn:
    """Limits that are numbers (SDTMIG 3.4: ranges are for continuous results)."""
    parsed = parse_results(column.values)
    return column.map([r.text if r.number is not None else None for r in parsed])


def _standard(column: TextColumn, units: TextColumn, conversions: list[Conversion]) -> NumberColumn:
    codes, left, right = pairs(column, units)
    out = []
    for a, b in zip(left, right, strict=True):
        conversion = conversions[b]
        out.append(
            np.nan if conversion.problem else float(convert(Decimal(column.values[a]), conversion))
        )
    return NumberColumn(np.array([*out, np.nan])[codes])


def indicators(
    numbers: NumberColumn,
    results: TextColumn,
    low: NumberColumn,
    high: NumberColumn,
    ranges: RangeColumns,
) -> TextColumn:
    """--NRIND: LOW, NORMAL or HIGH; of ``<x`` LOW if x is not above the lower limit, of ``>x``
    HIGH if x is not below the upper one, otherwise blank. The limit of ``<0.05`` is HIGH itself."""
    limit = TextColumn(
        results.codes, [text.lstrip("<>=") or "x" for text in results.values]
    ).numbers()
    below = results.among(tuple(v for v in results.values if v.startswith("<")))
    above = results.among(tuple(v for v in results.values if v.startswith(">")))
    value = numbers.values
    some = ~np.isnan(low.values) | ~np.isnan(high.values)
    with np.errstate(invalid="ignore"):
        is_low = (value < low.values) | (below & (limit <= low.values))
        is_high = (value > high.values) | (above & (limit >= high.values))
        is_low |= ranges.low_open & (value == low.values)
        is_high |= ranges.high_open & (value == high.values)
    normal = ~np.isnan(value) & some & ~is_low & ~is_high
    codes = np.full(len(value), -1, np.int32)
    for code, mask in enumerate((is_low, normal, is_high)):
        codes[mask] = code
    return TextColumn(codes, ["LOW", "NORMAL", "HIGH"])


def flag_disagreements(line: Result, scene: Scene, flags: TextColumn, indicator: Column) -> None:
    """List the records where the laboratory's flag and the range say different things."""
    if line.flag is not None:
        flags = flags.fill(scene.text(line.flag), flags.missing())
    assert isinstance(indicator, TextColumn)  # noqa: S101 - made by indicators()
    codes, left, right = pairs(flags, indicator)
    for number, (a, b) in enumerate(zip(left, right, strict=True)):
        said = _said(flags.values[a])
        if said and said != indicator.values[b]:
            message = (
                f"the laboratory flags {flags.values[a]!r}, "
                f"by the range the result is {indicator.values[b]}"
            )
            name = line.flag or line.value
            scene.rows(
                "MAP324",
                message,
                np.flatnonzero(codes == number),
                name=name,
                done=f"{indicator.values[b]} was taken",
            )


def _said(flag: str) -> str | None:
    if set(flag) & _LOW:
        return "LOW"
    return "HIGH" if set(flag) & _HIGH else None
