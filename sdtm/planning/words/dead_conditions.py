"""Conditions of tabulation data that never hold, and alternatives that are never reached."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from derive.judged.dead_parts import DeadParts
from derive.judged.fitted_lists import fitted_lists
from derive.judged.heard import Heard
from derive.judged.never import KnownOf
from sdtm.planning.bound_names import BoundNames
from specs import Finding
from specs.conditions import Condition

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner


def dead_conditions(planner: Planner) -> Iterator[Finding]:
    """SPEC140 for each condition that never holds, SPEC141 for what is never reached behind others.

    A condition that is asked of several streams is dead where it is dead on each of them.
    """
    names = BoundNames(planner)
    asked: dict[int, list[Heard]] = {}
    for heard in planner.types.heard.values():
        asked.setdefault(id(heard.condition), []).append(heard)

    def known(condition: Condition) -> list[KnownOf]:
        return [partial(names.known, heard) for heard in asked.get(id(condition), [])]

    for one in planner.making.sets.values():
        judge = DeadParts(one.name, one.loaded.place, known)
        yield from judge.of(one.model)
        yield from fitted_lists(judge, one.model)
