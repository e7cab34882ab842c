"""What the steps of a tabulation build do: records, variables, qualifiers, cut, order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derive.evaluate import answer_missing, evaluate_line
from derive.line import SUBJECT, all_reads
from derive.records import Link
from derive.scope import Scope, as_text
from derive.values.column import NO_RANK, Column, KindError, Mask, Ranks, Rows
from derive.values.keys import match_one, shared_codes
from derive.values.masks import mask
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.order import repeated_beside, runs, sort_rows
from derive.values.text import Text
from sdtm.finishing.conform import conform, fitting, go_on, qualifier_terms
from sdtm.making import Making
from sdtm.model import states
from sdtm.records.left import SUBJECT_RULE
from sdtm.records.made.elements import elements_stream
from sdtm.records.made.from_sets import set_stream, visits_stream
from sdtm.records.stream import StreamRecords
from sdtm.records.streams import opened
from sdtm.records.subjects import strange, stream_subjects
from sdtm.tabulation import RELATED, Recipe, Tabulation, widened
from sdtm.witnessing import saw_record_ids, saw_subjects
from specs import BuildError, SpecificationError, finding
from specs.reading.yaml_source import NodePath
from specs.suggest import did_you_mean

_SEQ_GROUP = {"TS": "TSPARMCD"}
"""What --SEQ counts within, where there is no subject."""


def make_records(making: Making, tabulation: Tabulation, from_records: Sequence[str]) -> None:
    """The records of a data set, its identifiers, and the variables ``from_records`` that tables
    of the specification give."""
    streams = [_stream(making, tabulation, stream) for stream in tabulation.streams]
    tabulation.set_streams(streams)
    n = tabulation.size
    tabulation.columns["STUDYID"] = Text.constant(making.study.id, n)
    tabulation.columns["DOMAIN"] = Text.constant(tabulation.domain, n)
    tabulation.put(SUBJECT, [_subjects(making, tabulation, stream) for stream in streams])
    if tabulation.person != SUBJECT and not states(tabulation.model, RELATED):
        tabulation.columns[RELATED] = tabulation.columns[SUBJECT]
    for name in from_records:
        if name != SUBJECT and any(name in stream.own for stream in streams):
            _put(making, tabulation, name, [stream.own.get(name) for stream in streams], [])


def _stream(making: Making, tabulation: Tabulation, stream: StreamRecords) -> StreamRecords:
    if stream.model.domain:
        return set_stream(making, tabulation, stream)
    if stream.model.visits_of:
        return visits_stream(making, tabulation, stream)
    if stream.model.elements:
        return elements_stream(making, tabulation, stream)
    return opened(making, tabulation, stream)


def _subjects(making: Making, tabulation: Tabulation, stream: StreamRecords) -> Column | None:
    if SUBJECT in stream.own:
        return stream.own[SUBJECT]
    if tabulation.person != SUBJECT and states(tabulation.model, RELATED):
        return None  # a line says whom the persons are related to, if to any subject at all
    source = stream.source
    if source is None or not source.is_raw:
        return None
    if not any(making.variable(tabulation.name, one) for one in (SUBJECT, RELATED)):
        return None
    scope = making.scope(tabulation, stream, SUBJECT, stream.path)
    saw_subjects(making.sources, stream, str(scope.place()))
    out = stream_subjects(making.sources, source, scope, stream.rows)
    left_out = strange(making.sources, source, stream.rows)
    if left_out.any():
        holds = np.zeros(tabulation.size, np.bool_)
        holds[stream.start : stream.stop] = left_out
        tabulation.leave_out(
            holds, SUBJECT_RULE, making.study.document.place(("subject", "pattern"))
        )
    return out


def _put(
    making: Making,
    tabulation: Tabulation,
    name: str,
    pieces: list[Column | None],
    recipes: Sequence[Recipe],
) -> None:
    try:
        tabulation.put(name, pieces)
    except KindError as error:
        place = tabulation.loaded.place(*(recipes[0].path if recipes else ("variables",)))
        raise SpecificationError(
            finding(
                "SPEC131",
                f"{name}: {error.message}",
                dataset=tabulation.name,
                variable=name,
                spec=place,
                hint=error.hint,
            )
        ) from error
    conform(making, tabulation, name, recipes)


# variables


def make_variable(
    making: Making, tabulation: Tabulation, name: str, recipes: Sequence[Recipe]
) -> None:
    """A variable by its lines, one per stream, and what the lines give beside it."""
    if recipes and recipes[0].line.whole and len(tabulation.streams) > 1:
        _make_whole(making, tabulation, name, recipes)
        return
    pieces: dict[str, list[Column | None]] = {}
    scopes: list[tuple[Scope, Recipe]] = []
    for recipe in recipes:
        stream = tabulation.streams[recipe.stream]
        scope = making.scope(tabulation, stream, name, recipe.path)
        scopes.append((scope, recipe))
        for output, column in evaluate_line(recipe.line, scope).items():
            kind = making.declared(tabulation.name, output)
            place = pieces.setdefault(output, [None] * len(tabulation.streams))
            place[recipe.stream] = widened(column, kind)
        for output, links in scope.links.items():
            tabulation.link(output, stream, links)
        _link_own(tabulation, stream, name, recipe)
    for output, columns in pieces.items():
        whole = [
            column if column is not None else _beside(tabulation, output, stream)
            for stream, column in zip(tabulation.streams, columns, strict=True)
        ]
        for stream, piece in zip(tabulation.streams, columns, strict=True):
            if piece is None and output in stream.own:
                _link_column(tabulation, stream, output, output)
        _put(making, tabulation, output, whole, recipes)
        known = {recipe.stream: recipe for recipe in tabulation.recipes.get(output, ())}
        known |= {recipe.stream: recipe for recipe in recipes}
        tabulation.recipes[output] = [known[index] for index in sorted(known)]
    if name in tabulation.columns:
        _answer_missing(making, tabulation, name, scopes)


def _make_whole(
    making: Making, tabulation: Tabulation, name: str, recipes: Sequence[Recipe]
) -> None:
    """A variable whose line looks at all records of the data set at once."""
    scope = making.whole_scope(tabulation, name, recipes[0].path)
    for output, column in evaluate_line(recipes[0].line, scope).items():
        tabulation.columns[output] = widened(column, making.declared(tabulation.name, output))
        conform(making, tabulation, output, recipes)
        tabulation.recipes[output] = list(recipes)
    for output, links in scope.links.items():
        tabulation.records.links[output] = tuple(links)


def _link_own(tabulation: Tabulation, stream: StreamRecords, name: str, recipe: Recipe) -> None:
    """Values of columns that were made of other records (of visits, of elements) come from these;
    one of the data set itself is a record of the stream."""
    for read in all_reads(recipe.line):
        if not read.data_set:
            _link_column(tabulation, stream, name, read.name)


def _link_column(tabulation: Tabulation, stream: StreamRecords, variable: str, column: str) -> None:
    """A variable's values come from where those of a column of the stream were taken."""
    for link in stream.links.get(column, ()):
        own = (link.data_set == tabulation.name) & (link.rows >= 0)
        rows = np.where(own, link.rows + stream.start, link.rows)
        tabulation.link(variable, stream, [Link(link.data_set, rows)])


