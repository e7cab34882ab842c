"""The verb for results of findings: --ORRES to --REASND from value, unit, range and flags."""

from __future__ import annotations

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, combinations
from sdtm.leftovers import OTHER_UNIT, settle_leftovers
from sdtm.numbers import Result as Parsed
from sdtm.numbers import ResultRules, parse_results
from sdtm.scene import Scene
from sdtm.units import convert, number_text
from sdtm.verbs.limits import quantitation_limits
from sdtm.verbs.numbers import unit_table
from sdtm.verbs.ranges import (
    RangeColumns,
    flag_disagreements,
    indicators,
    range_columns,
    result_terms,
)
from sdtm.verbs.result_units import Units, result_units
from specs.language import Result

NOT_DONE = "NOT DONE"


def evaluate_result(line: Result, scene: Scene) -> dict[str, Column]:
    """--ORRES, --ORRESU, --STRESC, --STRESN, --STRESU, ranges, --NRIND, --STAT, --REASND, --LLOQ.

    ``<x`` keeps its sign and has no numeric result; a below-limit word becomes ``<`` and the
    limit; a not-done word becomes --STAT. What cannot be read keeps its verbatim --ORRES, has no
    standard result and is listed (SDTMIG 3.4 Findings; section 4.5.1).
    """
    value = scene.text(line.value)
    table = unit_table(scene, (line.units,) if line.units == "UNIT" else ("PKUNIT", "UNIT"))
    parsed = parse_results(value.values, _rules(line, value, scene))
    parsed = settle_leftovers(value.values, parsed, table)
    _tell_problems(line, scene, value, parsed)
    units = result_units(line, scene, value, parsed, table=table)
    limits = quantitation_limits(line, scene, units, table)
    codes, left, right, limit = combinations([value, units.column(), limits.collected])
    rows = [
        _one(
            scene,
            parsed[a] if a >= 0 else None,
            value.values[a] if a >= 0 else "",
            units=units,
            unit=b,
            lloq=limits.of(c, b),
        )
        for a, b, c in zip(left, right, limit, strict=True)
    ]
    column = TextColumn(codes.astype(np.int32), [str(i) for i in range(len(rows))])
    d = scene.state.name
    out: dict[str, Column] = {
        f"{d}{name}": column.map([row[i] for row in rows]) for i, name in enumerate(_TEXTS)
    }
    numbers = [float(row[5]) if row[5] else np.nan for row in rows]
    out[f"{d}STRESN"] = NumberColumn(np.array([*numbers, np.nan])[column.codes])
    del out[f"{d}NUMBER"]
    out[f"{d}REASND"] = _reasons(line, scene, out[f"{d}STAT"])
    ranges = range_columns(line, scene, units.codes, units.conversions)
    _add_ranges(line, scene, out, ranges=ranges, value=value, parsed=parsed)
    if line.lloq:
        out[f"{d}LLOQ"] = limits.standard
    return out


_TEXTS = ("ORRES", "ORRESU", "STRESC", "STRESU", "STAT", "NUMBER")


def _rules(line: Result, value: TextColumn, scene: Scene) -> ResultRules:
    terms = result_terms(line, scene, value.values)
    return ResultRules(
        flags=line.flags,
        below=line.below,
        not_detected=line.not_detected,
        not_done=line.not_done,
        ambiguous=line.ambiguous,
        terms=terms,
        locale=line.locale,
    )


def _tell_problems(line: Result, scene: Scene, value: TextColumn, parsed: list[Parsed]) -> None:
    if scene.trace is not None and len(value) and value.codes[0] >= 0:
        scene.trace.extend(parsed[int(value.codes[0])].steps)
    for code in value.used():
        if parsed[code].problem:
            done = "the original text was kept, there is no standard result"
            scene.problem(
                str(parsed[code].problem),
                parsed[code].message,
                value,
                [code],
                name=line.value,
                done=done,
            )


def _one(  # noqa: PLR0911 - one return per kind of result
    scene: Scene,
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
        return (_writable(scene, verbatim), original, None, None, None, None)
    if parsed.status == NOT_DONE:
        return (None, None, None, None, NOT_DONE, None)
    if parsed.status in ("TERM", "NOT DETECTED"):
        return (_writable(scene, verbatim, parsed.text), None, parsed.text, None, None, None)
    in_doubt = units.conversions[unit].problem
    if parsed.status == "BELOW":
        shown = _writable(scene, verbatim, f"<{lloq[0]}" if lloq[0] else "BLQ")
        if in_doubt:
            return (shown, original, None, None, None, None)
        return (shown, original, f"<{lloq[1]}" if lloq[1] else shown, standard, None, None)
    if in_doubt == OTHER_UNIT:
        return (_writable(scene, verbatim), None, None, None, None, None)
    shown = _writable(scene, parsed.written, parsed.text)
    number = _converted(parsed, units, unit)
    if number is None:
        return (shown, original, None, None, None, None)
    changed = not units.conversions[unit].is_identity or units.decimals[unit] is not None
    text = f"{parsed.comparator}{number}" if changed else parsed.text
    return (shown, original, text, standard, None, None if parsed.comparator else number)


def _writable(scene: Scene, *texts: str) -> str | None:
    """The first text that the data set's encoding can hold."""
    ascii_only = scene.kitchen.study.spec.encoding == "ascii"
    return next((text for text in texts if text.isascii() or not ascii_only), None)


def _converted(parsed: Parsed, units: Units, unit: int) -> str | None:
    conversion = units.conversions[unit]
    if conversion.problem or parsed.number is None:
        return None
    return number_text(convert(parsed.number, conversion, units.decimals[unit]))


def _reasons(line: Result, scene: Scene, status: Column) -> TextColumn:
    not_done = ~status.missing()
    if line.reason is None:
        return TextColumn.missing_everywhere(scene.n)
    return scene.text(line.reason).keep(not_done)


def _add_ranges(
    line: Result,
    scene: Scene,
    out: dict[str, Column],
    *,
    ranges: RangeColumns | None,
    value: TextColumn,
    parsed: list[Parsed],
) -> None:
    d = scene.state.name
    if ranges is None:
        return
    numbers, results = out[f"{d}STRESN"], out[f"{d}STRESC"]
    assert isinstance(numbers, NumberColumn)  # noqa: S101 - made above
    assert isinstance(results, TextColumn)  # noqa: S101 - made above
    measured = ~numbers.missing() | results.among(tuple(v for v in results.values if v[:1] in "<>"))
    out[f"{d}ORNRLO"], out[f"{d}ORNRHI"] = ranges.low.keep(measured), ranges.high.keep(measured)
    low, high = ranges.standard_low.keep(measured), ranges.standard_high.keep(measured)
    out[f"{d}STNRLO"], out[f"{d}STNRHI"] = low, high
    out[f"{d}STNRC"] = ranges.word.keep(~results.missing())
    out[f"{d}NRIND"] = indicators(numbers, results, low, high, ranges)
    flag_disagreements(line, scene, value.map([r.flags or None for r in parsed]), out[f"{d}NRIND"])
