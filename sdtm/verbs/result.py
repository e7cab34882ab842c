"""``result``: --ORRES to --REASND of a finding, from value, unit, range and flags."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from derive.line import Answer, Kinds, Line, Made, Origin, Read, reads_of
from derive.scope import Scope
from derive.values.column import Column, Kind, KindError
from derive.values.keys import combinations
from derive.values.number import Number
from derive.values.text import Text
from sdtm.collected.leftovers import OTHER_UNIT, settle_leftovers
from sdtm.collected.numbers import Result as Parsed
from sdtm.collected.numbers import ResultRules, parse_results
from sdtm.collected.numerals import plain_signs
from sdtm.collected.units import convert, number_text
from sdtm.verbs.result_columns import (
    HOLE,
    NUMBERS,
    RESULT_SUFFIXES,
    own_prefix,
    result_terms,
    unit_table,
)
from sdtm.verbs.result_limits import quantitation_limits
from sdtm.verbs.result_ranges import (
    RangeColumns,
    flag_disagreements,
    indicators,
    range_columns,
)
from sdtm.verbs.result_units import Units, result_units
from specs.language.base import Text as Words
from specs.language.base import Texts

NOT_DONE = "NOT DONE"
_NOT_ASCII = "since the study is in ASCII, and the text is not"
_TEXTS = ("ORRES", "ORRESU", "STRESC", "STRESU", "STAT", "NUMBER")


class Result(Line):
    """A finding's result with its unit, range and flags: --ORRES to --REASND together.

    ``<x`` keeps its sign and has no numeric result; a below-limit word becomes ``<`` and the
    limit; a not-done word becomes --STAT. What cannot be read keeps its verbatim --ORRES, has no
    standard result and is listed (SDTMIG 3.4 Findings; section 4.5.1).
    """

    verb: ClassVar[str] = "result"
    usual_origin: ClassVar[Origin] = Origin.COLLECTED
    result: Words
    unit: Words | None = None
    unit_is: Words | None = None
    low: Words | None = None
    high: Words | None = None
    range: Words | None = None
    sex: Words | None = None
    flags: Words = ""
    below: Texts = Field(default_factory=list)
    not_detected: Texts = Field(default_factory=list)
    not_done: Texts = Field(default_factory=list)
    ambiguous: Texts = Field(default_factory=list)
    reason: Words | None = None
    lloq: Words | None = None
    map: Words | dict[str, Texts] | None = None
    lab_flag: Words | None = None
    units: Literal["UNIT", "PKUNIT"] = "UNIT"
    locale: Literal["point", "comma"] = "point"
    unmapped_unit: Literal["error", "query"] = "query"

    def reads(self) -> list[Read]:
        """Every column it names, but those that stand for one per test."""
        names = (
            self.result, self.unit, self.low, self.high, self.range, self.sex, self.reason,
            self.lloq, self.lab_flag,
        )  # fmt: skip
        return reads_of(name for name in names if name and HOLE not in name)

    def kind(self, kinds: Kinds) -> Kind:
        """Text: every column it reads is text that people wrote."""
        for read in self.reads():
            if kinds.of(read) is not Kind.TEXT:
                message = f"{read} is a {kinds.of(read).value}; a result is read from text"
                raise KindError(message, "name the raw column", (str(read),))
        return Kind.TEXT

    def makes(self, variable: str, data_set: str) -> dict[str, Kind]:
        """All variables of a result."""
        return {
            f"{data_set}{suffix}": Kind.NUMBER if suffix in NUMBERS else Kind.TEXT
            for suffix in RESULT_SUFFIXES
        }

    def values(self, scope: Scope) -> Made:
        """The result's variables, those that have a column to come from."""
        value = scope.text(self.result)
        table = unit_table(scope, (self.units,) if self.units == "UNIT" else ("PKUNIT", "UNIT"))
        parsed = parse_results(value.values, _rules(self, value, scope))
        parsed = settle_leftovers(value.values, parsed, table)
        _tell_problems(self, scope, value, parsed)
        units = result_units(self, scope, value, parsed, table=table)
        limits = quantitation_limits(self, scope, units, table)
        codes, left, right, limit = _combined([value, units.column(), limits.collected])
        rows = [
            _one(
                scope,
                parsed[a] if a >= 0 else None,
                value.values[a] if a >= 0 else "",
                units=units,
                unit=b,
                lloq=limits.of(c, b),
            )
            for a, b, c in zip(left, right, limit, strict=True)
        ]
        out, texts = _columns(scope, codes, rows)
        out[f"{own_prefix(scope)}REASND"] = _reasons(self, scope, texts["STAT"])
        ranges = range_columns(self, scope, units.codes, units.conversions)
        _add_ranges(self, scope, out, ranges=ranges, value=value, parsed=parsed)
        if self.lloq:
            out[f"{own_prefix(scope)}LLOQ"] = limits.standard
        return out

    def words(self) -> str:
        """What is read, from which columns, and what stands for what."""
        parts = [f"The result of {self.result}"]
        named = {
            "unit": self.unit, "unit where it says none": self.unit_is,
            "reference range": self.range,
            "lower limit": self.low, "upper limit": self.high, "sex for the range": self.sex,
            "reason when not done": self.reason, "limit of quantification": self.lloq,
            "laboratory's flag": self.lab_flag, "signs that are flags": self.flags or None,
        }  # fmt: skip
        parts += [f"{what} {name}" for what, name in named.items() if name]
        words = {
            "below the limit": self.below, "not detected": self.not_detected,
            "not done": self.not_done, "unclear": self.ambiguous,
        }  # fmt: skip
        parts += [f"{what}: {', '.join(said)}" for what, said in words.items() if said]
        if self.map is not None:
            name = self.map if isinstance(self.map, str) else "of the line"
            shown = "" if isinstance(self.map, str) else f" {self.map}"
            parts.append(f"words by the map {name}{shown}")
        if self.units != "UNIT":
            parts.append(f"units of the codelist {self.units}")
        if self.locale != "point":
            parts.append("decimal comma")
        if self.unmapped_unit == "error":
            parts.append("an unknown unit is refused")
        return f"{'; '.join(parts)}. Converted to the standard unit of the test."