def _beside(tabulation: Tabulation, name: str, stream: StreamRecords) -> Column | None:
    """Streams without a line of their own take what another line of theirs gave (--STAT beside
    --ORRES), or the value of the table of tests."""
    if name in tabulation.columns:
        return tabulation.slice(name, stream)
    return stream.own.get(name)


def _answer_missing(
    making: Making, tabulation: Tabulation, name: str, scopes: list[tuple[Scope, Recipe]]
) -> None:
    standard = making.variable(tabulation.name, name)
    required = standard is not None and standard.core == "Req"
    label = standard.label if standard is not None else ""
    for scope, recipe in scopes:
        column = tabulation.slice(name, tabulation.streams[recipe.stream])
        answer_missing(recipe.line, scope, column, required=required, label=label)


def tell_blank(making: Making, tabulation: Tabulation, name: str) -> None:
    """Ask about blank values of a required variable that the standard's derivation gives, once per
    stream (MAP303)."""
    standard = making.variable(tabulation.name, name)
    if standard is None or standard.core != "Req":
        return
    blank = tabulation.columns[name].missing()
    for stream in tabulation.streams:
        rows = np.flatnonzero(blank[stream.start : stream.stop])
        if len(rows):
            scope = making.scope(tabulation, stream, name, ("standard",))
            message = f"{standard.label} ({name}) is missing"
            hint = f"say what it is: a line {name}, or a decode in codelists.yaml"
            done = "the record was kept, the value left blank"
            scope.tell("MAP303", message, rows, name=first_column(stream), hint=hint, done=done)


def make_supplement(
    making: Making, tabulation: Tabulation, name: str, recipes: Sequence[Recipe]
) -> None:
    """A supplemental qualifier by its lines, as text; a long one goes on in further qualifiers."""
    pieces = [Text.nothing(len(stream)) for stream in tabulation.streams]
    for recipe in recipes:
        stream = tabulation.streams[recipe.stream]
        scope = making.scope(tabulation, stream, name, recipe.path)
        piece = as_text(evaluate_line(recipe.line, scope)[name])
        place = tabulation.loaded.place(*recipe.path)
        pieces[recipe.stream] = qualifier_terms(scope, recipe.line, piece, place)
        for output, links in scope.links.items():
            tabulation.link(f"+{output}", stream, links)
    column = pieces[0].below(pieces[1:]) if len(pieces) > 1 else pieces[0]
    tabulation.recipes[f"+{name}"] = list(recipes)
    for number, piece in enumerate(fitting(making, tabulation, name, column, recipes)):
        if number == 0:
            tabulation.supplemental[name] = piece
        else:
            go_on(making, tabulation, name, recipes, number=number, piece=piece)


