"""Reference ranges of results: limits in both units, and the indicator that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from derive.line import Answer
from derive.scope import Scope
from derive.values.column import Mask, Rows
from derive.values.keys import combinations, pairs
from derive.values.number import Number, of_text
from derive.values.text import Text
from sdtm.collected.numbers import Result as Parsed
from sdtm.collected.numbers import ResultRules, parse_ranges, parse_results
from sdtm.collected.ranges import RangeResult
from sdtm.collected.units import Conversion, convert, number_text
from sdtm.verbs.result_columns import raw_columns, result_terms

if TYPE_CHECKING:
    from sdtm.verbs.result import Result

_LOW, _HIGH = set("L↓l"), set("H↑h")
_FLAGS = {
    "LOW": {"L", "LL", "LOW", "↓", "↓↓", "低", "偏低"},
    "HIGH": {"H", "HH", "HIGH", "↑", "↑↑", "高", "偏高"},
    "NORMAL": {"N", "NORMAL", "正常"},
}


@dataclass(slots=True)
class RangeColumns:
    """Limits as collected (text) and in the standard unit (numbers); ``word``: the reference of a
    result that is a term (negative); ``low_open``: the limit itself is outside (``>5``)."""

    low: Text
    high: Text
    standard_low: Number
    standard_high: Number
    word: Text
    low_open: Mask
    high_open: Mask


def range_columns(
    line: Result, scope: Scope, unit_codes: Rows, conversions: list[Conversion]
) -> RangeColumns | None:
    """The limits of each record, from a range column or from two; None if the line names none."""
    if line.range is None and line.low is None and line.high is None:
        return None
    units = Text(unit_codes.astype(np.int32), [str(i) for i in range(len(conversions))])
    low, high, word, signs = _collected(line, scope)
    return RangeColumns(
        low,
        high,
        _standard(low, units, conversions),
        _standard(high, units, conversions),
        word,
        signs.where(lambda text: text in (">", "><")),
        signs.where(lambda text: text in ("<", "><")),
    )


def _collected(line: Result, scope: Scope) -> tuple[Text, Text, Text, Text]:
    """Lower and upper limit, a word instead of limits, and the signs of open limits."""
    blank = Text.nothing(scope.size)
    if line.range is None:
        low = raw_columns(scope, line.low) if line.low else blank
        high = raw_columns(scope, line.high) if line.high else blank
        lower, upper = _numeric(line, scope, low, line.low), _numeric(line, scope, high, line.high)
        return *_in_order(line, scope, lower, upper), blank, blank
    texts, word = _words_apart(line, scope, raw_columns(scope, line.range))
    sexes = scope.text(line.sex) if line.sex else Text.nothing(scope.size)
    codes, (left, right) = combinations([texts, sexes])
    found = parse_ranges(
        [texts.values[a] if a >= 0 else None for a in left],
        [sexes.values[b] if b >= 0 else None for b in right],
        line.locale,
    )
    for number, result in enumerate(found):
        if result.problem:
            scope.tell(
                result.problem,
                result.message,
                np.flatnonzero(codes == number),
                name=line.range,
                done="range left blank",
            )
    column = Text(codes.astype(np.int32), [str(i) for i in range(len(found))])
    low, high = (column.map([_text(r, side) for r in found]) for side in ("low", "high"))
    return low, high, word, column.map([r.low_sign + r.high_sign for r in found])


def _words_apart(line: Result, scope: Scope, texts: Text) -> tuple[Text, Text]:
    """Ranges that are limits, and those that are a word of the line's map (``negative``)."""
    terms = result_terms(line, scope, texts.values)
    word = texts.map([terms.get(text) for text in texts.values])
    return texts.keep(word.missing()), word


def _text(result: RangeResult, side: str) -> str | None:
    limit: Decimal | None = getattr(result, side)
    return None if limit is None else number_text(limit)


def _numeric(line: Result, scope: Scope, column: Text, name: str | None) -> Text:
    """Limits that are numbers (SDTMIG 3.4: ranges are for continuous results); others are told."""
    parsed = parse_results(column.values, ResultRules(locale=line.locale))
    plain = [number_text(r.number) if r.number is not None and _bare(r) else None for r in parsed]
    terms = result_terms(line, scope, column.values)
    for code in column.used():
        text = column.values[code]
        if plain[code] is None and text not in terms:
            message = f"the limit {text!r} is no number"
            shown = name if name and "{" not in name else ""
            scope.problem(
                Answer.QUERY, "MAP255", message, column, [code], name=shown, done="limit left blank"
            )
    return column.map(plain)


