"""The conditions outside lines, typed before a row is read: streams, cut, checks, relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derive.planning.types import LineKinds, TypedLine, UntoldKindError
from derive.values.column import KindError
from derive.verbs.record.constant import Constant
from sdtm.names import RawNames, StreamNames
from sdtm.tabulation import Tabulation
from specs import Finding, finding
from specs.conditions import Condition
from specs.reading.yaml_source import NodePath

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner


def condition_faults(planner: Planner, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC131 for each condition that mixes kinds, or names what is not there."""
    model = tabulation.model
    for index, stream in enumerate(model.records):
        path = tabulation.streams[index].path
        if stream.where is not None:
            source = _of_source(planner, tabulation, index)
            yield from _fault(planner, tabulation, source, stream.where, (*path, "where"))
    for number, check in enumerate(model.checks):
        if check.where is None:
            continue
        for index, stream in enumerate(model.records):
            if check.of in (None, stream.source, stream.name):
                names = planner.names(tabulation, index, "")
                path = ("checks", number, "where")
                yield from _fault(planner, tabulation, names, check.where, path)
    for path, condition in _of_variables(tabulation):
        yield from _fault(planner, tabulation, None, condition, path)


def _of_variables(tabulation: Tabulation) -> Iterator[tuple[NodePath, Condition]]:
    """Conditions on the variables of the whole data set."""
    model = tabulation.model
    if model.leave_out is not None:
        yield ("leave-out",), model.leave_out
    for number, relation in enumerate(model.relations):
        if relation.where is not None:
            yield ("relations", number, "where"), relation.where


def _of_source(planner: Planner, tabulation: Tabulation, index: int) -> StreamNames:
    """The names that a stream's records have before there is any variable."""
    stream = tabulation.model.records[index]
    own = planner.own_kinds(tabulation, stream)
    joined = frozenset(join.source for join in stream.join)
    return StreamNames(stream, own, (), (), (), planner.all_sets(), "", joined)


def _fault(
    planner: Planner,
    tabulation: Tabulation,
    names: StreamNames | None,
    condition: Condition,
    path: NodePath,
) -> Iterator[Finding]:
    place = tabulation.loaded.place
    typed = TypedLine(tabulation.name, "", Constant(constant="-"), place)
    if names is not None:
        typed.columns, typed.raw = names, RawNames(names)
    try:
        LineKinds(planner.types, typed).condition(condition)
    except KindError as error:
        where = place(*path, offset=error.offset or 0)
        hint = error.hint
        yield finding("SPEC131", error.message, dataset=tabulation.name, spec=where, hint=hint)
    except UntoldKindError:
        return  # the line of a name it reads is wrong, which is told there
