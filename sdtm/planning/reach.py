"""What each step of a build is good for: something published, edit checks alone, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from derive.planning.plan import Node, Plan
from sdtm.making import Making
from sdtm.records.ledger import TESTED, VALUE


def reach_of(making: Making, plan: Plan) -> dict[Node, str]:
    """Per variable or working table what reads it in the end: VALUE where something published
    depends on it, TESTED where edit checks alone do. What is not here reaches nothing."""
    published = [
        node
        for node, task in plan.tasks.items()
        if any(_published(making, given) for given in (node, *task.gives))
    ]
    checks = [node for node in plan.tasks if node[1].startswith("?")]
    out = dict.fromkeys(_needed(plan, checks), TESTED)
    out.update(dict.fromkeys(_needed(plan, published), VALUE))
    return out


def _published(making: Making, node: Node) -> bool:
    data_set, what = node
    if what[:1] in "*+":
        return True
    return what[:1] not in "?/" and making.variable(data_set, what) is not None


def _needed(plan: Plan, roots: Iterable[Node]) -> set[Node]:
    """The steps that these take, themselves among them."""
    found: set[Node] = set()
    waiting = [plan.owner.get(node, node) for node in roots]
    while waiting:
        node = waiting.pop()
        if node not in found and node in plan.tasks:
            found.add(node)
            waiting += [plan.owner.get(need, need) for need in plan.tasks[node].needs]
    return found
