"""Making a variable's values fit the standard: type, codelist, length, encoding."""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from sdtm.columns import NumberColumn, TextColumn
from sdtm.evaluate import source_column
from sdtm.failure import fail_rows
from sdtm.plan import Recipe
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from specs.language import LineBase, LongText, Unmapped
from specs.standards import Codelist, VariableStandard

MOST_BYTES = 200


def conform(kitchen: Kitchen, state: DomainState, variable: str, recipes: list[Recipe]) -> None:
    """Give a variable the standard's type, and refuse what may not be submitted.

    Raises LineFailed (terms, numbers, lengths, characters).
    """
    standard = kitchen.variable(state.name, variable)
    if standard is None:
        return
    if standard.type == "Num":
        _as_numbers(kitchen, state, variable, recipes)
        return
    column = state.text(variable)
    state.columns[variable] = column
    _check_terms(kitchen, state, standard, column, recipes)
    _check_text(kitchen, state, variable, recipes)


def scene_of(
    kitchen: Kitchen, state: DomainState, variable: str, recipes: list[Recipe], stream: Stream
) -> tuple[Scene, str, LineBase | None]:
    """The scene, raw column and line that gave a variable on a stream."""
    recipe = next((r for r in recipes if r.stream == stream.index), None)
    path = recipe.path if recipe else ()
    name = source_column(recipe.line) if recipe else ""
    return Scene(kitchen, state, stream, variable, path), name, recipe.line if recipe else None


def _as_numbers(kitchen: Kitchen, state: DomainState, variable: str, recipes: list[Recipe]) -> None:
    column = state.columns[variable]
    if isinstance(column, NumberColumn):
        return
    numbers = column.numbers()
    wrong = np.isnan(numbers) & (column.codes >= 0)
    state.columns[variable] = NumberColumn(numbers)
    for stream in state.streams:
        rows = np.flatnonzero(wrong[stream.start : stream.stop])
        if len(rows):
            scene, name, _ = scene_of(kitchen, state, variable, recipes, stream)
            text = column.values[column.codes[stream.start + rows[0]]]
            fail_rows(
                scene, "MAP330", f"{variable} is numeric, {text!r} is not a number", rows, name=name
            )


def codelists_of(
    kitchen: Kitchen, standard: VariableStandard, line: LineBase | None
) -> list[Codelist]:
    """The codelists that bind a variable: the line's own, or the standard's."""
    keys = (line.codelist,) if line is not None and line.codelist else standard.codelist_codes
    found = [kitchen.terms.find(key) for key in keys if key]
    return [codelist for codelist in found if codelist is not None]


def extended_terms(kitchen: Kitchen, codelists: list[Codelist], variable: str) -> set[str]:
    """The sponsor's declared terms for these codelists or this variable."""
    out: set[str] = set()
    for key, extensions in kitchen.study.codelists.extensions.items():
        names = {name for c in codelists for name in (c.code, c.submission_value)}
        if key in names or key == variable:
            out |= {extension.term for extension in extensions}
    return out


def _check_terms(
    kitchen: Kitchen,
    state: DomainState,
    standard: VariableStandard,
    column: TextColumn,
    recipes: list[Recipe],
) -> None:
    line = recipes[0].line if recipes else None
    codelists = codelists_of(kitchen, standard, line)
    if not codelists:
        return
    known = {value for codelist in codelists for value in codelist.terms}
    extended = extended_terms(kitchen, codelists, standard.name)
    extensible = any(codelist.extensible for codelist in codelists)
    if standard.name.endswith("STRESC"):  # a codelist of results binds words alone
        known |= {value for value in column.values if _is_number(value) or _is_date(value)}
    bad = [
        c
        for c in column.used()
        if column.values[c] not in known and not (extensible and column.values[c] in extended)
    ]
    for code in bad:
        _refuse_term(
            kitchen,
            state,
            standard,
            column=column,
            code=code,
            codelists=codelists,
            recipes=recipes,
        )


def _is_date(text: str) -> bool:
    return re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text) is not None


