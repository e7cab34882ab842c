"""Rules in the schema of the CDISC Open Rules: the model, and the loader of a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Owner, Severity
from validation.engine.ruleset.rule_yaml import UnreadableRuleError, document

CATALOGUE = Path(__file__).parents[2] / "catalogue"
"""The rules that come with the package."""
SENSITIVITIES = ("Record", "Group", "Dataset", "Study", "Variable")
"""One finding per record, per group of records, per data set, per study; the last one (of drafts)
counts as the data set."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition: an operator on a name. ``options`` holds its other parameters."""

    name: str
    operator: str
    value: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def literal(self) -> bool:
        """Whether the value is a text and never the name of a variable."""
        return bool(self.options.get("value_is_literal"))


@dataclass(frozen=True, slots=True)
class Group:
    """``all`` or ``any`` of the children, or ``not`` the only one."""

    kind: str
    children: tuple[Node, ...]


Node = Leaf | Group


@dataclass(frozen=True, slots=True)
class Operation:
    """A result computed before the check; ``id`` names it there."""

    id: str
    operator: str
    options: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter of the operation."""
        return self.options.get(name, default)


@dataclass(frozen=True, slots=True)
class Match:
    """A data set whose records stand beside those of the data set that is checked."""

    name: str
    keys: tuple[tuple[str, str], ...] = ()
    """Pairs of variables that have to agree: of the data set that is checked, and of this one."""
    child: bool = False
    wildcard: str = ""
    join: str = "inner"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a scope includes and excludes, in upper case; an empty include means all."""

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    split: bool | None = None

    @property
    def takes_all(self) -> bool:
        """Whether nothing is left out by name."""
        return (not self.include or "ALL" in self.include) and not self.exclude


@dataclass(frozen=True, slots=True)
class Rule:
    """One conformance rule. ``problem`` says why it cannot be run at all, if it cannot."""

    id: str
    type: str
    sensitivity: str
    check: Node
    message: str
    operations: tuple[Operation, ...] = ()
    matches: tuple[Match, ...] = ()
    scope: Mapping[str, Selection] = field(default_factory=dict)
    use_case: frozenset[str] = frozenset()
    output_variables: tuple[str, ...] = ()
    grouping: tuple[str, ...] = ()
    """The variables whose values make a group, for the sensitivity Group."""
    description: str = ""
    hint: str = ""
    severity: Severity = Severity.EXPLAIN
    owner: Owner = Owner.PROGRAMMING
    standards: frozenset[tuple[str, str]] = frozenset()
    references: tuple[str, ...] = ()
    executability: str = ""
    source: str = ""
    problem: str = ""
    yields_to: tuple[str, ...] = ()
    """Rules (``*`` stands for anything) whose findings this one doesn't repeat."""

    @property
    def is_by_record(self) -> bool:
        """Whether a data set can have more than one issue."""
        return self.sensitivity in ("Record", "Group")

    @property
    def example(self) -> str:
        """What breaks the rule, from its own words."""
        where = ", ".join(sorted(name for part in self.scope.values() for name in part.include))
        shown = ", ".join(self.output_variables)
        return f"a record of {where or 'a data set'} with {shown}: {self.message}"

    def leaves(self) -> Iterator[Leaf]:
        """Every condition of the check, in order."""
        yield from _leaves(self.check)


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
        return
    for child in node.children:
        yield from _leaves(child)


def load_rules(folder: Path | None = None) -> tuple[list[Rule], str]:
    """All rules of a folder (searched below it), and a hash of their files.

    None takes the bundled catalogue. A file that is no YAML mapping, or no rule, becomes a Rule
    with a ``problem``: the others still run.

    Raises:
        SpecificationError: VAL010, the folder is not there; VAL011, it holds no rule.
    """
    root = CATALOGUE if folder is None else Path(folder)
    if not root.exists():
        raise SpecificationError(finding("VAL010", f"there is no folder of rules {root.name!r}"))
    files = (
        [root] if root.is_file() else sorted(p for p in root.rglob("*.y*ml") if _is_rule_file(p))
    )
    digest = hashlib.sha256()
    rules: dict[str, Rule] = {}
    for path in files:
        try:
            content = path.read_bytes()
        except OSError as error:
            content, rule = b"", _broken(path.stem, path, f"cannot be read: {error.strerror}")
        else:
            rule = parse_rule(content, path)
        digest.update(content)
        label = rule.id if rule.id not in rules else f"{rule.id} ({path.parent.name}/{path.name})"
        rules[label] = replace(rule, id=label)
    if not rules:
        raise SpecificationError(
            finding("VAL011", f"the folder {root.name!r} holds no rules (*.yml)")
        )
    return list(rules.values()), digest.hexdigest()


def _is_rule_file(path: Path) -> bool:
    return path.suffix in (".yml", ".yaml") and not path.name.startswith("_")


@lru_cache(maxsize=2048)
def parse_rule(content: bytes, path: Path) -> Rule:
    """One rule from the text of its file. Kept, since tabulation and analysis data are checked by
    the same catalogue in one run."""
    fallback = path.parent.name if path.stem == "rule" else path.stem
    try:
        held = document(content)
        return _rule({str(k).replace("_", " "): v for k, v in held.items()}, fallback, path)
    except UnreadableRuleError as error:
        return _broken(fallback, path, str(error))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        return _broken(fallback, path, f"the rule cannot be read: {error}")


