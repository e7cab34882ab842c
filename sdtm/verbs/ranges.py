"""Reference ranges of results: limits in both units, and the indicator that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, combinations, pairs
from sdtm.numbers import Result as Parsed
from sdtm.numbers import ResultRules, parse_ranges, parse_results
from sdtm.ranges import RangeResult
from sdtm.scene import Scene
from sdtm.units import Conversion, convert, number_text
from sdtm.verbs.result_units import raw_columns
from sdtm.verbs.text import line_map
from specs.conditions import Mask
from specs.language import From, Result
from specs.maps import BLANK, QUERY

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
    blank = TextColumn.missing_everywhere(scene.n)
    if line.range is None:
        low = raw_columns(scene, line.low) if line.low else blank
        high = raw_columns(scene, line.high) if line.high else blank
        lower = _numeric(line, scene, low, line.low)
        return lower, _numeric(line, scene, high, line.high), blank, blank
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
    terms = result_terms(line, scene, texts.values)
    word = texts.map([terms.get(text) for text in texts.values])
    return texts.keep(word.missing()), word


def result_terms(line: Result, scene: Scene, texts: list[str]) -> dict[str, str]:
    """Raw words to terms, by the line's map."""
    if line.map is None:
        return {}
    table = line_map(From(from_=[line.value], map=line.map), scene)
    found = {text: table.get(text) for text in texts}
    return {raw: term for raw, term in found.items() if term and term not in (QUERY, BLANK)}


def _text(result: RangeResult, side: str) -> str | None:
    limit: Decimal | None = getattr(result, side)
    return None if limit is None else number_text(limit)


def _numeric(line: Result, scene: Scene, column: TextColumn, name: str | None) -> TextColumn:
    """Limits that are numbers (SDTMIG 3.4: ranges are for continuous results); others are told."""
    parsed = parse_results(column.values, ResultRules(locale=line.locale))
    plain = [number_text(r.number) if r.number is not None and _bare(r) else None for r in parsed]
    terms = result_terms(line, scene, column.values)
    for code in column.used():
        text = column.values[code]
        if plain[code] is None and text not in terms:
            message = f"the limit {text!r} is no number"
            shown = name if name and "{" not in name else ""
            scene.problem("MAP255", message, column, [code], name=shown, done="limit left blank")
    return column.map(plain)


def _bare(parsed: Parsed) -> bool:
    """Whether nothing but the number stands in the text."""
    return not (parsed.comparator or parsed.unit_text or parsed.note or parsed.problem)


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
    """--NRIND: LOW, NORMAL or HIGH where every value that the result can have is that.

    ``<0.5`` is NORMAL in the range ``<5``, LOW if the lower limit is 0.5 or more, and blank if it
    may be either; ``>x`` likewise. The limit of a range ``<5`` is HIGH itself.
    """
    below, above = _starting(results, "<"), _starting(results, ">")
    bound = TextColumn(results.codes, [t.lstrip("<>=") or "x" for t in results.values]).numbers()
    value = np.where(below | above, bound, numbers.values)
    itself = ~(below | above) | _starting(results, "<=") | _starting(results, ">=")
    with np.errstate(invalid="ignore"):
        under = (value < low.values) | ((value == low.values) & (ranges.low_open | ~itself))
        over = (value > high.values) | ((value == high.values) & (ranges.high_open | ~itself))
        in_low = (value > low.values) | ((value == low.values) & (~ranges.low_open | ~itself))
        in_high = (value < high.values) | ((value == high.values) & (~ranges.high_open | ~itself))
    no_low, no_high = np.isnan(low.values), np.isnan(high.values)
    normal = (no_low & ~below | in_low & ~below | no_low & below) & ~np.isnan(value)
    normal &= no_high & ~above | in_high & ~above | no_high & above
    masks = (under & ~above, normal & ~(no_low & no_high), over & ~below)
    codes = np.full(len(value), -1, np.int32)
    for code, mask in enumerate(masks):
        codes[mask] = code
    return TextColumn(codes, ["LOW", "NORMAL", "HIGH"])


def _starting(results: TextColumn, sign: str) -> Mask:
    return results.among(tuple(v for v in results.values if v.startswith(sign)))


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
