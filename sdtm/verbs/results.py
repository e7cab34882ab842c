"""The verb for results of findings: --ORRES to --REASND from value, unit, range and flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, combinations
from sdtm.failure import fail_rows
from sdtm.numbers import Result as Parsed
from sdtm.numbers import ResultRules, parse_results
from sdtm.scene import Scene
from sdtm.units import Conversion, UnitTable, convert, find_conversion, number_text
from sdtm.verbs.numbers import unit_table
from sdtm.verbs.ranges import RangeColumns, flag_disagreements, indicators, range_columns
from specs.language import From, Result
from specs.maps import BLANK, QUERY

NOT_DONE = "NOT DONE"


@dataclass(slots=True)
class Units:
    """Per record the combination of raw unit, standard unit and test; per combination what it
    converts by."""

    codes: np.ndarray[tuple[int], np.dtype[np.int64]]
    original: list[str | None]
    standard: list[str | None]
    conversions: list[Conversion]
    decimals: list[int | None]


def evaluate_result(line: Result, scene: Scene) -> dict[str, Column]:
    """--ORRES, --ORRESU, --STRESC, --STRESN, --STRESU, ranges, --NRIND, --STAT, --REASND, --LLOQ.

    ``<x`` keeps its sign and has no numeric result; a below-limit word becomes ``<`` and the
    limit; a not-done word becomes --STAT. What cannot be read keeps its verbatim --ORRES, has no
    standard result and is listed (SDTMIG 3.4 Findings; section 4.5.1).
    """
    value = scene.text(line.value)
    parsed = parse_results(value.values, _rules(line, value, scene))
    _tell_problems(line, scene, value, parsed)
    units = _units(line, scene, value, parsed)
    codes, left, right, limit = _combined(line, scene, value, units)
    limits = _limits(line, scene)
    rows = [
        _one(
            scene,
            parsed[a] if a >= 0 else None,
            value.values[a] if a >= 0 else "",
            units=units,
            unit=b,
            lloq=limits.values[c] if c >= 0 else None,
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
        out[f"{d}LLOQ"] = _lloq(scene, limits, units)
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


def result_terms(line: Result, scene: Scene, texts: list[str]) -> dict[str, str]:
    """Raw words to terms, by the line's map."""
    if line.map is None:
        return {}
    from sdtm.verbs.text import line_map

    table = line_map(From(from_=[line.value], map=line.map), scene)
    found = {text: table.get(text) for text in texts}
    return {raw: term for raw, term in found.items() if term and term not in (QUERY, BLANK)}


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


def _virtual(scene: Scene, name: str) -> TextColumn:
    found = scene.stream.virtual.get(name)
    return found if found is not None else TextColumn.missing_everywhere(scene.n)


def raw_columns(scene: Scene, name: str) -> TextColumn:
    """A column by name; ``{raw}`` in it stands for the raw name of each record's test."""
    if "{raw}" not in name:
        return scene.text(name)
    tests = scene.stream.virtual["RAWTEST"]
    out = TextColumn.missing_everywhere(scene.n)
    for code in tests.used():
        one = name.replace("{raw}", tests.values[code])
        if scene.stream.has(one):
            out = out.fill(scene.text(one), tests.codes == code)
    return out


def _units(line: Result, scene: Scene, value: TextColumn, parsed: list[Parsed]) -> Units:
    d = scene.state.name
    raw = raw_columns(scene, line.unit) if line.unit else TextColumn.missing_everywhere(scene.n)
    inside = value.map([result.unit_text or None for result in parsed])
    raw = raw.fill(inside, raw.missing())
    fallback = (
        TextColumn.constant(line.unit_is, scene.n) if line.unit_is else _virtual(scene, "unit")
    )
    raw = raw.fill(fallback, raw.missing())
    tests = (
        scene.state.slice(f"{d}TESTCD", scene.stream)
        if f"{d}TESTCD" in scene.state.columns
        else TextColumn.missing_everywhere(scene.n)
    )
    assert isinstance(tests, TextColumn)  # noqa: S101 - test codes are text
    standard, factor, decimals = (
        _virtual(scene, f"{d}STRESU"),
        _virtual(scene, "factor"),
        _virtual(scene, "decimals"),
    )
    codes, a, b, c, f, e = combinations([raw, standard, tests, factor, decimals])
    out = Units(codes, [], [], [], [])
    numeric = ~value.map(["1" if r.number is not None else None for r in parsed]).missing()
    table = unit_table(scene, (line.units,) if line.units == "UNIT" else ("PKUNIT", "UNIT"))
    for number, (i, j, k, m, n) in enumerate(zip(a, b, c, f, e, strict=True)):
        given = raw.values[i] if i >= 0 else None
        target = standard.values[j] if j >= 0 else None
        original = _resolved(line, scene, given, table, codes == number)
        conversion = _conversion(
            line,
            scene,
            original,
            target,
            test=tests.values[k] if k >= 0 else "",
            factor=factor.values[m] if m >= 0 else None,
            rows=(codes == number) & numeric,
        )
        out.original.append(original)
        out.standard.append(target or original)
        out.conversions.append(conversion)
        out.decimals.append(int(decimals.values[n]) if n >= 0 else None)
    return out