def _broken(identifier: str, path: Path, problem: str) -> Rule:
    return Rule(identifier, "", "", Group("all", ()), "", source=path.name, problem=problem)


def _rule(held: Mapping[str, Any], fallback: str, path: Path) -> Rule:
    core = held.get("Core") or {}
    outcome = held.get("Outcome") or {}
    check = held.get("Check")
    name = str(core.get("Id") or fallback)
    problem = ""
    node: Node = Group("all", ())
    if isinstance(check, Mapping):
        node, problem = _node(check)
    else:
        problem = f"rule type {held.get('Rule Type')!r} has a check that is no condition"
    sensitivity = str(held.get("Sensitivity") or "Record")
    if sensitivity not in SENSITIVITIES:
        problem = f"sensitivity {sensitivity!r} is not known"
    elif sensitivity == "Group" and not held.get("Grouping Variables"):
        problem = "sensitivity Group needs Grouping Variables"
    return Rule(
        id=name,
        type=str(held.get("Rule Type") or ""),
        sensitivity=sensitivity,
        check=node,
        message=str(outcome.get("Message") or held.get("Description") or f"breaks {name}").strip(),
        operations=tuple(_operation(each) for each in held.get("Operations") or ()),
        matches=tuple(_match(each) for each in held.get("Match Datasets") or ()),
        scope=_scope(held.get("Scope") or {}),
        use_case=_words((held.get("Scope") or {}).get("Use Case")),
        output_variables=tuple(dict.fromkeys(map(str, outcome.get("Output Variables") or ()))),
        grouping=tuple(map(str, held.get("Grouping Variables") or ())),
        description=str(held.get("Description") or "").strip(),
        hint=str(outcome.get("Hint") or held.get("Hint") or "").strip(),
        severity=Severity(str(held.get("Severity") or Severity.EXPLAIN.value).lower()),
        owner=Owner(str(held.get("Owner") or Owner.PROGRAMMING.value).lower()),
        standards=frozenset(_standards(held.get("Authorities") or ())),
        references=tuple(dict.fromkeys(_references(held.get("Authorities") or ()))),
        executability=str(held.get("Executability") or ""),
        source=path.name,
        problem=problem,
        yields_to=tuple(map(str, held.get("Yields To") or ())),
    )


def _node(check: Mapping[str, Any]) -> tuple[Node, str]:
    for kind in ("all", "any", "not"):
        if kind in check:
            inner = check[kind]
            children = [inner] if isinstance(inner, Mapping) else list(inner or ())
            made = [_node(child) for child in children]
            problem = next((p for _, p in made if p), "") or ("" if made else f"an empty {kind!r}")
            return Group(kind, tuple(node for node, _ in made)), problem
    name, operator = check.get("name"), str(check.get("operator") or "")
    options = {str(k): v for k, v in check.items() if k not in ("name", "operator", "value")}
    leaf = Leaf("" if name is None else str(name), operator, _frozen(check.get("value")), options)
    if not operator:
        return leaf, "a condition without an operator"
    return leaf, "" if leaf.name else f"the condition {operator!r} names no variable"


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _operation(document: Mapping[str, Any]) -> Operation:
    options = {str(k): v for k, v in document.items() if k not in ("id", "operator", "operation")}
    operator = document.get("operator") or document.get("operation") or ""
    return Operation(str(document.get("id") or ""), str(operator), options)


def _match(document: Mapping[str, Any]) -> Match:
    return Match(
        name=str(document.get("Name") or ""),
        keys=tuple(map(_key, document.get("Keys") or ())),
        child=bool(document.get("Child")),
        wildcard=str(document.get("Wildcard") or ""),
        join=str(document.get("Join Type") or "inner").lower(),
    )


def _key(key: Any) -> tuple[str, str]:
    if isinstance(key, Mapping):
        sides = {str(name).lower(): str(value) for name, value in key.items()}
        return sides["left"], sides["right"]
    return str(key), str(key)


def _scope(document: Mapping[str, Any]) -> dict[str, Selection]:
    kept = {}
    for name, part in document.items():
        if isinstance(part, Mapping):
            kept[str(name)] = Selection(
                _words(part.get("Include")),
                _words(part.get("Exclude")),
                part.get("include_split_datasets"),
            )
    return kept


def _words(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    parts = value.split(",") if isinstance(value, str) else value
    return frozenset(str(part).strip().upper() for part in parts)


def _standards(authorities: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for authority in authorities:
        for standard in authority.get("Standards") or ():
            version = standard.get("Version")
            name = str(standard.get("Name") or "").lower()
            for each in ("" if version is None else str(version)).split(","):  # ours: "3.2, 3.3"
                yield name, each.strip()


def _references(authorities: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for authority in authorities:
        for standard in authority.get("Standards") or ():
            for reference in standard.get("References") or ():
                identifier = (reference.get("Rule Identifier") or {}).get("Id")
                if identifier:
                    yield str(identifier)