def set_mask(tabulation: Tabulation, condition: object, path: NodePath) -> Mask:
    """Where a condition on the variables of a data set holds. Raises SPEC117, SPEC131."""
    from specs.conditions import Condition

    assert isinstance(condition, Condition)  # noqa: S101 - narrows the type for the checker

    def column(name: str) -> Column:
        bare = name.removeprefix(f"{tabulation.name}.")
        if bare not in tabulation.columns:
            message = f"{tabulation.name} has no variable {name!r}"
            raise _wrong(
                tabulation, "SPEC117", message, path, did_you_mean(name, tabulation.columns)
            )
        return tabulation.columns[bare]

    try:
        return mask(condition, column)
    except KindError as error:
        raise _wrong(tabulation, "SPEC131", error.message, path, error.hint) from error


def _wrong(
    tabulation: Tabulation, code: str, message: str, path: NodePath, hint: str
) -> SpecificationError:
    place = tabulation.loaded.place(*path)
    return SpecificationError(
        finding(code, message, dataset=tabulation.name, spec=place, hint=hint)
    )


# in which order


def make_order(making: Making, tabulation: Tabulation) -> None:
    """Sort the kept records by subject and keys, number them (--SEQ), list those that share their
    key. Raises BuildError MAP311 where ``equal-keys: error``."""
    names = [tabulation.person, *tabulation.model.keys]
    known = [n for n in dict.fromkeys(names) if n in tabulation.columns]
    keys = [as_stored(tabulation.columns[name]) for name in known]
    saw_record_ids(making.sources, tabulation.streams)
    by = [*keys, tabulation.record_ids().ranks()]
    if tabulation.kept.all():
        tabulation.order = sort_rows(by)
    else:
        rows = np.flatnonzero(tabulation.kept)
        tabulation.order = rows[sort_rows([key[rows] for key in by])]
    again = repeated_beside([key[tabulation.order] for key in keys])
    if len(again):
        _tell_equal(making, tabulation, tabulation.order[again])
    _number(making, tabulation)


def as_stored(column: Column) -> Ranks:
    """Sort keys as the published values sort: missing first (as SAS has it), dates as ISO text."""
    ranks = (column.iso() if isinstance(column, Moment) else column).ranks()
    return np.where(ranks == NO_RANK, np.int64(-1), ranks)


def _tell_equal(making: Making, tabulation: Tabulation, records: Rows) -> None:
    before = len(making.shared.report.findings)
    keys = ", ".join(tabulation.model.keys)
    for stream in tabulation.streams:
        mine = records[(records >= stream.start) & (records < stream.stop)] - stream.start
        if len(mine):
            scope = making.scope(tabulation, stream, "", ("keys",))
            message, done = f"another record has the same {keys}", "both records were kept"
            scope.tell("MAP311", message, np.sort(mine), name=first_column(stream), done=done)
    if tabulation.model.equal_keys == "error":
        raise BuildError(making.shared.report.findings[before:])


def first_column(stream: StreamRecords) -> str:
    """A column that names the record to people: the source's first one."""
    return stream.source.names[0] if stream.source is not None and stream.source.names else ""


def _number(making: Making, tabulation: Tabulation) -> None:
    name = tabulation.seq
    if making.variable(tabulation.name, name) is None:
        return
    by = _SEQ_GROUP.get(tabulation.domain, tabulation.person)
    grouping = tabulation.columns[by]
    numbers = np.full(tabulation.size, np.nan)
    numbers[tabulation.order] = runs(grouping.ranks()[tabulation.order])
    for other in earlier_parts(making, tabulation):
        before = making.sets[other]
        mine, theirs = shared_codes([[grouping], [before.columns[by]]])
        counted = theirs[before.kept & (theirs >= 0)]
        held = np.bincount(counted, minlength=int(mine.max(initial=0)) + 1)
        numbers += np.where(mine >= 0, held[mine], 0)
    tabulation.columns[name] = Number.of(numbers)


def earlier_parts(making: Making, tabulation: Tabulation) -> list[str]:
    """The parts of a split domain that are numbered before this one: --SEQ is unique in the whole
    domain (SDTMIG 3.4 section 4.1.7)."""
    parts = making.parts(tabulation.domain)
    return parts[: parts.index(tabulation.name)]


def tell_unknown_subjects(making: Making, tabulation: Tabulation) -> None:
    """Ask about the first record of each subject that DM does not have."""
    dm = making.sets["DM"]
    own = RELATED if tabulation.person != SUBJECT else SUBJECT
    mine, theirs = shared_codes([[tabulation.columns[own]], [dm.columns[SUBJECT]]])
    known = match_one(mine, theirs, dm.kept).rows >= 0
    lost = np.flatnonzero(~known & (mine >= 0) & tabulation.kept)
    if not len(lost):
        return
    _, first = np.unique(mine[lost], return_index=True)
    for stream in tabulation.streams:
        records = np.sort(lost[first])
        rows = records[(records >= stream.start) & (records < stream.stop)] - stream.start
        if len(rows):
            scope = making.scope(tabulation, stream, SUBJECT, stream.path)
            done = "the records were kept"
            scope.tell(
                "MAP336", "the subject is not in DM", rows, name=first_column(stream), done=done
            )