def _resolved(
    line: Result, scene: Scene, given: str | None, table: UnitTable, rows: object
) -> str | None:
    if given is None:
        return None
    unit = table.resolve(given)
    if unit.term is None and line.unmapped_unit == "error":
        at = np.flatnonzero(np.asarray(rows))
        fail_rows(scene, str(unit.problem), unit.message, at, name=line.unit or line.value)
    if unit.term is None:
        scene.rows(
            str(unit.problem),
            unit.message,
            np.flatnonzero(np.asarray(rows)),
            name=line.unit or line.value,
            value=given,
            done="unit and standard result left blank",
        )
        return None
    return str(unit.term.value)


def _conversion(
    line: Result,
    scene: Scene,
    original: str | None,
    target: str | None,
    *,
    test: str,
    factor: str | None,
    rows: object,
) -> Conversion:
    if factor is not None:
        from fractions import Fraction

        scene.step(f"x {factor}, the factor of {test} in the table of tests")
        return Conversion(Fraction(factor), steps=(f"x {factor}",))
    if target is None or original == target:
        if original is not None:
            scene.step(f"{original} {'is the standard unit' if target else 'is kept'}")
        return Conversion()
    if original is None:
        return _without_unit(line, scene, test, target, rows)
    found = find_conversion(original, target, test)
    if found.problem:
        scene.rows(
            found.problem,
            found.message,
            np.flatnonzero(np.asarray(rows)),
            name=line.unit or line.value,
            value=original,
            done="standard result left blank",
        )
    elif scene.trace is not None:
        scene.trace.extend(found.steps)
    return found


def _without_unit(line: Result, scene: Scene, test: str, target: str, rows: object) -> Conversion:
    """No conversion; the records with a number and a blank unit are told."""
    message = f"{test}: the unit is missing, {target} is the standard unit"
    raw = scene.text(line.unit) if line.unit and "{" not in line.unit else None
    blank = np.asarray(rows) if raw is None else np.asarray(rows) & raw.missing()
    found = np.flatnonzero(blank)
    if len(found):
        done = "standard result left blank"
        scene.rows("MAP331", message, found, name=line.unit or line.value, done=done)
    return Conversion(problem="MAP331", message=message)


def _limits(line: Result, scene: Scene) -> TextColumn:
    return scene.text(line.lloq) if line.lloq else TextColumn.missing_everywhere(scene.n)


def _combined(line: Result, scene: Scene, value: TextColumn, units: Units) -> Any:
    unit_column = TextColumn(
        units.codes.astype(np.int32), [str(i) for i in range(len(units.original))]
    )
    return combinations([value, unit_column, _limits(line, scene)])


def _one(  # noqa: PLR0911 - one return per kind of result
    scene: Scene,
    parsed: Parsed | None,
    verbatim: str,
    *,
    units: Units,
    unit: int,
    lloq: str | None,
) -> tuple[str | None, ...]:
    """ORRES, ORRESU, STRESC, STRESU, STAT, number of one combination."""
    if parsed is None or not verbatim:
        return (None,) * 6
    ascii_only = scene.kitchen.study.spec.encoding == "ascii"
    original, standard = units.original[unit], units.standard[unit]
    if parsed.problem:
        return (
            verbatim if verbatim.isascii() or not ascii_only else None,
            original,
            None,
            None,
            None,
            None,
        )
    if parsed.status == NOT_DONE:
        return (None, None, None, None, NOT_DONE, None)
    if parsed.status in ("TERM", "NOT DETECTED"):
        shown = verbatim if verbatim.isascii() or not ascii_only else parsed.text
        return (shown, None, parsed.text, None, None, None)
    if parsed.status == "BELOW":
        limit = _standard_text(lloq, units, unit)
        shown = verbatim if verbatim.isascii() or not ascii_only else f"<{lloq}" if lloq else "BLQ"
        return (shown, original, f"<{limit}" if limit else shown, standard, None, None)
    number = _converted(parsed, units, unit)
    if number is None:
        return (parsed.text, original, None, None, None, None)
    changed = not units.conversions[unit].is_identity or units.decimals[unit] is not None
    text = f"{parsed.comparator}{number}" if changed else parsed.text
    return (parsed.text, original, text, standard, None, None if parsed.comparator else number)


def _converted(parsed: Parsed, units: Units, unit: int) -> str | None:
    conversion = units.conversions[unit]
    if conversion.problem or parsed.number is None:
        return None
    return number_text(convert(parsed.number, conversion, units.decimals[unit]))


def _standard_text(limit: str | None, units: Units, unit: int) -> str | None:
    if limit is None or units.conversions[unit].problem:
        return limit
    parsed = parse_results([limit])[0]
    return (
        number_text(convert(parsed.number, units.conversions[unit]))
        if parsed.number is not None
        else None
    )


def _lloq(scene: Scene, limits: TextColumn, units: Units) -> NumberColumn:
    unit_column = TextColumn(
        units.codes.astype(np.int32), [str(i) for i in range(len(units.original))]
    )
    codes, left, right = combinations([limits, unit_column])
    texts = [
        _standard_text(limits.values[a], units, b) if a >= 0 else None
        for a, b in zip(left, right, strict=True)
    ]
    return NumberColumn(np.array([*(float(t) if t else np.nan for t in texts), np.nan])[codes])


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
