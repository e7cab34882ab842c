"""Why not: of a value that says no, the records that were asked and the condition that each failed.

Conditions are asked again of the published values. What they ask of names that are not published
cannot be asked again, and is said so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from specs.account import DataSetAccount, TableAccount
from specs.conditions import (
    Among,
    Comparison,
    Condition,
    ConditionError,
    Contains,
    Joined,
    Literal,
    Missing,
    Name,
    Node,
    Not,
    parse_condition,
    walk_names,
)

if TYPE_CHECKING:
    from workbench.explain.walk import Explainer, Standing

Value = str | float | None
Values = Callable[[str], Value]
"""The value of a name; None where it is missing. Raises KeyError for one that is not published."""
_MOST = 12
"""Records that are told of one by one."""


def not_decided(walk: Explainer, at: Standing, events: Sequence[TableAccount]) -> None:
    """The events that were asked before the one that decided, each with the subject's records and
    the condition that keeps each of them from it."""
    number = at.vectors.get("event", 0)
    for event in events[: max(number - 1, 0)]:
        if event.where or event.sources:
            _not_by(walk, at, event)


def _not_by(walk: Explainer, at: Standing, event: TableAccount) -> None:
    source = event.sources[0] if event.sources else ""
    part, conditions = _behind(at.account, source)
    conditions += [(event.spec, text) for text in event.where]
    shown = " and ".join(text for _, text in conditions) or "any record"
    at.say(f"not by {event.spec}: no record of {source} ({shown})")
    if not part:
        return
    asked = list(_records_of(walk, at, part))
    if not asked:
        at.say(f"the subject has no record of {part}")
    view = walk.build.view(at.dataset)
    for record in asked[:_MOST]:
        failed = _failed(conditions, _values(view, record))
        told = "; ".join(failed) or "no published value says why"
        at.say(f"record {record + 1}, {walk.build.key(at.dataset, record)}: {told}")
        for name in _names(conditions, view.metas):
            if view.text(record, name):
                at.out.parts.append(walk.explain(at.dataset, record, name, at.depth + 1))
                break
    if len(asked) > _MOST:
        at.say(f"and {len(asked) - _MOST} more records")


def not_flagged(walk: Explainer, at: Standing) -> None:
    """Of a flag that is not set, the parts of its condition that do not hold for the record."""
    condition = _flag(at.out.line)
    if condition is None or at.out.value not in ("", "N"):
        return
    view = walk.build.view(at.dataset)
    for told in _failed([(at.out.spec, condition.text)], _values(view, at.record)):
        at.say(f"not set: {told}")


def _flag(line: str) -> Condition | None:
    """The condition of a ``flag`` line, as it is written."""
    import yaml

    try:
        read = yaml.safe_load(line)
        said = next(iter(read.values())) if isinstance(read, dict) else None
        text = said.get("flag") if isinstance(said, dict) else None
        return parse_condition(text) if isinstance(text, str) else None
    except (yaml.YAMLError, ConditionError, StopIteration):
        return None


def _behind(account: DataSetAccount, table: str) -> tuple[str, list[tuple[str, str]]]:
    """The part whose published records a table takes, and the conditions on the way ("" where its
    records are not published)."""
    parts = {part.name for part in account.parts}
    conditions: list[tuple[str, str]] = []
    while table in account.tables and table not in parts:
        one = account.tables[table]
        conditions = [*((one.spec, text) for text in one.where), *conditions]
        table = one.sources[0] if len(one.sources) == 1 else ""
    return (table if table in parts else ""), conditions


def _records_of(walk: Explainer, at: Standing, part: str) -> Iterator[int]:
    """The subject's published records (0-based) of a part."""
    from workbench.explain.walk import part_of

    view = walk.build.view(at.dataset)
    if "USUBJID" not in view.metas:
        return
    for record in view.of_subject(view.text(at.record, "USUBJID")):
        found = part_of(at.account, walk.build.vectors(at.dataset, int(record)))
        if found is not None and found.name == part:
            yield int(record)


def _names(conditions: Sequence[tuple[str, str]], known: object) -> list[str]:
    held = [n.text for _, text in conditions for n in walk_names(parse_condition(text).tree)]
    return [name for name in dict.fromkeys(reversed(held)) if name in known]  # type: ignore[operator]


def _values(view: object, record: int) -> Values:
    def value(name: str) -> Value:
        if name not in view.metas:  # type: ignore[attr-defined]
            raise KeyError(name)
        if view.metas[name].type == "Num":  # type: ignore[attr-defined]
            number = float(view.number(record, name))  # type: ignore[attr-defined]
            return None if math.isnan(number) else number
        return str(view.text(record, name)) or None  # type: ignore[attr-defined]

    return value


def _failed(conditions: Sequence[tuple[str, str]], values: Values) -> list[str]:
    """The parts of conditions that do not hold, in words; of parts that ask what is not published,
    that they do, where nothing else fails."""
    failed, unknown = [], []
    for _, text in conditions:
        for node in _parts(parse_condition(text).tree):
            try:
                if not _holds(node, values):
                    failed.append(_told(node, values))
            except KeyError as error:
                unknown.append(f"{_shown(node)} ({error.args[0]} is not published)")
    return failed or ([f"not {' or not '.join(unknown)}"] if unknown else [])


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, Joined) and node.op == "and":
        for part in node.parts:
            yield from _parts(part)
    else:
        yield node


def _holds(node: Node, values: Values) -> bool:
    match node:
        case Joined(op, parts):
            held = [_holds(part, values) for part in parts]
            return all(held) if op == "and" else any(held)
        case Not(inner):
            return not _holds(inner, values)
        case Missing(name, negated):
            return (values(name.text) is None) != negated
        case Among(name, wanted, negated):
            value = values(name.text)
            return value is not None and (value in wanted) != negated
        case Contains(name, text, negated):
            value = values(name.text)
            return value is not None and (text in str(value)) != negated
        case Comparison(left, op, right):
            return _compare(_operand(left, values), op, _operand(right, values))


def _operand(one: Name | Literal, values: Values) -> Value:
    return one.value if isinstance(one, Literal) else values(one.text)


def _compare(left: Value, op: str, right: Value) -> bool:
    if left is None or right is None:
        return op == "!=" and left is not right
    if op == "==":
        return left == right
    if op == "!=":
        return left != right
    if isinstance(left, str) != isinstance(right, str):
        return False
    order = (left > right) - (left < right)  # type: ignore[operator]
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]


def _told(node: Node, values: Values) -> str:
    """``not CRIT1FL == "Y": CRIT1FL is "N"``."""
    held = []
    for name in dict.fromkeys(n.text for n in walk_names(node)):
        value = values(name)
        shown = "missing" if value is None else _literal(value)
        held.append(f"{name} is {shown}")
    return f"not {_shown(node)}: {', '.join(held)}"


def _shown(node: Node) -> str:
    """A condition as it is written."""
    match node:
        case Joined(op, parts):
            return f"({f' {op} '.join(map(_shown, parts))})"
        case Not(inner):
            return f"not {_shown(inner)}"
        case Missing(name, negated):
            return f"{name.text} is {'not ' if negated else ''}missing"
        case Among(name, wanted, negated):
            items = ", ".join(map(_literal, wanted))
            return f"{name.text} {'not ' if negated else ''}in [{items}]"
        case Contains(name, text, negated):
            return f'{name.text} {"not " if negated else ""}contains "{text}"'
        case Comparison(left, op, right):
            sides = [o.text if isinstance(o, Name) else _literal(o.value) for o in (left, right)]
            return f"{sides[0]} {op} {sides[1]}"


def _literal(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"
