"""The verbs for text: from (with map, pattern, case), constant, combine, choose."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from sdtm.columns import TextColumn, concat, pairs
from sdtm.failure import fail_rows
from sdtm.scene import Scene
from specs import SpecificationError, SpecPlace, finding
from specs.language import Case, Choose, Combine, Constant, From, OnMissing, TermMap, Unmapped
from specs.maps import BLANK, QUERY, CompiledMap, compile_map
from specs.regexes import Groups, How, PatternError, asked, compiled

_HOLE = re.compile(r"\{([^{}]+)\}")


def evaluate_from(line: From, scene: Scene) -> TextColumn:
    """A column's text, by pattern, case and map, in this order."""
    name = line.from_[0]
    column = scene.text(name)
    for other in line.from_[1:]:
        column = column.fill(scene.text(other), column.missing())
    scene.step("text" + (f" of {' or '.join(line.from_)}" if len(line.from_) > 1 else ""))
    if line.pattern is not None:
        column = _by_pattern(line, column, scene)
    if line.case is not None:
        change = str.upper if line.case is Case.UPPER else str.lower
        column = column.apply(change)
        scene.step(f"{line.case.value} case")
    if line.map is not None:
        column = map_terms(line, column, scene)
    return column


def found_in(
    pattern: str, texts: list[str], how: How, place: SpecPlace | None
) -> list[Groups | None]:
    """What a declared pattern finds in each text. Raises SpecificationError SPEC105 for one that
    is broken, or takes too long."""
    try:
        return asked(pattern, texts, how)
    except PatternError as error:
        raise SpecificationError(finding("SPEC105", str(error), spec=place)) from None


def _by_pattern(line: From, column: TextColumn, scene: Scene) -> TextColumn:
    pattern, place = str(line.pattern), scene.place("pattern")
    found_in(pattern, [], "search", place)
    groups = compiled(pattern).groups
    if groups < line.part:
        message = f"the pattern has {groups} groups, part {line.part} is asked for"
        raise SpecificationError(finding("SPEC105", message, spec=place))
    matches = found_in(pattern, column.values, "search", place)
    bad = [code for code in column.used() if matches[code] is None]
    _answer(
        line.unmatched,
        "MAP306",
        lambda t: f"{t!r} does not fit the pattern",
        scene,
        column=column,
        bad=bad,
        name=line.from_[0],
    )
    scene.step(f"part {line.part} of pattern {line.pattern}")
    return column.map([m[line.part] if m else None for m in matches])


def _answer(
    answer: OnMissing,
    code: str,
    message: Callable[[str], str],
    scene: Scene,
    *,
    column: TextColumn,
    bad: list[int],
    name: str,
) -> None:
    if not bad or answer is OnMissing.BLANK:
        return
    if answer is OnMissing.ERROR:
        rows = np.flatnonzero(np.isin(column.codes, bad))
        fail_rows(scene, code, message(column.values[bad[0]]), rows, name=name)
    scene.problem(code, message, column, bad, name=name)


def map_terms(line: From, column: TextColumn, scene: Scene) -> TextColumn:
    """Raw spellings to submission values, by a map of codelists.yaml, an inline map, or ``ct``."""
    if line.map == "ct":
        targets, told = _by_terminology(column, line.codelist, scene), "the pinned terminology"
    else:
        table = line_map(line, scene)
        targets, told = [table.get(text) for text in column.values], f"map {table.name!r}"
    unknown = [code for code in column.used() if targets[code] is None]
    asked = [code for code in column.used() if targets[code] == QUERY]
    scene.problem(
        "MAP302",
        lambda t: f"{t!r} needs an answer from the site",
        column,
        asked,
        name=line.from_[0],
    )
    _unmapped(line, column, unknown, told, scene)
    keep = line.unmapped is Unmapped.KEEP
    new = [
        (column.values[code] if keep else None) if target is None else target
        for code, target in enumerate(targets)
    ]
    scene.step(f"mapped by {told}")
    return column.map([None if target in (QUERY, BLANK) else target for target in new])


def line_map(line: From, scene: Scene) -> CompiledMap:
    """The compiled map of a line. Raises SpecificationError SPEC116, SPEC123."""
    place = scene.place("map")
    if isinstance(line.map, dict):
        return compile_map("of this line", TermMap(values=line.map), place)
    return scene.kitchen.study.term_map(str(line.map), place)


