"""Values from other data sets, by subject or over the study: first, last, count; and look-ups."""

from __future__ import annotations

import numpy as np

from sdtm.columns import Column, NumberColumn, Rows, TextColumn, combinations, concat
from sdtm.date_arithmetic import days_after
from sdtm.failure import fail_rows
from sdtm.matching import Several, find_rows, shared_keys
from sdtm.scene import Scene
from sdtm.sources import SourceTable
from sdtm.state import DomainState, Stream, number_text
from sdtm.streams import key_names, read_several
from specs import SpecificationError, finding
from specs.conditions import Condition, Mask, evaluate
from specs.language import Across, Count, LookUp, OnMissing


def split_reference(text: str, scene: Scene) -> tuple[str, str]:
    """``EX.EXSTDTC`` to data set and variable; a bare name is of this data set."""
    domain, dot, variable = text.partition(".")
    return (domain, variable) if dot else (scene.state.name, domain)


def state_mask(state: DomainState, condition: Condition | None, scene: Scene) -> Mask:
    """Which kept records of another data set a condition holds for."""
    if condition is None:
        return state.kept

    def resolve(name: str) -> Column:
        bare = name.removeprefix(f"{state.name}.")
        if bare not in state.columns:
            raise _no_variable(state, bare, scene)
        return state.columns[bare]

    return state.kept & evaluate(condition, resolve)


def _no_variable(state: DomainState, variable: str, scene: Scene) -> SpecificationError:
    message = f"{state.name} has no variable {variable!r}"
    return SpecificationError(
        finding("SPEC117", message, dataset=scene.state.name, spec=scene.place())
    )


def evaluate_across(line: Across, scene: Scene) -> Column:
    """The first or last value of variables of other data sets, of the same subject.

    With ``take`` another variable of that record; with ``not-after``/``not-before`` only values
    on this side of a date of the record itself (to the precision that both have).
    """
    last = line.last is not None
    names = line.last if line.last is not None else line.first or []
    if line.not_after or line.not_before:
        return _as_of(line, names, last, scene)
    values = _candidates(names, line, scene)
    best = _best_by_key(values, last)
    keys = _own_keys(line, scene)
    scene.step(
        f"{'last' if last else 'first'} of {', '.join(names)}"
        + (f" where {line.of.text}" if line.of else "")
    )
    out = _shifted(line, _beside(best, keys, scene), scene)
    return out if scene.active is None else out.keep(scene.active)


def _own_keys(line: Across, scene: Scene) -> list[TextColumn]:
    own, _ = key_names(line.on)
    study = line.over == "study"
    first = TextColumn.constant("*", scene.n) if study else scene.subjects()
    return [first, *(scene.text(name) for name in own)]


def _their_keys(line: Across, state: DomainState, rows: Rows, scene: Scene) -> list[TextColumn]:
    _, theirs = key_names(line.on)
    for name in theirs:
        if name not in state.columns:
            raise _no_variable(state, name, scene)
    study = line.over == "study"
    first = TextColumn.constant("*", len(rows)) if study else state.text("USUBJID").take(rows)
    return [first, *(state.text(name).take(rows) for name in theirs)]


type_candidate = tuple[list[TextColumn], TextColumn, TextColumn]


def _candidates(names: list[str], line: Across, scene: Scene) -> list[type_candidate]:
    """Per data set: keys, the value that is compared, and the value that is taken."""
    out = []
    for name in names:
        domain, variable = split_reference(name, scene)
        state = scene.kitchen.states.get(domain)
        if state is None or variable not in state.columns:
            out.append(_own_candidate(name, line, scene))
            continue
        mask = state_mask(state, line.of, scene)
        column = state.text(variable)
        rows = np.flatnonzero(mask & (column.codes >= 0))
        taken = column
        if line.take is not None:
            wanted = split_reference(line.take, scene)[1] if "." in line.take else line.take
            if wanted not in state.columns:
                raise _no_variable(state, wanted, scene)
            taken = state.text(wanted)
        out.append((_their_keys(line, state, rows, scene), column.take(rows), taken.take(rows)))
    return out


def _own_candidate(name: str, line: Across, scene: Scene) -> type_candidate:
    """A raw column or own variable among the candidates."""
    column = scene.text(name)
    rows = np.flatnonzero(column.codes >= 0)
    value = column.take(rows)
    keys = [key.take(rows) for key in _own_keys(line, scene)]
    return keys, value, value