def _in_order(line: Result, scope: Scope, low: Text, high: Text) -> tuple[Text, Text]:
    """The limits; a lower one above its upper one is told, and neither is taken."""
    codes, left, right = pairs(low, high)
    swapped = np.zeros(scope.size, np.bool_)
    for number, (a, b) in enumerate(zip(left, right, strict=True)):
        if a < 0 or b < 0 or Decimal(low.values[a]) <= Decimal(high.values[b]):
            continue
        rows = np.flatnonzero(codes == number)
        swapped[rows] = True
        message = f"the lower limit {low.values[a]} is above the upper one, {high.values[b]}"
        name = line.low if line.low and "{" not in line.low else ""
        scope.tell("MAP255", message, rows, name=name, done="both limits left blank")
    return low.keep(~swapped), high.keep(~swapped)


def _bare(parsed: Parsed) -> bool:
    """Whether nothing but the number stands in the text."""
    return not (parsed.comparator or parsed.unit_text or parsed.note or parsed.problem)


def _standard(column: Text, units: Text, conversions: list[Conversion]) -> Number:
    codes, left, right = pairs(column, units)
    out = []
    for a, b in zip(left, right, strict=True):
        conversion = conversions[b]
        out.append(
            np.nan if conversion.problem else float(convert(Decimal(column.values[a]), conversion))
        )
    return Number.of(np.array([*out, np.nan])[codes])


def indicators(
    numbers: Number,
    results: Text,
    low: Number,
    high: Number,
    ranges: RangeColumns,
) -> Text:
    """--NRIND: LOW, NORMAL or HIGH where every value that the result can have is that.

    ``<0.5`` is NORMAL in the range ``<5``, LOW if the lower limit is 0.5 or more, and blank if it
    may be either; ``>x`` likewise. The limit of a range ``<5`` is HIGH itself.
    """
    below, above = _starting(results, "<"), _starting(results, ">")
    bound = of_text(results.apply(lambda text: text.lstrip("<>=") or None))[0].values
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
    return Text(codes, ["LOW", "NORMAL", "HIGH"])


def _starting(results: Text, sign: str) -> Mask:
    return results.where(lambda text: text.startswith(sign))


def flag_disagreements(
    line: Result, scope: Scope, flags: Text, indicator: Text, ranged: Mask
) -> None:
    """List the records where the laboratory's flag and the range say different things: where there
    is a range (``ranged``) that leaves it open what the result is, too; flags that say nothing; and
    the laboratory's own flags that nothing can be held against, since no variable has them.

    ``flags`` stand at the result itself.
    """
    _disagreements(scope, flags, flags.apply(_by_signs), indicator, ranged, name=line.result)
    if line.lab_flag is not None:
        own = scope.text(line.lab_flag)
        said = own.apply(_by_word)
        became = [_by_word(flag) or "neither high nor low" for flag in own.values]
        scope.shared.witness.mapped(scope, line.lab_flag, own, became)
        _disagreements(scope, own, said, indicator, ranged, name=line.lab_flag)
        for code in own.used():
            message = f"the laboratory flags {own.values[code]!r}, which is neither high nor low"
            rows = np.flatnonzero((own.codes == code) & said.missing() & ranged)
            scope.tell("MAP324", message, rows, name=line.lab_flag, done="the range was taken")
            message = f"the laboratory flags {own.values[code]!r}, and no range or number says why"
            rows = np.flatnonzero((own.codes == code) & ~ranged)
            scope.tell("MAP324", message, rows, name=line.lab_flag, done="the flag was left aside")


def _disagreements(
    scope: Scope, flags: Text, said: Text, indicator: Text, ranged: Mask, *, name: str
) -> None:
    open_ = "left open"
    filler = Text.of([open_]).take(np.zeros(len(ranged), np.int64))
    found = indicator.fill(filler, ranged & indicator.missing())
    codes, left, right = pairs(flags, found)
    for number, (a, b) in enumerate(zip(left, right, strict=True)):
        rows = np.flatnonzero(codes == number)
        if said.codes[rows[0]] < 0 or said.values[said.codes[rows[0]]] == found.values[b]:
            continue
        what = found.values[b]
        message = f"the laboratory flags {flags.values[a]!r}, by the range the result is {what}"
        done = "the range was taken" if what == open_ else f"{what} was taken"
        scope.tell("MAP324", message, rows, name=name, done=done)


def _by_signs(flag: str) -> str | None:
    """What signs at a number say."""
    if set(flag) & _LOW:
        return "LOW"
    return "HIGH" if set(flag) & _HIGH else None


def _by_word(flag: str) -> str | None:
    """What a flag of its own column says."""
    return next((said for said, words in _FLAGS.items() if flag.upper() in words), None)