def _by_terminology(column: TextColumn, codelist: str | None, scene: Scene) -> list[str | None]:
    known = codelist or codelist_of(scene)
    if known is None:
        message = f"{scene.variable} has no codelist in the standard, so `map: ct` means nothing"
        raise SpecificationError(
            finding("SPEC116", message, spec=scene.place("map"), hint="name one: codelist: ...")
        )
    terms = scene.kitchen.terms
    found = [terms.synonym(known, text) for text in column.values]
    return [term.value if term is not None else None for term in found]


def codelist_of(scene: Scene) -> str | None:
    """The codelist that the standard gives the variable, if it gives one."""
    standard = scene.kitchen.variable(scene.state.name, scene.variable)
    codes = standard.codelist_codes if standard else ()
    return codes[0] if codes else None


def _unmapped(line: From, column: TextColumn, unknown: list[int], told: str, scene: Scene) -> None:
    if not unknown or line.unmapped in (Unmapped.BLANK, Unmapped.KEEP):
        return
    hint = "add it to the map, or to its query or blank list"
    if line.map == "ct":
        hint = "write a map in codelists.yaml, and name it here instead of ct"
    if line.unmapped is Unmapped.QUERY:
        scene.problem(
            "MAP301",
            lambda t: f"{t!r} is not in {told}",
            column,
            unknown,
            name=line.from_[0],
            hint=hint,
        )
        return
    texts = ", ".join(repr(column.values[code]) for code in unknown[:5])
    rows = np.flatnonzero(np.isin(column.codes, unknown))
    message = f"{texts} {'is' if len(unknown) == 1 else 'are'} not in {told}"
    fail_rows(scene, "MAP301", message, rows, name=line.from_[0], hint=hint)


def evaluate_constant(line: Constant, scene: Scene) -> TextColumn:
    """The same text for every active record."""
    scene.step(f"the constant {line.constant!r}")
    column = TextColumn.constant(line.constant, scene.n)
    return column if scene.active is None else column.keep(scene.active)


def evaluate_combine(line: Combine, scene: Scene) -> TextColumn:
    """A template filled with columns; missing where a part is missing. ``{study}`` is known."""
    pieces = _HOLE.split(line.combine)
    out = TextColumn.constant("\0", scene.n)
    for number, piece in enumerate(pieces):
        if not piece:
            continue
        named = number % 2 == 1 and piece != "study"
        part = (
            scene.text(piece)
            if named
            else TextColumn.constant(scene.kitchen.study.id if number % 2 else piece, scene.n)
        )
        out = joined(out, part)
    scene.step(f"combined as {line.combine}")
    column = out.apply(lambda text: text[1:])
    return column if scene.active is None else column.keep(scene.active)


def joined(left: TextColumn, right: TextColumn) -> TextColumn:
    """Texts one after the other; missing where either is missing."""
    codes, a, b = pairs(left, right)
    texts = [left.values[i] + right.values[j] for i, j in zip(a, b, strict=True)]
    return TextColumn(codes.astype(np.int32), [str(k) for k in range(len(texts))]).map(texts)


def evaluate_choose(line: Choose, scene: Scene) -> TextColumn:
    """The first alternative whose condition holds."""
    out = TextColumn.missing_everywhere(scene.n)
    open_ = np.ones(scene.n, np.bool_) if scene.active is None else scene.active.copy()
    for number, choice in enumerate(line.choose):
        inner = scene.at("choose", number)
        holds = inner.mask(choice.where) & open_
        value = (
            TextColumn.constant(choice.is_, scene.n)
            if choice.is_ is not None
            else inner.text(str(choice.from_))
        )
        out = _filled(out, value, holds)
        open_ &= ~holds
        if scene.trace is not None and holds.any():
            scene.step(f"{choice.is_ or choice.from_!r} because {choice.where.text}")
    return out


def _filled(
    out: TextColumn, value: TextColumn, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> TextColumn:
    both = concat([out, value])
    return TextColumn(np.where(mask, both.codes[len(out) :], both.codes[: len(out)]), both.values)