def _best_by_key(
    candidates: list[type_candidate], last: bool
) -> tuple[list[TextColumn], TextColumn]:
    """One row per key: the smallest (largest) value's taken text; ties in file order.

    A date with time and the same date without tie at the shorter precision: for the first the
    shorter wins only if nothing longer is as early, so a complete value is preferred.
    """
    keys = [concat(list(column)) for column in zip(*(c[0] for c in candidates), strict=True)]
    value = concat([c[1] for c in candidates])
    taken = concat([c[2] for c in candidates])
    ranks = _date_ranks(value, last)
    order = np.argsort(ranks, kind="stable")
    if last:
        order = order[::-1]
    code, _ = shared_keys(keys, [key.take(np.empty(0, np.int64)) for key in keys])
    _, first = np.unique(code[order], return_index=True)
    rows = np.sort(order[first])
    return [key.take(rows) for key in keys], taken.take(rows)


def _date_ranks(value: TextColumn, last: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Sort ranks. Numbers sort as numbers; texts by code point, a shorter date after (for first)
    or before (for last) the longer ones that it begins."""
    numbers = [_number(text) for text in value.values]
    if value.values and all(number is not None for number in numbers):
        return np.array([*numbers, np.nan], dtype=np.float64)[value.codes]
    pad = "" if last else "~"
    order = sorted(range(len(value.values)), key=lambda i: value.values[i] + pad)
    ranks = np.zeros(len(order) + 1)
    ranks[order] = np.arange(len(order))
    return ranks[value.codes]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _beside(
    best: tuple[list[TextColumn], TextColumn], keys: list[TextColumn], scene: Scene
) -> TextColumn:
    theirs, taken = best
    if not len(taken):
        return TextColumn.missing_everywhere(scene.n)
    rows, _ = find_rows(keys, theirs, None, last=False)
    return taken.take(rows)


def _as_of(line: Across, names: list[str], last: bool, scene: Scene) -> TextColumn:
    """The nearest value on one side of each record's own date."""
    own = scene.text(str(line.not_after or line.not_before))
    candidates = _candidates(names, line, scene)
    keys = [concat(list(column)) for column in zip(*(c[0] for c in candidates), strict=True)]
    value, taken = concat([c[1] for c in candidates]), concat([c[2] for c in candidates])
    mine, theirs = shared_keys(_own_keys(line, scene), keys)
    order = np.lexsort((_date_ranks(value, last), theirs))
    ordered, starts = theirs[order], np.searchsorted(theirs[order], mine, side="left")
    stops = np.searchsorted(ordered, mine, side="right")
    out = np.full(scene.n, -1, np.int64)
    texts = value.values
    for record in np.flatnonzero((stops > starts) & (own.codes >= 0) & (mine >= 0)):
        limit = own.values[own.codes[record]]
        span = order[starts[record] : stops[record]]
        fits = [i for i in span if _on_side(texts[value.codes[i]], limit, line)]
        if fits:
            out[record] = fits[-1] if last else fits[0]
    side = f"not after {line.not_after}" if line.not_after else f"not before {line.not_before}"
    scene.step(f"{'last' if last else 'first'} of {', '.join(names)} {side}")
    return _shifted(line, taken.take(out), scene)


def _shifted(line: Across, found: TextColumn, scene: Scene) -> TextColumn:
    """The date that was found, ``plus`` days later where the line says so."""
    if not line.plus:
        return found
    scene.step(f"plus {line.plus} days")
    return found.apply(lambda text: days_after(text, line.plus))


def _on_side(text: str, limit: str, line: Across) -> bool:
    shortest = min(len(text), len(limit))
    a, b = text[:shortest], limit[:shortest]
    return a <= b if line.not_after else a >= b


def evaluate_count(line: Count, scene: Scene) -> Column:
    """How many different values a variable has among the kept records."""
    domain, variable = split_reference(line.count, scene)
    state = scene.kitchen.states.get(domain)
    if state is None or variable not in state.columns:
        raise scene.unknown(line.count)
    mask = state_mask(state, line.of, scene)
    column = state.text(variable)
    scene.step(f"number of different {line.count}" + (f" where {line.of.text}" if line.of else ""))
    if line.over == "study":
        codes = column.codes[mask]
        return TextColumn.constant(str(len(np.unique(codes[codes >= 0]))), scene.n)
    rows = np.flatnonzero(mask & (column.codes >= 0))
    mine, theirs = shared_keys([scene.subjects()], [state.text("USUBJID").take(rows)])
    pairs_ = np.unique(np.stack([theirs, column.codes[rows].astype(np.int64)]), axis=1)
    keys, counts = np.unique(pairs_[0], return_counts=True)
    table = dict(zip(keys.tolist(), counts.tolist(), strict=True))
    return NumberColumn(np.array([float(table.get(key, 0)) for key in mine.tolist()]))


def _in_force(
    as_of: dict[str, str],
    left: list[TextColumn],
    right: list[TextColumn],
    view: Stream,
    scene: Scene,
) -> tuple[Rows, Mask]:
    """Per record the row with its keys whose date is the last one not after the record's own."""
    ((since, date),) = as_of.items()
    dates, starts = scene.text(date), view.column(since).texts()
    mine, theirs = shared_keys(left, right)
    columns = [TextColumn(mine.astype(np.int32), [str(k) for k in range(mine.max(initial=-1) + 1)])]
    cases, keys, days = combinations([*columns, dates], either=False)
    found, several = [], []
    for key, day in zip(keys, days, strict=True):
        rows = [
            r
            for r in np.flatnonzero(theirs == key)
            if not _starts_after(starts[r], dates.values[day])
        ]
        latest = max((starts[r] for r in rows), default="")
        best = [r for r in rows if starts[r] == latest]
        found.append(best[0] if best else -1)
        several.append(len(best) > 1)
    return np.array([*found, -1])[cases], np.array([*several, False])[cases]


def _starts_after(start: str, day: str) -> bool:
    size = min(len(start), len(day))
    return start[:size] > day[:size]


def _ordered_by(several: Several | None) -> list[str]:
    return [several.by] if several is not None and several.by else []


def evaluate_look_up(line: LookUp, scene: Scene) -> TextColumn:
    """A column of a table (or raw source), found by equal keys."""
    study, sources = scene.kitchen.study, scene.kitchen.sources
    place = scene.place("look-up")
    source = (
        sources.get(line.look_up, place)
        if line.look_up in study.spec.sources
        else sources.table(study.table(line.look_up, place=place))
    )
    own, theirs = key_names(line.on)
    view = Stream(0, scene.stream.entry, scene.path, np.arange(source.n), source)
    several = read_several(scene.state, line.several, (*scene.path, "several"))
    for name in [*theirs, line.take, *(line.as_of or {}), *_ordered_by(several)]:
        if not view.has(name):
            message = f"{line.look_up!r} has no column {name!r}"
            raise SpecificationError(
                finding("SPEC114", message, dataset=scene.state.name, spec=scene.place())
            )
    left = [scene.text(name) for name in own]
    order = view.column(several.by) if several and several.by else None
    right = [view.column(n) for n in theirs]
    if line.as_of is not None:
        rows, many = _in_force(line.as_of, left, right, view, scene)
    else:
        rows, many = find_rows(left, right, order, last=bool(several and several.last))
    if many.any() and several is None:
        fail_rows(
            scene,
            "MAP304",
            f"several rows of {line.look_up!r} match",
            np.flatnonzero(many),
            name=own[0],
        )
    asked = np.logical_and.reduce([column.codes >= 0 for column in left])
    lost = np.flatnonzero((rows < 0) & asked)
    if len(lost) and line.unmatched is not OnMissing.BLANK:
        message = f"{line.look_up!r} has no row for this {', '.join(own)}"
        if line.unmatched is OnMissing.ERROR:
            fail_rows(scene, "MAP305", message, lost, name=own[0])
        scene.rows("MAP305", message, lost, name=own[0], done="left blank")
    told = _cell_of(source, rows, line.take) if scene.trace is not None else ""
    scene.step(f"{line.take} of {line.look_up} by {', '.join(own)}{told}")
    return view.column(line.take).take(rows)


def _cell_of(source: SourceTable, rows: Rows, name: str) -> str:
    """The cell that was found, when one record is explained."""
    if len(rows) != 1:
        return ""
    if rows[0] < 0:
        return ": no row has it"
    cell = source.cell(int(rows[0]), name)
    return f": {cell.file} row {cell.row}, {cell.column} = {cell.text!r}"


__all__ = [
    "evaluate_across",
    "evaluate_count",
    "evaluate_look_up",
    "number_text",
    "split_reference",
    "state_mask",
]
