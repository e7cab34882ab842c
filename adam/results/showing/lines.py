"""The lines of one analysis in a table: which statistics stand together, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adam.results.cells import Group
from adam.results.run import ResultRow

ColumnKey = tuple[Group, ...]
Texts = dict[str, str]
_TOGETHER: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("n", ("n",), "{n}"),
    ("Events", ("events",), "{events}"),
    ("Competing events", ("competing",), "{competing}"),
    ("Censored", ("censored",), "{censored}"),
    ("Mean (SD)", ("mean", "sd"), "{mean} ({sd})"),
    (
        "Geometric mean (CV, %)",
        ("geometric_mean", "geometric_cv"),
        "{geometric_mean} ({geometric_cv})",
    ),
    ("First quartile (95% CI)", ("q1", "q1_lower", "q1_upper"), "{q1} ({q1_lower}, {q1_upper})"),
    ("Median (95% CI)", ("median", "median_lower"), "{median} ({median_lower}, {median_upper})"),
    ("Third quartile (95% CI)", ("q3", "q3_lower"), "{q3} ({q3_lower}, {q3_upper})"),
    ("Median", ("median",), "{median}"),
    ("Q1, Q3", ("q1", "q3"), "{q1}, {q3}"),
    ("Min, Max", ("min", "max"), "{min}, {max}"),
    (
        "Median follow-up (95% CI)",
        ("followup",),
        "{followup} ({followup_lower}, {followup_upper})",
    ),
    ("Values not positive, left out", ("not_positive",), "{not_positive}"),
    ("Missing", ("missing",), "{missing}"),
)
"""Label, the statistics that must be there, and how they stand together."""
_UNTOLD = " (NE, NE)"
_COUNTS = ("subjects", "proportion", "categories", "incidence", "shift")


@dataclass(slots=True)
class Line:
    """A line of a table; without cells it is a head of those below it."""

    label: str
    indent: int = 0
    cells: list[str] = field(default_factory=list)
    analysis: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """An analysis as it is shown. ``crossed`` are levels that stand as columns; ``shares`` says
    that percentages are not of the column's N, so that the denominator is shown too."""

    label: str
    method: str
    columns: Sequence[ColumnKey]
    crossed: Sequence[str]
    shares: bool = False


def lines_of(block: Block, rows: Sequence[ResultRow], analysis: str) -> list[Line]:
    """The lines of an analysis, its first one marked."""
    out = list(_lines(block, rows))
    for line in out:
        line.analysis = analysis
    if out:
        out[0].first = True
    return out


def _lines(block: Block, rows: Sequence[ResultRow]) -> Iterator[Line]:
    if block.method == "incidence":
        yield from _incidence(block, rows)
        return
    groups = list(dict.fromkeys(row.groups[row.columns :] for row in rows))
    single = block.method in ("subjects", "proportion") and groups == [()]
    if not single:
        yield Line(block.label)
    shown: tuple[Group, ...] = ()
    for group in groups:
        of_group = [row for row in rows if row.groups[row.columns :] == group]
        for depth, one in enumerate(group):
            if shown[: depth + 1] != group[: depth + 1]:
                yield Line(one.label, depth + 1)
        shown = group
        depth = len(group) + (0 if single else 1)
        yield from _levels(block, of_group, depth)


def _levels(block: Block, rows: Sequence[ResultRow], indent: int) -> Iterator[Line]:
    levels = dict.fromkeys((row.made.variable, row.made.order, row.made.level) for row in rows)
    for variable, order, level in levels:
        of_level = [row for row in rows if (row.made.variable, row.made.order) == (variable, order)]
        cells = [_texts(of_level, key) for key in block.columns]
        if block.method in _COUNTS:
            label = level or block.label
            yield Line(label, indent, [_count(c, shares=block.shares) for c in cells])
            if any("lower" in one for one in cells):
                limits = [f"({c['lower']}, {c['upper']})" if "lower" in c else "" for c in cells]
                yield Line("95% CI", indent + 1, limits)
        elif variable == "TIME":
            yield from _landmark(level, indent, cells)
        else:
            yield from _together(indent, cells)


def _texts(rows: Sequence[ResultRow], key: ColumnKey) -> Texts:
    """The texts of the statistics in one column. An analysis without columns of its own stands in
    each."""
    return {
        row.stat.name: row.stat.text
        for row in rows
        if row.groups[: row.columns] == key or (not row.columns and len(key) == 0)
    }


def _count(texts: Texts, *, shares: bool) -> str:
    if not texts:
        return ""
    n = f"{texts['n']}/{texts['N']}" if shares and "N" in texts else texts["n"]
    return f"{n} ({texts['percent']})" if texts.get("percent") else n


def _together(indent: int, cells: list[Texts]) -> Iterator[Line]:
    known = {name for one in cells for name in one}
    done: set[str] = set()
    for label, needs, pattern in _TOGETHER:
        if set(needs) <= known and not set(needs) & done:
            done |= set(needs)
            texts = [_filled(pattern, one) if set(needs) <= set(one) else "" for one in cells]
            yield Line(label, indent, texts)


def _filled(pattern: str, texts: Texts) -> str:
    """The statistics side by side; a number and limits of which none can be told are one word."""
    made = pattern.format(**texts)
    return made.replace(_UNTOLD, "") if made.startswith("NE") else made


def _landmark(level: str, indent: int, cells: list[Texts]) -> Iterator[Line]:
    name = "survival" if any("survival" in one for one in cells) else "incidence"
    label = "Event-free" if name == "survival" else "Incidence"
    pattern = f"{{{name}}} ({{{name}_lower}}, {{{name}_upper}})"
    texts = [_filled(pattern, one) if name in one else "" for one in cells]
    yield Line(f"{label} at {level}, % (95% CI)", indent, texts)
    yield Line("At risk", indent + 1, [one.get("at_risk", "") for one in cells])


def _incidence(block: Block, rows: Sequence[ResultRow]) -> Iterator[Line]:
    groups = dict.fromkeys(row.groups[row.columns :] for row in rows)
    for group in groups:
        of_group = [row for row in rows if row.groups[row.columns :] == group]
        cells = []
        for key in block.columns:
            for level in block.crossed:
                at = [row for row in of_group if row.made.level == level]
                cells.append(_count(_texts(at, key), shares=block.shares))
        label = group[-1].label if group else block.label
        yield Line(label, len(group), cells)
