"""What can be wrong with a plan, said with the place in the specification."""

from __future__ import annotations

from collections.abc import Sequence

from sdtm.plan_model import Node, Plan
from sdtm.scene import Kitchen
from sdtm.state import DomainState
from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from specs.yaml_source import NodePath


def circle(kitchen: Kitchen, plan: Plan, nodes: Sequence[Node]) -> SpecificationError:
    """SPEC118: variables that need each other, printed in a circle."""
    shown = " needs ".join(f"{d}.{v}" for d, v in reversed(nodes))
    domain, variable = nodes[0]
    recipes = plan.lines.get(nodes[0], [])
    state = kitchen.states[domain]
    place = state.spec.place(*recipes[0].path) if recipes else state.spec.place()
    message = f"circular dependency: {shown}"
    return SpecificationError(
        finding("SPEC118", message, dataset=domain, variable=variable, spec=place)
    )


def unknown_domain(kitchen: Kitchen, plan: Plan, node: Node, domain: str) -> SpecificationError:
    """SPEC117: a variable that needs a data set which the study does not build."""
    recipes = plan.lines.get(node, [])
    path: NodePath = recipes[0].path if recipes else ("standard",)
    message = f"{node[0]}.{node[1]} needs {domain}, which the study does not build"
    hint = did_you_mean(domain, kitchen.study.domains)
    place = kitchen.states[node[0]].spec.place(*path)
    return SpecificationError(
        finding("SPEC117", message, dataset=node[0], variable=node[1], spec=place, hint=hint)
    )


def unknown_variable(
    plan: Plan, state: DomainState, name: str, *path: str | int
) -> SpecificationError:
    """SPEC115: a key, cut or filter that names no variable of its data set."""
    message = f"{path[0]}: {state.name} has no variable {name!r}"
    hint = did_you_mean(name, [v for d, v in plan.owner if d == state.name])
    place = state.spec.place(*path)
    return SpecificationError(
        finding("SPEC115", message, dataset=state.name, spec=place, hint=hint)
    )