def _combined(
    columns: list[Text],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[int], list[int], list[int]]:
    codes, (one, two, three) = combinations(columns)
    return codes, one, two, three


def _columns(
    scope: Scope,
    codes: np.ndarray[tuple[int], np.dtype[np.int64]],
    rows: list[tuple[str | None, ...]],
) -> tuple[dict[str, Column], dict[str, Text]]:
    """The variables that every result has, by name; and the text ones by suffix."""
    column = Text(codes.astype(np.int32), [str(i) for i in range(len(rows))])
    texts = {name: column.map([row[i] for row in rows]) for i, name in enumerate(_TEXTS)}
    texts.pop("NUMBER")
    numbers = [float(row[5]) if row[5] else np.nan for row in rows]
    d = own_prefix(scope)
    out: dict[str, Column] = {f"{d}{name}": text for name, text in texts.items()}
    out[f"{d}STRESN"] = Number.of(np.array([*numbers, np.nan])[codes])
    return out, texts


def _rules(line: Result, value: Text, scope: Scope) -> ResultRules:
    terms = result_terms(line, scope, value.values)
    return ResultRules(
        flags=line.flags,
        below=line.below,
        not_detected=line.not_detected,
        not_done=line.not_done,
        ambiguous=line.ambiguous,
        terms=terms,
        locale=line.locale,
    )


def _tell_problems(line: Result, scope: Scope, value: Text, parsed: list[Parsed]) -> None:
    if scope.trace is not None and len(value) and value.codes[0] >= 0:
        scope.trace.extend(parsed[int(value.codes[0])].steps)
    for code in value.used():
        if parsed[code].problem:
            kept = _writable(scope, *_verbatim(value.values[code])) is not None
            done = "the original text was kept" if kept else f"left blank, {_NOT_ASCII}"
            done += ", there is no standard result" if kept else ""
            scope.problem(
                Answer.QUERY,
                str(parsed[code].problem),
                parsed[code].message,
                value,
                [code],
                name=line.result,
                done=done,
            )