def _is_number(text: str) -> bool:
    try:
        float(text.lstrip("<>="))
    except ValueError:
        return False
    return True


def _refuse_term(
    kitchen: Kitchen,
    state: DomainState,
    standard: VariableStandard,
    *,
    column: TextColumn,
    code: int,
    codelists: list[Codelist],
    recipes: list[Recipe],
) -> None:
    value, first = column.values[code], codelists[0]
    near = [s for codelist in codelists for s in codelist.suggest(value)]
    hint = f"did you mean {near[0]!r}?" if near else "map it to a submission value"
    if any(codelist.extensible for codelist in codelists):
        hint += f", or declare it in codelists.yaml under extensions: {first.submission_value}"
    where = f"{first.submission_value} ({first.code}, {kitchen.terms.version})"
    message = f"{standard.name}: {value!r} is not in {where}"
    for stream in state.streams:
        rows = np.flatnonzero(column.codes[stream.start : stream.stop] == code)
        if not len(rows):
            continue
        scene, name, line = scene_of(kitchen, state, standard.name, recipes, stream)
        if getattr(line, "unmapped", None) is Unmapped.QUERY:
            scene.rows("MAP301", message, rows, name=name, hint=hint, done="left blank")
            codes = column.codes.copy()
            codes[stream.start + rows] = -1
            state.columns[standard.name] = TextColumn(codes, column.values)
            column.codes = codes
        else:
            fail_rows(scene, "MAP301", message, rows, name=name, hint=hint)


def _check_text(kitchen: Kitchen, state: DomainState, variable: str, recipes: list[Recipe]) -> None:
    column = state.text(variable)
    encoding = kitchen.study.spec.encoding
    fail = partial(
        _fail_code, kitchen=kitchen, state=state, recipes=recipes, variable=variable, column=column
    )
    split: dict[int, list[str]] = {}
    for code, text in enumerate(column.values):
        if len(text) <= MOST_BYTES and text.isascii():
            continue
        if not (column.codes == code).any():
            continue
        if encoding == "ascii" and not text.isascii():
            fail(code, "MAP329", f"{variable}: {text!r} is not ASCII, which the agency takes")
        size = len(text.encode(encoding, "replace"))
        if size <= MOST_BYTES:
            continue
        if any(r.line.long is LongText.SPLIT for r in recipes):
            split[code] = split_text(text, encoding)
        else:
            fail(code, "MAP307", f"{variable}: the text has {size} bytes, {MOST_BYTES} fit")
    if split:
        _put_split(state, variable, column, split)


def _fail_code(
    code: int,
    rule: str,
    message: str,
    *,
    kitchen: Kitchen,
    state: DomainState,
    recipes: list[Recipe],
    variable: str,
    column: TextColumn,
) -> None:
    for stream in state.streams:
        rows = np.flatnonzero(column.codes[stream.start : stream.stop] == code)
        if len(rows):
            scene, name, _ = scene_of(kitchen, state, variable, recipes, stream)
            fail_rows(scene, rule, message, rows, name=name)


def split_text(text: str, encoding: str) -> list[str]:
    """A text in pieces of 200 bytes at most, at word boundaries (SDTMIG 3.4 section 4.5.3.2)."""
    pieces: list[str] = []
    rest = text
    while len(rest.encode(encoding, "replace")) > MOST_BYTES:
        cut = len(rest)
        while len(rest[:cut].encode(encoding, "replace")) > MOST_BYTES:
            cut -= 1
        space = rest.rfind(" ", 0, cut + 1)
        at = space if space > cut // 2 else cut
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest]


def _put_split(
    state: DomainState, variable: str, column: TextColumn, split: dict[int, list[str]]
) -> None:
    most = max(len(pieces) for pieces in split.values())
    for number in range(most):
        texts = [
            (split[code][number] if number < len(split[code]) else None)
            if code in split
            else (text if number == 0 else None)
            for code, text in enumerate(column.values)
        ]
        if number == 0:
            state.columns[variable] = column.map(texts)
        else:
            stem = variable[: 8 - len(str(number))]
            state.supplemental[f"{stem}{number}"] = column.map(texts)