def _one(  # noqa: PLR0911 - one return per kind of result
    scope: Scope,
    parsed: Parsed | None,
    verbatim: str,
    *,
    units: Units,
    unit: int,
    lloq: tuple[str | None, str | None],
) -> tuple[str | None, ...]:
    """ORRES, ORRESU, STRESC, STRESU, STAT, number of one combination.

    ``lloq``: the limit as collected, and in the standard unit. --ORRES is verbatim, but for what
    the data set's encoding cannot hold.
    """
    if parsed is None or not verbatim:
        return (None,) * 6
    original, standard = units.original[unit], units.standard[unit]
    if parsed.problem:
        return (_writable(scope, *_verbatim(verbatim)), original, None, None, None, None)
    if parsed.status == NOT_DONE:
        return (None, None, None, None, NOT_DONE, None)
    if parsed.status in ("TERM", "NOT DETECTED"):
        return (_writable(scope, verbatim, parsed.text), None, parsed.text, None, None, None)
    in_doubt = units.conversions[unit].problem
    if parsed.status == "BELOW":
        shown = _writable(scope, verbatim, f"<{lloq[0]}" if lloq[0] else "BLQ")
        if in_doubt:
            return (shown, original, None, None, None, None)
        return (shown, original, f"<{lloq[1]}" if lloq[1] else shown, standard, None, None)
    if in_doubt == OTHER_UNIT:
        return (_writable(scope, *_verbatim(verbatim)), None, None, None, None, None)
    shown = _writable(scope, parsed.written, parsed.text)
    number = _converted(parsed, units, unit)
    if number is None:
        return (shown, original, None, None, None, None)
    changed = not units.conversions[unit].is_identity or units.decimals[unit] is not None
    text = f"{parsed.comparator}{number}" if changed else parsed.text
    return (shown, original, text, standard, None, None if parsed.comparator else number)


def _verbatim(text: str) -> tuple[str, str]:
    """A text, and how it is written plainly: an en dash is a dash."""
    return text, plain_signs(text)


def _writable(scope: Scope, *texts: str) -> str | None:
    """The first text that the data set's encoding can hold."""
    ascii_only = scope.study.spec.encoding == "ascii"
    return next((text for text in texts if text.isascii() or not ascii_only), None)


def _converted(parsed: Parsed, units: Units, unit: int) -> str | None:
    conversion = units.conversions[unit]
    if conversion.problem or parsed.number is None:
        return None
    return number_text(convert(parsed.number, conversion, units.decimals[unit]))


def _reasons(line: Result, scope: Scope, status: Text) -> Text:
    not_done = ~status.missing()
    if line.reason is None:
        return Text.nothing(scope.size)
    return scope.text(line.reason).keep(not_done)


def _add_ranges(
    line: Result,
    scope: Scope,
    out: dict[str, Column],
    *,
    ranges: RangeColumns | None,
    value: Text,
    parsed: list[Parsed],
) -> None:
    d = own_prefix(scope)
    if ranges is None:
        return
    numbers, results = out[f"{d}STRESN"], out[f"{d}STRESC"]
    assert isinstance(numbers, Number)  # noqa: S101 - made above
    assert isinstance(results, Text)  # noqa: S101 - made above
    measured = ~numbers.missing() | results.where(lambda text: text[:1] in "<>")
    out[f"{d}ORNRLO"], out[f"{d}ORNRHI"] = ranges.low.keep(measured), ranges.high.keep(measured)
    low, high = ranges.standard_low.keep(measured), ranges.standard_high.keep(measured)
    out[f"{d}STNRLO"], out[f"{d}STNRHI"] = low, high
    out[f"{d}STNRC"] = ranges.word.keep(~results.missing())
    indicator = indicators(numbers, results, low, high, ranges)
    out[f"{d}NRIND"] = indicator
    flags, ranged = value.map([r.flags or None for r in parsed]), ~(low.missing() & high.missing())
    flag_disagreements(line, scope, flags, indicator, ranged)
